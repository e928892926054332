"""The city's overlays as layers of the map: they are listed by the city, not declared in files."""

from components.layer import ShapesLayer
from data_access.city import City
from data_access.overlays import overlays
from data_access.profile import Overlay
from data_access.words import T

PREFIX = "overlay:"
"""Begins the key of an overlay's layer, so that none is called as a declared one."""
HELP = T("本市自有图形，{n} 个", "{n} shapes of the city's own")


def overlay_layers(city: City) -> list[ShapesLayer]:
    """One layer an overlay, in the order of the city file."""
    return [_layer(n, overlay) for n, overlay in enumerate(overlays(city))]


def _layer(n: int, overlay: Overlay) -> ShapesLayer:
    return ShapesLayer(
        key=PREFIX + overlay.key,
        title=overlay.title,
        help=HELP.fill(n=f"{overlay.shapes:,}"),
        network=overlay.network,
        overlay=overlay,
        order=1000 + n,
    )
