"""Devices counted by leaf: how many there are, how many have spoken in time, how many are in alarm."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from sqlalchemy import ColumnElement, Select, func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.live import SILENT_AFTER
from data_access.sources.base import Points, Source, in_leaves
from data_access.sources.roll import Roll, asked_for, here, known_from, roll
from data_access.store.declare import stamp
from data_access.store.tables import device, reading_hour
from data_access.vector import Vector

d = device.c


@dataclass(frozen=True)
class Among:
    """Devices by one of their columns: ``network`` or ``kind``."""

    column: str
    values: tuple[str, ...]

    def sql(self) -> ColumnElement:
        """Whether a row of `device` is one of them."""
        return d[self.column].in_(self.values)

    def mask(self, city: City) -> np.ndarray:
        """Whether each of the city's devices is one of them."""
        return city.devices_of(self.column, self.values)


@dataclass(frozen=True)
class DeviceCount(Source):
    """Devices of `among` for which `when` holds, of those on the roll.

    Not known of a moment at which more than a few of them could not have been missed yet, see `roll.known_from`.
    """

    among: Among
    when: Callable[[Roll], np.ndarray] | None = None

    table = "device"

    def vector(self, city: City, ask: Ask) -> Vector:
        """The count by leaf at the ask's moment."""
        return city.cache.get(("devices", self, *ask.key("device")), lambda: self._count(city, ask))

    def _count(self, city: City, ask: Ask) -> Vector:
        if self.when and ask.at < known_from(city, self.among.mask(city)):
            return Vector.unknown(city.units.leaves)
        called = roll(city, ask)
        held = self.among.mask(city) & asked_for(city, ask)
        held = held & self.when(called) if self.when else held
        leaf = city.devices["leaf"][held]
        return Vector.of(city.units.leaves, leaf, np.ones(len(leaf)), ask.scope)

    def before(self, city: City, ask: Ask) -> None:
        """Not kept: readings are compared on the networks' own page."""

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """Devices online at the end of each window, which follow one another in whole hours.

        From the hourly rollup: a reading counts as if it came at the end of its hour. Not known of alarms, nor of
        moments before then.
        """
        step = points[0][1] - points[0][0]
        if (self.when is not None and self.when is not online) or step % 3600:
            return np.full(len(points), np.nan)
        if self.when is None:
            held = self.among.mask(city) & here(city, ask)
            return np.full(len(points), float(held.sum()))
        reach = SILENT_AFTER * int(city.devices["interval"][self.among.mask(city)].max(initial=0))
        asked = select(d.id, func.toInt64(SILENT_AFTER * d.interval).label("reach")).where(
            self.among.sql(), *in_leaves(d.leaf, ask.intervals, city.units.leaves)
        )
        if ask.view.networks:
            asked = asked.where(d.network.in_(ask.view.networks))
        even = [list(run) for _, run in groupby(points, lambda point: point[1] - point[0])]
        heard = np.concatenate([_online_by_hours(city, asked, run, reach) for run in even])
        known = known_from(city, self.among.mask(city))
        return np.where([end >= known for _, end in points], heard, np.nan)


def _online_by_hours(city: City, members: Select, points: Points, reach: float) -> np.ndarray:
    """How many of `members` (columns id, reach) have a reading in an hour that their reach touches.

    The windows of `points` are of one length.
    """
    h, m = reading_hour.c, members.subquery("members")
    first, step = int(points[0][1]), int(points[0][1] - points[0][0])
    # Counted from `early` steps before the first, so that nothing is negative where it is divided.
    early = int(reach + 3600) // step + 1
    since = func.toInt64(func.toUnixTimestamp(h.hour)) - (first - early * step)
    begins = func.greatest(func.intDiv(since, step) + 1, early)
    ends = func.least(func.intDiv(since + m.c.reach + 3600 + step - 1, step), early + len(points))
    place = func.arrayJoin(func.range(begins, ends)) - early
    earliest = stamp(first - reach - 3600)
    statement = (
        select(place.label("p"), func.uniqExact(h.device).label("n"))
        .select_from(reading_hour.join(m, m.c.id == h.device))
        .where(h.day >= earliest.date(), h.hour >= earliest, h.hour < stamp(points[-1][1]))
        .group_by(place)
    )
    a = city.store.arrays(statement)
    return np.bincount(a["p"].astype(int), weights=a["n"], minlength=len(points))


def online(called: Roll) -> np.ndarray:
    """Those that speak in time."""
    return called.online


MACHINES, TERMINALS = Among("network", ("iot", "video")), Among("kind", ("grid_terminal",))
devices = DeviceCount("devices", MACHINES)
devices_online = DeviceCount("devices_online", MACHINES, online)
devices_in_alarm = DeviceCount("devices_in_alarm", MACHINES, lambda called: called.in_alarm)
grid_terminals = DeviceCount("grid_terminals", TERMINALS)
grids_heard = DeviceCount("grids_heard", TERMINALS, online)
