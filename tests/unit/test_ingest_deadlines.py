"""Deadlines of calendars that hardly work."""

from datetime import UTC, datetime, time

import numpy as np

from data_access.worktime import Calendar, deadlines


def test_a_desk_open_one_hour_on_sundays():
    calendar = Calendar(weekdays=(6,), spans=((time(9), time(10)),))
    opened = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
    due = deadlines(calendar, "UTC", [opened], np.array([100 * 3600.0]), np.array([True]))
    assert datetime.fromtimestamp(due[0], UTC) == datetime(2028, 1, 23, 10, tzinfo=UTC)
