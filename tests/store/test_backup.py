"""A backup holds the city as it was between two batches, and comes back whole or not at all."""

import itertools
import json
import threading
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from moments import EPOCH, quiet, still
from test_cli import jingwei, server, small  # noqa: F401
from test_owner import holder  # noqa: F401

from data_access.ask import ask
from data_access.backup import run as running
from data_access.backup.analytics import written
from data_access.backup.manifest import NAME, Manifest
from data_access.backup.operations import kind_of
from data_access.backup.run import backup, restore
from data_access.errors import BadBackup, NoCity
from data_access.opening import open_city
from data_access.queries.comparison import shown
from data_access.settings import Settings
from data_access.store.engine import run
from data_access.view import View
from data_access.write import land, schema


def figures(city):
    """Every metric of every unit, with its fraction, at the moment the tests stand at."""
    asked, rows, found = ask(city, View(window="7d")), np.arange(len(city.units.table)), {}
    for metric in city.metrics:
        value = shown(city, asked, metric, rows)
        found[metric.key] = [part.tobytes() for part in (value.value, value.n, value.m)]
    return found


@pytest.fixture(scope="module")
def taken(city, tmp_path_factory):
    """A backup of the small reference city, taken while batches land; and the city's figures then."""
    folder, stop, landed = tmp_path_factory.mktemp("backup") / "first", threading.Event(), []
    device = int(city.devices["id"][0])

    def write():
        for number in itertools.count():
            if stop.is_set():
                return
            row = {"device": device, "at": datetime.fromtimestamp(EPOCH - 30 * 86400 + number, UTC)}
            row |= {"value": 1.0, "alarm": 0, "leaf": 0, "feed": "iot_waterlogging"}
            rows = pa.Table.from_pylist([row], schema=schema("reading"))
            landed.append(land(city, "iot_waterlogging", "reading", rows, f"beside-{number}", at=EPOCH))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        told = []
        while len(landed) < 3:
            assert writer.is_alive()
        before = len(landed)
        backup(city, folder, lambda what, part: told.append((what, part)))
        assert len(landed) > before, "nothing landed while the backup was taken"
    finally:
        stop.set()
        writer.join()
    assert {what for what, _ in told} == {"operations", "analytics", "digests", "files"}
    assert all(0 <= part <= 1 for _, part in told)
    return folder


@pytest.fixture(scope="module")
def stood(city, taken):
    """The figures of the city that was backed up; it is closed then, so that another may be opened."""
    found = figures(city)
    city.close()
    return found


def test_a_file_that_goes_while_the_folder_is_measured_is_no_matter(tmp_path):
    """The engine locks a folder with a file of its own, and removes that as it ends."""
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "data.bin").write_bytes(bytes(1000))
    stop = threading.Event()

    def engine():
        while not stop.is_set():
            (tmp_path / "part" / ".lock").write_bytes(bytes(7))
            (tmp_path / "part" / ".lock").unlink()

    writer = threading.Thread(target=engine)
    writer.start()
    try:
        assert {written(tmp_path) for _ in range(5_000)} <= {1000, 1007}
    finally:
        stop.set()
        writer.join()


def test_every_table_and_every_figure_comes_back(taken, stood, tmp_path):
    settings = Settings(home=tmp_path / "elsewhere")
    made = restore(settings, taken, quiet)
    kept = Manifest.read(taken)
    assert made["rows"] == sum(c.rows for c in kept.analytics.values()) > 10_000
    city = still(settings)
    try:
        assert figures(city) == stood
        again = backup(city, tmp_path / "again", quiet)
        assert again["rows"] == made["rows"]
        whole = "SELECT count(), sum(accepted) FROM batch WHERE token LIKE 'beside-%'"
        batches, rows = run(city.store.engine, whole)[0]
        assert batches == rows > 0
        facts = run(city.store.engine, f"SELECT count() FROM reading WHERE at < {EPOCH - 29 * 86400:.0f}")[0][0]
        assert facts == rows, "a batch was there by half"
    finally:
        city.close()
    second = Manifest.read(tmp_path / "again")
    assert second.analytics == kept.analytics
    assert second.operations == kept.operations
    assert {"post", "wall_standing", "wall_scene", "note"} <= set(kept.operations)


