"""The map's layers, one file each: a file here that declares LAYER is in the layer control."""
