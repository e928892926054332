"""Deadlines in working time against a reference that steps from minute to minute."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from data_access.worktime import Calendar, WorkClock, deadlines

FIRST, LAST = date(2026, 2, 20), date(2026, 4, 10)
"""Spans New York's change to summer time on 8 March."""


def reference(calendar, zone, at, limit):
    """The end of the working minute that fills `limit`, or `at` itself for no limit."""
    tz, left, t = ZoneInfo(zone), limit, at
    while left > 0:
        local = datetime.fromtimestamp(t, tz)
        if calendar.works_on(local.date()) and any(a <= local.time() < b for a, b in calendar.spans):
            left -= 60
        t += 60
    return t


def moments(zone):
    start = datetime(2026, 3, 1, tzinfo=ZoneInfo(zone)).timestamp()
    return st.integers(0, 14 * 1440).map(lambda minutes: start + 60 * minutes)


@st.composite
def calendars(draw):
    """Any weekdays, up to three spans of a day, holidays and days made up for; desks closed in small hours."""
    edges = sorted(draw(st.lists(st.integers(5 * 4, 23 * 4), min_size=2, max_size=6, unique=True)))
    edges = edges[: len(edges) // 2 * 2]
    spans = [
        (time(a // 4, a % 4 * 15), time(b // 4, b % 4 * 15)) for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    days = st.dates(FIRST, LAST)
    return Calendar(
        weekdays=tuple(draw(st.sets(st.integers(0, 6), min_size=2))),
        spans=tuple(spans),
        holidays=draw(st.frozensets(days, max_size=8)),
        extra_days=draw(st.frozensets(days, max_size=4)),
    )


@settings(max_examples=40)
@given(st.data(), calendars(), st.sampled_from(("Asia/Shanghai", "America/New_York")), st.integers(0, 12 * 60))
def test_deadlines_are_where_stepping_arrives(data, calendar, zone, minutes):
    at = data.draw(moments(zone))
    clock = WorkClock(calendar, zone, FIRST, LAST + timedelta(days=300))
    assert float(clock.deadline(at, 60 * minutes)) == reference(calendar, zone, at, 60 * minutes)


@settings(max_examples=15)
@given(st.data(), calendars(), st.sampled_from(("Asia/Shanghai", "America/New_York")))
def test_many_at_once(data, calendar, zone):
    at = np.array(data.draw(st.lists(moments(zone), min_size=1, max_size=4)))
    limit = np.array(data.draw(st.lists(st.integers(0, 600), min_size=len(at), max_size=len(at)))) * 60
    working = np.array(data.draw(st.lists(st.booleans(), min_size=len(at), max_size=len(at))))
    found = deadlines(calendar, zone, at, limit, working)
    for a, length, counts, due in zip(at, limit, working, found, strict=True):
        assert due == (reference(calendar, zone, a, length) if counts else a + length)


@pytest.mark.parametrize(
    ("opened", "hours", "due"),
    [
        ("2026-03-06T17:00", 1, "2026-03-09T09:00"),  # over a weekend, and New York's lost hour
        ("2026-03-06T11:30", 1, "2026-03-06T14:00"),  # over lunch
        ("2026-03-07T12:00", 0, "2026-03-07T12:00"),  # nothing to do is done at once
        ("2026-03-05T16:30", 1, "2026-03-05T17:30"),  # to the very end of the day, not the next morning
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_usual_hours(zone, opened, hours, due):
    at, expected = (datetime.fromisoformat(t).replace(tzinfo=ZoneInfo(zone)).timestamp() for t in (opened, due))
    assert deadlines(Calendar(), zone, [at], np.array([3600 * hours]), np.array([True]))[0] == expected


def test_holidays_are_off_and_made_up_days_on():
    calendar = Calendar(holidays=frozenset({date(2026, 3, 9)}), extra_days=frozenset({date(2026, 3, 7)}))
    assert [calendar.works_on(date(2026, 3, d)) for d in (6, 7, 8, 9, 10)] == [True, True, False, False, True]


def test_beyond_the_last_day_is_an_error():
    clock = WorkClock(Calendar(), "Asia/Shanghai", FIRST, LAST)
    with pytest.raises(ValueError, match="last day"):
        clock.deadline(datetime(2026, 4, 9).timestamp(), 30 * 8 * 3600)


@pytest.mark.parametrize("spans", [(), (("12:00", "08:00"),), (("08:00", "12:00"), ("11:00", "13:00"))])
def test_spans_must_be_in_order(spans):
    with pytest.raises(ValidationError):
        Calendar(spans=spans)
