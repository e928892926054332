"""Scheduled reports as the page shows them: each with its next run and its last, and the history of runs."""

from dataclasses import dataclass

from data_access.ask import Ask
from data_access.city import City
from data_access.operations import runs
from data_access.operations.runs import FAILED, Known, Run
from data_access.schedules import next_due

PAGE = 50
"""Runs that are shown at once."""
WEEK = 7 * 86400.0


@dataclass(frozen=True)
class Line:
    """A schedule, when it is due next (None: never), and its last run (None: it has not run)."""

    known: Known
    next: float | None
    last: Run | None


@dataclass(frozen=True)
class History:
    """Runs, the newest first, with the schedules by key; `total` is how many there are, `skip` how many before."""

    runs: list[Run]
    known: dict[str, Known]
    total: int
    skip: int


def lines(city: City, ask: Ask) -> list[Line]:
    """The schedules, in the order of their file. Raises OperationsFailed."""
    now, last = city.live.present(), runs.newest(city.operations)
    return [
        Line(one, next_due(one.when, now, city.profile.zone), last.get(one.key))
        for one in runs.known(city.operations)
    ]


def history(city: City, ask: Ask, most: int = PAGE) -> History:
    """The runs of all schedules, those removed included. Raises OperationsFailed."""
    found, total = runs.history(city.operations, most, ask.view.skip)
    known = {one.key: one for one in runs.known(city.operations)}
    return History(found, known, total, ask.view.skip)


def failed_lately(city: City) -> int:
    """How many runs of the last seven days have failed for good."""
    since = city.live.present() - WEEK
    found, _ = runs.history(city.operations, 1000)
    return sum(run.state == FAILED and run.at >= since for run in found)


def stamp(city: City) -> str:
    """Differs whenever any of it does."""
    return runs.stamp(city.operations)
