"""The analytics store: a picture of it taken in an instant, written out by the engine, and put back."""

import contextlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Engine

from data_access.backup.manifest import Content, Progress
from data_access.errors import BadBackup
from data_access.store.engine import quoted, run
from data_access.store.gate import Gate

PICTURE = "jingwei_picture"
"""The database that holds the picture while it is written out: its tables share their files with the real ones."""
FOLDED = ("Replacing", "Aggregating")
"""Engines whose tables are read folded, as everywhere."""
WAIT = 0.1


@contextlib.contextmanager
def picture(engine: Engine, gate: Gate) -> Iterator[list[str]]:
    """The names of the tables of a picture of the store as it is between two batches; gone afterwards."""
    run(engine, f"DROP DATABASE IF EXISTS {PICTURE} SYNC")
    run(engine, f"CREATE DATABASE {PICTURE}")
    try:
        with gate.alone():
            names = tables_of(engine, current(engine))
            for name in names:
                run(engine, f"CREATE TABLE {PICTURE}.{name} CLONE AS {name}")
        yield names
    finally:
        run(engine, f"DROP DATABASE IF EXISTS {PICTURE} SYNC")


def current(engine: Engine) -> str:
    """The database that the store's tables are in."""
    return run(engine, "SELECT currentDatabase()")[0][0]


def tables_of(engine: Engine, database: str) -> list[str]:
    """The tables that hold rows in a database, by name."""
    where = f"database = {quoted(database)} AND engine LIKE '%MergeTree'"
    return [name for (name,) in run(engine, f"SELECT name FROM system.tables WHERE {where} ORDER BY name")]


def contents(engine: Engine, database: str, names: Iterable[str], progress: Progress) -> dict[str, Content]:
    """What tables hold, as they are read: folded where the engine folds them."""
    names, found = list(names), {}
    for done, name in enumerate(names):
        progress("digests", done / len(names))
        found[name] = content(engine, database, name)
    progress("digests", 1.0)
    return found


def content(engine: Engine, database: str, name: str) -> Content:
    """Rows and digest of one table: sums over its rows, so that their order does not matter."""
    here = f"database = {quoted(database)} AND"
    columns = run(
        engine, f"SELECT name, type FROM system.columns WHERE {here} table = {quoted(name)} ORDER BY name"
    )
    kind = run(engine, f"SELECT engine FROM system.tables WHERE {here} name = {quoted(name)}")[0][0]
    # Arrays that the engine gathers have no order of their own.
    row = ", ".join(f"arraySort({column})" if "Array(" in type_ else column for column, type_ in columns)
    final = " FINAL" if kind.startswith(FOLDED) else ""
    sums = f"sum(cityHash64({row})), sum(sipHash64({row}))"
    rows, low, high = run(engine, f"SELECT count(), {sums} FROM {database}.{name}{final}")[0]
    return Content(int(rows), f"{int(low):016x}{int(high):016x}")


def write_out(engine: Engine, names: list[str], to: str, folder: Path, progress: Progress) -> None:
    """Have the engine write each table of the picture to `to`, where ``{table}`` is its name."""
    size = sizes(engine)
    total, done = sum(size.values()) or 1, 0
    for name in names:
        target = to.format(table=name)
        number = run(engine, f"BACKUP TABLE {PICTURE}.{name} TO {target} ASYNC")[0][0]
        while not _finished(engine, number):
            progress("analytics", min(1.0, (done + min(written(folder / name), size.get(name, 0))) / total))
            time.sleep(WAIT)
        done += size.get(name, 0)
        progress("analytics", done / total)


def bring_back(engine: Engine, names: list[str], source: str, progress: Progress) -> None:
    """Have the engine put each table back into the current database, from `source`."""
    database = current(engine)
    for done, name in enumerate(names):
        progress("analytics", done / len(names))
        run(engine, f"RESTORE TABLE {PICTURE}.{name} AS {database}.{name} FROM {source.format(table=name)}")
    progress("analytics", 1.0)


def sizes(engine: Engine) -> dict[str, int]:
    """Bytes of each table of the picture."""
    where = f"active AND database = {quoted(PICTURE)}"
    return dict(run(engine, f"SELECT table, sum(bytes_on_disk) FROM system.parts WHERE {where} GROUP BY table"))


def written(folder: Path) -> int:
    """Bytes of the files in a folder that the engine writes to; what it removes meanwhile does not count."""
    total = 0
    for at, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += Path(at, name).stat().st_size
    return total


def _finished(engine: Engine, number: str) -> bool:
    status, error = run(engine, f"SELECT status, error FROM system.backups WHERE id = {quoted(number)}")[0]
    if error or "FAILED" in str(status):
        raise BadBackup(f"The engine could not write the backup: {error or status}")
    return str(status) == "BACKUP_CREATED"
