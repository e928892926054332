"""Closed by their deadline, of those due."""

from data_access.metric import Ratio
from data_access.sources.cases import cases_due, closed_on_time
from data_access.words import T

METRIC = Ratio(
    key="on_time_rate",
    title=T("按期结案率", "Closed on time"),
    help=T(
        "时段内应结案件中，在时限前结案的比例",
        "Of the cases due in the window, the share closed by their deadline",
    ),
    unit=T("%", "%"),
    good="high",
    thresholds=(90, 97),
    decimals=1,
    numerator=closed_on_time,
    denominator=cases_due,
    order=50,
)
