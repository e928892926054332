"""A layout on a canvas: what a wall's screen holds, without the shell around it."""

from dash import no_update, register_page

from components.catalogue import layouts, panels
from components.layout import missing, page_of, stage

register_page(__name__, path_template="/stage/<which>/<canvas>", title="Jingwei", order=8)


def layout(which: str = "", canvas: str = "", shown: str | None = None, lang: str = "zh", **_: str):
    """The layout, unless it is on screen already; a sentence where there is no such layout or canvas."""
    known = layouts()
    if which not in known or canvas not in known[which].grids:
        return missing(which, canvas, lang, known)
    return no_update if shown == page_of(which, canvas) else stage(known[which], canvas, panels())
