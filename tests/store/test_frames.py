"""The frames of a window: which moments they are, and that each shows what its View shows."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from replay import replay_of
from test_metrics import agrees

from data_access.ask import ask
from data_access.metric import Figure
from data_access.queries.comparison import beside
from data_access.queries.frames import MODES, frames, matrix
from data_access.view import WINDOWS, View

HISTORY = 20 * 86400
QUICK = settings(max_examples=60, suppress_health_check=list(HealthCheck))
PLAYED = ["opened", "open_cases", "on_time_rate", "devices_online"]
FEW = settings(QUICK, max_examples=8, derandomize=True, phases=(Phase.explicit, Phase.generate))


@pytest.fixture(scope="module")
def truth(city):
    return replay_of(city)


@st.composite
def views(draw, city):
    """Any window, at now or at a past moment."""
    now = int(city.live.moment().at)
    at = draw(st.none() | st.integers(now - HISTORY, now - 1))
    as_of = None if at is None else datetime.fromtimestamp(at, UTC)
    return View(window=draw(st.sampled_from(list(WINDOWS))), as_of=as_of)


def test_frames_follow_one_another_within_the_window(city):
    @QUICK
    @given(views(city))
    def holds(view):
        question = ask(city, view)
        shown = frames(city, question)
        assert list(shown.ends) == sorted(set(shown.ends))
        assert shown.start < shown.ends[0]
        assert shown.ends[-1] <= question.moment.at
        assert shown.live == (shown.ends[-1] == question.moment.at)
        first_step = shown.ends[0] - shown.begins[0]
        assert shown.start - first_step < question.at <= shown.ends[-1]
        assert all(begin < end for begin, end in zip(shown.begins, shown.ends, strict=True))
        assert list(shown.begins[1:]) == list(shown.ends[:-1])

    holds()


def test_going_to_a_frame_leaves_the_frames_as_they_are(city):
    @QUICK
    @given(views(city), st.sampled_from(MODES), st.data())
    def holds(view, mode, data):
        before = frames(city, ask(city, view))
        k = data.draw(st.integers(0, len(before) - 1))
        question = ask(city, before.view(view, k, mode))
        after = frames(city, question)
        assert (after.start, after.ends, after.begins) == (before.start, before.ends, before.begins)
        assert after.at == after.place == k
        assert question.live == (before.live and k == len(before) - 1)
        begin = before.begins[k] if mode == "moving" else before.start
        assert after.mode == mode or (k == 0 and before.begins[0] == before.start)
        assert question.span == (begin, before.ends[k])

    holds()


def test_a_moment_has_its_place_among_the_frames(city):
    @QUICK
    @given(views(city))
    def holds(view):
        question = ask(city, view)
        shown = frames(city, question)
        before = sum(end <= question.at for end in shown.ends)
        if question.at in shown.ends:
            assert shown.at == shown.place == shown.ends.index(question.at) == before - 1
        else:
            assert shown.at is None and shown.place == before - 0.5

    holds()


def test_the_newest_step_of_a_live_window_stays_live(city):
    @QUICK
    @given(st.sampled_from(list(WINDOWS)))
    def holds(window):
        before = frames(city, ask(city, View(window=window)))
        newest = before.view(View(window=window), len(before) - 1, "moving")
        assert newest.as_of is None and newest.since.timestamp() == before.begins[-1]
        shown = frames(city, ask(city, newest))
        assert (shown.mode, shown.at, shown.live) == ("moving", len(before) - 1, True)

    holds()


def test_a_window_of_its_own_is_none_of_the_frames(city):
    now = datetime.fromtimestamp(int(city.live.moment().at), UTC)
    for as_of in (None, now - timedelta(hours=3, minutes=34, seconds=56)):
        view = View(as_of=as_of, since=now - timedelta(days=3, seconds=7))
        shown = frames(city, ask(city, view))
        assert (shown.mode, shown.at) == ("cumulative", None)
        named = frames(city, ask(city, view.but(since=None)))
        assert (shown.start, shown.ends, shown.place) == (named.start, named.ends, named.at)


@pytest.mark.parametrize("compare", ["day", "week", "metric:open_cases"])
def test_the_map_beside_has_frames_of_its_own(city, compare):
    question, rows = ask(city, View(window="7d", compare=compare)), city.units.rows_at(1)
    metric = city.metrics[compare.removeprefix("metric:") if ":" in compare else "opened"]
    shown = frames(city, question)
    values = matrix(city, question, metric, rows, shown, compare=compare)
    assert len(values) == len(shown)
    for k, row in enumerate(values):
        other = beside(city, ask(city, shown.view(question.view, k)))
        assert np.array_equal(row, metric.figures(city, other.ask, rows).value, equal_nan=True)
        before = {"day": 86400, "week": 7 * 86400}.get(compare, 0)
        assert abs(other.ask.at + before - shown.ends[k]) < 1
    assert len(np.unique(values, axis=0)) > 3


def test_a_frame_holds_what_was_counted(city, truth):
    @FEW
    @given(views(city), st.sampled_from(MODES), st.data())
    def holds(view, mode, data):
        question = ask(city, view)
        shown = frames(city, ask(city, frames(city, question).view(view, 0, mode)))
        metric = city.metrics[data.draw(st.sampled_from(PLAYED))]
        rows = city.units.rows_at(1)
        values = matrix(city, question, metric, rows, shown)
        assert values.shape == (len(shown), len(rows))
        k, cell = (data.draw(st.integers(0, n - 1)) for n in values.shape)
        begin = shown.begins[k] if shown.mode == "moving" else shown.start
        leaves = range(int(city.units.table.lo[rows[cell]]), int(city.units.table.hi[rows[cell]]))
        expected = getattr(truth.ask(leaves, begin, shown.ends[k]), metric.key)()
        n, m = expected if isinstance(expected, tuple) else (np.nan, np.nan)  # None: not known
        agrees(metric, Figure(float(values[k, cell]), n, m), expected)

    holds()


def test_a_day_is_played_by_the_hour_of_the_city(city):
    shown = frames(city, ask(city, View(window="today")))
    assert shown.live
    assert [end % 3600 for end in shown.ends[:-1]] == [0] * 10
    assert shown.ends[0] - shown.start == 3600
