"""The operations database: posts and who holds them, how walls stand, notes. Personal data lives only here."""
