"""The city's records in batches of one feed: tables for long times, a real feed's lines for short ones."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo.cases import case_days
from demo.facility_states import facility_steps, feed_of
from demo.habits import case_feeds, usual_volume
from demo.readings import first_reading, readings
from demo.records import DAY, HISTORY_DAYS, Columns, Town, joined, table, taken, utc_days

HIDDEN = {
    "case_step": ("leaf", "feed"),
    "reading": ("alarm", "leaf", "feed"),
    "facility_step": ("leaf", "feed", "type"),
}
"""Columns that a feed does not send: they follow from the place, the device and the batch."""

ROWS_A_SPAN = 1_000_000
Item = TypeVar("Item")

Stream = tuple[str, str]
"""A feed's key and a kind of record."""

SubmitTable = Callable[[str, str, pa.Table, str], Any]
"""Takes feed key, kind, table and token; returns a receipt once the batch is stored, or raises."""


@dataclass(frozen=True)
class Batch:
    """Records of one stream with `start <= at < end`; its token is the same whenever it is sent again."""

    feed: str
    kind: str
    start: float
    end: float
    columns: Columns

    @property
    def token(self) -> str:
        """What the receiver recognises a repeated batch by."""
        return f"{self.feed}:{self.kind}:{self.start:.3f}:{self.end:.3f}"


def records(town: Town, kind: str, start: float, end: float) -> Iterator[Columns]:
    """Records of `kind` with `start <= at < end`, in chunks of at most a day."""
    if kind == "reading":
        yield from readings(town, start, end)
    elif kind == "case_step":
        yield from case_days(town, start, end)
    else:
        yield from (facility_steps(town, a, b) for a, b in utc_days(start, end))


def spans(town: Town, kind: str, start: float, end: float) -> Iterator[tuple[float, float]]:
    """`[start, end)` cut at UTC midnights that are the same for every call: about ROWS_A_SPAN records in each."""
    a_day = {
        "case_step": 7.3 * usual_volume(town),
        "reading": float((DAY / town.devices["interval"]).sum()),
        "facility_step": 0.004 * len(town.facilities),
    }[kind]
    length = DAY * int(np.clip(ROWS_A_SPAN // max(a_day, 1), 1, 90))
    while start < end:
        stop = min(end, (start // length + 1) * length)
        yield start, stop
        start = stop


def batches(town: Town, kind: str, start: float, end: float) -> Iterator[Batch]:
    """Records of `kind` by span and, within it, by feed; a batch is never empty."""
    for since, until in spans(town, kind, start, end):
        by_feed: dict[str, list[Columns]] = {}
        for chunk in records(town, kind, since, until):
            for feed in pc.unique(chunk["feed"]).to_pylist():
                rows = pc.equal(chunk["feed"], feed).to_numpy(zero_copy_only=False)
                by_feed.setdefault(feed, []).append(chunk if rows.all() else taken(chunk, rows))
        for feed in sorted(by_feed):
            yield Batch(feed, kind, since, until, joined(by_feed.pop(feed)))


def catch_up(
    town: Town,
    since: Mapping[str, float] | float | None,
    now: float,
    submit_table: SubmitTable,
    progress: Callable[[str, float], None] = lambda what, part: None,
) -> int:
    """Hand over in tables all that happened from `since` (by kind, or one moment) up to `now`; returns the rows.

    `since=None` begins with the first record there is, which makes the history. Errors of `submit_table` are
    raised; calling again with the same moments sends the same tokens.
    """
    rows = 0
    for kind in HISTORY_DAYS:
        begin = since.get(kind, now) if isinstance(since, Mapping) else since
        if begin is None:
            begin = first_reading(town) if kind == "reading" else town.begin(kind)
        made = ((batch, table(kind, batch.columns)) for batch in batches(town, kind, begin, now))
        for batch, data in ahead(made):
            submit_table(batch.feed, kind, data, batch.token)
            rows += data.num_rows
            progress(kind, min(1.0, (batch.end - begin) / max(now - begin, 1.0)))
    return rows


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, each made by another thread while the one before it is worked on."""
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item


def lines(town: Town, kind: str, columns: Columns) -> list[str]:
    """Records as the feed's NDJSON lines: moments in ISO 8601 with offset, members by code, no leaf."""
    fields = {}
    for name, column in columns.items():
        if name in HIDDEN[kind]:
            continue
        if name in ("at", "opened_at", "due_at"):
            fields[name] = _stamps(town.zone, column)
        elif name in ("device", "facility"):
            fields[name] = _codes(town, name, column)
        elif name == "value":
            fields[name] = [float(f"{v:.6g}") for v in column.tolist()]
        else:
            fields[name] = column.to_pylist() if isinstance(column, pa.Array) else column.tolist()
    names = list(fields)
    rows = zip(*fields.values(), strict=True)
    return [json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows]


def _stamps(zone: ZoneInfo, at: np.ndarray) -> list[str]:
    return [datetime.fromtimestamp(t, zone).isoformat(timespec="milliseconds") for t in at.tolist()]


def _codes(town: Town, name: str, numbers: np.ndarray) -> list[str]:
    frame = town.devices if name == "device" else town.facilities
    known = frame["id"].to_numpy()
    place = np.searchsorted(known, numbers) if np.all(known[:-1] <= known[1:]) else None
    if place is None:
        order = np.argsort(known)
        place = order[np.searchsorted(known, numbers, sorter=order)]
    return frame["code"].to_numpy(object)[place].tolist()


def streams(town: Town) -> list[Stream]:
    """Every feed of the town with each kind of record that it carries."""
    found = [(feed, "case_step") for feed in case_feeds(town)[0]]
    found += [(str(feed), "reading") for feed in sorted(town.devices["feed"].unique())]
    return [*found, (feed_of(town), "facility_step")] if len(town.facilities) else found
