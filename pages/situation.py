"""The situation of the whole city."""

from dash import no_update, register_page

from components.catalogue import panels
from components.surface import OPERATIONS, operations
from data_access.words import T

register_page(__name__, path="/", title="Jingwei", order=1, nav=T("态势", "Situation"))


def layout(shown: str | None = None, **_: str):
    """The operations surface, unless it is on screen already."""
    return no_update if shown == OPERATIONS else operations(panels())
