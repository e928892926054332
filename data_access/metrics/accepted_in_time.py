"""Accepted within the response limit."""

from data_access.metric import Ratio
from data_access.sources.cases import accepted_in_time, cases_to_accept
from data_access.words import T

METRIC = Ratio(
    key="accepted_in_time",
    title=T("按时立案率", "Accepted in time"),
    help=T(
        "时段内应立案件中，在响应时限内立案的比例",
        "Of the cases to be accepted in the window, the share accepted within the response limit",
    ),
    unit=T("%", "%"),
    good="high",
    thresholds=(90, 97),
    decimals=1,
    numerator=accepted_in_time,
    denominator=cases_to_accept,
    order=90,
)
