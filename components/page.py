"""The page before anything is asked: where the address, the moment, the header and the pages' content are."""

import copy

import dash
from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.finder import finder

DOCUMENTS = ["wall", "paper", "embed"]
"""Folders of assets that documents of their own load: pages leave them alone."""
TITLE = "Jingwei"


def page(moment: str) -> Component:
    """The whole page, showing `moment`, with every panel still to come."""
    stores = [dcc.Store(id=ids.MOMENT, data=moment), dcc.Store(id=ids.ADDRESS)]
    stores += [dcc.Store(id=key) for key in (ids.SHOWN, ids.EXPLAINED, ids.MAP_LEVEL, ids.REMAPPING)]
    head = html.Header([finder(), html.Div(id=ids.HEADER, className="shell-parts")], className="shell-header")
    main = html.Main(_place(), className="page")
    where = dcc.Location(id=ids.URL, refresh=False)
    told = [html.Div(id=ids.DESK), html.Div(id=ids.TROUBLES), html.Div(id=ids.NOTICES)]
    return html.Div([where, *stores, head, *told, main, html.Aside(id=ids.DRAWER), html.Div(id=ids.TAKING)])


def _place() -> Component:
    """Dash's place of pages, with a title from the first: one is looked for also where a page did not come."""
    found = copy.deepcopy(dash.page_container)
    found["_pages_store"].data = {"title": TITLE}
    return found
