"""Backups of both databases: taken while they are written to, checked by digest, put back into an empty home."""
