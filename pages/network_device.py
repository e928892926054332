"""One device: its readings over the window, and when it was silent."""

from dash import register_page

from components.catalogue import panels
from components.surface import DEVICE, arranged

register_page(__name__, path_template="/networks/<feed>/<device>", title="Jingwei", order=4)


def layout(shown: str | None = None, alone: str = "", lang: str = "zh", **_: str):
    """The surface of this page, or one panel of it alone, unless it is on screen already."""
    return arranged(DEVICE, panels(), shown, alone, lang)
