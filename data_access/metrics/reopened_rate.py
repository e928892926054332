"""Cases that had to be done again."""

from data_access.metric import Ratio
from data_access.sources.cases import closed, reopened
from data_access.words import T

METRIC = Ratio(
    key="reopened_rate",
    title=T("返工率", "Reopened"),
    help=T("时段内返工次数与结案数之比", "Reopenings in the window against cases closed in it"),
    unit=T("%", "%"),
    good="low",
    thresholds=(8, 4),
    decimals=1,
    numerator=reopened,
    denominator=closed,
    order=70,
)
