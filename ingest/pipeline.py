"""The way in: lines or tables are checked, completed, landed; what cannot be taken goes to quarantine."""

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError
from pydantic_core import from_json

from data_access.city import City
from data_access.errors import BadSource
from data_access.heard import known
from data_access.quarantine import AGAIN, Kept
from data_access.troubles import LANDING
from data_access.write import Receipt, Reject, Replayed, finish, land, landed, note_replay, schema
from ingest.columns import sifted
from ingest.fields import refusal
from ingest.items import Batch, Draft, Item
from ingest.readings import Readings
from ingest.reasons import Refused, shown
from ingest.records import RecordKind, kinds
from ingest.refused import plain, rejects_of

_writer = threading.RLock()
"""One writer at a time: what is known of a case must not change between asking and landing."""


@contextlib.contextmanager
def _turn(city: City) -> Iterator[None]:
    """Be the one writer; what was cut short before is landed first. Raises StoreFailed when it cannot be."""
    with _writer:
        finish(city)
        yield


def caught_up(city: City) -> None:
    """Land what was cut short, and note that batches can be landed again. Raises StoreFailed when they cannot."""
    city.journal.check()
    with _turn(city):
        city.troubles.end(LANDING)


def submit_lines(
    city: City,
    feed: str,
    kind: str,
    lines: Iterable[str | bytes],
    token: str,
    source: str = "",
    crs: str = "wgs84",
    first_line: int = 1,
) -> Receipt:
    """Take in NDJSON: one record of `kind` a line, points in `crs`; returns when the store has it.

    A `token` that landed before changes nothing and returns the first receipt, marked `repeated`. `source` is
    what refused lines are noted under, numbered from `first_line`. Raises BadSource for an unknown kind or feed.
    """
    declared = _declared(city, feed, kind)
    items = [_parsed(declared, n, line) for n, line in enumerate(lines, first_line)]
    return submit_items(city, feed, kind, items, token, source, crs)


def submit_items(
    city: City,
    feed: str,
    kind: str,
    items: list[Item],
    token: str,
    source: str = "",
    crs: str = "wgs84",
    archived: bool = False,
) -> Receipt:
    """Take in lines that were read already; afterwards each tells whether it was refused, or known before.

    The receipt counts accepted and duplicate records, and refused lines. `archived`: the lines are kept ones, so
    the feed is noted as having spoken at the last event, not now.
    """
    declared = _declared(city, feed, kind)
    with _turn(city):
        before = landed(city, token)
        if before is not None:
            return before
        declared.enrich(city, Batch(feed, items, crs))
        drafts = [d for item in items if item.refused is None for d in item.drafts]
        rows = [d.row for d in drafts if not d.duplicate]
        table = pa.Table.from_pylist(rows, schema=schema(kind)) if rows else None
        rejects = rejects_of(items, source)
        spoke = _last_event(city, feed, table) if archived else None
        return land(city, feed, kind, table, token, rejects, sum(d.duplicate for d in drafts), spoke)


def submit_table(
    city: City,
    feed: str,
    kind: str,
    table: pa.Table,
    token: str,
    at: float | None = None,
    span: tuple[float, float] | None = None,
) -> Receipt:
    """Take in whole columns, for bulk history: `table` has the columns of `data_access.write.schema(kind)`.

    Rows are complete already (leaf, deadline, spell); they are checked column-wise, not looked up one by one,
    so only the token keeps them from landing twice. The column `feed` may be absent. `at` is when the feed
    spoke, `span` the first and last event, both in UTC epoch seconds.
    Raises BadSource for an unknown kind or feed, a missing column, or one that has the wrong type.
    """
    declared = _declared(city, feed, kind)
    with _turn(city):
        before = landed(city, token)
        if before is not None:
            return before
        good, rejects = sifted(city, feed, declared, table)
        return land(city, feed, kind, good, token, rejects, 0, at, span)


