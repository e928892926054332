"""Cases that were closed."""

from data_access.metric import Count
from data_access.sources.cases import closed
from data_access.words import T

METRIC = Count(
    key="closed",
    title=T("结案数", "Cases closed"),
    help=T("所选时段内结案的案件", "Cases closed in the window"),
    unit=T("件", "cases"),
    source=closed,
    order=30,
)
