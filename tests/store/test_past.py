"""The long past of a city: what happened lately, told again, is whole down to the rollups."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from moments import EPOCH, SEED, quiet

from data_access.sealing import LONG, sealed
from data_access.settings import Settings
from data_access.store.engine import run
from demo import tree
from demo.reference import found
from demo.tree import Past

PAST = Past(readings=1_300_000, cases=90_000, steps=450_000)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setitem(tree.SIZES, "small", replace(tree.SIZES["small"], past=PAST))
    city = found(Settings(home=tmp_path_factory.mktemp("past")), "small", SEED, quiet, now=EPOCH)
    patch.undo()
    yield city
    city.close()


def ask(city, sql):
    return run(city.store.engine, sql)


def test_there_is_as_much_as_was_asked_for(city):
    counts = city.store.counts()
    assert counts["reading"] == PAST.readings
    assert counts["case_index"] == pytest.approx(PAST.cases, rel=0.01)
    assert counts["case_step"] == pytest.approx(PAST.steps, rel=0.01)


def test_each_device_is_heard_once_at_a_moment_and_every_day(city):
    ((rows, moments),) = ask(city, "SELECT count(), uniqExact(device, at) FROM reading")
    assert rows == moments
    days = [day for (day,) in ask(city, "SELECT DISTINCT toDate(at) FROM reading ORDER BY 1")]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    each = ask(city, "SELECT toDate(at) AS day, count() FROM reading GROUP BY day ORDER BY day")[1:-1]
    usual = sorted(n for _, n in each)[len(each) // 2]
    assert all(0.8 * usual < n < 1.2 * usual for _, n in each), each


def test_the_past_is_not_one_day_again_and_again(city):
    sums = "SELECT sum(value) FROM reading WHERE device = 1 GROUP BY toDate(at)"
    found = Counter(round(value, 3) for (value,) in ask(city, sums))
    assert len(found) >= 5


def test_cases_are_told_with_ids_of_their_day_in_whole_weeks(city):
    rows = ask(
        city,
        "SELECT case_id, toString(toDate(min(opened_at), 'Asia/Shanghai')), countIf(step = 'reported'), "
        "countIf(at < opened_at), uniqExact(leaf, type) FROM case_step GROUP BY case_id",
    )
    assert all(case[:8] == day.replace("-", "") for case, day, *_ in rows)
    assert {tuple(rest) for *_, rest in ((case, day, rest) for case, day, *rest in rows)} == {(1, 0, 1)}
    weekdays = Counter(date.fromisoformat(day).weekday() for _, day, *_ in rows)
    assert weekdays[0] > weekdays[6], "Mondays are busier than Sundays"


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        (
            "SELECT toDate(at), device, toStartOfHour(at), count(), min(value), max(value), sum(alarm) "
            "FROM reading GROUP BY 1, 2, 3",
            "SELECT day, device, hour, n, low, high, alarms FROM reading_hour FINAL",
        ),
        (
            "SELECT device, toDate(at), min(at), max((at, alarm)) FROM reading GROUP BY 1, 2",
            "SELECT device, day, first, last FROM device_day FINAL",
        ),
        ("SELECT device, min(at) FROM reading GROUP BY 1", "SELECT device, at FROM device_first FINAL"),
        ("SELECT device, max(at) FROM reading GROUP BY 1", "SELECT device, at FROM device_now FINAL"),
        (
            "SELECT case_id, spell, opened_at, leaf, minIf(at, step = 'closed') AS c FROM case_step "
            "WHERE step = 'closed' GROUP BY case_id, spell, opened_at, leaf",
            "SELECT case_id, spell, opened_at, leaf, closed_at FROM case_now FINAL WHERE closed_at < '2099-01-01'",
        ),
        (
            "SELECT case_id, min(opened_at), max(opened_at), any(leaf) FROM case_step GROUP BY case_id",
            "SELECT case_id, first_at, newest_at, leaf FROM case_index FINAL",
        ),
    ],
    ids=["reading_hour", "device_day", "device_first", "device_now", "case_now", "case_index"],
)
def test_rollups_are_what_a_recount_gives(city, raw, folded):
    differing = f"({raw} EXCEPT {folded}) UNION ALL ({folded} EXCEPT {raw})"
    assert ask(city, f"SELECT count() FROM ({differing})") == [(0,)]
    assert ask(city, f"SELECT count() FROM ({raw})")[0][0] > 1000


def test_what_is_old_is_sealed(city):
    assert sealed(city.store) == pytest.approx(EPOCH - LONG, abs=1)
    assert city.store.counts()["case_long"] > 100
