"""The window of a View in frames, to be played back: which moments they are, and a metric's values at each.

A frame is a View: as of its end, with a window of its own where one is needed. So what a frame shows is what every
panel shows of that View.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from data_access.ask import Ask, Span, ask, recorded, resolve
from data_access.city import City
from data_access.metric import Metric
from data_access.queries.comparison import beside
from data_access.queries.comparison import shown as figures
from data_access.timeline import DAY, floor, moved
from data_access.view import View

Mode = Literal["cumulative", "moving"]
MODES: tuple[Mode, ...] = ("cumulative", "moving")
STEPS = {"1h": 300, "today": 3600, "7d": 6 * 3600, "30d": DAY}
"""Seconds from frame to frame, by window."""
DAYS = {"today": 1, "7d": 7, "30d": 30}
"""Days that the frames around a past moment span, by window; a week begins on Monday."""
HOUR = 3600


@dataclass(frozen=True)
class Frames:
    """The frames of a window: `start`, their ends in order, and where each one's step begins, in epoch seconds.

    `mode` tells whether a frame counts from `start` on (cumulative) or only its own step (moving). `at` is the
    frame that the View shows, None for none of them; `place` where its moment is among their ends: the number of
    the one it is, or half way between two (−0.5 before the first); `live` whether the last one is now.
    """

    start: float
    ends: tuple[float, ...]
    begins: tuple[float, ...]
    mode: Mode
    at: int | None
    place: float
    live: bool

    def __len__(self) -> int:
        return len(self.ends)

    def view(self, view: View, k: int, mode: Mode | None = None) -> View:
        """The View of frame `k`; the last one of a live window is now."""
        mode, now = mode or self.mode, self.live and k == len(self) - 1
        whole = None if now or view.window == "today" else self.start
        since = self.begins[k] if mode == "moving" else whole
        as_of = None if now else _moment(self.ends[k])
        return view.but(as_of=as_of, since=None if since is None else _moment(since))


def frames(city: City, question: Ask) -> Frames:
    """The frames of the window that ends now; for a moment before it, of the stretch of time that holds it."""
    zone, window, now = city.profile.zone, question.view.window, question.moment.at
    start, end = _around(question, window, now, zone)
    step = STEPS[window]
    marks = [floor(end, step, zone)]
    while marks[-1] > start:
        marks.append(moved(marks[-1], -1, step, zone))
    marks = [mark for mark in reversed(marks) if mark < end]
    known = [mark for mark in marks if mark > start and recorded(city, mark, question.moment)]
    ends = [*known, end]
    begins = tuple(max(mark for mark in [moved(ends[0], -1, step, zone), *marks] if mark < each) for each in ends)
    return Frames(start, tuple(ends), begins, *_place(question, ends, begins, start), end == now)


def matrix(
    city: City,
    question: Ask,
    metric: Metric,
    rows: np.ndarray,
    shown: Frames,
    places: Iterable[int] | None = None,
    compare: str = "",
) -> np.ndarray:
    """What the map shows of the units in `rows` at each frame, or at those of `places`: frames × units.

    Values as in `data_access.queries.comparison.shown`; nan where not known. With `compare`: what the map beside
    it shows then.
    """
    views = [shown.view(question.view, k) for k in (range(len(shown)) if places is None else places)]
    if compare:
        views = [view.but(compare=compare) for view in views]
    asked = [ask(city, view, question.scope, question.moment) for view in views]
    if compare:
        asked = [other and other.ask for other in (beside(city, each) for each in asked)]
    unknown = np.full(len(rows), np.nan)
    return np.stack([figures(city, each, metric, rows).value if each else unknown for each in asked])


def _around(question: Ask, window: str, now: float, zone: str) -> Span:
    """The window that ends now, or for a moment before it the hour, day, week or thirty days that hold that."""
    start, end = resolve(window, now, zone)
    edge = floor(start, STEPS[window], zone)
    if question.live or question.at > edge:
        return start, end
    start, end = _holding(question.at, window, zone)
    return start, min(end, edge)


def _holding(at: float, window: str, zone: str) -> Span:
    if window not in DAYS:
        start = floor(at, HOUR, zone)
        start -= HOUR if start == at else 0
        return start, start + HOUR
    midnight = floor(at, DAY, zone)
    midnight = moved(midnight, -1, DAY, zone) if midnight == at else midnight
    past = (datetime.fromtimestamp(midnight, ZoneInfo(zone)).toordinal() - 1) % DAYS[window]
    start = moved(midnight, -past, DAY, zone)
    return start, moved(start, DAYS[window], DAY, zone)


def _place(
    question: Ask, ends: list[float], begins: tuple[float, ...], start: float
) -> tuple[Mode, int | None, float]:
    """What a frame counts, which one the View shows, and where its moment is among them.

    The first frame of a week is the same in both modes. A View with a window of its own shows none of them.
    """
    k = bisect_right(ends, question.at) - 1
    met = k >= 0 and ends[k] == question.at
    since = question.view.since and question.view.since.timestamp()
    moving = met and since not in (None, start) and since == begins[k]
    own = since is not None and since != start and not moving
    return "moving" if moving else "cumulative", k if met and not own else None, k if met else k + 0.5


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
