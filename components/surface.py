"""Surfaces: the arrangement of panels a page is made of; pages that share one keep it on screen between them."""

from collections.abc import Iterable

from dash import dcc, html, no_update
from dash.development.base_component import Component

from components import ids
from components.layout import STAGE
from components.panel import Panel, slot
from data_access.words import T

OPERATIONS = "operations"
NETWORKS, FEED, DEVICE = "networks", "feed", "device"
REPORTS = "reports"
"""The page of scheduled reports, and its surface."""
SIDE = ("people", "stream", "ranking")
"""Panels that share the column beside the map."""
NO_PANEL = T("这个页面没有名为 {key} 的面板。", "This page has no panel called {key}.")


def arranged(
    surface: str, panels: Iterable[Panel], shown: str | None, alone: str = "", lang: str = "zh"
) -> Component:
    """The panels of a surface, or one of them `alone`, without the shell; no update where it is on screen."""
    wanted = f"{surface}/{alone}" if alone else surface
    if shown == wanted:
        return no_update
    if alone:
        return _alone(panels, surface, alone, lang)
    return operations(panels) if surface == OPERATIONS else listing(panels, surface)


def _alone(panels: Iterable[Panel], surface: str, key: str, lang: str) -> Component:
    store = dcc.Store(id=ids.SURFACE, data=f"{surface}/{key}")
    panel = next((panel for panel in panels if panel.key == key and panel.surface in (surface, STAGE)), None)
    if panel is None:
        return html.Div([store, html.P(NO_PANEL.fill(key=key)(lang), className="stage-missing")])
    cell = html.Div(slot(panel), className="stage-cell")
    return html.Div([store, cell], className=f"stage stage-alone listing-{surface}")


def operations(panels: Iterable[Panel]) -> Component:
    """The operations surface: every panel in its place of the grid, as skeletons."""
    cells = _cells(panels, OPERATIONS)
    side = html.Div([cells.pop(key) for key in SIDE], className="side")
    return html.Div([dcc.Store(id=ids.SURFACE, data=OPERATIONS), *cells.values(), side], className="operations")


def listing(panels: Iterable[Panel], surface: str) -> Component:
    """A surface of lists: its panels one below the other, or as its grid has them, as skeletons."""
    store = dcc.Store(id=ids.SURFACE, data=surface)
    return html.Div([store, *_cells(panels, surface).values()], className=f"listing listing-{surface}")


def _cells(panels: Iterable[Panel], surface: str) -> dict[str, Component]:
    return {panel.key: slot(panel) for panel in panels if panel.surface == surface}
