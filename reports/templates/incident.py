"""An incident: the critical cases that are open at a place or in a unit, and what stands around them."""

from data_access.words import T
from reports.chapters import both, changes, figures, most, when, whole
from reports.periods import LAST_24H, LAST_HOUR
from reports.report import Report, Section
from reports.urgent import count, each

REPORT = Report(
    key="incident",
    title=T("事件快报", "Incident report"),
    help=T(
        "一处地点或一个单元的在办危急案件及其周边，最近 1 小时（或 24 小时）",
        "The critical cases open at a place or in a unit, and what is around them, over the last hour or 24",
    ),
    periods=(LAST_HOUR, LAST_24H),
    sections=(
        Section(T("危急案件", "Critical cases"), ("stream", "people"), both(when, count, each)),
        Section(
            T("此处案件", "Cases here"),
            ("kpis", "map"),
            both(changes("opened", "open_cases", "overdue"), most("open_cases")),
        ),
        Section(T("此处设备", "Devices here"), ("networks",), figures("devices_in_alarm", "devices_online")),
        Section(T("数据完整性", "How complete it is"), (), whole),
    ),
    order=30,
)
