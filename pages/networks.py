"""The four networks: every feed, and how it does."""

from dash import no_update, register_page

from components.catalogue import panels
from components.surface import NETWORKS, listing
from data_access.words import T

register_page(__name__, path="/networks", title="Jingwei", order=3, nav=T("四网", "Networks"))


def layout(shown: str | None = None, **_: str):
    """The surface of this page, unless it is on screen already."""
    return no_update if shown == NETWORKS else listing(panels(), NETWORKS)
