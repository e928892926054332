"""What happens when something is asked of the page, one file an interaction."""
