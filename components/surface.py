"""Surfaces: the arrangement of panels a page is made of; pages that share one keep it on screen between them."""

from collections.abc import Iterable

from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.panel import Panel, slot

OPERATIONS = "operations"
NETWORKS, FEED, DEVICE = "networks", "feed", "device"
SIDE = ("people", "stream", "ranking")
"""Panels that share the column beside the map."""


def operations(panels: Iterable[Panel]) -> Component:
    """The operations surface: every panel in its place of the grid, as skeletons."""
    cells = _cells(panels, OPERATIONS)
    side = html.Div([cells.pop(key) for key in SIDE], className="side")
    return html.Div([dcc.Store(id=ids.SURFACE, data=OPERATIONS), *cells.values(), side], className="operations")


def listing(panels: Iterable[Panel], surface: str) -> Component:
    """A surface of the networks' pages: its panels one below the other, or as its grid has them, as skeletons."""
    store = dcc.Store(id=ids.SURFACE, data=surface)
    return html.Div([store, *_cells(panels, surface).values()], className=f"listing listing-{surface}")


def _cells(panels: Iterable[Panel], surface: str) -> dict[str, Component]:
    return {panel.key: slot(panel) for panel in panels if panel.surface == surface}
