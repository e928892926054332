"""A store of an earlier release is brought up to date, twice without harm; one of a newer one is left alone."""

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from test_ingest_support import plan

from data_access import operations
from data_access.build import build
from data_access.errors import NewStore
from data_access.opening import open_city
from data_access.operations.database import open_operations
from data_access.operations.models import Base
from data_access.settings import Settings
from data_access.store import migrate
from data_access.store.declare import metadata, rollups
from data_access.store.engine import open_engine, run
from data_access.store.migration import Migration
from data_access.store.store import Store

DAYS = "SELECT device, toDate(at) day, min(at) first, max((at, alarm)) last FROM reading GROUP BY device, day"
INDICES = {("batch", "by_token"), ("case_now", "by_case"), ("case_step", "by_case")}


@pytest.fixture
def settings(tmp_path):
    made = Settings(home=tmp_path / "home")
    build(made, plan())
    return made


@pytest.fixture
def engine(settings):
    opened = open_engine(settings.store_url, 2)
    yield opened
    opened.dispose()


def earlier(engine):
    """Put the store back into the form it had before it knew of migrations."""
    for table, name in INDICES:
        run(engine, f"ALTER TABLE {table} DROP INDEX IF EXISTS {name}")
    run(engine, "DROP VIEW device_day_fold_2 SYNC")
    run(engine, f"CREATE MATERIALIZED VIEW device_day_fold TO device_day AS {DAYS}")
    run(engine, "DROP TABLE migration SYNC")
    assert migrate.reached(engine) == 0
    assert indices(engine) == set()


def indices(engine):
    return set(
        run(engine, "SELECT table, name FROM system.data_skipping_indices WHERE database = currentDatabase()")
    )


def form(engine):
    """Every table and view as the engine would make it."""
    where = "database = currentDatabase() AND name != 'migration'"
    return dict(run(engine, f"SELECT name, create_table_query FROM system.tables WHERE {where}"))


def test_a_new_store_has_been_through_all_of_them(engine):
    assert migrate.reached(engine) == migrate.NEWEST == len(migrate.MIGRATIONS)
    assert indices(engine) == INDICES
    told = run(engine, "SELECT number, title FROM migration ORDER BY number")
    assert told == [(m.number, m.title) for m in migrate.MIGRATIONS]
    assert set(form(engine)) >= set(metadata.tables) - {"migration"} | {r.name for r in rollups}


def test_an_earlier_store_becomes_as_a_new_one_twice(engine):
    new, devices = form(engine), run(engine, "SELECT * FROM device ORDER BY id")
    earlier(engine)
    assert form(engine) != new
    for _ in range(2):
        assert migrate.bring_up(engine) == migrate.NEWEST
        assert form(engine) == new
        assert indices(engine) == INDICES
        assert run(engine, "SELECT count() FROM migration")[0][0] == migrate.NEWEST
    assert run(engine, "SELECT * FROM device ORDER BY id") == devices


def test_every_step_may_be_done_again(engine):
    """As when the process ended before it was written down."""
    new = form(engine)
    run(engine, "TRUNCATE TABLE migration")
    migrate.bring_up(engine)
    assert form(engine) == new
    assert migrate.reached(engine) == migrate.NEWEST


def test_one_that_fails_is_not_written_down_and_is_run_anew(engine, monkeypatch):
    seen = []

    def fails_once(engine):
        seen.append(engine)
        if len(seen) == 1:
            raise RuntimeError("cut")

    more = Migration(migrate.NEWEST + 1, "one more", ("SELECT 1", fails_once))
    monkeypatch.setattr(migrate, "MIGRATIONS", [*migrate.MIGRATIONS, more])
    monkeypatch.setattr(migrate, "NEWEST", more.number)
    with pytest.raises(RuntimeError):
        migrate.bring_up(engine)
    assert migrate.reached(engine) == more.number - 1
    assert migrate.bring_up(engine) == more.number == migrate.reached(engine)
    migrate.bring_up(engine)
    assert len(seen) == 2


def test_an_earlier_city_opens(settings):
    opened = open_engine(settings.store_url, 2)
    earlier(opened)
    opened.dispose()
    for _ in range(2):
        city = open_city(settings)
        assert len(city.devices["id"]) == 8
        assert city.store.schema == migrate.NEWEST
        city.close()


def test_a_store_of_a_newer_release_is_refused_and_left_alone(settings):
    opened = open_engine(settings.store_url, 2)
    run(opened, "INSERT INTO migration SELECT 99, 'of later', now64(3)")
    run(opened, "DROP VIEW reading_hour_fold SYNC")
    before = form(opened)
    opened.dispose()
    for _ in range(2):
        with pytest.raises(NewStore, match="form 99"):
            Store(settings.store_url)
    opened = open_engine(settings.store_url, 2)
    assert form(opened) == before
    opened.dispose()


def test_numbers_follow_each_other(tmp_path):
    right, wrong = (Migration(n, "x", ("SELECT 1",)) for n in (1, 3))
    with pytest.raises(AssertionError, match="the next is 2"):
        list(migrate._in_order([(right, "001_x.py"), (wrong, "003_x.py")]))
    with pytest.raises(AssertionError):
        list(migrate._in_order([(right, "002_x.py")]))


def test_operations_are_migrated_from_each_revision_and_twice(tmp_path):
    """And what the revisions make is what the models say."""
    config = Config()
    config.set_main_option("script_location", f"{operations.__path__[0]}/migrations")
    revisions = [r.revision for r in ScriptDirectory.from_config(config).walk_revisions()]
    for start in revisions:
        url = f"sqlite:///{tmp_path / start}.db"
        first = create_engine(url)
        with first.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, start)
        first.dispose()
        for _ in range(2):
            engine = open_operations(url)
            found = inspect(engine)
            for table in Base.metadata.sorted_tables:
                columns = {c["name"] for c in found.get_columns(table.name)}
                assert columns == {c.name for c in table.columns}
                assert {i["name"] for i in found.get_indexes(table.name)} == {i.name for i in table.indexes}
            engine.dispose()


def test_operations_of_a_newer_release_are_refused_and_left_alone(tmp_path):
    url = f"sqlite:///{tmp_path}/operations.db"
    open_operations(url).dispose()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for _ in range(2):
        with pytest.raises(NewStore, match="9999"):
            open_operations(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()
