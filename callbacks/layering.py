"""The map's layers for a View: those offered, what the model holds of those that are on, control and legend."""

from collections.abc import Iterator

from dash.development.base_component import Component

from callbacks.endpoints import cells_url, layer_url
from components.layer import Addresses, DensityLayer, Layer, PointsLayer
from components.layer_control import layer_control, split
from components.legend import density_legend, sign_legends
from components.overlays import overlay_layers
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.comparison import beside
from data_access.registry import Registry
from data_access.words import T

NO_LAYER = T("没有名为 {key} 的图层。", "There is no layer called {key}.")
NO_KIND = T("图层“{layer}”没有名为 {key} 的种类。", "The layer “{layer}” has no kind called {key}.")

Entries = dict[str, list]
PARTS = ("points", "density", "outlines", "shapes")
"""The fields of the map's model that layers fill."""


def layers_of(city: City, declared: Registry[Layer]) -> dict[str, Layer]:
    """All layers of a city by key: the declared ones, then its overlays."""
    return {layer.key: layer for layer in (*declared, *overlay_layers(city))}


def drawn(city: City, declared: Registry[Layer], ask: Ask) -> list[Layer]:
    """The layers that the View has on, in its order, each narrowed to the kinds the View names."""
    there, wanted = layers_of(city, declared), {}
    for name in ask.view.layers:
        key, kind = (name, "") if name in there else split(name)
        wanted.setdefault(key, []).append(kind)
    return [
        there[key] if "" in kinds else there[key].narrowed(tuple(kinds))
        for key, kinds in wanted.items()
        if key in there
    ]


def unknown(city: City, declared: Registry[Layer], ask: Ask) -> Iterator[T]:
    """What the View's layers name that this city does not have."""
    there = layers_of(city, declared)
    for name in ask.view.layers:
        key, kind = (name, "") if name in there else split(name)
        offers = getattr(there.get(key), "offers", None)
        if key not in there:
            yield NO_LAYER.fill(key=name[:60])
        elif kind and (offers is None or kind not in offers(city, ask)):
            yield NO_KIND.fill(layer=there[key].title, key=kind[:60])


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
    on = {layer.key: layer for layer in drawn(city, declared, ask)}
    return layer_control([on.get(layer.key, layer) for layer in offered], on, city, ask, beside(city, ask) is None)


def legends(city: City, declared: Registry[Layer], ask: Ask) -> list[Component]:
    """The lines of the legend for densities, where something is counted, for signs of points, and layers' own."""
    on = drawn(city, declared, ask)
    lines = [density_legend(layer, city, ask) for layer in on if isinstance(layer, DensityLayer)]
    points = [layer for layer in on if isinstance(layer, PointsLayer)]
    lines += [*sign_legends(points, city, ask), *(layer.line(city, ask) for layer in on)]
    return [line for line in lines if line is not None]
