"""One feed: its course, its devices, what it sent and what was refused."""

from dash import register_page

from components.catalogue import panels
from components.surface import FEED, arranged

register_page(__name__, path_template="/networks/<feed>", title="Jingwei", order=5)


def layout(shown: str | None = None, alone: str = "", lang: str = "zh", **_: str):
    """The surface of this page, or one panel of it alone, unless it is on screen already."""
    return arranged(FEED, panels(), shown, alone, lang)
