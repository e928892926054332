"""Facilities counted by leaf: how many there are, and how many are damaged, lost or abandoned."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Select, func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.sources.base import Points, Source, in_leaves
from data_access.store.declare import stamp
from data_access.store.tables import facility, facility_step
from data_access.vector import Vector

BROKEN = ("damaged", "lost", "abandoned")
s = facility_step.c


def states(at: float) -> Select:
    """The last state of each facility that has changed before `at`: facility, leaf, type, state, since."""
    return (
        select(
            s.facility,
            func.any(s.leaf).label("leaf"),
            func.any(s.type).label("type"),
            func.argMax(s.state, func.tuple(s.at, s.state)).label("state"),
            func.max(s.at).label("since"),
        )
        .where(s.at < stamp(at))
        .group_by(s.facility)
    )


@dataclass(frozen=True)
class Facilities(Source):
    """All facilities that are managed."""

    table = "facility"

    def vector(self, city: City, ask: Ask) -> Vector:
        """The count by leaf."""
        statement = select(facility.c.leaf, func.count().label("n")).group_by(facility.c.leaf)
        return city.cache.get(
            ("facilities", ask.scope), lambda: _vector(city, ask, statement.select_from(facility))
        )

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """The same number at every point: the register has no history."""
        return np.full(len(points), self.vector(city, ask).over(ask.intervals))


@dataclass(frozen=True)
class BrokenFacilities(Source):
    """Facilities in a state that wants mending."""

    table = "facility"

    def vector(self, city: City, ask: Ask) -> Vector:
        """The count by leaf at the ask's moment."""
        last = states(ask.at).subquery()
        statement = select(last.c.leaf, func.count().label("n")).where(last.c.state.in_(BROKEN))
        key = ("broken facilities", *ask.stand("facility"), ask.scope)
        return city.cache.get(key, lambda: _vector(city, ask, statement.group_by(last.c.leaf)))

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """The count at the end of each window: changes into and out of a broken state, added up."""
        ends = [b for _, b in points]
        place = in_leaves(s.leaf, ask.intervals, city.units.leaves)
        last = [
            func.argMaxIf(s.state, func.tuple(s.at, s.state), s.at < stamp(end)).in_(BROKEN).label(f"b{i}")
            for i, end in enumerate(ends)
        ]
        each = select(s.facility, *last).where(*place).group_by(s.facility).subquery()
        sums = [func.sum(each.c[f"b{i}"]).label(f"p{i}") for i in range(len(ends))]
        row = city.store.rows(select(*sums))[0]
        return np.array([row[f"p{i}"] or 0 for i in range(len(ends))], float)


def _vector(city: City, ask: Ask, statement: Select) -> Vector:
    answer = city.store.arrays(statement)
    return Vector.of(city.units.leaves, answer["leaf"], answer["n"], ask.scope)


facilities = Facilities("facilities")
broken_facilities = BrokenFacilities("broken_facilities")
