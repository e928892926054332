"""Building the reference city: how long it takes, stage by stage, and what lies in the store afterwards."""

import time
from collections.abc import Callable
from pathlib import Path

from bench.apart import Progress, apart
from bench.figures import Figure, single
from bench.places import settings_of
from demo.reference import SEED, found

STAGE_OF = {"units": "store", "outlines": "store", "posts": "store"}
"""Stages of the build by what its progress is called, where that is another name: the city before its history."""


class Stages:
    """Adds up the time of each stage from calls of a progress function.

    What has passed since the last call belongs to what this one names; a part of 0 says that something begins, so
    what has passed belongs to what was named before.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter):
        self._clock = clock
        self._at = clock()
        self._now = ""
        self.seconds: dict[str, float] = {}

    def __call__(self, what: str, part: float) -> None:
        """Take note of a call."""
        stage, at = STAGE_OF.get(what, what), self._clock()
        mine = stage if part > 0 or not self._now else self._now
        self.seconds[mine] = self.seconds.get(mine, 0.0) + at - self._at
        self._at, self._now = at, stage


def measure(home: Path, size: str, progress: Progress) -> dict[str, Figure]:
    """Build the city of `size` in `home`, which is empty: times of its stages, bytes in the store, records."""
    begun = time.perf_counter()
    seconds, size_of_store, counts = apart(build, home, size, progress=progress)
    whole = time.perf_counter() - begun
    figures = {"build.s": single(whole, "s")}
    figures |= {f"build.{stage}.s": single(took, "s") for stage, took in seconds.items()}
    figures["store.bytes"] = single(size_of_store, "bytes")
    return figures | {f"records.{table}": single(n, "rows") for table, n in counts.items() if n}


def build(home: Path, size: str, progress: Progress) -> tuple[dict[str, float], int, dict[str, int]]:
    """Build it: seconds by stage, bytes in the store, rows by table."""
    stages = Stages()

    def told(what: str, part: float) -> None:
        stages(what, part)
        progress(what, part)

    city = found(settings_of(home), size, SEED, told)
    told("fold", 1.0)
    try:
        return stages.seconds, city.store.bytes(), city.store.counts()
    finally:
        city.close()
        (home / "complete").touch()
