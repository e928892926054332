"""Views rendered to files."""
