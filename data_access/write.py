"""Landing a batch: the one door through which facts reach the store."""

import time
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from data_access.city import City
from data_access.heard import heard
from data_access.sealing import touched
from data_access.store import tables
from data_access.store.declare import metadata, stamp

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
    """A refused line: where it stood, why (a short fixed reason, and the detail), and its text as it came."""

    source: str
    line: int
    reason: str
    detail: str
    raw: str


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
) -> Receipt:
    """Write a validated batch, its refused lines and its entry in `batch`, then let screens know.

    `rows` has `schema(kind)`; `at` is when the feed spoke (now), `span` the first and last event (from `rows`).
    Each insert carries the token, so a batch that is retried after a crash at any point lands once.
    """
    with city.store.gate.inside():
        return _land(city, feed, kind, rows, token, rejects, duplicates, time.time() if at is None else at, span)


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
) -> Receipt:
    count = rows.num_rows if rows is not None else 0
    if count:
        _insert(city, kind, rows, token)
    if rejects:
        city.store.insert("reject", _reject_rows(feed, kind, token, at, rejects), token)
    first, last = span or _span(rows, at)
    version = city.live.landed + 1
    entry = {
        "token": token,
        "feed": feed,
        "kind": kind,
        "at": stamp(at),
        "first_at": stamp(first),
        "last_at": stamp(last),
        "accepted": count,
        "rejected": len(rejects),
        "duplicates": duplicates,
        "version": version,
    }
    city.store.insert("batch", pa.Table.from_pylist([entry], schema=_schema("batch")), token)
    city.live.seen(feed, at, last if count else None, count, len(rejects))
    version = city.live.bump(CHANGES[kind]) if kind in CHANGES else city.live.bump()
    return Receipt(token, count, len(rejects), duplicates, version, reasons=tuple(rejects[:FIRST]))


def _insert(city: City, kind: str, rows: pa.Table, token: str) -> None:
    if kind == "reading":
        heard(city).note(rows)
    city.store.insert(kind, rows, token)
    if kind == "case_step":
        touched(city.store, rows)


def _schema(table: str) -> pa.Schema:
    stamp, whole = pa.timestamp("ms", "UTC"), pa.uint64()
    kinds = {"at": stamp, "first_at": stamp, "last_at": stamp, "line": whole}
    kinds |= dict.fromkeys(("accepted", "rejected", "duplicates", "version"), whole)
    return pa.schema([(c.name, kinds.get(c.name, pa.string())) for c in metadata.tables[table].columns])


def _reject_rows(feed: str, kind: str, token: str, at: float, rejects: list[Reject]) -> pa.Table:
    shared = {"token": token, "feed": feed, "kind": kind, "at": stamp(at)}
    return pa.Table.from_pylist(
        [
            shared | {"source": r.source, "line": r.line, "reason": r.reason, "detail": r.detail, "raw": r.raw}
            for r in rejects
        ],
        schema=_schema("reject"),
    )


def _span(rows: pa.Table | None, at: float) -> tuple[float, float]:
    if rows is None or not rows.num_rows or "at" not in rows.column_names:
        return at, at
    edges = pc.min_max(rows.column("at")).as_py()
    return edges["min"].timestamp(), edges["max"].timestamp()
