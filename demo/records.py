"""What the reference city's records have in common: the town they happen in, hashing, local days, Arrow tables.

A record is a pure function of the seed, the epoch and its own time, so a history made in one go and the live
simulator that continues it agree to the last row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from data_access.plan import CityPlan
from data_access.profile import Profile
from data_access.units import Units

Columns = dict[str, Any]
"""Columns of one length: numpy arrays, or Arrow arrays where they hold text. Moments are UTC epoch seconds."""

DAY = 86_400
HISTORY_DAYS = {"case_step": 90, "facility_step": 90, "reading": 7}
"""Kinds of records, and for how many days before the epoch they are made, where the profile does not say."""


@dataclass(frozen=True, eq=False)
class Town:
    """What the records need of a city, whether it comes from a generator or back from a store.

    `leaf_lon`, `leaf_lat`: a label point a leaf, WGS84 degrees. `households`, `streets`: households of each leaf,
    and the number of the street-level unit that holds it. `devices`, `facilities`: frames with the columns of
    data_access.plan.
    """

    profile: Profile
    leaf_lon: np.ndarray
    leaf_lat: np.ndarray
    households: np.ndarray
    streets: np.ndarray
    devices: pd.DataFrame
    facilities: pd.DataFrame

    @classmethod
    def of(cls, plan: CityPlan) -> "Town":
        """The town of a plan; households are 1 a leaf where the plan does not say."""
        units = Units(plan.units, plan.zones)
        households = plan.leaf_facts.get("households", np.ones(units.leaves))
        return cls.at(plan.profile, units, households, plan.devices, plan.facilities)

    @classmethod
    def at(
        cls,
        profile: Profile,
        units: Units,
        households: np.ndarray,
        devices: pd.DataFrame,
        facilities: pd.DataFrame,
    ) -> "Town":
        """The town of a city that is open: its units, households a leaf, and members in any order."""
        devices, facilities = (frame.sort_values("id", ignore_index=True) for frame in (devices, facilities))
        table, leaves = units.table, units.rows_at(units.depth - 1)
        try:
            level = profile.level("street")
        except KeyError:
            level = min(2, units.depth - 1)
        streets = np.searchsorted(table.lo[units.rows_at(level)], np.arange(units.leaves), "right") - 1
        lon, lat = table.lon[leaves], table.lat[leaves]
        return cls(profile, lon, lat, np.asarray(households, float), streets, devices, facilities)

    @property
    def leaves(self) -> int:
        """How many leaves it has."""
        return len(self.leaf_lon)

    @property
    def epoch(self) -> float:
        """The moment around which its story is told, UTC epoch seconds."""
        return self.profile.epoch

    @property
    def seed(self) -> int:
        """The seed of everything that happens."""
        return self.profile.seed

    @cached_property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.profile.zone)

    @cached_property
    def core(self) -> tuple[float, float]:
        """Where its households are centred: lon, lat."""
        weights = self.households + 1e-9
        return float(np.average(self.leaf_lon, weights=weights)), float(np.average(self.leaf_lat, weights=weights))

    @cached_property
    def core_distance(self) -> np.ndarray:
        """Distance of each leaf from the core, in units of the households' mean distance."""
        lon, lat = self.core
        east = (self.leaf_lon - lon) * np.cos(np.radians(lat))
        distance = np.hypot(east, self.leaf_lat - lat)
        return distance / max(float(np.average(distance, weights=self.households + 1e-9)), 1e-9)

    def begin(self, kind: str) -> float:
        """The moment of the first record of `kind`."""
        return self.epoch - self.profile.history.get(kind, HISTORY_DAYS[kind]) * DAY

    def local_day(self, at: float) -> int:
        """The ordinal of the local day of a moment."""
        return datetime.fromtimestamp(at, self.zone).toordinal()

    def midnight(self, day: int) -> float:
        """The moment at which the local day with ordinal `day` begins."""
        first = date.fromordinal(day)
        return datetime(first.year, first.month, first.day, tzinfo=self.zone).timestamp()

    def offset(self, at: float) -> float:
        """Seconds by which local time is ahead of UTC."""
        return (datetime.fromtimestamp(at, self.zone).utcoffset() or timedelta()).total_seconds()

    def rng(self, *key: int) -> np.random.Generator:
        """A random generator of its own for each key."""
        return np.random.default_rng([self.seed, *key])


def mix(x: np.ndarray) -> np.ndarray:
    """Scramble uint32 numbers, in place: neighbours come out unrelated."""
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x21F0AAAD)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0xD35A2D97)
    x ^= x >> np.uint32(15)
    return x


def keys(numbers: np.ndarray, salt: int) -> np.ndarray:
    """One uint32 for each number and `salt`."""
    wide = np.asarray(numbers).astype(np.int64).astype(np.uint64)
    low = (wide & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    spread = np.uint32((salt * 0x9E3779B1 + 0x7F4A7C15) & 0xFFFFFFFF)
    return mix(mix(low ^ spread) + spread)


def chance(x: np.ndarray) -> np.ndarray:
    """uint32 numbers as float32 in 0…1."""
    return x.astype(np.float32) * np.float32(2**-32)


def texts(codes: np.ndarray, values: list[str]) -> pa.DictionaryArray:
    """Small integers as the texts they stand for."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int16)), pa.array(values, pa.string()))


def table(kind: str, columns: Columns) -> pa.Table:
    """Columns as an Arrow table: moments to the millisecond for cases, to the second for the rest."""
    unit, scale = ("ms", 1000) if kind == "case_step" else ("s", 1)
    stamp = pa.timestamp(unit, "UTC")
    out = {}
    for name, column in columns.items():
        if name in ("at", "opened_at", "due_at"):
            column = pa.array(np.rint(column * scale).astype(np.int64)).cast(stamp)
        out[name] = column
    return pa.table(out)


def joined(parts: list[Columns]) -> Columns:
    """Chunks one after the other; they must have the same columns, and there must be at least one."""
    if len(parts) == 1:
        return parts[0]
    return {
        name: pa.chunked_array([p[name] for p in parts]).unify_dictionaries().combine_chunks()
        if isinstance(first, pa.Array)
        else np.concatenate([p[name] for p in parts])
        for name, first in parts[0].items()
    }


def taken(columns: Columns, rows: np.ndarray) -> Columns:
    """The rows at the positions, or where the mask `rows` is true."""
    rows = np.flatnonzero(rows) if rows.dtype == bool else rows
    return {n: c.take(pa.array(rows)) if isinstance(c, pa.Array) else c[rows] for n, c in columns.items()}


def utc_days(start: float, end: float) -> Iterator[tuple[float, float]]:
    """`[start, end)` cut at every UTC midnight."""
    while start < end:
        stop = min(end, (start // DAY + 1) * DAY)
        yield start, stop
        start = stop
