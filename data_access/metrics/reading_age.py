"""How old the readings are."""

from data_access.metric import Median
from data_access.sources.spread import reading_age
from data_access.words import T

METRIC = Median(
    key="reading_age",
    title=T("数据时效", "Feed age"),
    help=T(
        "各设备最近一次上报距此刻时长的中位数，误差不超过 5%",
        "Median time since each device last spoke, within 5 %",
    ),
    unit=T("分钟", "min"),
    good="low",
    decimals=0,
    spread=reading_age,
    order=150,
)
