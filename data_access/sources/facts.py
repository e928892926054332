"""Daily facts by leaf: households, population, and whatever else is kept as a number a leaf and day."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.sources.base import Points, Source
from data_access.store.tables import fact_day
from data_access.vector import Vector

f = fact_day.c


@dataclass(frozen=True)
class Fact(Source):
    """Each leaf's newest value of the measure called `key` up to the ask's day; its first for a day before any."""

    table = "fact"

    def vector(self, city: City, ask: Ask) -> Vector:
        """The value by leaf."""
        day = datetime.fromtimestamp(ask.at, UTC).date()
        return city.cache.get(
            ("fact", self.key, day, ask.moment.of("fact"), ask.scope), lambda: self._read(city, ask, day)
        )

    def _read(self, city: City, ask: Ask, day: object) -> Vector:
        newest = func.argMaxIf(f.value, f.day, f.day <= day)
        value = func.multiIf(func.countIf(f.day <= day) > 0, newest, func.argMin(f.value, f.day))
        rows = select(f.leaf, value.label("number")).select_from(fact_day).where(f.measure == self.key)
        answer = city.store.arrays(rows.group_by(f.leaf))
        return Vector.of(city.units.leaves, answer["leaf"], answer["number"], ask.scope)

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """The value at the ask's moment, at every point."""
        return np.full(len(points), self.vector(city, ask).over(ask.intervals))


households = Fact("households")
population = Fact("population")
