"""Devices counted by leaf: how many there are, how many have spoken in time, how many are in alarm."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal_column, select, union_all

from data_access.ask import Ask
from data_access.city import City
from data_access.live import SILENT_AFTER
from data_access.sources.base import Points, Source, in_leaves
from data_access.sources.cases import stamp
from data_access.store.tables import device, device_now, reading, reading_hour
from data_access.vector import Vector

d = device.c


def last_readings(city: City, at: float) -> Subquery:
    """The last reading of each device before `at`: columns device, at, value, alarm.

    `device_now` tells it of devices that have been silent since; of the others the readings are looked through,
    the recent ones first.
    """
    n, r, moment = device_now.c, reading.c, stamp(at)
    recent = stamp(at - SILENT_AFTER * max((int(i) for i in city.devices["interval"]), default=0))
    kept = select(n.device, n.at, n.value, n.alarm).select_from(device_now).where(n.at < moment)
    since = select(n.device).select_from(device_now).where(n.at >= moment)
    near = (r.at < moment, r.at >= recent, r.device.in_(since))
    far = (r.at < recent, r.device.in_(since.where(n.device.not_in(select(r.device).where(*near)))))
    return union_all(kept, _newest(*near), _newest(*far)).subquery("last")


def _newest(*conditions: ColumnElement) -> Select:
    r = reading.c
    value, alarm = (func.argMax(c, r.at).label(c.name) for c in (r.value, r.alarm))
    return select(r.device, func.max(r.at).label("at"), value, alarm).where(*conditions).group_by(r.device)


def silence(at: float) -> ColumnElement:
    """Seconds from a device's last reading to `at`."""
    last = func.toUnixTimestamp(_column("at"))
    return int(at) - func.toInt64(last)


def _column(name: str) -> ColumnElement:
    return literal_column(f"last.{name}")


def has_spoken() -> ColumnElement:
    """Whether the device has a last reading at all."""
    return func.toUnixTimestamp(_column("at")) > 0


def online_at(at: float) -> ColumnElement:
    """Whether a device had spoken within three of its intervals before `at`."""
    return and_(has_spoken(), silence(at) <= SILENT_AFTER * d.interval)


def with_last(city: City, ask: Ask, at: float, *columns: ColumnElement) -> Select:
    """A select over all devices of the View's networks, beside the last reading of each."""
    last = last_readings(city, at)
    joined = device.join(last, last.c.device == d.id, isouter=True)
    statement = select(*columns).select_from(joined)
    return statement.where(d.network.in_(ask.view.networks)) if ask.view.networks else statement


def known_devices(city: City, ask: Ask, at: float) -> tuple[Select, ColumnElement]:
    """Devices that have ever spoken, and their leaf column."""
    return with_last(city, ask, at).where(has_spoken()), d.leaf


@dataclass(frozen=True)
class DeviceCount(Source):
    """Devices among `among` for which `when(moment)` holds."""

    among: Callable[[], ColumnElement | None]
    when: Callable[[float], ColumnElement] | None = None

    table = "device"

    def vector(self, city: City, ask: Ask) -> Vector:
        """The count by leaf at the ask's moment."""
        return device_board(city, ask)[self.key]

    def before(self, city: City, ask: Ask) -> None:
        """Not kept: readings are compared on the networks' own page."""

    def condition(self, at: float) -> ColumnElement:
        """All that must hold for a device to count."""
        parts = [p for p in (self.among(), self.when(at) if self.when else None) if p is not None]
        return and_(*parts) if parts else d.id > 0

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """Devices online at the end of each window, which follow one another in whole hours.

        From the hourly rollup: a reading counts as if it came at the end of its hour. Not known of alarms, nor of
        moments before which the readings do not reach back far enough.
        """
        step = points[0][1] - points[0][0]
        if (self.when is not None and self.when is not online_at) or step % 3600:
            return np.full(len(points), np.nan)
        members = select(d.id, func.toInt64(SILENT_AFTER * d.interval).label("reach")).where(
            self.condition_among(), *in_leaves(d.leaf, ask.intervals, city.units.leaves)
        )
        if ask.view.networks:
            members = members.where(d.network.in_(ask.view.networks))
        if self.when is None:
            n = city.store.rows(select(func.count().label("n")).select_from(members.subquery()))[0]["n"]
            return np.full(len(points), float(n))
        reach, known = city.cache.get(("reach", self.key), lambda: self._reach(city))
        starts = np.array([end - reach for _, end in points])
        even = [list(run) for _, run in groupby(points, lambda point: point[1] - point[0])]
        heard = np.concatenate([_online_by_hours(city, members, run, reach) for run in even])
        return np.where(starts >= known, heard, np.nan)

    def _reach(self, city: City) -> tuple[float, float]:
        """How long the slowest of them may be silent, in seconds, and the hour of their first reading."""
        members = select(d.id, d.interval).where(self.condition_among()).subquery()
        slowest = city.store.rows(select(func.max(members.c.interval).label("s")))[0]["s"] or 0
        h = reading_hour.c
        first = select(func.toUnixTimestamp(func.min(h.hour)).label("at")).where(
            h.device.in_(select(members.c.id))
        )
        return SILENT_AFTER * slowest, float(city.store.rows(first)[0]["at"])

    def condition_among(self) -> ColumnElement:
        """The devices it is about, whatever their state."""
        among = self.among()
        return among if among is not None else d.id > 0


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


def device_board(city: City, ask: Ask) -> dict[str, Vector]:
    """Every device source of the city's metrics at the ask's moment, from one query."""
    key = ("device board", ask.at, ask.moment.version, ask.view.networks, ask.scope)
    return city.cache.get(key, lambda: _scan(city, ask))


def _scan(city: City, ask: Ask) -> dict[str, Vector]:
    sources = city.sources(DeviceCount)
    counts = [func.countIf(s.condition(ask.at)).label(f"s{i}") for i, s in enumerate(sources)]
    answer = city.store.arrays(with_last(city, ask, ask.at, d.leaf, *counts).group_by(d.leaf))
    return {
        s.key: Vector.of(city.units.leaves, answer["leaf"], answer[f"s{i}"], ask.scope)
        for i, s in enumerate(sources)
    }


def of_networks(*networks: str) -> Callable[[], ColumnElement]:
    """Devices of these networks."""
    return lambda: d.network.in_(networks)


def of_kind(kind: str) -> Callable[[], ColumnElement]:
    """Devices of one kind."""
    return lambda: d.kind == kind


def in_alarm(at: float) -> ColumnElement:
    """Whether a device that is online reports alarm."""
    return and_(online_at(at), _column("alarm") == 1)


MACHINES = of_networks("iot", "video")
devices = DeviceCount("devices", MACHINES)
devices_online = DeviceCount("devices_online", MACHINES, online_at)
devices_in_alarm = DeviceCount("devices_in_alarm", MACHINES, in_alarm)
grid_terminals = DeviceCount("grid_terminals", of_kind("grid_terminal"))
grids_heard = DeviceCount("grids_heard", of_kind("grid_terminal"), online_at)
