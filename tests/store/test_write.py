"""Landing: a batch is in the store once or not at all, its rollups included, whatever was cut short."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from sqlalchemy import func, select
from test_ingest_support import NOW, plan, reported

from data_access.ask import ask
from data_access.build import build
from data_access.opening import open_city
from data_access.settings import Settings
from data_access.sources.facts import Fact
from data_access.store.tables import batch, case_now, device_now, facility_now, reading, reading_hour, reject
from data_access.view import View
from data_access.write import Reject, land, landed, schema
from ingest.pipeline import submit_lines, submit_table


class Cut(Exception):
    """Stands for the process ending there."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    made = Settings(home=tmp_path_factory.mktemp("write"))
    build(made, plan())
    return made


@pytest.fixture
def city(settings):
    opened = open_city(settings)
    yield opened
    opened.close()


def count(city, table, **where):
    statement = select(func.count().label("n")).select_from(table)
    for name, value in where.items():
        statement = statement.where(table.c[name] == value)
    return city.store.rows(statement)[0]["n"]


def readings(first, n=5):
    rows = [
        {"device": 1 + k % 8, "at": NOW + first + k, "value": 1.5, "alarm": 0, "leaf": k % 8} for k in range(n)
    ]
    return pa.Table.from_pylist([r | {"feed": "iot"} for r in rows], schema=schema("reading"))


def heard(city):
    """Readings as the raw table and as the hourly rollup count them."""
    hours = city.store.rows(select(func.sum(reading_hour.c.n).label("n")).select_from(reading_hour))[0]["n"] or 0
    return count(city, reading), hours


def cut_at(monkeypatch, city, wanted, after):
    """Have the process end before or after the insert into one table."""
    real = city.store.insert

    def insert(table, rows, token=None):
        if table == wanted and not after:
            raise Cut
        real(table, rows, token)
        if table == wanted and after:
            raise Cut

    monkeypatch.setattr(city.store, "insert", insert)


def test_a_token_twice_lands_once(city):
    before = heard(city)
    for _ in range(3):
        receipt = land(city, "iot", "reading", readings(0), "twice")
        assert receipt.accepted == 5
    assert heard(city) == (before[0] + 5, before[1] + 5)
    assert count(city, batch, token="twice") == 1


def test_the_same_rows_under_another_token_are_other_rows(city):
    before = count(city, reading)
    land(city, "iot", "reading", readings(100), "one")
    land(city, "iot", "reading", readings(100), "another")
    assert count(city, reading) == before + 10


@pytest.mark.parametrize(
    ("table", "after"), [("reading", True), ("reject", True), ("batch", False), ("batch", True)]
)
def test_cut_short_then_sent_again(monkeypatch, city, table, after):
    """Ended between any two inserts, a batch that is sent again lands exactly once, in the rollups too."""
    token, before = f"cut-{table}-{after}", heard(city)
    first = {"reading": 200, "reject": 300, "batch": 400}[table] + 50 * after
    refused = [Reject("line", 7, "bad_value", "value", "{}")]
    with monkeypatch.context() as patch:
        cut_at(patch, city, table, after)
        with pytest.raises(Cut):
            land(city, "iot", "reading", readings(first), token, refused)
    receipt = land(city, "iot", "reading", readings(first), token, refused)
    assert (receipt.accepted, receipt.rejected) == (5, 1)
    assert heard(city) == (before[0] + 5, before[1] + 5)
    assert count(city, batch, token=token) == count(city, reject, token=token) == 1


def test_a_bulk_table_cut_short_then_sent_again(monkeypatch, city):
    before = heard(city)
    with monkeypatch.context() as patch:
        cut_at(patch, city, "batch", after=False)
        with pytest.raises(Cut):
            submit_table(city, "iot", "reading", readings(600), "bulk")
    assert submit_table(city, "iot", "reading", readings(600), "bulk").accepted == 5
    assert submit_table(city, "iot", "reading", readings(600), "bulk").repeated
    assert heard(city) == (before[0] + 5, before[1] + 5)


def test_lines_cut_short_then_sent_again(monkeypatch, city):
    lines = [reported("C1", 1), reported("C2", 2), "no json"]
    with monkeypatch.context() as patch:
        cut_at(patch, city, "case_step", after=True)
        with pytest.raises(Cut):
            submit_lines(city, "desk", "case_step", lines, "lines")
    receipt = submit_lines(city, "desk", "case_step", lines, "lines")
    assert (receipt.accepted + receipt.duplicates, receipt.rejected) == (2, 1)
    assert count(city, case_now, case_id="C1") == count(city, case_now, case_id="C2") == 1
    assert count(city, reject, token="lines") == 1
    again = submit_lines(city, "desk", "case_step", lines, "lines")
    assert again.repeated
    assert again.version == receipt.version


