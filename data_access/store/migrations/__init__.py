"""What brings a store of an earlier release up to date: a file each, run in the order of their numbers."""
