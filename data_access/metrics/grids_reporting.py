"""Grids that have reported."""

from data_access.metric import Ratio
from data_access.sources.devices import grid_terminals, grids_heard
from data_access.words import T

METRIC = Ratio(
    key="grids_reporting",
    title=T("网格上报覆盖", "Grids reporting"),
    help=T(
        "网格终端在规定周期内有上报的网格比例",
        "Of all grids, those whose terminal has reported as often as it should",
    ),
    unit=T("%", "%"),
    good="high",
    thresholds=(90, 95),
    decimals=1,
    finest="grid",
    numerator=grids_heard,
    denominator=grid_terminals,
    order=140,
)
