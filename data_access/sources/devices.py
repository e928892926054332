"""Devices counted by leaf: how many there are, how many have spoken in time, how many are in alarm."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal_column, select, union_all

from data_access.ask import Ask
from data_access.city import City
from data_access.live import SILENT_AFTER
from data_access.sources.base import Points, Source, in_leaves
from data_access.sources.cases import stamp
from data_access.store.tables import device, device_now, reading, reading_hour
from data_access.units import Intervals
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
    spoke = r.device.in_(select(n.device).select_from(device_now).where(n.at >= moment))
    near = (spoke, r.at < moment, r.at >= recent)
    far = (spoke, r.at < recent, r.device.not_in(select(r.device).where(*near)))
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
        """Devices heard from in time, at the end of each window; from the hourly rollup, so by whole hours."""
        step = points[0][1] - points[0][0]
        if (self.when is not None and self.when is not online_at) or step % 3600:
            return np.full(len(points), np.nan)
        place = in_leaves(d.leaf, ask.intervals, city.units.leaves)
        members = select(d.id).select_from(device).where(self.condition_among(), *place)
        if self.when is None:
            n = city.store.rows(select(func.count().label("n")).select_from(members.subquery()))[0]["n"]
            return np.full(len(points), float(n))
        reach = SILENT_AFTER * self._slowest(city)
        heard = _heard(city, members, points) if reach <= step else _heard_within(city, members, points, reach)
        starts = np.array([end - max(reach, step) for _, end in points])
        return np.where(starts >= self._first_hour(city, members, ask.intervals), heard, np.nan)

    def _first_hour(self, city: City, members: Select, intervals: Intervals) -> float:
        h = reading_hour.c
        first = select(func.toUnixTimestamp(func.min(h.hour)).label("at")).where(h.device.in_(members))
        key = ("first hour", self.key, intervals)
        return city.cache.get(key, lambda: float(city.store.rows(first)[0]["at"]))

    def _slowest(self, city: City) -> int:
        intervals = select(d.id, d.interval).where(self.condition_among()).subquery()
        longest = select(func.max(intervals.c.interval).label("s"))
        return city.cache.get(("slowest", self.key), lambda: city.store.rows(longest)[0]["s"] or 0)

    def condition_among(self) -> ColumnElement:
        """The devices it is about, whatever their state."""
        among = self.among()
        return among if among is not None else d.id > 0


def _heard(city: City, members: Select, points: Points) -> np.ndarray:
    """How many of `members` spoke in each of the windows, which follow one another."""
    h, start = reading_hour.c, points[0][0] - points[0][0] % 3600
    number = func.intDiv(func.toUnixTimestamp(h.hour) - int(start), int(points[0][1] - points[0][0]))
    statement = (
        select(number.label("p"), func.uniqExact(h.device).label("n"))
        .where(h.day >= stamp(start).date(), h.hour >= stamp(start), h.hour < stamp(points[-1][1]))
        .where(h.device.in_(members))
        .group_by(number)
    )
    a = city.store.arrays(statement)
    return np.bincount(a["p"].astype(int), weights=a["n"], minlength=len(points))[: len(points)]


def _heard_within(city: City, members: Select, points: Points, reach: float) -> np.ndarray:
    """How many of `members` had spoken within `reach` seconds before the end of each window."""
    h, start = reading_hour.c, points[0][1] - reach
    statement = select(h.device, func.toUnixTimestamp(h.hour).label("hour")).where(
        h.day >= stamp(start).date(), h.hour >= stamp(start - 3600), h.hour < stamp(points[-1][1])
    )
    a = city.store.arrays(statement.where(h.device.in_(members)))
    hours, who, out = a["hour"].astype(float), a["device"], []
    for _, end in points:
        spoke = np.zeros(int(who.max(initial=0)) + 1, bool)
        spoke[who[(hours >= end - reach - 3600) & (hours < end)]] = True
        out.append(spoke.sum())
    return np.array(out, float)


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
