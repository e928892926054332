"""Landing a batch: the one door through which facts reach the store."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from data_access.city import City
from data_access.heard import heard
from data_access.store import tables
from data_access.store.declare import metadata

CHANGES = {
    "case_step": "case",
    "reading": "device",
    "facility_step": "facility",
    "fact_day": "fact",
    "alert": "alert",
}
"""What a batch may hold, each in the table of its name; and what that changes, as `Source.table` names it."""

FIRST = 5
"""How many refusals a receipt tells."""


@dataclass(frozen=True)
class Reject:
    """A refused line: where it stood, why (a short fixed reason, and the detail), and its text as it came.

    `cells` are its values by column as JSON, where its text does not say them.
    """

    source: str
    line: int
    reason: str
    detail: str
    raw: str
    cells: str = ""


@dataclass(frozen=True)
class Replayed:
    """What became of a refused line that was put in again: the line, as `replay` names it, and the outcome."""

    batch: str
    source: str
    line: int
    mark: int
    refused_at: float
    outcome: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Receipt:
    """What became of a batch; `accepted + rejected + duplicates` is what was sent; `reasons`: the first few."""

    token: str
    accepted: int
    rejected: int
    duplicates: int
    version: int
    repeated: bool = False
    reasons: tuple[Reject, ...] = ()


def schema(kind: str) -> pa.Schema:
    """The Arrow schema a batch of `kind` must have: the columns of its table."""
    types = {"DateTime64": pa.timestamp("ms", "UTC"), "DateTime": pa.timestamp("s", "UTC"), "Date": pa.date32()}
    numbers = {"UInt8": pa.uint8(), "UInt16": pa.uint16(), "UInt32": pa.uint32(), "UInt64": pa.uint64()}
    numbers |= {"Float32": pa.float32(), "Float64": pa.float64()}
    known = types | numbers | {"Array": pa.list_(pa.uint32())}
    fields = []
    for column in metadata.tables[kind].columns:
        spelled = column.type.name.split("(")[0]
        fields.append(pa.field(column.name, known.get(spelled, pa.string())))
    return pa.schema(fields)


def landed(city: City, token: str) -> Receipt | None:
    """The receipt of the batch that landed under `token`, or None."""
    b = tables.batch
    found = city.store.rows(select(b).where(b.c.token == token).limit(1))
    if not found:
        return None
    row = found[0]
    return Receipt(token, row["accepted"], row["rejected"], row["duplicates"], row["version"], repeated=True)


def land(
    city: City,
    feed: str,
    kind: str,
    rows: pa.Table | None,
    token: str,
    rejects: list[Reject] = (),
    duplicates: int = 0,
    at: float | None = None,
    span: tuple[float, float] | None = None,
    replayed: list[Replayed] = (),
) -> Receipt:
    """Write a validated batch, its refused lines and its entry in `batch`, then let screens know.

    `rows` has `schema(kind)`; `at` is when the feed spoke (now), `span` the first and last event (from `rows`);
    `replayed` what became of lines that were refused before.
    Each insert carries the token, so a batch that is retried after a crash at any point lands once.
    """
    with city.store.gate.inside():
        at = time.time() if at is None else at
        return _land(city, feed, kind, rows, token, rejects, duplicates, at, span, replayed)


def note_replay(city: City, feed: str, token: str, replayed: list[Replayed]) -> None:
    """Keep what became of lines of which none landed; the same under one token is kept once."""
    with city.store.gate.inside():
        city.store.insert("replay", _replay_rows(feed, token, replayed), token)
        city.live.bump("batch")


def _land(
    city: City,
    feed: str,
    kind: str,
    rows: pa.Table | None,
    token: str,
    rejects: list[Reject],
    duplicates: int,
    at: float,
    span: tuple[float, float] | None,
    replayed: list[Replayed],
) -> Receipt:
    count = rows.num_rows if rows is not None else 0
    if count:
        _insert(city, kind, rows, token)
    if rejects:
        city.store.insert("reject", _reject_rows(feed, kind, token, at, rejects), token)
    if replayed:
        city.store.insert("replay", _replay_rows(feed, token, replayed), token)
    first, last = span or _span(rows, at)
    version = city.live.landed + 1
    entry = {
        "token": token,
        "feed": feed,
        "kind": kind,
        "at": moment(at),
        "first_at": moment(first),
        "last_at": moment(last),
        "accepted": count,
        "rejected": len(rejects),
        "duplicates": duplicates,
        "version": version,
    }
    city.store.insert("batch", pa.Table.from_pylist([entry], schema=_schema("batch")), token)
    told = (last, count, len(rejects), first) if count else (None, 0, len(rejects))
    city.live.seen(feed, at, *told)
    version = city.live.bump(CHANGES[kind]) if kind in CHANGES else city.live.bump()
    return Receipt(token, count, len(rejects), duplicates, version, reasons=tuple(rejects[:FIRST]))


def _insert(city: City, kind: str, rows: pa.Table, token: str) -> None:
    if kind == "reading":
        heard(city).note(rows)
    city.store.insert(kind, rows, token)


def moment(at: float) -> datetime:
    """An epoch second as an aware UTC datetime."""
    return datetime.fromtimestamp(at, UTC)


def _schema(table: str) -> pa.Schema:
    stamp, whole = pa.timestamp("ms", "UTC"), pa.uint64()
    kinds = {"at": stamp, "first_at": stamp, "last_at": stamp, "line": whole}
    kinds |= dict.fromkeys(("accepted", "rejected", "duplicates", "version", "mark"), whole)
    kinds["refused_at"] = stamp
    return pa.schema([(c.name, kinds.get(c.name, pa.string())) for c in metadata.tables[table].columns])


def _reject_rows(feed: str, kind: str, token: str, at: float, rejects: list[Reject]) -> pa.Table:
    shared = {"token": token, "feed": feed, "kind": kind, "at": moment(at)}
    return pa.Table.from_pylist(
        [
            shared | {name: getattr(r, name) for name in ("source", "line", "reason", "detail", "raw", "cells")}
            for r in rejects
        ],
        schema=_schema("reject"),
    )


def _replay_rows(feed: str, token: str, replayed: list[Replayed]) -> pa.Table:
    shared = {"token": token, "feed": feed, "at": moment(time.time())}
    rows = [shared | vars(one) | {"refused_at": moment(one.refused_at)} for one in replayed]
    return pa.Table.from_pylist(rows, schema=_schema("replay"))


def _span(rows: pa.Table | None, at: float) -> tuple[float, float]:
    if rows is None or not rows.num_rows or "at" not in rows.column_names:
        return at, at
    edges = pc.min_max(rows.column("at")).as_py()
    return edges["min"].timestamp(), edges["max"].timestamp()
