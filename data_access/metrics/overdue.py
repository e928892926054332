"""Open past the deadline."""

from data_access.metric import Count
from data_access.sources.cases import overdue
from data_access.words import T

METRIC = Count(
    key="overdue",
    title=T("超期未结", "Overdue"),
    help=T("此刻已过办理时限仍未结案的案件", "Open cases whose deadline has passed at this moment"),
    unit=T("件", "cases"),
    good="low",
    source=overdue,
    order=60,
)
