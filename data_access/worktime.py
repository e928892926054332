"""Working time: deadlines counted in the hours during which the city's desks are open.

Working time is a non-decreasing, piecewise linear function W of the clock: it grows with slope 1 while a
working span is open and stands still otherwise. A deadline of `limit` working seconds after `t` is the first
moment at which W has grown by `limit`, so both directions are one interpolation over the spans' edges.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import BaseModel, ConfigDict, field_validator


class Calendar(BaseModel):
    """When the city's desks work: spans of local time on weekdays, holidays off, make-up days on."""

    model_config = ConfigDict(frozen=True)

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    spans: tuple[tuple[time, time], ...] = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
    holidays: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()

    @field_validator("spans")
    @classmethod
    def _ordered(cls, spans: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
        flat = [edge for span in spans for edge in span]
        if not flat or any(a >= b for a, b in zip(flat, flat[1:], strict=False)):
            raise ValueError("working spans must be in order, not empty and not overlapping")
        return spans

    def works_on(self, day: date) -> bool:
        """Tell whether the desks are open on `day`."""
        return day in self.extra_days or (day.weekday() in self.weekdays and day not in self.holidays)


class WorkClock:
    """Working seconds between moments of one city, from `first` to `last` day; moments are UTC epoch seconds.

    Raises ValueError from `deadline` when it falls after `last`.
    """

    def __init__(self, calendar: Calendar, zone: str, first: date, last: date):
        edges, worked, total = [], [], 0.0
        tz = ZoneInfo(zone)
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            if not calendar.works_on(day):
                continue
            for opens, closes in calendar.spans:
                a = datetime.combine(day, opens, tz).timestamp()
                b = datetime.combine(day, closes, tz).timestamp()
                edges += [a, b]
                worked += [total, total + b - a]
                total += b - a
        self._edges = np.asarray(edges)
        self._worked = np.asarray(worked)

    def worked(self, at: np.ndarray | float) -> np.ndarray:
        """Working seconds from the first edge to each moment of `at`; shape as `at`."""
        return np.interp(at, self._edges, self._worked)

    def deadline(self, at: np.ndarray | float, limit: np.ndarray | float) -> np.ndarray:
        """The first moment, in epoch seconds, at which `limit` working seconds have passed since `at`."""
        target = self.worked(at) + np.asarray(limit, dtype=float)
        if np.any(target > self._worked[-1]):
            raise ValueError("a deadline falls after the calendar's last day")
        i = np.searchsorted(self._worked, target, side="left").clip(1, len(self._worked) - 1)
        # Equal neighbours are the two sides of a pause; `left` picks the earlier, which is the deadline.
        return np.maximum(self._edges[i] - (self._worked[i] - target), at)


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


@lru_cache(maxsize=8)
def work_clock(calendar: Calendar, zone: str, first: date, last: date) -> WorkClock:
    """A shared WorkClock, since building one walks every day."""
    return WorkClock(calendar, zone, first, last)


def deadlines(
    calendar: Calendar, zone: str, at: Sequence[float] | np.ndarray, limit: np.ndarray, working: np.ndarray
) -> np.ndarray:
    """Deadlines for cases opened `at`: `limit` seconds later, in working time where `working` is true.

    All arrays have one length; moments are UTC epoch seconds. An empty input gives an empty result.
    """
    at = np.asarray(at, dtype=float)
    if not len(at):
        return at
    # Twice as many weeks as the limit fills, since holidays take some away, and two months beside.
    week = len(calendar.weekdays) * sum((_second(b) - _second(a)) for a, b in calendar.spans)
    longest = float(np.max(np.where(working, limit, 0), initial=0))
    margin = timedelta(days=60 + 14 * longest / max(week, 3600))
    first = datetime.fromtimestamp(at.min(), ZoneInfo(zone)).date() - timedelta(days=30)
    last = (datetime.fromtimestamp(at.max(), ZoneInfo(zone)) + margin).date()
    clock = work_clock(calendar, zone, first.replace(day=1), last.replace(day=28))
    return np.where(working, clock.deadline(at, np.where(working, limit, 0)), at + limit)
