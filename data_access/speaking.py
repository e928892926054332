"""The rules of who speaks in time: gaps, uptime, rates. All of them rest on silence of three intervals."""

import numpy as np

from data_access.ask import Span
from data_access.live import SILENT_AFTER

HOUR = 3600


def silences(at: np.ndarray, interval: float, span: Span, origin: float) -> list[Span]:
    """The stretches within `span` between two moments of `at` that are further apart than three intervals.

    `at` are epoch seconds in order; `origin` is when the one was heard last before them, or should have begun to
    speak. A stretch that began before `span`, or goes on at its end, is cut there.
    """
    known = np.concatenate([[origin], at[at >= origin], [span[1]]])
    begins, ends = known[:-1], known[1:]
    long = (ends - begins > SILENT_AFTER * interval) & (ends > span[0])
    return [(max(float(a), span[0]), float(b)) for a, b in zip(begins[long], ends[long], strict=True)]


def uptime(at: np.ndarray, interval: float, span: Span, origin: float) -> float:
    """Of `span`, from `origin` on, the share within three intervals after a moment of `at`; nan of no time at all.

    `at` are epoch seconds in order, those before `span` included that reach into it.
    """
    start, end = max(span[0], origin), span[1]
    if end <= start:
        return float("nan")
    reach = SILENT_AFTER * interval
    begins = np.clip(at, start, end)
    ends = np.clip(np.append(at[1:], np.inf), start, np.clip(at + reach, start, end))
    return float(np.maximum(ends - begins, 0).sum() / (end - start))


def empty_hours(received: np.ndarray, interval: float) -> list[tuple[int, int]]:
    """Runs of hours in which nothing came, longer than three intervals: ``(first, one past the last)``."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (received == 0).astype(int), [0]])))
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(a, b) for a, b in pairs if (b - a) * HOUR > SILENT_AFTER * interval]


def hours_of_rate(intervals: np.ndarray) -> int:
    """Over how many whole hours a rate is told of members with these intervals: one, or as long as the longest."""
    return max(1, -(-int(intervals.max(initial=0)) // HOUR))


def due(intervals: np.ndarray, hours: int = 1) -> float:
    """How many readings members with these intervals (seconds) should give in so many hours."""
    return float((hours * HOUR / intervals.astype(float)).sum()) if len(intervals) else 0.0


def smoothed(received: np.ndarray, hours: int, slots: int) -> np.ndarray:
    """Means over the last so many hours, for the last `slots` of `received`."""
    means = np.convolve(received, np.full(hours, 1 / hours))[: len(received)]
    return means[-slots:]
