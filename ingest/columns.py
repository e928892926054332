"""Checking whole columns at once: what every kind of table must keep to, and what its own kind adds."""

import json
import time
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_access.city import City
from data_access.errors import BadSource
from data_access.write import Reject, schema
from ingest.fields import DAY, FIRST, LAST
from ingest.records import RecordKind

PLANNED = ("due_at", "effective", "onset", "expires")
"""Columns whose moments may lie in the future."""


def sifted(city: City, feed: str, declared: RecordKind, table: pa.Table) -> tuple[pa.Table, list[Reject]]:
    """The rows of `table` that may land, in the kind's schema, and the others with their reason.

    Raises BadSource for a missing column or one that has the wrong type.
    """
    rows = _shaped(declared.key, feed, table)
    masks = {"missing_field": _nulls(rows), **_times(rows)}
    if "leaf" in rows.column_names:
        masks["unknown_unit"] = pc.greater_equal(rows["leaf"], city.units.leaves)
    for reason, mask in declared.doubts(city, rows).items():
        masks[reason] = pc.or_kleene(masks[reason], mask) if reason in masks else mask
    doubted = {reason: mask for reason, mask in masks.items() if pc.any(mask).as_py()}
    return _parted(rows, doubted) if doubted else (rows, [])


def _parted(rows: pa.Table, doubted: dict[str, pa.Array | pa.ChunkedArray]) -> tuple[pa.Table, list[Reject]]:
    reason_of = np.full(rows.num_rows, "", object)
    for reason, mask in reversed(doubted.items()):
        reason_of[_bools(mask)] = reason
    bad = np.flatnonzero(reason_of != "")
    return rows.filter(pa.array(reason_of == "")), [
        Reject("table", int(i) + 1, str(reason_of[i]), "row", json.dumps(row, default=str, ensure_ascii=False))
        for i, row in zip(bad, rows.take(pa.array(bad)).to_pylist(), strict=True)
    ]


def _shaped(kind: str, feed: str, table: pa.Table) -> pa.Table:
    wanted = schema(kind)
    if "feed" not in table.column_names:
        table = table.append_column("feed", pa.repeat(pa.scalar(feed), table.num_rows))
    missing = [n for n in wanted.names if n not in table.column_names]
    if missing:
        raise BadSource(f"A table of {kind} needs the columns {', '.join(missing)}; it has {table.column_names}.")
    try:
        return table.select(wanted.names).cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BadSource(f"A table of {kind} has a column of the wrong type: {error}") from error


def _times(rows: pa.Table) -> dict[str, pa.Array]:
    latest = int(time.time() * 1000) + DAY
    bad = None
    for field in rows.schema:
        if not pa.types.is_timestamp(field.type):
            continue
        last = LAST if field.name in PLANNED else latest
        edges = [pa.scalar(datetime.fromtimestamp(t / 1000, UTC), field.type) for t in (FIRST, last)]
        column = rows[field.name]
        wrong = pc.or_(pc.less(column, edges[0]), pc.greater(column, edges[1]))
        bad = wrong if bad is None else pc.or_kleene(bad, wrong)
    return {} if bad is None else {"bad_time": bad}


def _nulls(rows: pa.Table) -> pa.Array:
    bad = pa.array(np.zeros(rows.num_rows, bool))
    for column in rows.columns:
        if column.null_count:
            bad = pc.or_(bad, column.is_null().combine_chunks())
    return bad


def _bools(mask: pa.Array | pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.fill_null(mask, False)).astype(bool)
