"""The day: what came in, what was closed in time, where it was most, what stood open at its end."""

from data_access.words import T
from reports.chapters import both, changes, figures, most, when, whole, worst
from reports.periods import DAY, LAST_24H
from reports.report import Report, Section
from reports.urgent import count

REPORT = Report(
    key="daily",
    title=T("日报", "Daily report"),
    help=T(
        "任一单元刚结束的一日（或最近 24 小时），与上周同日相比",
        "Any unit over the day that has ended, or the last 24 hours, against the same weekday a week before",
    ),
    periods=(DAY, LAST_24H),
    sections=(
        Section(
            T("概况", "In short"), ("headline", "kpis"), both(when, changes("opened", "closed", "on_time_rate"))
        ),
        Section(T("分布", "Where"), ("ranking", "map"), both(most("opened"), worst("on_time_rate"))),
        Section(
            T("办理", "How it was handled"),
            ("trend",),
            both(changes("accepted_in_time", "handling_time", "reopened_rate")),
        ),
        Section(T("期末在办", "Open at the end"), ("stream",), both(changes("open_cases", "overdue"), count)),
        Section(T("数据完整性", "How complete it is"), ("networks",), both(whole, figures("devices_online"))),
    ),
    order=10,
)
