"""The four networks: every feed, and how it does."""

from dash import register_page

from components.catalogue import panels
from components.surface import NETWORKS, arranged
from data_access.words import T

register_page(__name__, path="/networks", title="Jingwei", order=3, nav=T("四网", "Networks"))


def layout(shown: str | None = None, alone: str = "", lang: str = "zh", **_: str):
    """The surface of this page, or one panel of it alone, unless it is on screen already."""
    return arranged(NETWORKS, panels(), shown, alone, lang)
