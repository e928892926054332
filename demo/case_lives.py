"""The life of a case: when it takes each step, and which deadline is in force."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from data_access.words import STEPS
from data_access.worktime import deadlines
from demo.habits import late_chance
from demo.records import DAY, Town

STEP_NAMES = list(STEPS)
REPORTED, ACCEPTED, DISPATCHED, HANDLING, RETURNED, VERIFIED, CLOSED, REOPENED, EXTENDED, ESCALATED = range(10)
AT_EXTENDED, AT_ESCALATED = 7, 8
"""Columns of a times matrix are the steps reported … closed, then these two; `reopened` stands in the first."""

LONGEST = 25 * DAY
LONGEST_AGAIN = 12 * DAY
LONGEST_BEFORE_REOPENED = 3 * DAY
LOOK_BACK_DAYS = 41
"""No case of an earlier local day takes a step any more: the sum of the above, and one."""

LEAST = 300.0
"""Seconds from accepting to closing, at least."""


@dataclass(frozen=True)
class Lives:
    """Spells of cases. `times`: float, n × 9, UTC epoch seconds, NaN for a step not taken; `due`: the deadline
    set at first, `due_extended`: the one in force from the `extended` step on.
    """

    times: np.ndarray
    due: np.ndarray
    due_extended: np.ndarray


@dataclass(frozen=True)
class _Limits:
    limit: np.ndarray
    working: np.ndarray
    response: np.ndarray
    pace: np.ndarray


@lru_cache(maxsize=8)
def _limits(town: Town) -> _Limits:
    types = town.profile.types
    limit = np.array([t.limit for t in types], float)
    # The longer the limit, the smaller the part of it that is used up.
    pace = 0.42 * (limit / (4 * 3600)) ** -0.42
    working = np.array([t.working for t in types], bool)
    return _Limits(limit, working, np.array([t.response for t in types], float), np.clip(pace, 0.02, 0.55))


class _Clock:
    """Deadlines of one set of spells: `after(part)` is when that part of each one's limit has passed."""

    def __init__(self, town: Town, opened: np.ndarray, limit: np.ndarray, working: np.ndarray):
        self._calendar, self._zone = town.profile.calendar, town.profile.zone
        self._opened, self._limit, self._working = opened, limit, working

    def after(self, part: np.ndarray | float, working: np.ndarray | None = None) -> np.ndarray:
        """The moment at which `part` of the limit has passed, in working time where the type says so."""
        working = self._working if working is None else working
        return deadlines(self._calendar, self._zone, self._opened, self._limit * part, working)


def lives(
    town: Town, rng: np.random.Generator, opened: np.ndarray, leaf: np.ndarray, kind: np.ndarray, longest: float
) -> Lives:
    """The lives of spells opened at `opened` in `leaf`, of type number `kind`; none lasts over `longest` s."""
    rules, n = _limits(town), len(opened)
    limit, working = rules.limit[kind], rules.working[kind]
    clock = _Clock(town, opened, limit, working)
    accepted, slow = _accepted(town, rng, opened, rules.response[kind], working)
    accepted = np.minimum(accepted, opened + longest / 3)
    extended_at = clock.after(rng.uniform(0.5, 0.92, n))
    extended = (rng.random(n) < 0.05) & (extended_at - accepted > 2 * LEAST) & (extended_at < opened + longest / 2)
    stretch = np.where(extended, 1 + rng.uniform(0.5, 1.0, n), 1.0)
    late = rng.random(n) < late_chance(town)[leaf]
    part = _used_part(rng, rules.pace[kind], stretch, extended, late)
    crew = (rng.random(n) < 0.72) & ~extended & ~late
    closed = np.minimum(clock.after(part, working & ~crew), opened + longest - 7200)
    closed = np.maximum(closed, accepted + LEAST * rng.uniform(1, 3, n))
    times = np.full((n, 9), np.nan)
    times[:, 0], times[:, ACCEPTED], times[:, CLOSED] = opened, accepted, closed
    times[:, AT_EXTENDED] = np.where(extended & (extended_at < closed - LEAST), extended_at, np.nan)
    _between(rng, times)
    _escalations(rng, times, late | slow)
    times = np.round(times, 3)
    return Lives(times, np.round(clock.after(1.0), 3), np.round(clock.after(stretch), 3))


def _accepted(
    town: Town, rng: np.random.Generator, opened: np.ndarray, response: np.ndarray, working: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """When each is accepted, and which of them long after the limit for accepting."""
    n = len(opened)
    prompt = opened + np.minimum(45 + rng.exponential(0.16, n) * response, 0.93 * response)
    slow = rng.random(n) < 0.015
    factor = 1.15 + rng.exponential(1.5, n).clip(0, 8)
    clock = _Clock(town, opened, response, working)
    return np.where(slow, clock.after(np.where(slow, factor, 0.0)), prompt), slow


def _used_part(
    rng: np.random.Generator, pace: np.ndarray, stretch: np.ndarray, extended: np.ndarray, late: np.ndarray
) -> np.ndarray:
    """How much of its limit each spell has used when it closes: over `stretch` when late."""
    n = len(pace)
    usual = pace * rng.gamma(1.6, 1 / 1.6, n)
    usual = np.where(usual > 0.95, rng.uniform(0.6, 0.97, n), usual)
    usual = np.where(extended, 1 + (stretch - 1) * rng.uniform(0.05, 0.95, n), usual)
    over = stretch * (1.02 + rng.exponential(0.45, n)) + np.where(rng.random(n) < 0.1, rng.exponential(6, n), 0)
    return np.where(late, over, usual).clip(0.005, 30)


def _between(rng: np.random.Generator, times: np.ndarray) -> None:
    """Fill the steps between accepting and closing, in order; handling begins before an extension is asked for."""
    n = len(times)
    accepted, closed = times[:, ACCEPTED], times[:, CLOSED]
    span = closed - accepted
    dispatched = accepted + np.minimum(30 + rng.exponential(500, n), span * rng.uniform(0.08, 0.18, n))
    before = np.where(np.isnan(times[:, AT_EXTENDED]), closed, times[:, AT_EXTENDED])
    room = np.minimum(before, accepted + 0.8 * span) - dispatched
    times[:, DISPATCHED] = dispatched
    times[:, HANDLING] = dispatched + np.minimum(60 + rng.exponential(2400, n), room * rng.uniform(0.2, 0.6, n))
    start = np.fmax(accepted + 0.8 * span, times[:, AT_EXTENDED])
    returned = start + (closed - start) * rng.uniform(0.1, 0.5, n)
    times[:, RETURNED] = returned
    times[:, VERIFIED] = returned + (closed - returned) * rng.uniform(0.3, 0.8, n)


def _escalations(rng: np.random.Generator, times: np.ndarray, trouble: np.ndarray) -> None:
    """Some go up one level while they are handled, more of those that run late."""
    n = len(times)
    up = rng.random(n) < np.where(trouble, 0.16, 0.004)
    between = times[:, HANDLING] + (times[:, RETURNED] - times[:, HANDLING]) * rng.uniform(0.2, 0.9, n)
    times[:, AT_ESCALATED] = np.where(up, between, np.nan)


def reopenings(rng: np.random.Generator, closed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of the cases closed at `closed` are opened again (positions), and when."""
    again = np.flatnonzero(rng.random(len(closed)) < 0.04)
    wait = (1800 + rng.exponential(0.7 * DAY, len(again))).clip(0, LONGEST_BEFORE_REOPENED)
    return again, np.round(closed[again] + wait, 3)