def test_a_city_restored_goes_on(taken, stood, tmp_path):
    settings = Settings(home=tmp_path / "on")
    restore(settings, taken, quiet)
    city = still(settings)
    try:
        h = "SELECT sum(n) FROM reading_hour"
        before = run(city.store.engine, h)[0][0]
        row = {"device": int(city.devices["id"][0]), "at": datetime.fromtimestamp(EPOCH, UTC), "value": 1.0}
        row |= {"alarm": 0, "leaf": 0, "feed": "iot_waterlogging"}
        rows = pa.Table.from_pylist([row], schema=schema("reading"))
        land(city, "iot_waterlogging", "reading", rows, "after", at=EPOCH)
        assert run(city.store.engine, h)[0][0] == before + 1
    finally:
        city.close()


def flipped(path):
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))


@pytest.mark.parametrize("pattern", ["analytics/case_step/**/data.bin", "operations.db"])
def test_a_flipped_byte_is_found_and_named(taken, stood, tmp_path, pattern):
    path = next(p for p in taken.glob(pattern))
    flipped(path)
    try:
        with pytest.raises(BadBackup, match="was changed") as told:
            restore(Settings(home=tmp_path / "home"), taken, quiet)
        assert str(path.relative_to(taken)) in str(told.value)
        assert not (tmp_path / "home").exists()
    finally:
        flipped(path)


def test_what_does_not_come_back_as_it_was_leaves_nothing(taken, stood, tmp_path):
    """The files are as they were written, but the manifest says otherwise of a table."""
    manifest = taken / NAME
    whole = manifest.read_text(encoding="utf-8")
    found = json.loads(whole)
    found["analytics"]["case_now"]["digest"] = "0" * 32
    manifest.write_text(json.dumps(found), encoding="utf-8")
    try:
        with pytest.raises(BadBackup, match="case_now"):
            restore(Settings(home=tmp_path / "home"), taken, quiet)
    finally:
        manifest.write_text(whole, encoding="utf-8")
    assert not (tmp_path / "home").exists()


def test_a_restore_that_is_killed_leaves_no_city_that_opens(taken, stood, tmp_path, monkeypatch):
    """Nothing is cleared away, as after `kill -9`, just before the city's own row comes back."""
    real = running.analytics.bring_back

    def cut(engine, names, source, progress):
        if names == ["city"]:
            raise KeyboardInterrupt
        real(engine, names, source, progress)

    monkeypatch.setattr(running.analytics, "bring_back", cut)
    monkeypatch.setattr(running, "_take_away", lambda settings: None)
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(KeyboardInterrupt):
        restore(settings, taken, quiet)
    with pytest.raises(NoCity):
        open_city(settings)
    monkeypatch.undo()
    with pytest.raises(BadBackup, match="not empty"):
        restore(settings, taken, quiet)


def test_a_folder_without_a_manifest_is_no_backup(tmp_path):
    with pytest.raises(BadBackup, match="no whole backup"):
        restore(Settings(home=tmp_path / "home"), tmp_path, quiet)


def test_a_backup_of_a_newer_release_is_refused(taken, stood, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "NEWEST", 0)
    with pytest.raises(BadBackup, match="newer release"):
        restore(Settings(home=tmp_path / "home"), taken, quiet)


def test_postgresql_without_its_programs_says_what_to_install(monkeypatch):
    monkeypatch.setattr("data_access.backup.operations.shutil.which", lambda name: None)
    with pytest.raises(BadBackup, match="postgresql-client"):
        kind_of("postgresql+psycopg://jingwei:secret@db/jingwei")


def test_the_command_beside_a_server_and_alone(small, server, tmp_path):  # noqa: F811
    code, out, told = jingwei(small, "backup", str(tmp_path / "live"))
    assert code == 0, told
    assert "Backed up" in out
    code, out, told = jingwei(tmp_path / "new", "restore", str(tmp_path / "live"))
    assert code == 0, told
    code, out, told = jingwei(tmp_path / "new", "backup", str(tmp_path / "still"))
    assert code == 0, told
    one, other = (Manifest.read(tmp_path / name) for name in ("live", "still"))
    assert one.analytics == other.analytics
    assert one.operations == other.operations
    code, out, told = jingwei(tmp_path / "new", "demo")
    assert code == 0, told
    code, out, told = jingwei(tmp_path / "new", "backup", str(tmp_path / "after"))
    assert Manifest.read(tmp_path / "after").analytics == one.analytics, "a city restored was built anew"
    code, _, told = jingwei(tmp_path / "new", "restore", str(tmp_path / "live"))
    assert code == 2
    assert "not empty" in told
