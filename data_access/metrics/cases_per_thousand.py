"""Cases against households."""

from data_access.metric import Ratio
from data_access.sources.cases import opened
from data_access.sources.facts import households
from data_access.words import T

METRIC = Ratio(
    key="cases_per_thousand",
    title=T("每千户上报", "Cases per 1,000 households"),
    help=T("时段内上报案件数除以户数", "Cases reported in the window against households"),
    unit=T("件/千户", "per 1,000"),
    decimals=2,
    scale=1000.0,
    numerator=opened,
    denominator=households,
    order=25,
)
