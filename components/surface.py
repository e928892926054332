"""Surfaces: the arrangement of panels a page is made of; pages that share one keep it on screen between them."""

from collections.abc import Iterable

from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.panel import Panel, slot

OPERATIONS = "operations"


def operations(panels: Iterable[Panel]) -> Component:
    """The operations surface: every panel in its place of the grid, as skeletons."""
    cells = [slot(panel) for panel in panels]
    return html.Div([dcc.Store(id=ids.SURFACE, data=OPERATIONS), *cells], className="operations")
