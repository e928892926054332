"""Whose turn it is: scenes follow one another for ever from a moment on, so all who know that moment agree."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

Turn = tuple[int, float, float]
"""Which scene, by its place; since when and until when (epoch seconds)."""
Cycle = tuple[tuple[str, int], ...]
"""The scenes that take turns: key and seconds of each."""


def turn(seconds: Sequence[int], anchor: float, now: float) -> Turn:
    """Which of the scenes, that stand for `seconds` each, it is at `now`, if the first began at `anchor`.

    Before the anchor it is as if they had always turned. Raises ValueError for no scenes.
    """
    if not seconds:
        raise ValueError("No scenes, no turn.")
    edges = list(accumulate(seconds))
    rounds, into = divmod(now - anchor, edges[-1])
    place = min(bisect_right(edges, into), len(edges) - 1)
    # From the anchor, not from now: whoever asks at another moment is told the very same numbers.
    since = anchor + rounds * edges[-1] + edges[place] - seconds[place]
    return place, since, since + seconds[place]


def begun(seconds: Sequence[int], place: int, at: float) -> float:
    """The anchor by which the scene at `place` began at `at`."""
    return at - sum(seconds[:place])


def moved(seconds: Sequence[int], anchor: float, now: float, by: int) -> float:
    """The anchor by which the scene so many places on (back, where negative) begins at `now`."""
    place = turn(seconds, anchor, now)[0]
    return begun(seconds, (place + by) % len(seconds), now)


def carried(old: Cycle, anchor: float, new: Cycle, now: float) -> float:
    """The anchor for other scenes by which what stands at `now` goes on as it was.

    Where its time is over by then, the next begins; where it is gone, the nearest after it that is still there.
    """
    if not old:
        return now
    place, since, _ = turn([lasts for _, lasts in old], anchor, now)
    seconds = [lasts for _, lasts in new]
    there = {key: n for n, (key, _) in enumerate(new)}
    here = there.get(old[place][0])
    if here is not None and now < since + seconds[here]:
        return begun(seconds, here, since)
    if here is not None:
        return begun(seconds, (here + 1) % len(new), now)
    later = [key for key, _ in (*old[place + 1 :], *old[:place]) if key in there]
    return begun(seconds, there[later[0]] if later else 0, now)
