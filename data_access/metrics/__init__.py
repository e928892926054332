"""The metrics, one file each: a file here that declares METRIC is on every screen, table and export."""
