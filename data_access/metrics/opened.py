"""Cases that came in."""

from data_access.metric import Count
from data_access.sources.cases import opened
from data_access.words import T

METRIC = Count(
    key="opened",
    title=T("上报案件", "Cases reported"),
    help=T("所选时段内上报（含返工重开）的案件", "Cases reported in the window, those reopened included"),
    unit=T("件", "cases"),
    source=opened,
    order=20,
)
