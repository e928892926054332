"""One unit of either tree, in the same shape as the city."""

from dash import no_update, register_page

from components.catalogue import panels
from components.surface import OPERATIONS, operations

register_page(__name__, path_template="/unit/<unit>", title="Jingwei", order=2)


def layout(shown: str | None = None, **_: str):
    """The operations surface, unless it is on screen already."""
    return no_update if shown == OPERATIONS else operations(panels())
