"""The course of a metric: what was, what was a week before, and what may be expected next.

The forecast is seasonal: the same hour of the last four weeks, scaled by how the last day ran against them; its
band holds the middle 80 % of a Poisson-like spread around it, widened by how much the weeks differ.
"""

from dataclasses import dataclass

import numpy as np

from data_access.ask import WEEK, Ask
from data_access.city import City
from data_access.metric import Metric

STEPS = {"1h": (300, 24, 6), "today": (3600, 36, 10), "7d": (10800, 56, 8), "30d": (86400, 30, 5)}
"""Seconds a step, steps shown, steps forecast; by window."""
WEEKS = 4
BAND = 1.2816


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
    end = ask.at - ask.at % step
    v = ask.view
    key = ("trend", metric.key, end, step, ask.intervals, v.types, v.networks, ask.live)
    return city.cache.get(key, lambda: _compute(city, ask, metric, step, end, shown, more))


def _windows(end: float, step: int, count: int) -> list[tuple[float, float]]:
    return [(end - (i + 1) * step, end - i * step) for i in reversed(range(count))]


def _compute(city: City, ask: Ask, metric: Metric, step: int, end: float, shown: int, more: int) -> Trend:
    points = _windows(end, step, shown)
    at = np.array([b for _, b in points])
    actual = metric.series(city, ask, points)
    before = metric.series(city, ask, [(a - WEEK, b - WEEK) for a, b in points])
    ahead = end + step * np.arange(1, more + 1)
    expected, low, high = _forecast(city, ask, metric, step, end, more, actual)
    return Trend(metric, step, at, actual, before, ahead, expected, low, high)


def _forecast(
    city: City, ask: Ask, metric: Metric, step: int, end: float, more: int, actual: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    past, day = [], max(1, min(len(actual), 86400 // step))
    for week in range(1, WEEKS + 1):
        first = end - week * WEEK
        windows = _windows(first + more * step, step, day + more)
        past.append(metric.series(city, ask, windows))
    weeks = np.array(past)
    known = np.isfinite(weeks).all(1) & (weeks.sum(1) > 0)
    if known.sum() < 2:
        return (np.full(more, np.nan),) * 3
    usual = np.median(weeks[known], axis=0)
    recent, reference = np.nansum(actual[-day:]), usual[:day].sum()
    ratio = np.clip(recent / reference, 0.5, 2.0) if reference > 0 and metric.unit.en != "%" else 1.0
    expected = usual[day:] * ratio
    spread = np.sqrt(weeks[known][:, day:].var(0) + (expected if metric.unit.en != "%" else 0))
    return expected, np.maximum(expected - BAND * spread, 0), expected + BAND * spread
