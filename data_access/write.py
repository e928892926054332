"""Landing a batch: the one door through which facts reach the store."""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from data_access.city import City
from data_access.errors import StoreFailed
from data_access.heard import heard
from data_access.landing import Landing, Reject, Replayed
from data_access.live import CHANGES
from data_access.sealing import touched
from data_access.store import tables
from data_access.store.declare import metadata, stamp
from data_access.troubles import LANDING

log = logging.getLogger(__name__)

NOT_LANDED = "not_landed"
"""The reason under which the quarantine notes a batch that the store refuses and others it does not."""
FIRST = 5
"""How many refusals a receipt tells."""


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
    It is written down beforehand: cut short at any point, it is landed whole by `finish`. Raises StoreFailed.
    """
    rows = None if rows is None or not rows.num_rows else rows.combine_chunks()
    spoke = time.time() if at is None else at
    landing = Landing(feed, kind, token, rows, tuple(rejects), duplicates, spoke, span, tuple(replayed))
    try:
        with city.store.gate.inside():
            city.journal.keep(landing)
            receipt = _land(city, landing)
            city.journal.done(token)
    except StoreFailed as error:
        city.troubles.begin(LANDING, str(error))
        raise
    city.troubles.end(LANDING)
    return receipt


def note_replay(city: City, feed: str, token: str, replayed: list[Replayed]) -> None:
    """Keep what became of lines of which none landed; the same under one token is kept once."""
    with city.store.gate.inside():
        city.store.insert("replay", _replay_rows(feed, token, replayed), token)
        city.live.bump("batch")


def finish(city: City) -> int:
    """Land whole what was cut short, here or in a process before this one; returns how many batches that were.

    Nobody else may be landing. Raises StoreFailed when the store still cannot take them.
    """
    found = city.journal.left() if len(city.journal) else []
    for landing in found:
        try:
            with city.store.gate.inside():
                if landed(city, landing.token) is None:
                    _land(city, landing)
        except StoreFailed as error:
            # A store that takes nothing says nothing of the batch: it is away, and the try does not count.
            city.store.probe()
            if not city.journal.failed(landing.token):
                raise
            _set_aside(city, landing, error)
        else:
            city.journal.done(landing.token)
    return len(found)


def _set_aside(city: City, landing: Landing, error: StoreFailed) -> None:
    """Let others land where it is the batch that cannot be. Raises StoreFailed where the store takes no note."""
    note = Reject(landing.feed, 0, NOT_LANDED, str(error), "")
    told = Landing(landing.feed, landing.kind, landing.token, None, (note,), 0, time.time(), None)
    city.store.insert("reject", _reject_rows(told), f"{landing.token}:{NOT_LANDED}")
    city.journal.set_aside(landing.token)
    log.error("A batch of the feed %s cannot be landed and is left for the next start: %s", landing.feed, error)


def _land(city: City, landing: Landing) -> Receipt:
    """Each insert carries the token, so that what the store has already is not added again."""
    if landing.rows is not None:
        _insert(city, landing.kind, landing.rows, landing.token)
    if landing.rejects:
        city.store.insert("reject", _reject_rows(landing), landing.token)
    if landing.replayed:
        rows = _replay_rows(landing.feed, landing.token, landing.replayed)
        city.store.insert("replay", rows, landing.token)
    first, last = landing.span or _span(landing.rows, landing.at)
    entry = {
        "token": landing.token,
        "feed": landing.feed,
        "kind": landing.kind,
        "at": stamp(landing.at),
        "first_at": stamp(first),
        "last_at": stamp(last),
        "accepted": landing.accepted,
        "rejected": len(landing.rejects),
        "duplicates": landing.duplicates,
        "version": city.live.landed + 1,
    }
    city.store.insert("batch", pa.Table.from_pylist([entry], schema=_schema("batch")), landing.token)
    return _shown(city, landing, (first, last))


def _shown(city: City, landing: Landing, span: tuple[float, float]) -> Receipt:
    """Let screens know of a batch that landed."""
    accepted, rejected = landing.accepted, len(landing.rejects)
    first, last = span if accepted else (None, None)
    city.live.seen(landing.feed, landing.at, last, accepted, rejected, first)
    changed = (CHANGES[landing.kind],) if landing.kind in CHANGES else ()
    newest = last if accepted else -math.inf
    version, told = city.live.bump(*changed, newest=newest), landing.rejects[:FIRST]
    return Receipt(landing.token, accepted, rejected, landing.duplicates, version, reasons=told)


def _insert(city: City, kind: str, rows: pa.Table, token: str) -> None:
    if kind == "reading":
        heard(city).note(rows)
    city.store.insert(kind, rows, token)
    if kind == "case_step":
        touched(city.store, rows)


def _schema(table: str) -> pa.Schema:
    moment, whole = pa.timestamp("ms", "UTC"), pa.uint64()
    kinds = {"at": moment, "first_at": moment, "last_at": moment, "line": whole}
    kinds |= dict.fromkeys(("accepted", "rejected", "duplicates", "version", "mark"), whole)
    kinds["refused_at"] = moment
    return pa.schema([(c.name, kinds.get(c.name, pa.string())) for c in metadata.tables[table].columns])


def _reject_rows(landing: Landing) -> pa.Table:
    shared = {"token": landing.token, "feed": landing.feed, "kind": landing.kind, "at": stamp(landing.at)}
    rows = [shared | asdict(reject) for reject in landing.rejects]
    return pa.Table.from_pylist(rows, schema=_schema("reject"))


def _replay_rows(feed: str, token: str, replayed: Sequence[Replayed]) -> pa.Table:
    shared = {"token": token, "feed": feed, "at": stamp(time.time())}
    rows = [shared | vars(one) | {"refused_at": stamp(one.refused_at)} for one in replayed]
    return pa.Table.from_pylist(rows, schema=_schema("replay"))


def _span(rows: pa.Table | None, at: float) -> tuple[float, float]:
    if rows is None or "at" not in rows.column_names:
        return at, at
    edges = pc.min_max(rows.column("at")).as_py()
    return edges["min"].timestamp(), edges["max"].timestamp()
