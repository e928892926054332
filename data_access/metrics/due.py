"""Cases whose deadline fell in the window."""

from data_access.metric import Count
from data_access.sources.cases import cases_due
from data_access.words import T

METRIC = Count(
    key="due",
    title=T("应结案数", "Cases due"),
    help=T(
        "办理时限落在所选时段内的案件，含已提前结案的",
        "Cases whose deadline falls in the window, those closed early included",
    ),
    unit=T("件", "cases"),
    source=cases_due,
    order=40,
)
