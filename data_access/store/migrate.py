"""Bringing a store up to date: tables that are missing, migrations it has not been through, rollups."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Engine
from sqlalchemy.schema import CreateTable

from data_access.errors import NewStore, SettingsError
from data_access.registry import Registry, discover
from data_access.store.declare import metadata, rollups
from data_access.store.engine import quoted, run, spelled
from data_access.store.migration import Migration, migration


def _faults(entry: Migration) -> Iterator[str]:
    if not entry.title:
        yield "has no title"
    if not entry.steps:
        yield "has no steps"


def _in_order(found: Iterable[tuple[Migration, str]]) -> Iterator[tuple[Migration, str]]:
    for place, (entry, where) in enumerate(found, 1):
        if entry.number != place or not where.startswith(f"{entry.key}_"):
            raise AssertionError(f"{where} declares number {entry.number}; the next is {place}.")
        yield entry, where


MIGRATIONS: Registry[Migration] = Registry(
    _in_order(discover("data_access.store.migrations", "MIGRATION")), _faults
)
NEWEST = len(MIGRATIONS)
"""The form in which this release keeps a store."""


def bring_up(engine: Engine) -> int:
    """Make a store what this release needs; returns its form. Raises NewStore, which leaves it as it is."""
    before = reached(engine)
    if before > NEWEST:
        raise NewStore(
            f"A newer release of Jingwei has written to this store (form {before}; this release knows {NEWEST}). "
            "Use that release, or restore a backup taken before the upgrade into a new home."
        )
    if clustered(engine):
        return _on_cluster(before)
    for table in metadata.sorted_tables:
        ddl = CreateTable(table, if_not_exists=True).compile(dialect=engine.dialect)
        run(engine, str(ddl))
    for entry in MIGRATIONS:
        if entry.number > before:
            _run(engine, entry)
    for rollup in rollups:
        head = f"CREATE MATERIALIZED VIEW IF NOT EXISTS {rollup.name} TO {rollup.target} AS "
        run(engine, head + spelled(engine.dialect, rollup.select))
    return NEWEST


def reached(engine: Engine) -> int:
    """The number of the newest migration the store has been through; 0 of a new one, or of the first releases."""
    there = f"SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = '{migration.name}'"
    if not run(engine, there)[0][0]:
        return 0
    return int(run(engine, f"SELECT max(number) FROM {migration.name}")[0][0])


def clustered(engine: Engine) -> bool:
    """Whether the store's tables are those of a cluster, which are made by hand (`jingwei ddl`)."""
    kinds = "SELECT count() FROM system.tables WHERE database = currentDatabase() AND engine = 'Distributed'"
    return bool(run(engine, kinds)[0][0])


def _on_cluster(before: int) -> int:
    if before < NEWEST:
        raise SettingsError(
            f"The cluster's tables have form {before}, this release needs {NEWEST}. Run the statements that "
            "`jingwei ddl --cluster NAME` prints on one of its nodes; those done before do no harm."
        )
    return before


def _run(engine: Engine, entry: Migration) -> None:
    for step in entry.steps:
        if callable(step):
            step(engine)
        else:
            run(engine, step)
    values = f"{entry.number}, {quoted(entry.title)}, now64(3)"
    run(engine, f"INSERT INTO {migration.name} (number, title, at) SELECT {values}")
