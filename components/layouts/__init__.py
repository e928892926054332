"""Layouts of walls, one file each: a module that declares LAYOUT."""
