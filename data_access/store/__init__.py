"""The analytics store: tables and the rollups the engine keeps up, one way to ask, one way to write."""