def test_a_receipt_can_be_found_again(city):
    receipt = land(city, "iot", "reading", readings(700), "found")
    kept = landed(city, "found")
    assert (kept.accepted, kept.version, kept.repeated) == (5, receipt.version, True)
    assert landed(city, "nobody's") is None


def test_landing_moves_the_version_and_the_feed(city):
    before = city.live.landed
    receipt = land(city, "iot", "reading", readings(800), "moves", at=NOW + 900.0)
    assert receipt.version == city.live.landed == before + 1
    state = city.live.feeds()["iot"]
    assert state.last_seen >= NOW + 900
    assert state.watermark >= NOW + 804


def test_version_and_feeds_outlive_the_process(city, settings):
    land(city, "iot", "reading", readings(900), "spoke")
    land(city, "iot", "reading", None, "quiet", at=NOW + 90_000.0)
    version, feeds = city.live.landed, city.live.feeds()
    city.close()
    opened = open_city(settings)
    try:
        assert opened.live.moment().version == version
        state = opened.live.feeds()["iot"]
        assert state.last_seen == feeds["iot"].last_seen == NOW + 90_000
        assert state.watermark == feeds["iot"].watermark < NOW + 90_000
    finally:
        opened.close()


def test_last_values_follow_the_newest(city):
    submit_lines(city, "iot", "reading", [reading_line("W5", 2000, 40), reading_line("W5", 1900, 3)], "values")
    last = city.store.rows(
        select(device_now.c.at, device_now.c.value, device_now.c.alarm).where(device_now.c.device == 6)
    )
    assert [(r["at"], r["value"], r["alarm"]) for r in last] == [(NOW + 2000, 40.0, 1)]
    steps = [json.dumps({"facility": "F3", "at": NOW + t, "state": s}) for t, s in ((60, "damaged"), (0, "lost"))]
    submit_lines(city, "desk", "facility_step", steps, "states")
    f = facility_now.c
    found = city.store.rows(select(f.state, f.at).where(f.facility == 4))
    assert [(r["state"], r["at"]) for r in found] == [("damaged", NOW + 60)]


def reading_line(device, after, value):
    return json.dumps({"device": device, "at": NOW + after, "value": value})


def test_many_senders_at_once(city):
    """Eight threads send batches, two of them the same ones: each is there once, each version its own."""
    before, out = heard(city), []

    def send(k):
        table = readings(5000 + 100 * (k % 6))
        out.append(submit_table(city, "iot", "reading", table, f"many-{k % 6}"))

    threads = [threading.Thread(target=send, args=(k,)) for k in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(20)
    assert heard(city) == (before[0] + 30, before[1] + 30)
    fresh = [r.version for r in out if not r.repeated]
    assert len(set(fresh)) == len(fresh) == 6


def test_moments_keep_their_milliseconds(city):
    at = datetime.fromtimestamp(NOW + 0.123, UTC)
    row = {"case_id": "MS", "spell": 1, "step": "reported", "at": at, "actor": "", "leaf": 0, "type": "01"}
    row |= {
        "source": "import",
        "severity": 0,
        "lon": 0.0,
        "lat": 0.0,
        "opened_at": at,
        "due_at": at,
        "feed": "desk",
    }
    land(city, "desk", "case_step", pa.Table.from_pylist([row], schema=schema("case_step")), "ms")
    opened = city.store.rows(select(case_now.c.opened_at).where(case_now.c.case_id == "MS"))[0]["opened_at"]
    assert opened.timestamp() == pytest.approx(NOW + 0.123, abs=1e-6)


def test_a_daily_fact_is_each_leafs_newest(city):
    """A day that tells of some leaves leaves the others as they were; before its first day each has its first."""
    days = [datetime.fromtimestamp(NOW - 86400 * k, UTC).date() for k in (5, 3, 1)]
    told = [(days[0], 0, 10.0), (days[0], 1, 20.0), (days[1], 1, 25.0), (days[2], 2, 7.0)]
    rows = [{"measure": "residents", "day": d, "leaf": leaf, "value": v, "at": NOW * 1000} for d, leaf, v in told]
    land(city, "desk", "fact_day", pa.Table.from_pylist(rows, schema=schema("fact_day")), "facts")

    def known(days_ago):
        at = NOW - 86400 * days_ago
        sums = Fact("residents").vector(city, replace(ask(city, View()), span=(at, at))).sums
        return (sums[1:] - sums[:-1])[:3].tolist()

    assert known(0) == [10, 25, 7]
    assert known(3) == [10, 25, 7]
    assert known(4) == [10, 20, 7]
    assert known(9) == [10, 20, 7]
