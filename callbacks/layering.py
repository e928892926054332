"""The map's layers for a View: those offered, what the model holds of those that are on, control and legend."""

from dash.development.base_component import Component

from callbacks.endpoints import cells_url, layer_url
from components.layer import Addresses, DensityLayer, Layer
from components.legend import density_legend, layer_control
from components.overlays import overlay_layers
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.comparison import beside
from data_access.registry import Registry

Entries = dict[str, list]
PARTS = ("points", "density", "outlines", "shapes")
"""The fields of the map's model that layers fill."""


def layers_of(city: City, declared: Registry[Layer]) -> dict[str, Layer]:
    """All layers of a city by key: the declared ones, then its overlays."""
    return {layer.key: layer for layer in (*declared, *overlay_layers(city))}


def drawn(city: City, declared: Registry[Layer], ask: Ask) -> list[Layer]:
    """The layers that the View has on, in its order."""
    there = layers_of(city, declared)
    return [there[key] for key in ask.view.layers if key in there]


def entries(city: City, declared: Registry[Layer], ask: Ask, scale: Ask) -> Entries:
    """What the map's model holds of the layers that are on, by its fields; colours by the scale of `scale`."""
    found: Entries = {part: [] for part in PARTS}
    for layer in drawn(city, declared, ask):
        at = Addresses(layer_url(ask, layer), lambda level: cells_url(city, level))
        found[layer.part].append(layer.entry(city, ask, at, scale))
    return found


def control(city: City, declared: Registry[Layer], ask: Ask) -> Component:
    """The layer control; folded where two maps need the room."""
    offered = [layer for layer in layers_of(city, declared).values() if layer.offered(city, ask)]
    return layer_control(offered, ask, unfolded=beside(city, ask) is None)


def legends(city: City, declared: Registry[Layer], ask: Ask) -> list[Component]:
    """A line of the legend for each layer that has colours of its own, where there is something to show."""
    lines = [
        density_legend(layer, city, ask) for layer in drawn(city, declared, ask) if isinstance(layer, DensityLayer)
    ]
    return [line for line in lines if line is not None]
