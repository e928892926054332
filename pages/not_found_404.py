"""What is shown for an address that leads nowhere."""

from dash import dcc, html, no_update, register_page

from components import ids
from data_access.words import T

MISSING = "missing"
WHAT = T("没有这个页面。", "There is no such page.")
TODO = T("回到全市态势", "Go to the whole city")

register_page(__name__, title="Jingwei")


def layout(shown: str | None = None, lang: str = "zh", **_: str):
    """A sentence and a way back."""
    if shown == MISSING:
        return no_update
    back = html.A(TODO(lang), href="/", className="button")
    return html.Div([dcc.Store(id=ids.SURFACE, data=MISSING), html.H1(WHAT(lang)), back], className="document")
