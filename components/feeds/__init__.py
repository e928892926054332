"""What the networks' pages are drawn with."""
