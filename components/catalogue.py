"""The catalogues of what pages are made of: panels, the map's layers, and layouts of walls."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from components.layer import Layer
from components.layout import Layout
from components.panel import Panel
from data_access.registry import Registry, discover


def panels() -> Registry[Panel]:
    """All panels. Raises DeclarationError for one declared twice or wrongly."""
    return Registry(discover("components.panels", "PANEL"), lambda panel: _is(panel, Panel))


def layers(extensions: Iterable[Path] = ()) -> Registry[Layer]:
    """All layers, those of one's own folders included. Raises DeclarationError as above."""
    found = discover("components.layers", "LAYER", [folder / "layers" for folder in extensions])
    return Registry(found, _layer_faults)


def layouts() -> Registry[Layout]:
    """All layouts of walls. Raises DeclarationError as above."""
    shown = [panel.key for panel in panels()]
    return Registry(discover("components.layouts", "LAYOUT"), lambda layout: layout.faults(shown))


def _is(entry: object, kind: type) -> Iterator[str]:
    if not isinstance(entry, kind):
        yield f"is not a {kind.__name__}"


def _layer_faults(layer: object) -> Iterator[str]:
    yield from _is(layer, Layer)
    if isinstance(layer, Layer):
        yield from layer.faults()
