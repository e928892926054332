"""The store on a cluster: from the same declarations, the statements that make it on shards with replicas.

Facts are sharded so that rows which are folded together are on one shard: each is a replicated table
``<name>_local`` and, under the name that queries use, a Distributed table over them. What is small and joined to,
the dimensions, is whole on every node: one replicated table under its own name.
"""

import re
from collections.abc import Iterator

from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect
from sqlalchemy import Table
from sqlalchemy.schema import CreateTable

from data_access.store import tables
from data_access.store.declare import LOCAL, Rollup, metadata, rollups
from data_access.store.engine import quoted, spelled
from data_access.store.migrate import MIGRATIONS, NEWEST

DIALECT = ClickHouseDialect()
LOG = "/clickhouse/tables"
"""Where Keeper holds what replicas tell each other."""
ONE_WINDOW, EACH_WINDOW = "non_replicated_deduplication_window", "replicated_deduplication_window"
GONE = "DROP VIEW IF EXISTS "


def cluster_ddl(cluster: str, database: str) -> Iterator[str]:
    """The statements that make the store on `cluster`, in their order."""
    yield f"CREATE DATABASE IF NOT EXISTS {database} ON CLUSTER {cluster}"
    for table in metadata.sorted_tables:
        yield _kept(table, cluster, database)
        if shard_of(table):
            yield _whole(table, cluster, database)
    for entry in MIGRATIONS:
        yield from (_everywhere(step, cluster, database) for step in entry.steps if isinstance(step, str))
        values = f"{entry.number}, {quoted(entry.title)}, now64(3)"
        yield f"INSERT INTO {database}.{tables.migration.name} (number, title, at) SELECT {values}"
    for rollup in rollups:
        yield _folding(rollup, cluster, database)


def shard_of(table: Table) -> str:
    """The column by which a table is sharded, empty when it is whole on every node."""
    return table.info["shard"]


def local(name: str) -> str:
    """The table on each node that holds the rows of `name`."""
    return name + LOCAL if shard_of(metadata.tables[name]) else name


def form() -> str:
    """What the statements make, for the head of their print."""
    sharded = [t.name for t in metadata.sorted_tables if shard_of(t)]
    return f"form {NEWEST}; sharded: {', '.join(sharded)}; whole on every node: all others"


def _kept(table: Table, cluster: str, database: str) -> str:
    ddl = str(CreateTable(table, if_not_exists=True).compile(dialect=DIALECT)).strip()
    head, _, rest = ddl.partition("(")
    place = f"{database}.{local(table.name)} ON CLUSTER {cluster}"
    shard, replica = ("{shard}", "{replica}") if shard_of(table) else ("all", "{shard}-{replica}")
    name, path = table.engine.name, f"'{LOG}/{shard}/{{database}}/{{table}}', '{replica}'"
    old, _, given = rest.partition(f"Engine {name}")
    argument = given.lstrip()
    inner, tail = _arguments(argument)
    engine_ = f"Engine Replicated{name}({', '.join(filter(None, (path, inner)))})"
    assert head.startswith("CREATE TABLE IF NOT EXISTS"), head
    return f"CREATE TABLE IF NOT EXISTS {place} ({old}{engine_} {tail.replace(ONE_WINDOW, EACH_WINDOW)}".strip()


def _arguments(after: str) -> tuple[str, str]:
    """What stands in the brackets right after an engine's name, if any, and what comes then."""
    if not after.startswith("("):
        return "", after
    inner, _, tail = after[1:].partition(")")
    return inner, tail.lstrip()


def _whole(table: Table, cluster: str, database: str) -> str:
    at = f"{database}.{table.name} ON CLUSTER {cluster} AS {database}.{local(table.name)}"
    key = f"cityHash64({shard_of(table)})"
    return (
        f"CREATE TABLE IF NOT EXISTS {at} ENGINE = Distributed({cluster}, {database}, {local(table.name)}, {key})"
    )


def _everywhere(step: str, cluster: str, database: str) -> str:
    """A migration's step for all nodes: what changes a table's form, on the tables that hold the rows."""
    words = step.split(" ", 3)
    if words[0] == "INSERT":
        # Written and read through the tables that know all shards, once.
        return re.sub(r"(?<=\b(?:INTO|FROM) )(?=\w)", f"{database}.", step)
    if step.startswith(GONE):
        return f"{GONE}{database}.{step.removeprefix(GONE)} ON CLUSTER {cluster}"
    if words[:2] != ["ALTER", "TABLE"]:
        raise AssertionError(f"A step that a cluster cannot take: {step}")
    return f"ALTER TABLE {database}.{local(words[2])} ON CLUSTER {cluster} {words[3]}"


def _folding(rollup: Rollup, cluster: str, database: str) -> str:
    """A rollup on each node, from the rows it holds into the rows it holds."""
    (source,) = {table.name for table in rollup.select.get_final_froms()}
    rows = f"FROM {database}.{local(source)} AS `{source}`"
    body = spelled(DIALECT, rollup.select).replace(f"FROM `{source}`", rows)
    target = f"{database}.{local(rollup.target)}"
    view = f"{database}.{rollup.name} ON CLUSTER {cluster}"
    return f"CREATE MATERIALIZED VIEW IF NOT EXISTS {view} TO {target} AS {body}"
