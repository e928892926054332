"""Declaring tables once: the same declaration gives the DDL and the columns that queries are written with."""

from dataclasses import dataclass
from datetime import UTC, datetime

from clickhouse_connect.cc_sqlalchemy import engines
from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import (
    DateTime,
    DateTime64,
    LowCardinality,
    SimpleAggregateFunction,
    String,
)
from sqlalchemy import Column, MetaData, Select, Table, TableClause
from sqlalchemy import column as plain_column
from sqlalchemy import table as plain_table

DEDUPLICATION_WINDOW = 100_000
"""How many batches back a repeated token is recognised, per table."""

LOCAL = "_local"
"""What the name of a table ends in that holds a node's part of a cluster's table."""

metadata = MetaData()


@dataclass(frozen=True)
class Rollup:
    """A materialized view: what the engine adds to `target` for every block written to the select's table.

    With its select its name changes, and a migration drops the old one: a view that is there is not made again.
    """

    name: str
    target: str
    select: Select


rollups: list[Rollup] = []


def stamp(at: float) -> datetime:
    """An epoch second as the engine compares it: a datetime in UTC."""
    return datetime.fromtimestamp(at, UTC)


def epoch(at: datetime) -> float:
    """The epoch second of a moment that the engine gave: in UTC, whether it says so or not."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def moment() -> DateTime64:
    """The type of a moment: UTC, milliseconds."""
    return DateTime64(3, "UTC")


def second() -> DateTime:
    """The type of a moment to the second, UTC."""
    return DateTime("UTC")


def word() -> LowCardinality:
    """The type of a short text that repeats often."""
    return LowCardinality(String)


def facts(
    name: str, columns: dict[str, object], order: str, partition: str | None = None, shard: str = ""
) -> Table:
    """An append-only table; a batch repeated under its token lands once.

    `shard` is the column by which a cluster spreads it, the same for what is folded from it; empty: it is small.
    """
    settings = {"non_replicated_deduplication_window": DEDUPLICATION_WINDOW}
    engine = engines.MergeTree(order_by=tuple(order.split(", ")), partition_by=partition, settings=settings)
    return Table(name, metadata, *(Column(n, t) for n, t in columns.items()), engine, info={"shard": shard})


def latest(name: str, columns: dict[str, object], order: str, version: str, shard: str = "") -> Table:
    """A table that keeps the row with the highest `version` of each `order` key; it is always read folded."""
    engine = engines.ReplacingMergeTree(
        order_by=tuple(order.split(", ")),
        version=version,
        settings={"non_replicated_deduplication_window": DEDUPLICATION_WINDOW},
    )
    return Table(name, metadata, *(Column(n, t) for n, t in columns.items()), engine, info={"shard": shard})


def merging(
    name: str,
    keys: dict[str, object],
    merged: dict[str, tuple[str, object]],
    order: str,
    partition: str | None = None,
    shard: str = "",
) -> TableClause:
    """A table the engine folds by `keys`: each merged column is ``(function, type)``; it is always read folded.

    Returns the table as queries see it, with the plain types, since comparing needs those.
    """
    folded = {n: SimpleAggregateFunction(function, t) for n, (function, t) in merged.items()}
    settings = {"non_replicated_deduplication_window": DEDUPLICATION_WINDOW}
    engine = engines.AggregatingMergeTree(
        order_by=tuple(order.split(", ")), partition_by=partition, settings=settings
    )
    Table(name, metadata, *(Column(n, t) for n, t in {**keys, **folded}.items()), engine, info={"shard": shard})
    plain = {**keys, **{n: t for n, (_, t) in merged.items()}}
    return plain_table(name, *(plain_column(n, t) for n, t in plain.items()))
