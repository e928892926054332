"""What the map is set against, by `View.compare`: last week as a difference, or another map beside it.

==================  ==================================================================================
``change``          the map shows by how much each cell differs from a week before
``day``, ``week``   beside it the same, a day or a week before
``now``             beside a past moment the same, now
``metric:<key>``    beside it another metric
a moment            beside it the same, as of that moment (as `as_of` is written)
==================  ==================================================================================
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from data_access.ask import WEEK, Ask, ask, recorded
from data_access.city import City
from data_access.metric import NONE, Figures, Metric
from data_access.view import View
from data_access.words import T

CHANGE = "change"
BEFORE = {"day": timedelta(days=1), "week": timedelta(weeks=1)}
NOW = "now"
METRIC = "metric:"


@dataclass(frozen=True)
class Beside:
    """What the map beside is asked, and whether it shows the same metric, so that one scale serves both."""

    ask: Ask
    same_metric: bool


def shown(city: City, question: Ask, metric: Metric, rows: np.ndarray) -> Figures:
    """What the map shows of the units in `rows`: the metric's figures, or their change against a week before.

    A change has no fraction; it is not known where either side is not, nor before the first record.
    """
    figures = metric.figures(city, question, rows)
    if question.view.compare != CHANGE:
        return figures
    earlier = question.shifted(WEEK)
    nothing = np.full(len(rows), NONE)
    if not recorded(city, earlier.at, question.moment):
        return Figures(nothing, nothing, nothing)
    return Figures(figures.value - metric.figures(city, earlier, rows).value, nothing, nothing)


def beside(city: City, question: Ask) -> Beside | None:
    """What stands beside the map; None for nothing, or where the View names what there is not."""
    view = _other(city, question)
    if view is None:
        return None
    other = ask(city, view.but(compare=""), question.scope, question.moment)
    return Beside(other, not question.view.compare.startswith(METRIC))


def _other(city: City, question: Ask) -> View | None:
    compare, view = question.view.compare, question.view
    if compare.startswith(METRIC):
        key = compare.removeprefix(METRIC)
        return view.but(metric=key) if key in city.metrics else None
    if compare == NOW:
        return None if question.live else view.but(as_of=None, since=None)
    at = _moment(question, compare)
    if at is None or not recorded(city, at.timestamp(), question.moment):
        return None
    earlier = datetime.fromtimestamp(int(question.at), UTC) - at
    return view.but(as_of=at, since=view.since and view.since - earlier)


def _moment(question: Ask, compare: str) -> datetime | None:
    if compare in BEFORE:
        return datetime.fromtimestamp(int(question.at), UTC) - BEFORE[compare]
    return named_moment(compare)


def named_moment(compare: str) -> datetime | None:
    """The moment that a comparison is with, where it is with one of its own; None for any other."""
    return View.of("/", {"as_of": compare})[0].as_of if compare else None


def in_step(compare: str) -> bool:
    """Whether the map beside goes through time as the map does: another moment of its own stands still."""
    return compare in BEFORE or compare.startswith(METRIC)


def choices(question: Ask) -> dict[str, T]:
    """The comparisons that are offered for an ask, but those with another metric."""
    past = {} if question.live else {NOW: T("与此刻并列", "Beside now")}
    return {
        "": T("不对比", "No comparison"),
        CHANGE: T("较上周变化", "Change on last week"),
        "day": T("与前一日并列", "Beside a day before"),
        "week": T("与上周并列", "Beside a week before"),
        **past,
    }
