"""Cases under treatment."""

from data_access.metric import Count
from data_access.sources.cases import open_cases
from data_access.words import T

METRIC = Count(
    key="open_cases",
    title=T("在办案件", "Open cases"),
    help=T("此刻已上报、尚未结案的案件", "Cases reported and not yet closed at this moment"),
    unit=T("件", "cases"),
    good="low",
    source=open_cases,
    order=10,
)
