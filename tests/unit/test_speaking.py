"""The rules of silence against a second by second count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.speaking import HOUR, due, empty_hours, hours_of_rate, silences, smoothed, uptime

MOMENTS = st.lists(st.integers(0, 400), max_size=25, unique=True).map(sorted)
INTERVALS = st.integers(1, 40)


@st.composite
def spoken(draw):
    """Moments, an interval, a span, and an origin before or within it."""
    start = draw(st.integers(0, 200))
    end = start + draw(st.integers(1, 200))
    at = [t for t in draw(MOMENTS) if t < end]
    origin = draw(st.integers(0, end))
    return [t for t in at if t >= origin], draw(INTERVALS), (start, end), origin


def last_before(at, second, origin):
    """When the one was heard last at a second, or should have begun to speak."""
    return max([t for t in at if t <= second], default=origin)


def online(at, second, interval):
    """Whether it spoke within three intervals before a second."""
    return any(t <= second < t + 3 * interval for t in at)


@given(spoken())
def test_uptime_is_the_share_of_seconds_within_three_intervals(case):
    at, interval, (start, end), origin = case
    seconds = range(max(start, origin), end)
    found = uptime(np.array(at, float), interval, (start, end), origin)
    if not seconds:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(sum(online(at, s, interval) for s in seconds) / len(seconds))


@given(spoken())
def test_a_silence_is_between_neighbours_that_are_further_apart_than_three_intervals(case):
    at, interval, (start, end), origin = case
    found = silences(np.array(at, float), interval, (start, end), origin)
    slow = []
    before = origin
    for moment in [*at, end]:
        if moment - before > 3 * interval and moment > start:
            slow.append((max(before, start), moment))
        before = moment
    assert found == slow


@given(spoken())
def test_who_is_silent_at_the_end_is_in_a_gap_that_is_open(case):
    """The state that a page shows and the gaps on it are told by one rule."""
    at, interval, (start, end), origin = case
    silent = end - last_before(at, end, origin) > 3 * interval
    gaps = silences(np.array(at, float), interval, (start, end), origin)
    assert silent == bool(gaps and gaps[-1][1] == end)


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 30_000))
def test_runs_of_empty_hours_are_longer_than_three_intervals(received, interval):
    found = empty_hours(np.array(received, float), interval)
    slow, run = [], 0
    for n, count in enumerate([*received, 1]):
        if count == 0:
            run += 1
            continue
        if run * 3600 > 3 * interval:
            slow.append((n - run, n))
        run = 0
    assert found == slow


@given(st.lists(st.integers(1, 90_000), max_size=10), st.integers(1, 24))
def test_what_is_due_is_what_members_give_that_speak_in_time(intervals, hours):
    slow = 0.0
    for interval in intervals:
        slow += hours * 3600 / interval
    assert due(np.array(intervals, int), hours) == pytest.approx(slow)
    longest = max(intervals, default=0)
    assert hours_of_rate(np.array(intervals, int)) == max(1, int(np.ceil(longest / HOUR)))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.integers(1, 12), st.integers(1, 40))
def test_smoothing_is_a_mean_over_the_hours_before(received, hours, slots):
    slots = min(slots, len(received))
    found = smoothed(np.array(received, float), hours, slots)
    padded = [0] * hours + received
    slow = [sum(padded[n + 1 : n + 1 + hours]) / hours for n in range(len(received))]
    assert found.tolist() == pytest.approx(slow[-slots:])
