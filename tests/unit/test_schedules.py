"""When schedules are due: by the city's clock, over changes of clocks, none twice and none forgotten."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.schedules import cron_fault, dues, next_due

BERLIN = "Europe/Berlin"


def at(text, zone=BERLIN, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def told(when, since, until, zone=BERLIN):
    return [datetime.fromtimestamp(due, ZoneInfo(zone)).isoformat() for due in dues(when, since, until, zone)]


def test_every_day_at_seven_is_seven_by_the_clock():
    found = told("0 7 * * *", at("2026-03-27T12:00"), at("2026-03-31T07:00"))
    assert found == [f"2026-03-{day}T07:00:00+0{2 if day > 28 else 1}:00" for day in (28, 29, 30, 31)]


def test_what_falls_into_an_hour_that_is_not_there_is_due_right_after_it():
    found = told("30 2 * * *", at("2026-03-28T12:00"), at("2026-03-30T12:00"))
    assert found == ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]


def test_what_falls_into_an_hour_that_comes_twice_is_due_once():
    found = told("30 2 * * *", at("2026-10-24T12:00"), at("2026-10-26T12:00"))
    assert found == ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]
    every = told("*/30 * * * *", at("2026-10-25T01:59"), at("2026-10-25T03:00"))
    assert len(every) == 5, "half an hour is half an hour, whatever the clock shows"


def test_within_the_hour_that_comes_twice_nothing_is_due_again_and_nothing_is_lost():
    second = at("2026-10-25T02:10", fold=1)
    assert second - at("2026-10-25T02:10") == 3600
    assert told("30 2 * * *", second, at("2026-10-26T00:00")) == []
    assert dues("30 2 * * *", at("2026-10-25T00:00"), second, BERLIN) == [at("2026-10-25T02:30")]
    assert next_due("30 2 * * *", second, BERLIN) == at("2026-10-26T02:30")


def test_due_is_what_lies_after_and_not_after():
    seven = at("2026-05-05T07:00")
    assert dues("0 7 * * *", seven - 1, seven, BERLIN) == [seven]
    assert dues("0 7 * * *", seven, seven + 86399, BERLIN) == []


@given(
    st.sampled_from(("0 7 * * *", "30 2 * * *", "*/15 1-3 * * *", "5 0 1 * *", "0 12 * * MON", "15 2,3 * * 0")),
    st.sampled_from((BERLIN, "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "UTC")),
    st.integers(0, 366 * 86400),
    st.lists(st.integers(1, 3 * 86400), min_size=1, max_size=12),
)
def test_looking_often_finds_what_looking_once_does(when, zone, start, steps):
    """However the looks lie, the same due times come, in order, each once."""
    edges = [datetime(2026, 1, 1, tzinfo=UTC).timestamp() + start]
    for step in steps:
        edges.append(edges[-1] + step)
    once = dues(when, edges[0], edges[-1], zone)
    often = [due for a, b in zip(edges, edges[1:], strict=False) for due in dues(when, a, b, zone)]
    assert often == once == sorted(set(once))
    for due in once[:1]:
        assert next_due(when, edges[0], zone) == due


def test_each_time_is_one_that_the_form_names():
    """Against a count minute by minute, in a zone without changes of clocks."""
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 2, 27, tzinfo=zone)
    minutes = [start + timedelta(minutes=n) for n in range(1, 5 * 1440 + 1)]
    wanted = [m.timestamp() for m in minutes if m.hour in (6, 18) and m.minute == 45 and m.isoweekday() <= 5]
    assert dues("45 6,18 * * 1-5", start.timestamp(), minutes[-1].timestamp(), "Asia/Shanghai") == wanted


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("* * * *", "five fields"),
        ("0 0 7 * * *", "five fields"),
        ("61 * * * *", "minute"),
        ("0 7 31 2 *", "day"),
        ("0 7 * * FUN", "day-of-week"),
        ("", "five fields"),
    ],
)
def test_a_form_that_is_none_is_told(when, why):
    assert why in cron_fault(when)
    assert not cron_fault("0 7 * * 1-5")
