"""The book of cases: every spell that can count for a stretch of time, read from the store once.

All counts of cases, of any unit, window and moment in that stretch, and their courses, are taken from it in
memory: one question to the engine a data version instead of one a figure. Times in it are UTC epoch milliseconds.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from sqlalchemy import ColumnElement, FromClause, select

from data_access.ask import Ask
from data_access.city import City
from data_access.sources.spells import RESPONSE, alive_since, wanted_types
from data_access.store.declare import stamp
from data_access.units import Intervals, mask_of

DAY = 86400
REACHES = (10, 40, 80, 160, 320, 640, 1280, 40_000)
"""How many days back a book may reach: few sizes, so that questions about one moment share one."""
RECENT = 40
"""A moment as many days back as this is served by the same book as now."""
BY_SPELL = ("leaf", "spell", "opened", "accepted", "closed", "due_first", "type", "ids")
KEPT = 8


@dataclass(frozen=True)
class Later:
    """Deadlines set after a spell was reported, in order of `since`: from then on `place` is due at `due`."""

    place: np.ndarray
    since: np.ndarray
    due: np.ndarray

    def of(self, held: np.ndarray) -> "Later":
        """Those of the spells for which `held` is true, at their places among these."""
        kept = held[self.place]
        return Later((np.cumsum(held) - 1)[self.place[kept]], self.since[kept], self.due[kept])


@dataclass(frozen=True)
class Book:
    """Arrays of one entry a spell. `type` is a place in `types` and in `limits`, how soon it should be accepted in
    milliseconds. `ids` are the case ids, where they were asked for.
    """

    leaf: np.ndarray
    spell: np.ndarray
    opened: np.ndarray
    accepted: np.ndarray
    closed: np.ndarray
    due_first: np.ndarray
    type: np.ndarray
    types: list[str]
    limits: np.ndarray
    later: Later
    ids: np.ndarray | None = None
    _dues: dict[int, np.ndarray] = field(default_factory=dict, repr=False)

    def due_at(self, at: int) -> np.ndarray:
        """The deadline of each spell in force before `at`: the one set last."""
        known = self._dues.get(at)
        if known is None:
            told = self.later.since < at
            known = self.due_first.copy()
            known[self.later.place[told]] = self.later.due[told]
            if len(self._dues) >= KEPT:
                self._dues.clear()
            self._dues[at] = known
        return known

    @property
    def respond_by(self) -> np.ndarray:
        """When each should have been accepted: its type's response limit after it opened."""
        return self.opened + self.limits[self.type]

    def of(self, types: list[str] | None) -> "Book":
        """The spells of some types, or all."""
        if types is None:
            return self
        wanted = np.array([key in set(types) for key in self.types], bool)
        return self.where(wanted[self.type])

    def within(self, intervals: Intervals, leaves: int) -> "Book":
        """The spells of a set of leaves, out of a city of so many."""
        if intervals == ((0, leaves),):
            return self
        return self.where(mask_of(intervals, leaves)[self.leaf])

    def where(self, held: np.ndarray) -> "Book":
        """The spells for which `held` is true."""
        arrays = {name: getattr(self, name) for name in BY_SPELL}
        taken = {name: array[held] for name, array in arrays.items() if array is not None}
        return replace(self, later=self.later.of(held), _dues={}, **taken)


def book(city: City, ask: Ask, since: float) -> Book:
    """The spells of the View's types that can count for anything from `since` (epoch seconds) to its moment."""
    key = _which(city, ask, since)
    whole = city.cache.get(key, lambda: _until(city, key[1], key[2]))
    types = wanted_types(city, ask)
    return whole if types is None else city.cache.get((*key, tuple(types)), lambda: whole.of(types))


def _which(city: City, ask: Ask, since: float) -> tuple[str, float, float, int]:
    """The book that serves: one that is open already, else today's where it reaches far enough, else the moment's.

    A book that ends later than the moment holds more than it needs, which counting leaves out.
    """
    now = ask.moment.at
    at = min(ask.view.as_of.timestamp(), now) if ask.view.as_of else now
    fit = {day: [days for days in REACHES if day - days * DAY <= since] for day in (now, at)}
    ends = {day: (day // DAY + 1) * DAY for day in fit}
    keys = {
        (day, days): ("book", max(0.0, ends[day] - (days + 1) * DAY), ends[day], ask.moment.of("case"))
        for day in fit
        for days in fit[day]
    }
    usual = (now, fit[now][0]) if fit[now] and fit[now][0] <= RECENT else (at, fit[at][0])
    return next((key for key in keys.values() if key in city.cache), keys[usual])


def _until(city: City, since: float, end: float) -> Book:
    rows = alive_since(city, since)
    return read(city, rows, rows.c.opened_at < stamp(end))


def read(city: City, rows: FromClause, *conditions: ColumnElement, ids: bool = False) -> Book:
    """The spells among `rows` (with the columns of `case_now`) that fulfil all of `conditions`."""
    # Labels differ from the table's columns: the engine would take a label for the column in conditions.
    c = rows.c
    moments = {"opened": c.opened_at, "accepted": c.accepted_at, "closed": c.closed_at, "first": c.due_first}
    columns = [c.leaf, c.spell, c.type, c.due_later, *(m.label(f"{name}_ms") for name, m in moments.items())]
    statement = select(*columns, *([c.case_id] if ids else [])).select_from(rows).where(*conditions)
    answer = city.store.arrow(statement)
    types = answer.column("type").combine_chunks()
    names = types.dictionary.to_pylist()
    opened, accepted, closed, first = (_ms(answer.column(f"{name}_ms")) for name in moments)
    response = {t.key: t.response for t in city.profile.types}
    return Book(
        leaf=answer.column("leaf").to_numpy(),
        spell=answer.column("spell").to_numpy(),
        opened=opened,
        accepted=accepted,
        closed=closed,
        due_first=first,
        type=types.indices.to_numpy(),
        types=names,
        limits=1000 * np.array([response.get(name, RESPONSE) for name in names], np.int64),
        later=_later(answer.column("due_later").combine_chunks()),
        ids=answer.column("case_id").to_numpy() if ids else None,
    )


def _later(lists: pa.ListArray) -> Later:
    place = np.repeat(np.arange(len(lists)), np.diff(lists.offsets.to_numpy()))
    since, due = (_ms(part) for part in lists.flatten().flatten())
    order = np.lexsort((due, since))
    return Later(place[order], since[order], due[order])


def _ms(moments: pa.Array | pa.ChunkedArray) -> np.ndarray:
    return moments.cast(pa.timestamp("ms", "UTC")).cast(pa.int64()).to_numpy()
