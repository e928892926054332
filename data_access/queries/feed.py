"""One feed: its devices, the worst first, and its latest batches."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.quarantine import AGAIN
from data_access.queries.feeds import asked_feed
from data_access.sources.roll import here, roll
from data_access.sources.spells import stamp
from data_access.store.tables import batch
from data_access.units import Unit
from data_access.words import T

ROWS = 50
"""Devices of a page of the table."""
BATCHES = 20
BACK = 40 * 86400.0
"""How far back batches are looked for."""
WORST = {"offline": 0, "alarm": 1, "unknown": 2, "ok": 3}


@dataclass(frozen=True)
class DeviceLine:
    """One device of a feed: its state (one of `roll.STATES`), and when it was last heard; None for never."""

    code: str
    kind: T
    unit: Unit
    interval: int
    state: str
    last: float | None


@dataclass(frozen=True)
class Devices:
    """A page of a feed's devices: `lines` from place `skip` on, of `found` that match, of `total`."""

    lines: tuple[DeviceLine, ...]
    skip: int
    found: int
    total: int


@dataclass(frozen=True)
class Arrived:
    """A batch as it came: when, the moments of its first and last event, what became of its lines.

    `again`: its lines had been refused before.
    """

    at: float
    first: float
    last: float
    accepted: int
    rejected: int
    duplicates: int
    again: bool


def devices(city: City, ask: Ask, whole: bool = False) -> Devices | None:
    """The devices of the page's feed in the ask's unit that match the View; None where the feed has none.

    Those of the page that the View asks for, or the `whole` list.
    """
    key, _ = asked_feed(ask)
    mine = city.devices_of("feed", (key,)) & here(city, ask)
    if not mine.any():
        return None
    rows, called = np.flatnonzero(mine & _matching(city, ask.view.match)), roll(city, ask)
    states = called.state[rows]
    order = _worst_first(city.devices["code"][rows].astype(str), states, called.silence[rows])
    skip = 0 if whole else min(ask.view.skip, max(0, (len(rows) - 1) // ROWS * ROWS))
    page = order if whole else order[skip : skip + ROWS]
    lines = (_line(city, int(rows[n]), str(states[n]), float(called.last[rows[n]])) for n in page)
    return Devices(tuple(lines), skip, len(rows), int(mine.sum()))


def _worst_first(codes: np.ndarray, states: np.ndarray, silence: np.ndarray) -> np.ndarray:
    """The order of devices: the silent by how long, then those in alarm, then the others by code."""
    rank = np.array([WORST[state] for state in states], int)
    return np.lexsort((codes, np.where(rank == 0, -silence, 0), rank))


def _matching(city: City, text: str) -> np.ndarray:
    """Which devices have the text in their code, or in the name of their kind in either language."""
    small = text.strip().casefold()
    if not small:
        return np.ones(len(city.devices["id"]), bool)
    codes = city.fixed.get("small codes", lambda: np.array([str(c).casefold() for c in city.devices["code"]]))
    kinds = [
        k.key for k in city.profile.device_kinds if any(small in t.casefold() for t in (k.title.zh, k.title.en))
    ]
    return (np.char.find(codes, small) >= 0) | city.devices_of("kind", kinds)


def _line(city: City, row: int, state: str, last: float) -> DeviceLine:
    d = city.devices
    unit = city.units.at(city.units.row_of_leaf(int(d["leaf"][row])))
    kind = kind_title(city, str(d["kind"][row]))
    return DeviceLine(str(d["code"][row]), kind, unit, int(d["interval"][row]), state, last or None)


def kind_title(city: City, key: str) -> T:
    """What a kind of device is called."""
    return next((kind.title for kind in city.profile.device_kinds if kind.key == key), T(key, key))


def batches(city: City, ask: Ask, limit: int = BATCHES) -> list[Arrived]:
    """The latest batches of the page's feed before the ask's moment, the newest first."""
    key, _ = asked_feed(ask)
    b, epoch = batch.c, func.toFloat64
    columns = [epoch(b[name]).label(name) for name in ("at", "first_at", "last_at")]
    counts = [b.accepted, b.rejected, b.duplicates]
    again = (func.position(b.token, AGAIN) > 0).label("again")
    statement = select(*columns, *counts, again).where(b.feed == key)
    now = b.at <= stamp(ask.at + 1) if ask.live else b.at < stamp(ask.at)
    rows = city.store.rows(statement.where(now, b.at >= stamp(ask.at - BACK)).order_by(b.at.desc()).limit(limit))
    names = ("accepted", "rejected", "duplicates")
    return [
        Arrived(r["at"], r["first_at"], r["last_at"], *(int(r[n]) for n in names), bool(r["again"])) for r in rows
    ]