def submit_readings(city: City, feed: str, readings: Readings, rejects: list[Reject], token: str) -> Receipt:
    """Take in checked readings of known devices, as columns; `rejects` are the refused lines beside them.

    What is in the store already, or twice among them, is a duplicate.
    """
    _declared(city, feed, "reading")
    with _turn(city):
        before = landed(city, token)
        if before is not None:
            return before
        new = ~known(city, readings.place, readings.at)
        fresh = readings.where(new)
        table = fresh.table(city, feed) if len(fresh.at) else None
        return land(city, feed, "reading", table, token, rejects, int((~new).sum()))


def submit_again(
    city: City,
    feed: str,
    kind: str,
    lines: Callable[[], list[tuple[Kept, Item]]],
    token: str,
    crs: str = "wgs84",
) -> list[Replayed]:
    """Put lines that were refused through the way in again; returns what became of each.

    `lines` gives those that are still refused, asked for while nobody else writes. What lands is noted as having
    come when it was refused; what is refused again stays where it is, with its new reason. `token` names the
    mapping: together with the lines it names the batch.
    """
    declared = _declared(city, feed, kind)
    with _turn(city):
        taken = lines()
        batch = Batch(feed, [item for _, item in taken], crs)
        declared.enrich(city, batch)
        outcomes = [outcome_of(kept, item) for kept, item in taken]
        rows = [draft.row for _, draft in batch.drafts() if not draft.duplicate]
        token = f"{token}{AGAIN}{digest_of(outcomes)}"
        good = [kept.at for kept, item in taken if item.refused is None]
        if not good or landed(city, token):
            note_replay(city, feed, f"{token}:noted", outcomes)
            return outcomes
        table = pa.Table.from_pylist(rows, schema=schema(kind)) if rows else None
        known_before = sum(draft.duplicate for _, draft in batch.drafts())
        land(city, feed, kind, table, token, [], known_before, max(good), replayed=outcomes)
        return outcomes


def outcome_of(kept: Kept, item: Item) -> Replayed:
    """What became of a kept line: landed, known before, or refused again and why."""
    name = (kept.token, kept.source, kept.line, kept.mark, kept.at)
    if item.refused:
        return Replayed(*name, "refused", item.refused.reason, plain(item.refused.detail))
    return Replayed(*name, "known" if item.duplicate else "landed")


def digest_of(outcomes: list[Replayed]) -> str:
    """What names lines and what became of them, in any order."""
    told = sorted(f"{o.batch}\0{o.source}\0{o.line}\0{o.mark}\0{o.reason}" for o in outcomes)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def quarantine(city: City, feed: str, kind: str, rejects: list[Reject], token: str) -> None:
    """Keep refused rows that never were records, such as outlines; once for each `token`."""
    with _turn(city):
        if rejects and landed(city, token) is None:
            land(city, feed, kind, None, token, rejects)


def _last_event(city: City, feed: str, table: pa.Table | None) -> float:
    known = city.live.feeds()[feed].last_seen or 0.0
    return known if table is None else max(known, pc.max(table.column("at")).as_py().timestamp())


def record_item(declared: RecordKind, line: int, raw: str, values: Iterable[dict]) -> Item:
    """One line whose records are `values`, checked against the kind's model."""
    item = Item(line, raw)
    for value in values:
        try:
            item.drafts.append(Draft(declared.model.model_validate(value)))
        except ValidationError as error:
            item.refuse(refusal(error))
            break
    return item


def _parsed(declared: RecordKind, number: int, line: str | bytes) -> Item:
    body = line.encode("utf-8", "replace") if isinstance(line, str) else line
    raw = body.decode("utf-8", "replace").rstrip("\r\n")
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        return Item(number, raw, refused=Refused("not_json", str(error)))
    if not isinstance(value, dict):
        return Item(number, raw, refused=Refused("not_json", shown("line", raw, "not an object")))
    return record_item(declared, number, raw, [value])


def _declared(city: City, feed: str, kind: str) -> RecordKind:
    if kind not in kinds():
        raise BadSource(f"There is no record kind {kind!r}; there are {', '.join(kinds())}.")
    if feed not in {f.key for f in city.profile.feeds}:
        there = ", ".join(f.key for f in city.profile.feeds)
        raise BadSource(f"There is no feed {feed!r} in this city; it has {there or 'none'}.")
    return kinds()[kind]
