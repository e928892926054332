"""One device: what it is, what it read over the window, when it was silent."""

from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import func, select

from data_access.ask import Ask, Span
from data_access.city import City
from data_access.live import SILENT_AFTER
from data_access.profile import DeviceKind
from data_access.queries.feeds import asked_feed, near
from data_access.queries.people import Holder, answering
from data_access.scope import Scope
from data_access.sources.roll import known_from, roll
from data_access.sources.spells import stamp
from data_access.speaking import HOUR, silences, uptime
from data_access.store.tables import reading, reading_hour
from data_access.units import Unit, mask_of
from data_access.words import T

DENSE = 1500
"""More readings than this are told by hours."""
DAYS = 31 * 86400.0
"""A longer window is told by hours alone, and its silence too."""
LONGEST = 366 * 86400.0
"""How much of a window is looked at, at most; the newest part."""


@dataclass(frozen=True)
class Device:
    """A device as it stands at the ask's moment: kind, place, state (one of `roll.STATES`), last reading."""

    row: int
    code: str
    kind: DeviceKind
    feed: str
    unit: Unit
    place: tuple[float, float]
    interval: int
    state: str
    last: float | None
    value: float | None


@dataclass(frozen=True)
class Readings:
    """A device's readings over `span`: single ones, or by hours with the least, the mean and the most.

    `at` in epoch seconds, of hours their beginning. `alarm` says which were in alarm. `gaps` are when it was
    silent for longer than three intervals, `uptime` the share of the span in which it was not; nan when nothing is
    known.
    """

    span: Span
    by_hour: bool
    at: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    alarm: np.ndarray
    gaps: tuple[Span, ...]
    uptime: float


def device_row(city: City, ask: Ask) -> int | None:
    """The row of the device that the page is about, where the caller may see it; None for none."""
    return row_of(city, ask.scope, *asked_feed(ask))


def row_of(city: City, scope: Scope, feed: str, code: str) -> int | None:
    """The row of a device of a feed, where the caller may see it; None for none."""
    rows = city.fixed.get("rows by code", lambda: {str(c): n for n, c in enumerate(city.devices["code"])})
    row = rows.get(code)
    if row is None or str(city.devices["feed"][row]) != feed:
        return None
    leaf = int(city.devices["leaf"][row])
    return row if scope.intervals is None or mask_of(scope.intervals, city.units.leaves)[leaf] else None


def near_devices(city: City, ask: Ask) -> list[str]:
    """Codes of the page's feed that are nearly that of the device asked for."""
    feed, code = asked_feed(ask)
    return near(code, city.devices["code"][city.devices_of("feed", (feed,))].astype(str).tolist())


def device(city: City, ask: Ask) -> Device | None:
    """The device that the page is about; None where there is none."""
    row = device_row(city, ask)
    if row is None:
        return None
    d, called = city.devices, roll(city, ask)
    kinds = {kind.key: kind for kind in city.profile.device_kinds}
    key, last = str(d["kind"][row]), float(called.last[row]) or None
    kind = kinds.get(key) or DeviceKind(key=key, title=T(key, key), network=str(d["network"][row]))
    unit = city.units.at(city.units.row_of_leaf(int(d["leaf"][row])))
    place = float(d["lon"][row]), float(d["lat"][row])
    state, interval = str(called.state[row]), int(d["interval"][row])
    value = _value(city, int(d["id"][row]), last)
    return Device(row, str(d["code"][row]), kind, str(d["feed"][row]), unit, place, interval, state, last, value)


def _value(city: City, number: int, last: float | None) -> float | None:
    """What a device read at the moment `last`."""
    if last is None:
        return None
    r = reading.c
    rows = city.store.rows(select(r.value).where(r.device == number, r.at == stamp(last)).limit(1))
    return float(rows[0]["value"]) if rows else None


def holders(city: City, ask: Ask) -> list[Holder]:
    """Who answers where the page's device stands."""
    row = device_row(city, ask)
    unit = city.units.at(city.units.row_of_leaf(int(city.devices["leaf"][row]))) if row is not None else None
    return answering(city, ask, unit) if unit else []


def readings(city: City, ask: Ask) -> Readings | None:
    """The readings of the page's device over the window; None where there is no such device."""
    row = device_row(city, ask)
    if row is None:
        return None
    key = ("device readings", row, ask.span, ask.moment.of("device"))
    return city.cache.get(key, lambda: _readings(city, ask, row))


def _readings(city: City, ask: Ask, row: int) -> Readings:
    span = max(ask.span[0], ask.span[1] - LONGEST), ask.span[1]
    number, interval = int(city.devices["id"][row]), int(city.devices["interval"][row])
    began = _began(city, ask, row)
    hours = _hours(city, number, span)
    if span[1] - span[0] > DAYS:
        rest = _of_hours(hours, interval + HOUR, span, began)
        return replace(rest, span=span)
    raw = _raw(city, number, (span[0] - SILENT_AFTER * interval, span[1]))
    at = raw["seconds"].astype(float)
    before = at[at < span[0]]
    origin = float(before[-1]) if len(before) else began
    told = at[at >= origin]
    gaps = tuple(silences(told, interval, span, origin))
    up = uptime(told, interval, span, origin)
    within = at >= span[0]
    if within.sum() > DENSE:
        return replace(_of_hours(hours, interval, span, began), gaps=gaps, uptime=up)
    value = raw["value"][within].astype(float)
    return Readings(span, False, at[within], value, value, value, raw["alarm"][within] == 1, gaps, up)


def _began(city: City, ask: Ask, row: int) -> float:
    """When it should have begun to speak: as the first of its kind did; never, where none has."""
    mine = np.arange(len(city.devices["id"])) == row
    began = known_from(city, mine, silence=0)
    return began if np.isfinite(began) else ask.at


def _raw(city: City, number: int, span: Span) -> dict[str, np.ndarray]:
    r = reading.c
    statement = select(func.toUnixTimestamp(r.at).label("seconds"), r.value, r.alarm).where(
        r.device == number, r.at >= stamp(span[0]), r.at < stamp(span[1])
    )
    return city.store.arrays(statement.order_by(r.at))


def _hours(city: City, number: int, span: Span) -> dict[str, np.ndarray]:
    h = reading_hour.c
    first = span[0] - span[0] % HOUR
    columns = (func.toUnixTimestamp(h.hour).label("seconds"), h.low, h.high, h.total, h.n, h.alarms)
    statement = select(*columns).where(
        h.day >= stamp(first).date(),
        h.day <= stamp(span[1]).date(),
        h.device == number,
        h.hour >= stamp(first),
        h.hour < stamp(span[1]),
    )
    return city.store.arrays(statement.order_by(h.hour))


def _of_hours(hours: dict[str, np.ndarray], interval: float, span: Span, began: float) -> Readings:
    """By hours; gaps and uptime as if each hour with a reading had one at its beginning, an interval longer."""
    at = hours["seconds"].astype(float)
    mean = hours["total"].astype(float) / np.maximum(hours["n"].astype(float), 1)
    low, high = hours["low"].astype(float), hours["high"].astype(float)
    told = at[at >= began]
    gaps, up = tuple(silences(told, interval, span, began)), uptime(told, interval, span, began)
    return Readings(span, True, at, mean, low, high, hours["alarms"] > 0, gaps, up)
