"""A batch that was cut short is landed whole by whoever finds it: after a kill, or once the store takes it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import func, select
from test_ingest_support import NOW, plan, reported

from data_access.backup.manifest import Manifest
from data_access.build import build
from data_access.errors import StoreFailed
from data_access.landing import Journal
from data_access.opening import open_city
from data_access.settings import Settings
from data_access.store.engine import run
from data_access.store.mending import mend
from data_access.store.migrate import bring_up
from data_access.store.tables import batch, case_now, case_step, device_now, reading, reading_hour, reject
from data_access.write import Reject, land, landed, schema
from ingest.backingup import backup
from ingest.pipeline import caught_up, submit_lines, submit_table

ROOT = Path(__file__).parents[2]
IN_ORDER = ["reading", "reading_hour", "device_now", "reject", "batch"]
"""The tables that a batch of readings reaches, in the order in which it does."""
KILLED = """
import json, os, signal, sys
from pathlib import Path
from data_access.landing import Journal
from data_access.opening import open_city
from data_access.settings import Settings
from data_access.store.engine import run
from data_access.write import Reject, land
from test_landing import readings
city = open_city(Settings(home=Path(sys.argv[1])))
run(city.store.engine, "SYSTEM STOP MERGES")
Journal.done = lambda self, token: None
land(city, "iot", "reading", readings(int(sys.argv[2])), "killed", [Reject("x", 1, "bad_value", "", "")])
parts = "SELECT table, argMax(path, min_block_number) FROM system.parts WHERE active GROUP BY table, partition"
print(json.dumps([list(row) for row in run(city.store.engine, parts)]), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def settings(tmp_path):
    made = Settings(home=tmp_path / "home")
    build(made, plan())
    return made


@pytest.fixture
def city(settings):
    opened = open_city(settings)
    yield opened
    opened.close()


def readings(first, n=8):
    """Readings of each device, over several days."""
    rows = [
        {
            "device": 1 + k % 8,
            "at": NOW - first - 40_000 * k,
            "value": 1.5,
            "alarm": 0,
            "leaf": k % 8,
            "feed": "iot",
        }
        for k in range(n)
    ]
    return pa.Table.from_pylist(rows, schema=schema("reading"))


def counts(city):
    """Readings as the raw table, the hours, the last values, the quarantine and the batches have them."""
    hours = select(func.sum(reading_hour.c.n).label("n")).select_from(reading_hour)
    others = (select(func.count().label("n")).select_from(t) for t in (reading, device_now, reject, batch))
    raw, last, refused, batches = (city.store.rows(asked)[0]["n"] for asked in others)
    return raw, city.store.rows(hours)[0]["n"] or 0, last, refused, batches


@pytest.mark.parametrize("table", IN_ORDER)
def test_killed_between_the_token_of_a_table_and_its_rows(settings, table):
    """The engine writes a token down before the rows are in place: there it would take them for known for ever."""
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "store")))
    words = [sys.executable, "-c", KILLED, str(settings.home), "0"]
    done = subprocess.run(
        words, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=60
    )
    parts = json.loads(done.stdout)
    later = IN_ORDER[IN_ORDER.index(table) :]
    gone = [path for name, path in parts if name in later]
    assert len(gone) >= len(later), done.stderr
    for part in gone:
        shutil.rmtree(part)
    city = open_city(settings)
    try:
        assert counts(city) == (8, 8, 8, 1, 1)
        assert landed(city, "killed").accepted == 8
        assert len(city.journal) == 0
        assert not list((settings.home / "landing").iterdir())
    finally:
        city.close()


def test_a_store_that_was_given_back_is_not_mended(settings, monkeypatch):
    monkeypatch.setattr("data_access.store.store.mend", lambda store: pytest.fail("nobody was killed"))
    open_city(settings).close()


def test_only_tokens_of_rows_that_are_not_there_are_forgotten(tmp_path):
    table = tmp_path / "store" / "abc" / "table"
    for part in ("20260105_1_4_2", "20260106_7_7_0", "tmp_insert_20260107_9_9_0", "detached"):
        (table / part).mkdir(parents=True)
    log = table / "deduplication_logs" / "deduplication_log_1.txt"
    log.parent.mkdir()
    kept = ["1\t20260105_2_2_0\tx_1\n", "2\t20260101_1_1_0\tx_2\n", "1\t20260106_7_7_0\tx_3\n"]
    log.write_text("".join([*kept, "1\t20260107_9_9_0\tx_4\n", "1\t20260106_8_8_0\tx_5\n", "1\t2026"]))
    assert mend(tmp_path) == 3
    assert log.read_text() == "".join(kept)
    assert mend(tmp_path) == 0


def fail_at(monkeypatch, city, wanted):
    """Have the store fail at one table."""
    real = city.store.insert

    def insert(table, rows, token=None):
        if table == wanted:
            raise StoreFailed("full")
        real(table, rows, token)

    monkeypatch.setattr(city.store, "insert", insert)


@pytest.mark.parametrize("table", ["reading", "batch"])
def test_what_failed_is_landed_before_anything_else(city, monkeypatch, table):
    with monkeypatch.context() as patch:
        fail_at(patch, city, table)
        for token in ("one", "one", "two"):
            with pytest.raises(StoreFailed):
                submit_table(city, "iot", "reading", readings(0), token)
    assert len(city.journal) == 1
    assert submit_table(city, "iot", "reading", readings(7), "two").accepted == 8
    assert counts(city) == (16, 16, 8, 0, 2)
    assert submit_table(city, "iot", "reading", readings(0), "one").repeated
    assert city.live.feeds()["iot"].accepted == 16


