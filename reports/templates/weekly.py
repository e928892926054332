"""Seven days of a district, or of another unit with units below it."""

from data_access.ask import Ask
from data_access.city import City
from data_access.words import T
from reports.chapters import both, changes, figures, most, when, whole, worst
from reports.periods import LAST_7D, WEEK
from reports.report import Report, Section

TOO_SMALL = T(
    "周报按下级单元比较，{unit}没有下级；请改用其上级区县、街道或社区。",
    "The weekly report compares the units below, and {unit} has none: take a unit above it.",
)


def unfit(city: City, ask: Ask) -> T | None:
    """A unit without units below has nothing to compare."""
    below = city.units.children(ask.unit, ask.view.tree)
    return None if below else TOO_SMALL.fill(unit=ask.unit.title)


REPORT = Report(
    key="weekly",
    title=T("周报", "Weekly report"),
    help=T(
        "一个区县（或有下级的单元）的 7 日，与前一个 7 日相比",
        "Seven days of a district, or of any unit with units below it, against the seven before",
    ),
    periods=(LAST_7D, WEEK),
    sections=(
        Section(
            T("概况", "In short"),
            ("headline", "kpis"),
            both(when, changes("opened", "closed", "on_time_rate", "open_cases", "overdue")),
        ),
        Section(T("增减", "What changed, and where"), ("map", "trend"), most("opened", "closed")),
        Section(
            T("办理质量", "How it was handled"),
            ("ranking",),
            both(
                changes("accepted_in_time", "handling_time", "reopened_rate"),
                worst("on_time_rate", "accepted_in_time", "reopened_rate"),
            ),
        ),
        Section(T("数据完整性", "How complete it is"), ("networks",), both(whole, figures("devices_online"))),
    ),
    unfit=unfit,
    order=20,
)
