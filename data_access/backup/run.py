"""Backing a city up, and putting it back into an empty home."""

import contextlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from data_access.backup import analytics, operations
from data_access.backup.manifest import Manifest, Progress, check_files, check_tables, files_of
from data_access.city import City
from data_access.errors import BadBackup, SettingsError
from data_access.health import release
from data_access.settings import COMPLETE, Settings
from data_access.store.engine import embedded, open_engine, quoted, run
from data_access.store.migrate import NEWEST, clustered
from data_access.store.owner import Owner

LAST = "city"
"""The table that comes back last: a store without it holds no city, and nothing opens it as one."""


def backup(city: City, folder: Path, progress: Progress) -> dict:
    """Write both databases of an open city into `folder`, which must be empty or not there; returns a summary.

    Batches may land meanwhile: the backup holds those that had landed when it began. Raises BadBackup.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadBackup(f"{folder} is not empty; give a folder for this backup alone.")
    if clustered(city.store.engine):
        raise BadBackup("A cluster is backed up by ClickHouse's own BACKUP … ON CLUSTER: see docs/operations.md.")
    to = destination(city.settings, folder)
    kind = operations.kind_of(city.settings.operations_url)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with analytics.picture(city.store.engine, city.store.gate) as names:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        people = operations.write_out(city.settings.operations_url, folder, progress)
        analytics.write_out(city.store.engine, names, to, folder / "analytics", progress)
        held = analytics.contents(city.store.engine, analytics.PICTURE, names, progress)
    files = files_of(folder, progress)
    made = Manifest(
        at, release()["version"], city.store.schema, city.profile.key, held, people, kind, _elsewhere(to), files
    )
    made.write(folder)
    return summary(made, folder)


def restore(settings: Settings, folder: Path, progress: Progress) -> dict:
    """Put a backup into the settings' empty home, checked before and after; returns a summary.

    Whatever goes wrong, what was put there is taken away again. Raises BadBackup, SettingsError.
    """
    kept = Manifest.read(folder)
    if kept.schema > NEWEST:
        raise BadBackup(f"A newer release wrote this backup (schema {kept.schema}; here {NEWEST}). Use that one.")
    if operations.kind_of(settings.operations_url) != kept.operations_kind:
        raise BadBackup(f"The operations database was {kept.operations_kind}; JINGWEI_OPERATIONS must be one too.")
    check_files(folder, kept, progress)
    _check_empty(settings)
    source = kept.destination or destination(settings, folder)
    owner = Owner.of(settings.store_url)
    try:
        _bring_back(settings, folder, kept, source, progress)
    except BaseException:
        owner.release()
        _take_away(settings)
        raise
    owner.release()
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / COMPLETE).touch()
    return summary(kept, folder)


def destination(settings: Settings, folder: Path) -> str:
    """Where the engine writes a table of the backup called `folder`, in its words; ``{table}`` is left open."""
    if embedded(settings.store_url):
        return f"File({quoted(str(folder.absolute() / 'analytics'))[:-1]}/{{table}}')"
    if "{name}" not in settings.backup_to:
        raise SettingsError(
            "The store is on a server, which writes its own backups: set JINGWEI_BACKUP_TO to a place it may "
            "write to, with {name} in it, for example Disk('backups', '{name}')."
        )
    return settings.backup_to.replace("{name}", f"{folder.name}/{{table}}")


def summary(made: Manifest, folder: Path) -> dict:
    """What a person wants to know of a backup."""
    rows = sum(content.rows for content in made.analytics.values())
    held = sum((folder / name).stat().st_size for name in made.files)
    return {"at": made.at, "city": made.city, "tables": len(made.analytics), "rows": rows, "bytes": held}


def _elsewhere(to: str) -> str:
    """The place if it is not within the folder, so that a folder may be moved, and no secret is written down."""
    return to if to.startswith("Disk(") else ""


def _check_empty(settings: Settings) -> None:
    """That there is nothing yet where the backup is to go: no home, no tables. Raises BadBackup."""
    home = settings.home
    if home.exists() and any(home.iterdir()):
        raise BadBackup(f"{home} is not empty. Set JINGWEI_HOME to a new folder; nothing is restored over a city.")
    places = {"JINGWEI_OPERATIONS": _people_there, "JINGWEI_STORE": _tables_there}
    for name, found in places.items():
        if found(settings):
            raise BadBackup(f"The database of {name} has tables already; give an empty one.")


def _people_there(settings: Settings) -> bool:
    path = Path(make_url(settings.operations_url).database or "")
    if operations.kind_of(settings.operations_url) == "sqlite":
        return path.exists()
    with _opened(create_engine(settings.operations_url)) as engine:
        return bool(operations.contents(engine))


def _tables_there(settings: Settings) -> bool:
    if embedded(settings.store_url):
        return False
    with _opened(open_engine(settings.store_url, 1)) as engine:
        return bool(analytics.tables_of(engine, analytics.current(engine)))


@contextlib.contextmanager
def _opened(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def _bring_back(settings: Settings, folder: Path, kept: Manifest, source: str, progress: Progress) -> None:
    operations.bring_back(settings.operations_url, folder, progress)
    with _opened(create_engine(settings.operations_url)) as people:
        check_tables(kept.operations, operations.contents(people), "the operations database")
    with _opened(open_engine(settings.store_url)) as engine:
        for names in ([name for name in kept.analytics if name != LAST], [LAST]):
            analytics.bring_back(engine, names, source, progress)
            found = analytics.contents(engine, analytics.current(engine), names, progress)
            check_tables({name: kept.analytics[name] for name in names}, found, "the analytics store")


def _take_away(settings: Settings) -> None:
    """Remove what a restore that failed had put anywhere; a dump of PostgreSQL comes back whole or not at all."""
    if not embedded(settings.store_url):
        with _opened(open_engine(settings.store_url, 1)) as engine:
            for name in analytics.tables_of(engine, analytics.current(engine)):
                run(engine, f"DROP TABLE IF EXISTS {name} SYNC")
    if operations.kind_of(settings.operations_url) == "sqlite":
        Path(make_url(settings.operations_url).database).unlink(missing_ok=True)
    shutil.rmtree(settings.home, ignore_errors=True)
