"""Steps of time in a city's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.timeline import steps_after, steps_until

ZONES = ["Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]


@given(
    st.floats(1.6e9, 1.9e9),
    st.sampled_from([300, 3600, 10800, 21600, 86400]),
    st.integers(1, 40),
    st.sampled_from(ZONES),
)
def test_steps_follow_one_another_and_end_before_the_moment(at, step, count, zone):
    spans = steps_until(at, step, count, zone)
    assert len(spans) == count
    assert all(a < b for a, b in spans)
    assert all(left[1] == right[0] for left, right in zip(spans, spans[1:], strict=False))
    assert spans[-1][1] <= at < spans[-1][1] + step + 3600
    ahead = steps_after(spans, step, 3, zone)
    assert ahead[0][0] == spans[-1][1]


@pytest.mark.parametrize("zone", ZONES)
def test_days_begin_at_the_citys_midnight(zone):
    at = datetime(2026, 11, 3, 15, 20, tzinfo=ZoneInfo(zone)).timestamp()
    for begin, _ in steps_until(at, 86400, 30, zone):
        assert datetime.fromtimestamp(begin, ZoneInfo(zone)).strftime("%H:%M") == "00:00"


def test_a_day_of_the_change_of_clocks_has_25_hours():
    at = datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("America/New_York")).timestamp()
    a, b = steps_until(at, 86400, 1, "America/New_York")[0]
    assert b - a == 25 * 3600
