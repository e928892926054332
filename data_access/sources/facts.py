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
    """The newest value of the measure called `key`, up to the ask's day; the earliest for a day before any."""

    table = "fact"

    def vector(self, city: City, ask: Ask) -> Vector:
        """The value by leaf."""
        day = datetime.fromtimestamp(ask.at, UTC).date()
        return city.cache.get(
            ("fact", self.key, day, ask.moment.version, ask.scope), lambda: self._read(city, ask, day)
        )

    def _read(self, city: City, ask: Ask, day: object) -> Vector:
        wanted = select(func.max(f.day)).where(f.measure == self.key, f.day <= day)
        first = select(func.min(f.day)).where(f.measure == self.key)
        found = city.store.rows(select(wanted.label("newest"), first.label("first")))[0]
        chosen = max(found["newest"], found["first"])
        rows = select(f.leaf, f.value).select_from(fact_day)
        answer = city.store.arrays(rows.where(f.measure == self.key, f.day == chosen))
        return Vector.of(city.units.leaves, answer["leaf"], answer["value"], ask.scope)

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """The value at the ask's moment, at every point."""
        return np.full(len(points), self.vector(city, ask).over(ask.intervals))


households = Fact("households")
population = Fact("population")
