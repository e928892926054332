"""How long a case takes."""

from data_access.metric import Median
from data_access.sources.spread import handling_time
from data_access.words import T

METRIC = Median(
    key="handling_time",
    title=T("处置时长中位数", "Median handling time"),
    help=T(
        "时段内结案案件从上报到结案所用自然时间的中位数；由直方图读出，误差不超过 5%",
        "Median clock time from report to closing, of cases closed in the window; by histogram, within 5 %",
    ),
    unit=T("小时", "h"),
    good="low",
    decimals=1,
    spread=handling_time,
    order=80,
)
