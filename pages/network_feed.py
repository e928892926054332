"""One feed: its course, its devices, what it sent and what was refused."""

from dash import no_update, register_page

from components.catalogue import panels
from components.surface import FEED, listing

register_page(__name__, path_template="/networks/<feed>", title="Jingwei", order=5)


def layout(shown: str | None = None, **_: str):
    """The surface of this page, unless it is on screen already."""
    return no_update if shown == FEED else listing(panels(), FEED)
