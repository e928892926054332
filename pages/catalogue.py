"""The catalogue: every metric and layer as declared."""

from dash import dcc, html, no_update, register_page

from components import ids
from data_access.words import T

CATALOGUE = "catalogue"
register_page(__name__, path="/catalogue", title="Jingwei", order=6, nav=T("指标目录", "Catalogue"))


def layout(shown: str | None = None, **_: str):
    """The place of the catalogue, unless it is on screen already."""
    if shown == CATALOGUE:
        return no_update
    return html.Div([dcc.Store(id=ids.SURFACE, data=CATALOGUE), html.Div(id=ids.CATALOGUE)], className="document")
