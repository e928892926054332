"""Cameras."""

from components.layers._devices import device_layer
from data_access.words import T

LAYER = device_layer("video", T("视频摄像机", "Cameras"), order=90)
