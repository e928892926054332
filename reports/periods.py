"""The stretches of time that reports are of, and what each is set against; all by the city's clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from data_access.ask import Span
from data_access.view import View
from data_access.words import T

HOUR = 3600.0


@dataclass(frozen=True)
class Against:
    """What a figure is set against, in words: one that is counted over a window, and one of a moment."""

    flow: T
    stock: T


@dataclass(frozen=True, kw_only=True)
class Period:
    """A stretch of time that a report may be of.

    `span` gives it for a moment and a zone; `window` is the name of a View's window that is as long, empty where
    none is always; `before` gives the span that it is set against, `against` what that is called.
    """

    key: str
    title: T
    span: Callable[[float, str], Span]
    window: str = ""
    before: Callable[[Span, str], Span]
    against: Against

    def view(self, view: View, at: float, zone: str) -> View:
        """The View of this period that had ended at `at` (epoch seconds)."""
        start, end = self.span(at, zone)
        since = None if self.window else _utc(start)
        return view.but(as_of=_utc(end), since=since, window=self.window or view.window, compare="", skip=0)


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)


def midnight(at: float, zone: str, days: int = 0) -> float:
    """The last midnight not after `at`, or that of so many days before."""
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) - timedelta(days=days)
    return day.timestamp()


def monday(at: float, zone: str) -> float:
    """The last midnight of a Monday not after `at`."""
    return midnight(at, zone, datetime.fromtimestamp(midnight(at, zone), ZoneInfo(zone)).weekday())


def days_earlier(days: int) -> Callable[[Span, str], Span]:
    """Makes of a span the one that the clock showed so many days before."""

    def earlier(span: Span, zone: str) -> Span:
        start, end = (datetime.fromtimestamp(at, ZoneInfo(zone)) - timedelta(days=days) for at in span)
        return start.timestamp(), end.timestamp()

    return earlier


def right_before(span: Span, zone: str) -> Span:
    """The span as long that ends where this one begins."""
    return span[0] - (span[1] - span[0]), span[0]


WEEK_BEFORE = Against(
    T("上周同日", "on the same weekday a week before"), T("一周前同一时刻", "at the same moment a week before")
)
DAY = Period(
    key="day",
    title=T("刚结束的一日", "the day that has ended"),
    span=lambda at, zone: (midnight(midnight(at, zone) - 1, zone), midnight(at, zone)),
    window="today",
    before=days_earlier(7),
    against=WEEK_BEFORE,
)
LAST_24H = Period(
    key="24h",
    title=T("最近 24 小时", "the last 24 hours"),
    span=lambda at, zone: (at - 24 * HOUR, at),
    before=days_earlier(7),
    against=Against(
        T("一周前同样的 24 小时", "in the same 24 hours a week before"),
        T("一周前同一时刻", "at the same moment a week before"),
    ),
)
LAST_7D = Period(
    key="7d",
    title=T("最近 7 日", "the last 7 days"),
    span=lambda at, zone: (at - 7 * 24 * HOUR, at),
    window="7d",
    before=right_before,
    against=Against(T("前一个 7 日", "in the 7 days before"), T("一周前", "a week before")),
)
WEEK = Period(
    key="week",
    title=T("刚结束的一周", "the week that has ended"),
    span=lambda at, zone: (monday(monday(at, zone) - 1, zone), monday(at, zone)),
    before=days_earlier(7),
    against=Against(T("前一周", "in the week before"), T("一周前", "a week before")),
)
LAST_HOUR = Period(
    key="1h",
    title=T("最近 1 小时", "the last hour"),
    span=lambda at, zone: (at - HOUR, at),
    window="1h",
    before=right_before,
    against=Against(T("前一个小时", "in the hour before"), T("一小时前", "an hour before")),
)
OWN = Period(
    key="own",
    title=T("视图自定的时段", "the View's own window"),
    span=lambda at, zone: (at, at),
    before=right_before,
    against=Against(
        T("之前同样长的时段", "in the window as long before"), T("该时段开始时", "when the window began")
    ),
)
"""Of an address that has a window of its own: that is kept as it is."""
