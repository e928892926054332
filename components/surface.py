"""Surfaces: the arrangement of panels a page is made of; pages that share one keep it on screen between them."""

from collections.abc import Iterable

from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.panel import Panel, slot

OPERATIONS = "operations"
SIDE = ("people", "stream", "ranking")
"""Panels that share the column beside the map."""


def operations(panels: Iterable[Panel]) -> Component:
    """The operations surface: every panel in its place of the grid, as skeletons."""
    cells = {panel.key: slot(panel) for panel in panels}
    side = html.Div([cells.pop(key) for key in SIDE], className="side")
    return html.Div([dcc.Store(id=ids.SURFACE, data=OPERATIONS), *cells.values(), side], className="operations")
