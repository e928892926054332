"""What is already known: the questions that the way in asks of the store, one query a batch."""

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Select, func, select

from data_access.city import City
from data_access.store import tables

PIECE = 4000
LETTERS = 100_000
"""How many keys one statement names, and their length together: the engine bounds a statement's length."""


def known_cases(city: City, ids: Sequence[str]) -> list[dict]:
    """The spells of the cases `ids`, as rows of `case_now` with their trail, in no order."""
    i, found = tables.case_index.c, []
    places = select(i.case_id, i.leaf, i.first_at, i.newest_at)
    for piece in pieces(ids):
        known = city.store.arrow(places.where(i.case_id.in_(piece)))
        if known.num_rows:
            found += city.store.rows(_spells_of(known))
    return found


def _spells_of(cases: pa.Table) -> Select:
    """The spells of some `cases`, with their ids, leaves, first and newest opening: in the table's own order."""
    c = tables.case_now
    columns = [c.c[n] for n in ("case_id", "spell", "opened_at", "leaf", "type", "source", "lon", "lat", "trail")]
    opened = pc.min(cases["first_at"]).as_py(), pc.max(cases["newest_at"]).as_py()
    among = (c.c[name].in_(pc.unique(cases[name]).to_pylist()) for name in ("leaf", "case_id"))
    return select(*columns).select_from(c).where(c.c.opened_at.between(*opened), *among)


def known_alerts(city: City, identifiers: Sequence[str]) -> set[tuple[str, str, int, int]]:
    """``(sender, identifier, sent, segment)`` of all messages called so; `sent` in epoch milliseconds."""
    a = tables.alert.c
    sent = func.toUnixTimestamp64Milli(a.sent).label("ms")
    asked = select(a.sender, a.identifier, sent, a.segment)
    found = (city.store.rows(asked.where(a.identifier.in_(piece))) for piece in pieces(identifiers))
    return {(r["sender"], r["identifier"], r["ms"], r["segment"]) for rows in found for r in rows}


def last_readings(city: City, devices: Sequence[int]) -> dict[int, float]:
    """When each of `devices` (ids) was last read, as UTC epoch seconds; without those never read."""
    d = tables.device_now
    found: dict[int, float] = {}
    for piece in pieces(devices):
        asked = select(d.c.device, d.c.at).select_from(d).where(d.c.device.in_(piece))
        found |= {row["device"]: float(row["at"]) for row in city.store.rows(asked)}
    return found


def facilities_by_code(city: City, codes: Sequence[str]) -> dict[str, dict]:
    """The facilities called `codes`: id, leaf and type by code."""
    f = tables.facility
    found: dict[str, dict] = {}
    for piece in pieces(codes):
        asked = select(f.c.code, f.c.id, f.c.leaf, f.c.type).select_from(f).where(f.c.code.in_(piece))
        found |= {row["code"]: row for row in city.store.rows(asked)}
    return found


def facility_steps(city: City, leaves: Iterable[int], facilities: Sequence[int]) -> set[tuple[int, int, str]]:
    """``(facility, at, state)`` of the steps there are of `facilities`, which lie in `leaves`."""
    f = tables.facility_step.c
    found: set[tuple[int, int, str]] = set()
    leaves = sorted(set(leaves))
    for piece in pieces(facilities):
        asked = select(f.facility, f.at, f.state).where(f.leaf.in_(leaves), f.facility.in_(piece))
        found |= {(r["facility"], int(r["at"]), r["state"]) for r in city.store.rows(asked)}
    return found


def rejected(city: City, limit: int, feed: str | None = None, reason: str | None = None) -> list[dict]:
    """The newest lines that were ever refused: token, feed, kind, at, source, line, reason, detail, raw."""
    r = tables.reject.c
    asked = select(r.token, r.feed, r.kind, r.at, r.source, r.line, r.reason, r.detail, r.raw)
    for column, value in ((r.feed, feed), (r.reason, reason)):
        asked = asked.where(column == value) if value is not None else asked
    return city.store.rows(asked.order_by(r.at.desc(), r.source, r.line).limit(limit))


def pieces(keys: Iterable) -> Iterable[list]:
    """`keys`, each once, in lists of as many as one statement names."""
    keys = list(dict.fromkeys(keys))
    return (keys[i : i + PIECE] for i in range(0, len(keys), PIECE))
