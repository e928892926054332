"""Walls in the operations database: how they stand, their saved scenes, and who took note of which case."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from data_access.operations.models import Note, WallScene, WallStanding
from data_access.walls.declared import Scene
from data_access.words import T

NOTES = ""
"""The row of no wall, whose revision goes up with every note that is taken."""
TRIES = 50
"""How often a change is tried that others come before."""
SAVED = "saved-"
"""Begins the keys of scenes saved on screen."""

Case = tuple[str, int]
"""A case and which of its spells."""


@dataclass(frozen=True)
class Stored:
    """A wall as it is stored: revision 0 and no state where it is not yet; `notes` counts all notes ever taken."""

    revision: int = 0
    state: str = ""
    notes: int = 0


@dataclass(frozen=True)
class Saved:
    """A scene saved on screen, by whom and when (epoch seconds)."""

    scene: Scene
    by: str
    at: float


@dataclass(frozen=True)
class Noted:
    """That a case was noted: by whom and when (epoch seconds)."""

    by: str
    at: float


def read(engine: Engine, wall: str) -> Stored:
    """A wall as it is stored now."""
    s = WallStanding.__table__.c
    with engine.connect() as connection:
        found = connection.execute(select(s.wall, s.revision, s.state).where(s.wall.in_((wall, NOTES)))).all()
    rows = {row.wall: row for row in found}
    notes = rows[NOTES].revision if NOTES in rows else 0
    return Stored(rows[wall].revision, rows[wall].state, notes) if wall in rows else Stored(notes=notes)


def write(engine: Engine, wall: str, state: str, revision: int) -> bool:
    """Store a wall's state in place of the one of that `revision`; False where another came before."""
    s = WallStanding.__table__
    try:
        with engine.begin() as connection:
            if not revision:
                connection.execute(insert(s).values(wall=wall, revision=1, state=state))
                return True
            mine = (s.c.wall == wall, s.c.revision == revision)
            done = connection.execute(update(s).where(*mine).values(state=state, revision=revision + 1))
            return done.rowcount == 1
    except IntegrityError:
        return False


def change(engine: Engine, wall: str, make: Callable[[Stored], str]) -> Stored:
    """Store what `make` makes of a wall as it is stored; made again where another process came before."""
    for _ in range(TRIES):
        stored = read(engine, wall)
        state = make(stored)
        if state == stored.state:
            return stored
        if write(engine, wall, state, stored.revision):
            return Stored(stored.revision + 1, state, stored.notes)
    raise TimeoutError(f"The wall {wall} is being changed all the time.")


def scenes(engine: Engine, wall: str) -> list[Saved]:
    """The scenes saved for a wall, in their order."""
    w = WallScene.__table__
    with engine.connect() as connection:
        rows = connection.execute(select(w).where(w.c.wall == wall).order_by(w.c.place, w.c.id)).all()
    return [Saved(_scene(row), row.by, row.at) for row in rows]


def save_scene(engine: Engine, wall: str, scene: Scene, by: str, at: float, most: int) -> int | None:
    """Keep a scene as the last of a wall; its number, or None where there are `most` already."""
    w = WallScene.__table__
    with engine.begin() as connection:
        _touch(connection, wall)
        there = connection.execute(select(func.count(), func.max(w.c.place)).where(w.c.wall == wall)).one()
        if there[0] >= most:
            return None
        told = {
            "title": scene.title.zh,
            "address": scene.address,
            "layout": scene.layout,
            "seconds": scene.seconds,
        }
        place = 0 if there[1] is None else there[1] + 1
        return connection.execute(
            insert(w).values(wall=wall, place=place, by=by, at=at, **told)
        ).inserted_primary_key[0]


def remove_scene(engine: Engine, wall: str, number: int) -> bool:
    """Remove a saved scene; False where there is none of that number."""
    w = WallScene.__table__
    with engine.begin() as connection:
        _touch(connection, wall)
        return connection.execute(delete(w).where(w.c.wall == wall, w.c.id == number)).rowcount == 1


def order_scenes(engine: Engine, wall: str, numbers: Sequence[int]) -> bool:
    """Put the saved scenes into an order; False, and nothing is done, where `numbers` are not all of them."""
    w = WallScene.__table__
    with engine.begin() as connection:
        _touch(connection, wall)
        there = connection.execute(select(w.c.id).where(w.c.wall == wall)).scalars().all()
        if sorted(there) != sorted(numbers):
            return False
        for place, number in enumerate(numbers):
            connection.execute(update(w).where(w.c.id == number).values(place=place))
    return True


def take_note(engine: Engine, case: Case, by: str, at: float, wall: str) -> None:
    """Add that `by` took note of a case."""
    with engine.begin() as connection:
        _touch(connection, NOTES)
        connection.execute(insert(Note).values(case_id=case[0], spell=case[1], by=by, at=at, wall=wall))


def notes_of(engine: Engine, cases: Iterable[Case]) -> dict[Case, Noted]:
    """The first note of each of the cases that have any."""
    n = Note.__table__.c
    asked = select(n.case_id, n.spell, n.by, n.at).order_by(n.id.desc())
    with engine.connect() as connection:
        rows = connection.execute(asked.where(tuple_(n.case_id, n.spell).in_(list(cases)))).all()
    return {(row.case_id, row.spell): Noted(row.by, row.at) for row in rows}


def _scene(row: object) -> Scene:
    title = T(row.title, row.title)
    return Scene(f"{SAVED}{row.id}", title, row.address, row.layout, row.seconds, saved=row.id)


def _touch(connection: Connection, wall: str) -> None:
    """Let every process know that something of a wall, or of the notes, has changed; holds others up meanwhile."""
    s = WallStanding.__table__
    grown = update(s).where(s.c.wall == wall).values(revision=s.c.revision + 1)
    if connection.execute(grown).rowcount == 0:
        try:
            with connection.begin_nested():
                connection.execute(insert(s).values(wall=wall, revision=1, state=""))
        except IntegrityError:
            connection.execute(grown)
