"""The course of a metric: what was, what was a week before, and what may be expected next.

The forecast is seasonal: the same hour of the last four weeks, scaled by how the last day ran against them; its
band holds the middle 80 % of a Poisson-like spread around it, widened by how much the weeks differ.
"""

from dataclasses import dataclass

import numpy as np

from data_access.ask import WEEK, Ask, Span
from data_access.city import City
from data_access.metric import Metric
from data_access.timeline import steps_after, steps_until

STEPS = {"1h": (300, 24, 6), "today": (3600, 36, 10), "7d": (10800, 56, 8), "30d": (86400, 30, 5)}
"""Seconds a step, steps shown, steps forecast; by window."""
WEEKS = 4
BAND = 1.2816
LATE = 120.0
"""For so many seconds after a step's end a live course takes in what comes late; then it stands until the next."""


@dataclass(frozen=True)
class Trend:
    """Arrays over `at` (ends of steps, UTC epoch seconds): actual, a week before; and the forecast after it."""

    metric: Metric
    step: int
    at: np.ndarray
    actual: np.ndarray
    before: np.ndarray
    ahead: np.ndarray
    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray


def trend(city: City, ask: Ask, metric: Metric) -> Trend:
    """The trend of `metric` over the ask's unit, up to the last whole step before the moment."""
    step, shown, more = STEPS[ask.view.window]
    points = steps_until(ask.at, step, shown, city.profile.zone)
    v, end = ask.view, points[-1][1]
    known = ask.moment.of(metric.table) if not ask.live or ask.at < end + LATE else None
    key = ("trend", metric.key, end, step, ask.intervals, v.types, v.networks, ask.live, known)
    return city.cache.get(key, lambda: _compute(city, ask, metric, step, points, more))


def _compute(city: City, ask: Ask, metric: Metric, step: int, points: list[Span], more: int) -> Trend:
    ahead = steps_after(points, step, more, city.profile.zone)
    past = _past(city, ask, metric, points, ahead)
    actual = metric.series(city, ask, points)
    before = metric.series(city, ask, _weeks_ago(points, 1))
    expected, low, high = _forecast(metric, past, len(ahead), actual)
    ends = [np.array([end for _, end in spans]) for spans in (points, ahead)]
    return Trend(metric, step, ends[0], actual, before, ends[1], expected, low, high)


def _weeks_ago(spans: list[Span], weeks: int) -> list[Span]:
    return [(a - weeks * WEEK, b - weeks * WEEK) for a, b in spans]


def _past(city: City, ask: Ask, metric: Metric, points: list[Span], ahead: list[Span]) -> np.ndarray:
    """The last day before the moment and the steps ahead of it, as they went in each of the weeks before."""
    a_day = round(86400 / (points[-1][1] - points[-1][0]))
    recurring = points[-max(1, min(len(points), a_day)) :] + ahead
    weeks = range(WEEKS, 0, -1)  # the oldest first: what it takes from the store serves the others
    return np.array([metric.series(city, ask, _weeks_ago(recurring, week)) for week in weeks])


def _forecast(
    metric: Metric, weeks: np.ndarray, more: int, actual: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    day = weeks.shape[1] - more
    known = np.isfinite(weeks).all(1) & (weeks.sum(1) > 0)
    if known.sum() < 2:
        return (np.full(more, np.nan),) * 3
    usual = np.median(weeks[known], axis=0)
    recent, reference = np.nansum(actual[-day:]), usual[:day].sum()
    ratio = np.clip(recent / reference, 0.5, 2.0) if reference > 0 and metric.unit.en != "%" else 1.0
    expected = usual[day:] * ratio
    spread = np.sqrt(weeks[known][:, day:].var(0) + (expected if metric.unit.en != "%" else 0))
    return expected, np.maximum(expected - BAND * spread, 0), expected + BAND * spread
