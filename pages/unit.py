"""One unit of either tree, in the same shape as the city."""

from dash import register_page

from components.catalogue import panels
from components.surface import OPERATIONS, arranged

register_page(__name__, path_template="/unit/<unit>", title="Jingwei", order=2)


def layout(shown: str | None = None, alone: str = "", lang: str = "zh", **_: str):
    """The surface of this page, or one panel of it alone, unless it is on screen already."""
    return arranged(OPERATIONS, panels(), shown, alone, lang)
