"""The panels, one file each: a file here that declares PANEL is on the pages."""
