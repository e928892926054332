"""The operations database: posts and the people who hold them. Personal data lives only here."""
