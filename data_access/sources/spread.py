"""Durations by leaf as histograms: they add up like counts, so a median holds for any unit.

Buckets grow by a tenth, from one minute on, so a median read from them is within 5 % of the exact one.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, Select, func

from data_access.ask import WEEK, Ask, Span
from data_access.city import City
from data_access.sources.base import Points, in_leaves
from data_access.sources.cases import between, c, spells
from data_access.sources.devices import known_devices, silence
from data_access.units import Intervals, Units

FIRST, GROWTH, BUCKETS = 60.0, 1.1, 128
LOG = float(np.log(GROWTH))
SHIFT = float(np.log(FIRST)) / LOG
ERROR = (GROWTH - 1) / 2
"""Greatest relative error of a quantile read from the buckets."""


def bucket(seconds: ColumnElement) -> ColumnElement:
    """The number of the bucket a duration falls in."""
    number = func.floor(func.log(func.greatest(func.toFloat64(seconds), FIRST)) / LOG - SHIFT)
    return func.toUInt8(func.least(func.greatest(number, 0.0), float(BUCKETS - 1)))


def middle(number: np.ndarray) -> np.ndarray:
    """The duration in seconds that stands for a bucket."""
    return FIRST * GROWTH ** (number + 0.5)


@dataclass(frozen=True)
class Histogram:
    """Counts by leaf and bucket, sparse, in leaf order."""

    leaf: np.ndarray
    bucket: np.ndarray
    count: np.ndarray

    def median(self, intervals: Intervals) -> tuple[float, float]:
        """The median duration over a set of leaves, and how many durations it is of; nan for none."""
        total = np.zeros(BUCKETS)
        for lo, hi in intervals:
            a, b = np.searchsorted(self.leaf, (lo, hi))
            total += np.bincount(self.bucket[a:b], weights=self.count[a:b], minlength=BUCKETS)
        value, n = _medians(total[None, :])
        return float(value[0]), float(n[0])

    def medians(self, units: Units, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Medians and counts of the units in `rows`, which must not overlap and be in leaf order."""
        lo, hi = units.table.lo[rows], units.table.hi[rows]
        place = np.searchsorted(lo, self.leaf, side="right") - 1
        held = (place >= 0) & (self.leaf < hi[place.clip(0)])
        flat = place[held] * BUCKETS + self.bucket[held]
        table = np.bincount(flat, weights=self.count[held], minlength=len(rows) * BUCKETS)
        return _medians(table.reshape(len(rows), BUCKETS))


def _medians(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = table.sum(1)
    number = (table.cumsum(1) * 2 < n[:, None]).sum(1)
    return np.where(n > 0, middle(number), np.nan), n


@dataclass(frozen=True)
class Spread(ABC):
    """Durations to take a median of. `key` is unique among spreads."""

    key: str

    @property
    @abstractmethod
    def table(self) -> str:
        """The data it depends on: ``case`` or ``device``."""

    @abstractmethod
    def rows(self, city: City, ask: Ask, span: Span) -> tuple[Select, ColumnElement, ColumnElement]:
        """The select of durations in a window, and its leaf and bucket columns."""

    def histogram(self, city: City, ask: Ask) -> Histogram:
        """The histogram for the ask's window, masked by its scope."""
        return city.cache.get(("spread", self.key, *ask.key), lambda: self._compute(city, ask))

    def before(self, city: City, ask: Ask) -> Histogram | None:
        """The same a week earlier."""
        return self.histogram(city, ask.shifted(WEEK))

    def _compute(self, city: City, ask: Ask) -> Histogram:
        statement, leaf, number = self.rows(city, ask, ask.span)
        statement = statement.with_only_columns(
            leaf.label("leaf"), number.label("bucket"), func.count().label("n")
        ).group_by(leaf, number)
        if ask.scope.intervals is not None:
            statement = statement.where(*in_leaves(leaf, ask.scope.intervals, city.units.leaves))
        a = city.store.arrays(statement.order_by(leaf))
        return Histogram(a["leaf"], a["bucket"], a["n"])

    @abstractmethod
    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """The median over the ask's unit for each window; nan where not known."""


@dataclass(frozen=True)
class HandlingTime(Spread):
    """From opening to closing, of spells closed in the window."""

    table = "case"

    def rows(self, city: City, ask: Ask, span: Span) -> tuple[Select, ColumnElement, ColumnElement]:
        """Spells closed in the window."""
        seconds = func.dateDiff("second", c.opened_at, c.closed_at)
        return spells(city, ask).where(between(c.closed_at, span)), c.leaf, bucket(seconds)

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """One median for each window, which must follow one another."""
        statement, leaf, number = self.rows(city, ask, (points[0][0], points[-1][1]))
        closed = func.toUnixTimestamp(c.closed_at)
        statement = statement.with_only_columns(
            closed.label("at"), number.label("bucket"), func.count().label("n")
        ).group_by(closed, number)
        a = city.store.arrays(statement.where(*in_leaves(leaf, ask.intervals, city.units.leaves)))
        place = np.searchsorted([start for start, _ in points], a["at"], side="right") - 1
        flat = np.bincount(place * BUCKETS + a["bucket"], weights=a["n"], minlength=len(points) * BUCKETS)
        return _medians(flat.reshape(len(points), BUCKETS))[0]


@dataclass(frozen=True)
class ReadingAge(Spread):
    """How long ago each device last spoke; devices that never did are not among them."""

    table = "device"

    def rows(self, city: City, ask: Ask, span: Span) -> tuple[Select, ColumnElement, ColumnElement]:
        """Devices that have spoken before the window's end."""
        statement, leaf = known_devices(city, ask, span[1])
        return statement, leaf, bucket(silence(span[1]))

    def before(self, city: City, ask: Ask) -> None:
        """Not kept."""

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """Not kept."""
        return np.full(len(points), np.nan)


handling_time = HandlingTime("handling_time")
reading_age = ReadingAge("reading_age")
