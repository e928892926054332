"""Party organisations."""

from components.layers._devices import device_layer
from data_access.words import T

LAYER = device_layer("party", T("党组织", "Party branches"), order=70)
