"""Old partitions go when a setting says so: never by default, never of an open case, never a rollup."""

import time
from dataclasses import replace

import pytest
from moments import EPOCH, founded, quiet, still

from data_access.errors import SettingsError
from data_access.quarantine import in_quarantine, kept_lines, refusals
from data_access.retention import DAY, due, keep
from data_access.settings import Settings, read_settings
from data_access.store.engine import run
from data_access.write import Reject, Replayed, land, note_replay


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A small reference city of its own, given with what its tables are to keep."""
    own = Settings(home=tmp_path_factory.mktemp("retention"))
    founded(own)
    city = still(own)
    yield lambda **kept: replace(city, settings=Settings(home=own.home, keep=kept))
    city.close()


def rows(city, sql):
    return run(city.store.engine, sql)[0][0]


def test_by_default_everything_is_kept(opened):
    city = opened()
    assert due(city, EPOCH + 10_000 * DAY) == []
    assert keep(city, True, quiet, EPOCH + 10_000 * DAY) == []


def test_readings_go_by_whole_days_and_their_rollup_stays(opened):
    city = opened(reading="3 d")
    cut = EPOCH - 3 * DAY
    old = f"SELECT countIf(at < {cut:.0f}) FROM reading"
    hours = rows(city, "SELECT sum(n) FROM reading_hour")
    before = (rows(city, old), rows(city, "SELECT count() FROM reading"))
    listed = keep(city, False, quiet, EPOCH)
    assert listed
    assert {piece.table for piece in listed} == {"reading"}
    assert all(piece.newest < cut and piece.rows > 0 for piece in listed)
    assert (rows(city, old), rows(city, "SELECT count() FROM reading")) == before, "a dry run dropped"
    gone = keep(city, True, quiet, EPOCH)
    assert gone == listed
    assert rows(city, "SELECT count() FROM reading") == before[1] - sum(piece.rows for piece in gone)
    assert rows(city, f"SELECT countIf(at >= {cut:.0f}) FROM reading") == before[1] - before[0]
    assert rows(city, "SELECT sum(n) FROM reading_hour") == hours
    assert keep(city, True, quiet, EPOCH) == []


def test_steps_that_an_open_case_needs_stay(opened):
    city = opened(case_step="30 d")
    later = EPOCH + 400 * DAY
    never = "closed_at = toDateTime64('2100-01-01 00:00:00', 3, 'UTC')"
    needed = "SELECT count() FROM case_step WHERE case_id IN (SELECT case_id FROM case_now FINAL WHERE {})"
    before = rows(city, needed.format(never))
    assert before > 0
    assert rows(city, f"SELECT uniqExact(_partition_id) FROM case_step WHERE at < {later - 30 * DAY:.0f}") > 1
    spells = rows(city, "SELECT count() FROM case_now FINAL")
    held = {p for (p,) in run(city.store.engine, "SELECT DISTINCT _partition_id FROM case_step")}
    dropped = keep(city, True, quiet, later)
    assert rows(city, needed.format(never)) == before
    assert rows(city, "SELECT count() FROM case_now FINAL") == spells
    open_in = {p for (p,) in run(city.store.engine, "SELECT DISTINCT _partition_id FROM case_step")}
    assert held - open_in == {piece.partition for piece in dropped}


def test_a_partition_goes_when_its_last_case_is_closed(opened):
    city = opened(case_step="1 d", reject="1 d")
    engine = city.store.engine
    run(engine, "CREATE TABLE held AS case_now")
    run(engine, "INSERT INTO held SELECT * FROM case_now")
    run(engine, "TRUNCATE TABLE case_now")
    pieces = due(city, EPOCH + 400 * DAY)
    run(engine, "INSERT INTO case_now SELECT * FROM held")
    run(engine, "DROP TABLE held SYNC")
    left = {p for (p,) in run(engine, "SELECT DISTINCT _partition_id FROM case_step")}
    assert {piece.partition for piece in pieces if piece.table == "case_step"} == left != set()
    assert not [p for p in due(city, EPOCH + 400 * DAY) if p.table == "case_step" and p.partition in _open(city)]


def test_what_became_of_refused_lines_goes_with_them_and_never_before(opened):
    lines, outcomes = opened(reject="90 d"), opened(replay="90 d")
    both = opened(reject="90 d", replay="90 d")
    feed, old, young = both.profile.feeds[0].key, EPOCH - 120 * DAY, EPOCH - DAY
    for at in (old, young):
        token = f"refused {at}"
        land(both, feed, "reading", None, token, [Reject("s", n, "bad_time", "", "x") for n in (1, 2)], at=at)
        (kept, _) = kept_lines(both, feed, (at - 1, at + 1), 9)
        gone = Replayed(token, kept.source, kept.line, kept.mark, at, "landed")
        note_replay(both, feed, f"again {at}", [gone])
    later = time.time() + 91 * DAY
    window = (old - DAY, EPOCH + DAY)
    assert in_quarantine(both, window)[feed] == 2
    assert due(outcomes, later) == [], "the lines are kept"
    assert [p.table for p in due(both, EPOCH)] == ["reject"], "it was put in again lately"
    found = due(both, later)
    assert [piece.table for piece in found] == ["reject", "reject", "replay", "replay"]
    keep(lines, True, quiet, EPOCH)
    assert in_quarantine(lines, window)[feed] == 1, "what became of lines that are gone is not counted"
    assert refusals(lines, feed, window).still == 1
    keep(both, True, quiet, later)
    assert rows(both, "SELECT count() FROM reject") == rows(both, "SELECT count() FROM replay") == 0


def _open(city):
    sql = "SELECT DISTINCT _partition_id FROM case_step WHERE case_id IN (SELECT case_id FROM case_now FINAL "
    return {p for (p,) in run(city.store.engine, sql + "WHERE closed_at > toDateTime64('2099-01-01', 3, 'UTC'))")}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('{"case_now": "400 d"}', "case_now is kept for ever"),
        ('{"reading": "soon"}', "no number of days"),
        ('{"reading": "0 d"}', "no number of days"),
        ("400", "JINGWEI_KEEP|keep"),
    ],
)
def test_what_cannot_be_kept_so_is_refused(monkeypatch, given, told):
    monkeypatch.setenv("JINGWEI_KEEP", given)
    with pytest.raises(SettingsError, match=told):
        read_settings()
