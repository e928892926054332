"""Scheduled reports: which there are, when each runs next, and what became of every run."""

from dash import no_update, register_page

from components.catalogue import panels
from components.surface import REPORTS, listing
from data_access.words import T

register_page(__name__, path="/reports", title="Jingwei", order=5.5, nav=T("报告", "Reports"))


def layout(shown: str | None = None, **_: str):
    """The surface of this page, unless it is on screen already."""
    return no_update if shown == REPORTS else listing(panels(), REPORTS)
