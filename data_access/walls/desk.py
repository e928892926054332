"""What the screens of a wall share, through the operations database: any process may serve any of them."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from data_access.errors import OperationsFailed
from data_access.operations import walls as kept
from data_access.operations.walls import Case, Noted, Saved, Stored
from data_access.walls import standing as form
from data_access.walls.declared import Scene
from data_access.walls.standing import Standing
from data_access.walls.turning import Cycle

log = logging.getLogger(__name__)
V = TypeVar("V")
MOST = 60
"""How many scenes may be saved for a wall."""
PATIENCE = 2.0
"""Seconds for which a database that failed is not asked."""
AWAY = "The operations database does not answer; nothing was changed. Try again in a moment."


class Seen(NamedTuple):
    """What a process sees of a wall: its scenes, the alarm by which version of the data, and what time it is."""

    cycle: Cycle
    alarm: str
    version: int
    now: float


class Desk:
    """One wall's shared state: what was read at the last `look`. Changes are seen by every process at its next.

    While the database is away, what was known last goes on in this process; what would change it raises
    OperationsFailed.
    """

    def __init__(self, engine: Engine, wall: str):
        self._engine, self._wall = engine, wall
        self._stored, self._again = Stored(), 0.0
        self._saved: tuple[int, list[Saved]] = (-1, [])
        self._noted: tuple[object, dict[Case, Noted]] = (None, {})

    def look(self) -> None:
        """Read what is shared, in one small question."""
        self._stored = self._or(self._stored, lambda: kept.read(self._engine, self._wall))

    def saved(self) -> list[Saved]:
        """The scenes saved on screen, in their order."""
        now = self._stored.revision
        if self._saved[0] != now:
            self._saved = self._or(self._saved, lambda: (now, kept.scenes(self._engine, self._wall)))
        return self._saved[1]

    def noted(self, cases: Sequence[Case]) -> dict[Case, Noted]:
        """Which of the cases somebody has taken note of."""
        key = (self._stored.notes, tuple(cases))
        if self._noted[0] != key:
            self._noted = self._or(self._noted, lambda: (key, kept.notes_of(self._engine, cases)))
        return self._noted[1]

    def settled(self, seen: Seen) -> Standing:
        """How the wall stands by what this process sees; what that changes is stored for all."""
        here = _settled(self._stored, seen)
        if form.written(here) == self._stored.state:
            return here
        alone = replace(self._stored, state=form.written(here))
        self._stored = self._or(alone, lambda: self._change(lambda stored: _settled(stored, seen)))
        return form.read(self._stored.state) or here

    def change(self, seen: Seen, act: Callable[[Standing], Standing]) -> None:
        """Have the wall stand as `act` makes of how it stands. Raises what `act` raises."""
        self._stored = _sure(lambda: self._change(lambda stored: act(_settled(stored, seen))))

    def save(self, scene: Scene, by: str, at: float) -> int | None:
        """Keep a scene, the last in order; its number, or None where there are MOST."""
        return _sure(lambda: kept.save_scene(self._engine, self._wall, scene, by, at, MOST))

    def remove(self, number: int) -> bool:
        """Remove a saved scene; False where there is none of that number."""
        return _sure(lambda: kept.remove_scene(self._engine, self._wall, number))

    def order(self, numbers: Sequence[int]) -> bool:
        """Put the saved scenes into an order; False where `numbers` are not all of them, each once."""
        return _sure(lambda: kept.order_scenes(self._engine, self._wall, numbers))

    def note(self, case: Case, by: str, at: float) -> None:
        """Add that `by` took note of a case."""
        _sure(lambda: kept.take_note(self._engine, case, by, at, self._wall))

    def _change(self, make: Callable[[Stored], Standing]) -> Stored:
        return kept.change(self._engine, self._wall, lambda stored: form.written(make(stored)))

    def _or(self, known: V, ask: Callable[[], V]) -> V:
        """What is asked, or what was known while the database is away; that is asked now and then only."""
        if time.monotonic() < self._again:
            return known
        try:
            return ask()
        except (SQLAlchemyError, TimeoutError) as error:
            log.warning("The wall %s goes on with what was known: %s", self._wall, error)
            self._again = time.monotonic() + PATIENCE
            return known


def _settled(stored: Stored, seen: Seen) -> Standing:
    standing = form.read(stored.state) or Standing(seen.cycle, seen.now)
    return standing.settled(*seen)


def _sure(do: Callable[[], V]) -> V:
    try:
        return do()
    except (SQLAlchemyError, TimeoutError) as error:
        raise OperationsFailed(AWAY) from error