def test_a_backup_holds_what_waited_or_says_how_much_it_does_not(city, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        fail_at(patch, city, "batch")
        with pytest.raises(StoreFailed):
            submit_table(city, "iot", "reading", readings(0), "one")
        assert backup(city, tmp_path / "without", lambda what, part: None)["waiting"] == 1
        assert Manifest.read(tmp_path / "without").analytics["batch"].rows == 0
    assert backup(city, tmp_path / "with", lambda what, part: None)["waiting"] == 0
    assert Manifest.read(tmp_path / "with").analytics["batch"].rows == 1
    assert len(city.journal) == 0


def test_steps_that_landed_without_what_is_folded_from_them_are_not_taken_for_new(city, monkeypatch):
    """Cut short before the rollup: sent again in other company, the steps must not be there twice."""
    run(city.store.engine, "DROP VIEW case_now_fold")
    with monkeypatch.context() as patch, pytest.raises(StoreFailed):
        fail_at(patch, city, "batch")
        submit_lines(city, "desk", "case_step", [reported("C1", 1), reported("C2", 2)], "one")
    bring_up(city.store.engine)
    receipt = submit_lines(city, "desk", "case_step", [reported("C2", 2), reported("C3", 3)], "two")
    assert (receipt.accepted, receipt.duplicates) == (1, 1)
    for table in (case_step, case_now):
        assert city.store.rows(select(func.count().label("n")).select_from(table))[0]["n"] == 3


def test_what_cannot_be_written_down_is_not_taken(city, settings):
    (settings.home / "landing").write_text("a file")
    with pytest.raises(StoreFailed, match="written down"):
        submit_table(city, "iot", "reading", readings(0), "one")
    (settings.home / "landing").unlink()
    assert counts(city) == (0, 0, 0, 0, 0)
    assert submit_table(city, "iot", "reading", readings(0), "one").accepted == 8


def test_a_batch_that_can_never_be_landed_keeps_no_other_from_landing(city, monkeypatch):
    real = city.store.insert

    def insert(table, rows, token=None):
        if token == "odd" and table == "reading":
            raise StoreFailed("cannot be read")
        real(table, rows, token)

    with monkeypatch.context() as patch:
        patch.setattr(city.store, "insert", insert)
        for _ in range(5):
            with pytest.raises(StoreFailed):
                submit_table(city, "iot", "reading", readings(0), "odd")
        assert submit_table(city, "iot", "reading", readings(7), "even").accepted == 8
        assert len(city.journal) == 0
    kept = city.store.rows(select(reject.c.reason, reject.c.detail))
    assert kept == [{"reason": "not_landed", "detail": "cannot be read"}]
    assert len(Journal(city.settings.home / "landing")) == 1, "the next start tries again"


def test_a_store_that_is_back_in_the_middle_of_a_try_has_the_batch_at_the_next(city, monkeypatch):
    """Whatever it is about to write just then: that it takes something does not make the batch an odd one."""
    real = city.store.insert
    for refusals in range(1, 10):
        left, token = iter(range(refusals)), f"after {refusals}"

        def insert(table, rows, token=None, left=left):
            if next(left, None) is not None:
                raise StoreFailed("away")
            real(table, rows, token)

        monkeypatch.setattr(city.store, "insert", insert)
        with pytest.raises(StoreFailed):
            submit_table(city, "iot", "reading", readings(0), token)
        for _ in range(refusals):
            with contextlib.suppress(StoreFailed):
                caught_up(city)
        assert landed(city, token), token
        assert city.journal.files() == [], token
    assert city.store.rows(select(reject.c.reason)) == []


def test_a_batch_may_be_of_any_number_of_days(city):
    start = datetime.fromtimestamp(NOW, UTC)
    rows = [
        {"device": 1, "at": start - timedelta(days=k), "value": 1.0, "alarm": 0, "leaf": 0, "feed": "iot"}
        for k in range(400)
    ]
    land(city, "iot", "reading", pa.Table.from_pylist(rows, schema=schema("reading")), "long", [])
    assert counts(city)[:2] == (400, 400)


def test_a_file_that_a_power_cut_left_unreadable_keeps_no_city_from_opening(settings, caplog):
    folder = settings.home / "landing"
    folder.mkdir(parents=True)
    (folder / "1-a.arrow").write_bytes(b"")
    (folder / "2-b.arrow").write_bytes(bytes(4096))
    city = open_city(settings)
    try:
        assert len(city.journal) == 0
        assert submit_table(city, "iot", "reading", readings(0), "one").accepted == 8
    finally:
        city.close()
    assert sorted(path.name for path in folder.iterdir()) == ["1-a.unreadable", "2-b.unreadable"]
    assert "2-b.unreadable" in caplog.text


def test_a_batch_is_read_as_it_was_written(tmp_path):
    from data_access.landing import Landing

    journal = Journal(tmp_path / "landing")
    refused = (Reject("x", 3, "bad_value", "ü", '{"a": 1}'),)
    both = (
        Landing("iot", "reading", "a/b:ü", readings(0), refused, 2, 12.5, (1.0, 2.5)),
        Landing("iot", "reading", "none", None, refused, 0, 13.5, None),
    )
    for one in both:
        journal.keep(one)
    for found in (journal, Journal(tmp_path / "landing")):
        for one, again in zip(both, found.left(), strict=True):
            assert again.rows == one.rows
            assert {k: v for k, v in vars(again).items() if k != "rows"} == {
                k: v for k, v in vars(one).items() if k != "rows"
            }
    for one in both:
        journal.done(one.token)
    assert journal.left() == Journal(tmp_path / "landing").left() == []
