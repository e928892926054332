"""Durations by leaf as histograms: they add up like counts, so a median holds for any unit.

Buckets grow by a tenth, from one minute on, so a median read from them is within 5 % of the exact one.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from data_access.ask import WEEK, Ask
from data_access.city import City
from data_access.sources.base import Points
from data_access.sources.book import book
from data_access.sources.cases import closed
from data_access.sources.devices import MACHINES
from data_access.sources.roll import asked_for, roll
from data_access.units import Intervals, Units

FIRST, GROWTH, BUCKETS = 60.0, 1.1, 128
LOG = float(np.log(GROWTH))
SHIFT = float(np.log(FIRST)) / LOG
ERROR = (GROWTH - 1) / 2
"""Greatest relative error of a quantile read from the buckets."""


def bucket(seconds: np.ndarray) -> np.ndarray:
    """The number of the bucket each duration falls in."""
    number = np.floor(np.log(np.maximum(seconds, FIRST)) / LOG - SHIFT)
    return number.clip(0, BUCKETS - 1).astype(int)


def middle(number: np.ndarray) -> np.ndarray:
    """The duration in seconds that stands for a bucket."""
    return FIRST * GROWTH ** (number + 0.5)


@dataclass(frozen=True)
class Histogram:
    """Counts by leaf and bucket, sparse, in leaf order."""

    leaf: np.ndarray
    bucket: np.ndarray
    count: np.ndarray

    def within(self, intervals: Intervals) -> "Histogram":
        """What is of a set of leaves."""
        held = np.zeros(len(self.leaf), bool)
        for lo, hi in intervals:
            a, b = np.searchsorted(self.leaf, (lo, hi))
            held[a:b] = True
        return Histogram(self.leaf[held], self.bucket[held], self.count[held])

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
    def durations(self, city: City, ask: Ask) -> tuple[np.ndarray, np.ndarray]:
        """Leaf and seconds of each duration in the ask's window."""

    def histogram(self, city: City, ask: Ask) -> Histogram:
        """The histogram for the ask's window, masked by its scope."""
        return city.cache.get(("spread", self.key, *ask.key(self.table)), lambda: self._compute(city, ask))

    def before(self, city: City, ask: Ask) -> Histogram | None:
        """The same a week earlier."""
        return self.histogram(city, ask.shifted(WEEK))

    def _compute(self, city: City, ask: Ask) -> Histogram:
        leaf, seconds = self.durations(city, ask)
        flat, count = np.unique(leaf.astype(np.int64) * BUCKETS + bucket(seconds), return_counts=True)
        whole = Histogram(flat // BUCKETS, flat % BUCKETS, count)
        return whole if ask.scope.intervals is None else whole.within(ask.scope.intervals)

    @abstractmethod
    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """The median over the ask's unit for each window; nan where not known."""


@dataclass(frozen=True)
class HandlingTime(Spread):
    """From opening to closing, of spells closed in the window."""

    table = "case"

    def durations(self, city: City, ask: Ask) -> tuple[np.ndarray, np.ndarray]:
        """Of spells closed in the window."""
        spells = book(city, ask, ask.span[0])
        spells = spells.where(closed.counts(spells, ask.span))
        return spells.leaf, (spells.closed - spells.opened) / 1000

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """One median for each window, which must follow one another."""
        spells = book(city, ask, points[0][0]).within(ask.intervals, city.units.leaves)
        spells = spells.where(closed.counts(spells, (points[0][0], points[-1][1])))
        place = np.searchsorted([1000 * start for start, _ in points], spells.closed, side="right") - 1
        number = bucket((spells.closed - spells.opened) / 1000)
        flat = np.bincount(place * BUCKETS + number, minlength=len(points) * BUCKETS)
        return _medians(flat.reshape(len(points), BUCKETS))[0]


@dataclass(frozen=True)
class ReadingAge(Spread):
    """How long ago each machine last spoke; those that never did are not among them."""

    table = "device"

    def durations(self, city: City, ask: Ask) -> tuple[np.ndarray, np.ndarray]:
        """Of devices that have spoken before the window's end."""
        called = roll(city, ask)
        held = called.spoken & asked_for(city, ask) & MACHINES.mask(city)
        return city.devices["leaf"][held], called.silence[held]

    def before(self, city: City, ask: Ask) -> None:
        """Not kept."""

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """Not kept."""
        return np.full(len(points), np.nan)


handling_time = HandlingTime("handling_time")
reading_age = ReadingAge("reading_age")
