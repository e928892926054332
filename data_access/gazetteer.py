"""The gazetteer: units of both trees and what they are called, ready to be looked up by name and by id."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data_access.city import City
from data_access.names import EXACT, PREFIX, Names
from data_access.scope import Scope
from data_access.units import Intervals, Unit, Units, mask_of
from data_access.words import T

LAST = "\U0010ffff"


@dataclass(frozen=True)
class Gazetteer:
    """The units of a city as entries: upper levels first, in leaf order within one; the zones after the districts.

    `row` is an entry's row in the UnitTable, or -1 - n for the zone n; `name` its place in `titles`, where each
    name stands once.
    """

    units: Units
    row: np.ndarray
    name: np.ndarray
    titles: list[T]

    @classmethod
    def of(cls, units: Units) -> "Gazetteer":
        """The gazetteer of a city's units."""
        table, first = units.table, units.level_rows(min(1, units.depth - 1)).stop
        zones = -1 - np.arange(len(units.zones))
        row = np.concatenate([np.arange(first), zones, np.arange(first, len(table))])
        pairs = list(zip(table.zh.tolist(), table.en.tolist(), strict=True))
        pairs[first:first] = [(zone.title.zh, zone.title.en) for zone in units.zones]
        place = {pair: n for n, pair in enumerate(dict.fromkeys(pairs))}
        return cls(units, row, np.array([place[pair] for pair in pairs]), [T(*pair) for pair in place])

    @cached_property
    def names(self) -> Names:
        """The names, ready to be asked."""
        return Names(self.titles)

    @cached_property
    def level(self) -> np.ndarray:
        """Level of each entry; 1 for a zone."""
        return np.where(self.row < 0, 1, self.units.table.level[self.row])

    @cached_property
    def _ids(self) -> tuple[list[str], np.ndarray]:
        ids = self.units.table.id[self.row]
        ids[self.row < 0] = [zone.id for zone in self.units.zones]
        small = [unit_id.casefold() for unit_id in ids.tolist()]
        order = sorted(range(len(small)), key=small.__getitem__)
        return [small[n] for n in order], np.array(order)

    def unit(self, entry: int) -> Unit:
        """The unit of an entry."""
        row = int(self.row[entry])
        return self.units.at(row) if row >= 0 else self.units.get(self.units.zones[-1 - row].id)

    def intervals(self, entry: int) -> Intervals:
        """The leaves of an entry."""
        row, table = int(self.row[entry]), self.units.table
        return ((int(table.lo[row]), int(table.hi[row])),) if row >= 0 else self.units.zones[-1 - row].intervals

    def ranks(self, asked: str) -> np.ndarray:
        """How each entry answers to what is asked, by its name or its id: EXACT … NONE of `data_access.names`."""
        rank, (ids, order) = self.names.ranks(asked)[self.name], self._ids
        text = asked.strip().casefold()
        if text:
            begin, whole = bisect_left(ids, text), bisect_right(ids, text)
            same = order[begin : bisect_left(ids, text + LAST)]
            rank[same] = np.minimum(rank[same], PREFIX)
            rank[order[begin:whole]] = EXACT
        return rank

    def visible(self, scope: Scope) -> np.ndarray:
        """Whether a caller may see any leaf of each entry."""
        if scope.intervals is None:
            return np.ones(len(self.row), bool)
        seen = np.concatenate([[0], np.cumsum(mask_of(scope.intervals, self.units.leaves))])
        lo, hi = (bound[self.row].astype(np.int64) for bound in (self.units.table.lo, self.units.table.hi))
        some = seen[hi] > seen[lo]
        for entry in np.flatnonzero(self.row < 0):
            some[entry] = bool(scope.clip(self.intervals(entry)))
        return some


def gazetteer(city: City) -> Gazetteer:
    """The gazetteer of an open city, made when first asked for."""
    return city.fixed.get("gazetteer", lambda: _ready(Gazetteer.of(city.units)))


def _ready(made: Gazetteer) -> Gazetteer:
    made.ranks(made.titles[0].zh)
    return made
