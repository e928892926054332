"""The page before anything is asked: where the address, the moment, the header and the pages' content are."""

import dash
from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.finder import finder

DOCUMENTS = ["wall", "paper", "embed"]
"""Folders of assets that documents of their own load: pages leave them alone."""


def page(moment: str) -> Component:
    """The whole page, showing `moment`, with every panel still to come."""
    stores = [dcc.Store(id=ids.MOMENT, data=moment), dcc.Store(id=ids.ADDRESS)]
    stores += [dcc.Store(id=ids.SHOWN), dcc.Store(id=ids.MAP_LEVEL)]
    stores.append(dcc.Store(id=ids.REMAPPING))
    head = html.Header([finder(), html.Div(id=ids.HEADER, className="shell-parts")], className="shell-header")
    main = html.Main(dash.page_container, className="page")
    where = dcc.Location(id=ids.URL, refresh=False)
    told = [html.Div(id=ids.DESK), html.Div(id=ids.TROUBLES), html.Div(id=ids.NOTICES)]
    return html.Div([where, *stores, head, *told, main, html.Aside(id=ids.DRAWER), html.Div(id=ids.TAKING)])
