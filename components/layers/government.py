"""Terminals of departments and grids."""

from components.layers._devices import device_layer
from data_access.words import T

LAYER = device_layer("government", T("政务终端", "Terminals"), order=80)
