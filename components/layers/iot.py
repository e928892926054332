"""IoT devices."""

from components.layers._devices import device_layer
from data_access.words import T

LAYER = device_layer("iot", T("物联设备", "IoT devices"), order=100)
