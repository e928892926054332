"""The roll of devices: each of the city's devices with its last reading before a moment, read once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.live import SILENT_AFTER
from data_access.lookup import pieces
from data_access.store.declare import stamp
from data_access.store.store import Arrays
from data_access.store.tables import device_day, device_now, reading
from data_access.units import mask_of

DAY = 86400
STATES = ("ok", "unknown", "offline", "alarm")
FEW = 0.1
"""Of so many it need not be known whether they would have been missed, for a count of online ones to be shown."""


@dataclass(frozen=True)
class Roll:
    """Arrays of one entry a device, as `City.devices` has them; `last` in epoch seconds, 0 for one never heard.

    `began` is when the first of its kind was heard, inf where none was.
    """

    interval: np.ndarray
    moment: float
    last: np.ndarray
    alarm: np.ndarray
    began: np.ndarray

    @property
    def spoken(self) -> np.ndarray:
        """Whether it has a last reading at all."""
        return self.last > 0

    @property
    def silence(self) -> np.ndarray:
        """Seconds from its last reading to the moment."""
        return int(self.moment) - self.last

    @property
    def online(self) -> np.ndarray:
        """Whether it has spoken within three of its intervals before the moment."""
        return self.spoken & (self.silence <= SILENT_AFTER * self.interval)

    @property
    def in_alarm(self) -> np.ndarray:
        """Whether it is online and reports alarm."""
        return self.online & (self.alarm == 1)

    @property
    def told(self) -> np.ndarray:
        """Whether anything is known of it: it has spoken, or its kind for long enough to miss it."""
        return self.spoken | (self.moment - SILENT_AFTER * self.interval >= self.began)

    @property
    def state(self) -> np.ndarray:
        """The state of each, one of STATES: not heard of and not to be missed yet is unknown, not offline."""
        silent = np.where(self.told, "offline", "unknown")
        return np.where(self.in_alarm, "alarm", np.where(self.online, "ok", silent))


def roll(city: City, ask: Ask) -> Roll:
    """The roll as of the ask's moment."""
    return city.cache.get(("roll", ask.at, ask.moment.of("device")), lambda: _read(city, ask.at))


def asked_for(city: City, ask: Ask) -> np.ndarray:
    """Whether each device is of the networks that the View asks for."""
    networks = ask.view.networks
    return city.devices_of("network", networks) if networks else np.ones(len(city.devices["id"]), bool)


def here(city: City, ask: Ask) -> np.ndarray:
    """Whether each device is asked for and stands in the ask's unit."""
    return asked_for(city, ask) & mask_of(ask.intervals, city.units.leaves)[city.devices["leaf"]]


def _read(city: City, at: float) -> Roll:
    ids = city.devices["id"]
    last, alarm = np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int8)
    for heard in _last_readings(city, at):
        place = np.searchsorted(ids, heard["device"]).clip(0, max(len(ids) - 1, 0))
        ours = ids[place] == heard["device"] if len(ids) else np.zeros(len(place), bool)
        newer = ours & (heard["seconds"] > last[place] if len(ids) else ours)
        last[place[newer]] = heard["seconds"][newer]
        alarm[place[newer]] = heard["alarm"][newer]
    return Roll(city.devices["interval"], at, last, alarm, _began(city))


def known_from(city: City, held: np.ndarray, silence: float = SILENT_AFTER) -> float:
    """From when on all but a `FEW` of the devices `held` would have been missed if silent; epoch seconds.

    A device is missed `silence` of its intervals after the first of its kind was heard. 0 where there are none.
    """
    missed = np.sort(_began(city)[held] + silence * city.devices["interval"][held])
    return float(missed[int((1 - FEW) * (len(missed) - 1))]) if len(missed) else 0.0


def _began(city: City) -> np.ndarray:
    """When the first device of each one's network and kind was heard, in epoch seconds; inf where none was."""
    began = np.full(len(city.devices["id"]), np.inf)
    for (network, kind), first in city.first_heard.items():
        began[city.devices_of("network", (network,)) & city.devices_of("kind", (kind,))] = first
    return began


def _last_readings(city: City, at: float) -> Iterator[Arrays]:
    """Arrays device, seconds, alarm that have the last reading of each before `at` among them.

    `device_now` tells it of devices that have been silent since: of all, where `at` is now. Of the others the
    readings are looked through, the recent ones first; of the few that were silent then, days before that.
    """
    r, n = reading.c, device_now.c
    now = city.store.arrays(select(n.device, _seconds(n.at), n.alarm).select_from(device_now))
    before = now["seconds"] < at
    yield {name: column[before] for name, column in now.items()}
    since = now["device"][~before]
    if not len(since):
        return
    recent = at - SILENT_AFTER * int(city.devices["interval"].max(initial=0))
    went_on = select(n.device).select_from(device_now).where(n.at >= stamp(at))
    near = _newest(city, r.at < stamp(at), r.at >= stamp(recent), r.device.in_(went_on))
    yield near
    for few in pieces(np.setdiff1d(since, near["device"]).tolist()):
        yield from _before(city, recent, few)


def _before(city: City, at: float, devices: list[int]) -> Iterator[Arrays]:
    """The last readings of a few `devices` before `at`: on its own day, and on the days before that."""
    r, d, day = reading.c, device_day.c, at - at % DAY
    yield _newest(city, r.at < stamp(at), r.at >= stamp(day), r.device.in_(devices))
    last = func.max(d.last)
    told = select(d.device, _seconds(func.tupleElement(last, 1)), func.tupleElement(last, 2).label("alarm"))
    told = told.select_from(device_day).where(d.day < stamp(day).date(), d.device.in_(devices))
    yield city.store.arrays(told.group_by(d.device))


def _newest(city: City, *conditions: ColumnElement) -> Arrays:
    """Of each device the newest of the readings that fulfil all of `conditions`."""
    r = reading.c
    newest = select(r.device, _seconds(func.max(r.at)), func.argMax(r.alarm, r.at).label("alarm"))
    return city.store.arrays(newest.where(*conditions).group_by(r.device))


def _seconds(at: ColumnElement) -> ColumnElement:
    return func.toUnixTimestamp(at).label("seconds")
