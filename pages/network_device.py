"""One device: its readings over the window, and when it was silent."""

from dash import no_update, register_page

from components.catalogue import panels
from components.surface import DEVICE, listing

register_page(__name__, path_template="/networks/<feed>/<device>", title="Jingwei", order=4)


def layout(shown: str | None = None, **_: str):
    """The surface of this page, unless it is on screen already."""
    return no_update if shown == DEVICE else listing(panels(), DEVICE)
