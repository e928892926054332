"""The situation of the whole city."""

from dash import register_page

from components.catalogue import panels
from components.surface import OPERATIONS, arranged
from data_access.words import T

register_page(__name__, path="/", title="Jingwei", order=1, nav=T("态势", "Situation"))


def layout(shown: str | None = None, alone: str = "", lang: str = "zh", **_: str):
    """The surface of this page, or one panel of it alone, unless it is on screen already."""
    return arranged(OPERATIONS, panels(), shown, alone, lang)
