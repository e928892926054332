"""Long cases are kept once more: whatever is alive since a moment is found, however much is sealed."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moments import founded, still
from sqlalchemy import func, or_, select

from data_access.sealing import LONG, seal, sealed
from data_access.settings import Settings
from data_access.sources.spells import RESPONSE, alive_since
from data_access.store.declare import metadata, stamp
from data_access.store.tables import case_long, case_now
from ingest.pipeline import submit_lines

DAY = 86400


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The small city, its clock standing, with nothing sealed."""
    where = Settings(home=tmp_path_factory.mktemp("sealing"))
    founded(where)
    city = still(where)
    for table in ("case_long", "case_sealed"):
        city.store.empty(table)
    assert sealed(city.store) == 0
    yield city
    city.close()


def everything(city, since):
    """The spells alive since a moment, read off all rows."""
    slowest = max([RESPONSE, *(t.response for t in city.profile.types)])
    c = case_now.c
    asked = select(c.case_id, c.spell, c.closed_at, c.due_last).where(
        or_(c.closed_at >= stamp(since), c.due_last >= stamp(since), c.opened_at >= stamp(since - slowest))
    )
    return sorted(tuple(row.values()) for row in city.store.rows(asked))


def found(city, since):
    rows = alive_since(city, since)
    asked = select(rows.c.case_id, rows.c.spell, rows.c.closed_at, rows.c.due_last)
    return sorted(tuple(row.values()) for row in city.store.rows(asked))


@given(backs=st.lists(st.floats(0, 95 * DAY), min_size=8, max_size=8))
@settings(deadline=None, max_examples=3)
def test_what_is_alive_is_found_however_much_is_sealed(city, backs):
    now = city.live.moment().at
    for kept in (None, 80 * DAY, 61 * DAY, 33 * DAY, LONG):
        if kept is not None:
            seal(city.store, now - kept)
        for back in backs:
            assert found(city, now - back) == everything(city, now - back)


def test_what_is_sealed_is_long_and_sealing_again_adds_nothing(city):
    now = city.live.moment().at
    seal(city.store, now - LONG)
    assert sealed(city.store) == int(now - LONG)
    before = rows_of(city, case_long)
    c = case_now.c
    ends = func.addSeconds(c.opened_at, LONG)
    long = or_(c.closed_at > ends, c.due_last > ends)
    assert before == rows_of(city, case_now, long, c.opened_at < stamp(now - LONG))
    assert 0 < len(before) < city.store.counts()["case_now"] / 10
    seal(city.store, now - LONG)
    assert rows_of(city, case_long) == before


def test_a_step_for_a_sealed_case_is_seen_in_its_copy(city):
    """One that was over is not long until its deadline is moved; one that was long is copied anew."""
    now = city.live.moment().at
    seal(city.store, now - LONG)
    c = case_now.c
    old = c.opened_at < stamp(now - 2 * LONG)
    newest = (
        select(c.case_id, c.type, c.source, c.closed_at, c.leaf, c.lon, c.lat).select_from(case_now).where(old)
    )
    for n, row in enumerate(city.store.rows(newest.where(c.spell == 1).order_by(c.case_id).limit(3))):
        step = {"case_id": row["case_id"], "step": "extended", "at": row["closed_at"].isoformat()}
        step |= {name: row[name] for name in ("type", "source", "lon", "lat")}
        step |= {"due_at": stamp(now - n * DAY).isoformat()}
        receipt = submit_lines(city, "urban_patrol", "case_step", [json.dumps(step)], f"late-{n}")
        assert receipt.accepted == 1, receipt
        assert rows_of(city, case_long, case_long.c.case_id == row["case_id"]) == rows_of(
            city, case_now, c.case_id == row["case_id"], c.spell == 1
        )
    assert found(city, now - 3600) == everything(city, now - 3600)


def rows_of(city, table, *conditions):
    """Whole rows, the entries of their lists in one order."""
    names = [column.name for column in metadata.tables[table.name].columns]
    asked = select(*(table.c[name] for name in names)).select_from(table).where(*conditions)
    rows = city.store.rows(asked)
    for row in rows:
        row |= {name: sorted(map(repr, value)) for name, value in row.items() if isinstance(value, list)}
    return sorted(map(repr, rows))
