"""The operations database: copied while it is in use, by its own means."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, func, select
from sqlalchemy.engine import make_url

from data_access.backup.manifest import Content, Progress
from data_access.errors import BadBackup

NAMES = {"sqlite": "operations.db", "postgresql": "operations.pgdump"}
PAGES = 1000
"""Pages that SQLite copies at a time; writers come in between."""


def kind_of(url: str) -> str:
    """``sqlite`` or ``postgresql``. Raises BadBackup for another database, and where its tool is not installed."""
    kind = make_url(url).get_backend_name()
    if kind not in NAMES:
        raise BadBackup(f"An operations database of {kind} is not backed up here; use the means it comes with.")
    if kind == "postgresql" and not (shutil.which("pg_dump") and shutil.which("pg_restore")):
        raise BadBackup(
            "pg_dump and pg_restore are not installed here. Install PostgreSQL's client programs (on Debian: "
            "apt-get install postgresql-client), or back the operations database up on its own server."
        )
    return kind


def write_out(url: str, folder: Path, progress: Progress) -> dict[str, Content]:
    """Copy the database at `url` into the folder, as it is at one moment; returns what the copy holds.

    Walls and notes change while it is copied: of a dump, what it holds is counted in the very same snapshot.
    """
    kind = kind_of(url)
    target = folder / NAMES[kind]
    if kind == "sqlite":
        _copy(Path(make_url(url).database), target, progress)
        with _connected(f"sqlite:///{target.absolute()}") as copy:
            return _contents(copy)
    with _connected(url) as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        snapshot = connection.execute(select(func.pg_export_snapshot())).scalar_one()
        words = ("--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}")
        _tool("pg_dump", make_url(url), *words)
        return _contents(connection)


def bring_back(url: str, folder: Path, progress: Progress) -> None:
    """Put what is in the folder into the empty database at `url`."""
    kind = kind_of(url)
    if kind == "sqlite":
        _copy(folder / NAMES[kind], Path(make_url(url).database), progress)
    else:
        given = make_url(url)
        words = ("--single-transaction", "--no-owner", f"--dbname={given.database}", folder / NAMES[kind])
        _tool("pg_restore", given, *words)


def contents(engine: Engine) -> dict[str, Content]:
    """Rows and digest of each table, over its rows in the order of all their columns."""
    with engine.connect() as connection:
        return _contents(connection)


def _contents(connection: Connection) -> dict[str, Content]:
    found = MetaData()
    found.reflect(connection)
    return {table.name: _content(connection, table) for table in found.sorted_tables}


@contextlib.contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _content(connection: object, table: object) -> Content:
    whole, rows = hashlib.sha256(), 0
    asked = select(table).order_by(*table.columns).execution_options(yield_per=10_000)
    for row in connection.execute(asked):
        whole.update(repr(tuple(row)).encode())
        rows += 1
    return Content(rows, whole.hexdigest())


def _copy(source: Path, target: Path, progress: Progress) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as one,
        contextlib.closing(sqlite3.connect(target)) as other,
    ):
        one.backup(
            other, pages=PAGES, progress=lambda _, left, total: progress("operations", 1 - left / max(total, 1))
        )
    progress("operations", 1.0)


def _tool(name: str, url: URL, *words: object) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, not the command line."""
    given = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    given |= {"PGDATABASE": url.database}
    known = {key: str(value) for key, value in given.items() if value is not None}
    done = subprocess.run(
        [name, *map(str, words)], env=os.environ | known, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BadBackup(f"{name} failed: {done.stderr.strip()}")
