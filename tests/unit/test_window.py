"""Windows of time: half-open, and "today" in the city's zone at every hour of the year's odd days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data_access.ask import resolve

ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
)
ODD_DAYS = (
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2026, 4, 24),
    date(2026, 10, 30),
    date(2026, 4, 5),
    date(2026, 7, 1),
)


def midnight_by_walking(at, zone):
    """The first whole second of the local day that holds the second before `at`, found by walking back."""
    tz = ZoneInfo(zone)
    day = datetime.fromtimestamp(at - 1, tz).date()
    t = at - 1
    while datetime.fromtimestamp(t - 900, tz).date() == day:
        t -= 900
    while datetime.fromtimestamp(t - 1, tz).date() == day:
        t -= 1
    return t


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", ODD_DAYS)
def test_today_begins_at_midnight_at_every_hour(zone, day):
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).timestamp()
    for hours in range(-18, 20, 2):
        at = noon + 3600 * hours
        assert resolve("today", at, zone) == (midnight_by_walking(at, zone), at)


@pytest.mark.parametrize("zone", ZONES)
def test_at_midnight_today_is_the_day_just_ended(zone):
    for n in range(0, 365, 13):
        day = date(2026, 1, 1) + timedelta(days=n)
        at = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
        start, end = resolve("today", at, zone)
        assert end == at
        assert 22 * 3600 <= end - start <= 26 * 3600
        assert start == midnight_by_walking(at, zone)
        assert resolve("today", at + 1, zone) == (at, at + 1)


def test_a_repeated_midnight_belongs_to_one_day():
    """Havana's clocks go back from 01:00 to 00:00: both half past midnights are of one day, begun once."""
    first = datetime(2026, 11, 1, 4, 0, tzinfo=UTC).timestamp()
    for seconds in (1800, 3600, 5400, 7200, 9000):
        assert resolve("today", first + seconds, "America/Havana")[0] == first


def test_days_of_changing_clocks_have_their_true_length():
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)):
        last = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZoneInfo("America/New_York")).timestamp()
        start, end = resolve("today", last, "America/New_York")
        assert end - start == hours * 3600 - 1


@pytest.mark.parametrize(("window", "seconds"), [("1h", 3600), ("7d", 7 * 86400), ("30d", 30 * 86400)])
def test_other_windows_have_a_fixed_length(window, seconds):
    assert resolve(window, 1_773_801_296.0, "America/New_York") == (1_773_801_296.0 - seconds, 1_773_801_296.0)
