"""Readings by columns: the same rows, refusals and duplicates as line by line, whatever is sent."""

import json
from itertools import count

import pyarrow as pa
import pytest
from feeds import water
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_ingest_support import NOW, plan

from data_access.build import build
from data_access.heard import known
from data_access.opening import open_city
from data_access.settings import Settings
from data_access.store.tables import reading
from data_access.write import schema
from ingest.feedrows import rows_of
from ingest.intake import Intake

TURN = count()


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """A list with the small city, open; a test may close it and open it anew."""
    home = tmp_path_factory.mktemp("columns")
    build(Settings(home=home), plan())
    made = [open_city(Settings(home=home), feeds=(water(home).feed,))]
    yield made
    made[0].close()


def same(held, definition, body):
    """That both ways agree on a body, which lands then; returns the counts, and what went by columns."""
    (city,) = held
    intake = Intake(city, definition)
    rows = list(rows_of(definition, body))
    slow = intake.tried(rows, len(rows))
    expected = [draft.row for _, draft in slow.drafts() if not draft.duplicate]
    refused = [(i.line, i.refused.reason, i.refused.detail, i.raw) for i in slow.items if i.refused]
    found = intake._columnwise.sorted(body, None)
    if found is not None:
        fresh = found.columns.where(~known(city, found.columns.place, found.columns.at))
        assert fresh.table(city, "water") == pa.Table.from_pylist(expected, schema=schema("reading"))
        assert [(i.line, i.refused.reason, i.refused.detail, i.raw) for i in found.refused] == refused
    receipt = intake.take(body, f"t{next(TURN)}", "body")
    counts = receipt.accepted, receipt.rejected, receipt.duplicates
    assert counts == (len(expected), len(refused), len(rows) - len(expected) - len(refused))
    return counts, found


devices = st.sampled_from(["W0", "W1", "W2", "W3", " W4", "W5 ", "X", "", "W\u00e9", None, 5, True, "W7"])
ISO = ["2026-03-06T17:00:00+08:00", "2026-03-06T17:00:00.250Z", "2026-03-06 17:00:00", "2026-02-30T17:00:00Z"]
ISO += ["2026-03-06T24:00:00Z", "2026-03-06T17:00:00.5Z", "20260306T170000Z", "2026-03-06", "2026-3-6T1:00:00Z"]
ISO += ["2026-03-06T17:00:00-00:30", "2026-03-06T17:00:00+25:00", "2026-03-06T17:00:60Z", "2026-03-06T17:00:00z"]
seconds = st.integers(0, 40).map(lambda k: NOW + k)
moments = st.one_of(
    seconds, seconds, seconds, seconds.map(lambda s: s + 0.4996),
    seconds.map(str), seconds.map(lambda s: s * 1000),
    st.sampled_from([*ISO, None, "", "x", NOW + 10**6, -1, 1e300, True, 10**20]),
)  # fmt: skip
values = st.one_of(
    st.floats(-50, 50), st.floats(-50, 50), st.integers(-9, 99), st.floats(allow_nan=False),
    st.sampled_from([None, "", "12.5", " 7", "1e3", "1_0", "wet", True, 3.4e38, 3.5e38, 30, 30.0, -0.0, 10**25]),
)  # fmt: skip
alarms = st.sampled_from([None, None, True, False, 0, 1, "true", "1", "yes", "", "maybe", 2])
records = st.fixed_dictionaries(
    {"device": devices, "at": moments, "value": values},
    optional={
        "alarm": alarms,
        "more": st.sampled_from(["{", "}", "[[", "NaN", "\ud83d\ude00", 1e400, {"a": 1}, [1]]),
    },
)
good = st.fixed_dictionaries(
    {"device": st.sampled_from(["W0", "W1", "W2", "W3"]), "at": seconds, "value": st.floats(-50, 50)},
    optional={"alarm": st.booleans()},
)
broken = st.one_of(
    st.sampled_from(
        [b"", b" ", b"{", b"}", b"[]", b"null", b"{}", b'{"device":"W1"}{"at":1}', b"\xff", b'{"a":"\xff"}']
    ),
    st.sampled_from(
        [b'{"x":NaN}', b'{"device":"W1","device":"W2"}', b'{"a":"\\ud800"}', b"\r", b"\xef\xbb\xbf{}"]
    ),
    st.binary(max_size=20).filter(lambda b: b"\n" not in b),
)


def ndjson(lines):
    return b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)


@pytest.mark.parametrize("form", ["epoch", "epoch_ms", None])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(good, good, good, records, broken), max_size=90), st.sampled_from(["\n", "\r\n"]))
def test_ndjson(held, tmp_path, form, lines, end):
    definition = water(tmp_path, time_format=form)
    same(held, definition, ndjson(lines).replace(b"\n", end.encode()))


def cell(value):
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("form", ["epoch", "epoch_ms", None])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.one_of(good, good, records, broken), max_size=90),
    st.sampled_from(["device,at,value,alarm", "at, value ,device", "device,at,value,at", "value", ""]),
    st.sampled_from(["\n", "\r\n"]),
)
@example([b"\xef\xbb\xbf", {"device": "W0", "at": NOW, "value": 1.0}], "device,at,value,alarm", "\n")
def test_csv(held, tmp_path, form, lines, header, end):
    definition = water(tmp_path, time_format=form, format="csv")
    names = [name.strip() for name in header.split(",")]
    rows = [
        line if isinstance(line, bytes) else ",".join(cell(line.get(n)) for n in names).encode("utf-8", "replace")
        for line in lines
    ]
    same(held, definition, end.encode().join([header.encode(), *rows]))


@pytest.mark.parametrize("form", ["epoch", None])
def test_plain_lines_go_by_columns_and_one_odd_line_does_not_change_that(held, tmp_path, form):
    definition = water(tmp_path, time_format=form)
    at = (
        (lambda k: NOW + k)
        if form
        else (lambda k: f"2026-03-06T{k // 3600:02}:{k // 60 % 60:02}:{k % 60:02}+08:00")
    )
    lines = [{"device": f"W{k % 8}", "at": at(5000 + k), "value": k / 7} for k in range(3000)]
    lines[1234] = b"{"
    lines[2000] = lines[10]
    _, found = same(held, definition, ndjson(lines))
    assert len(found.columns.at) == 2999
    assert [item.line for item in found.refused] == [1235]
    counts, _ = same(held, definition, ndjson(lines))
    assert counts == (0, 1, 2999), "all are known by now"


def test_columns_called_otherwise(held, tmp_path):
    names = {"device": "dev", "at": "ts", "value": "v", "alarm": None}
    definition = water(tmp_path, columns=names)
    body = ndjson([{"dev": "W1", "ts": NOW + 90_000 - 86_400, "v": 99, "alarm": False, "value": "wet"}])
    counts, found = same(held, definition, body)
    assert counts == (1, 0, 0)
    assert found.columns.alarm.tolist() == [1], "the column `alarm` is not read, the limit of the kind holds"


def test_what_is_stored_is_found_again_by_a_city_opened_anew(held, tmp_path):
    city = held[0]
    body = ndjson([{"device": "W6", "at": NOW - 500, "value": 1}, {"device": "W6", "at": NOW - 400, "value": 1}])
    assert Intake(city, water(tmp_path)).take(body, "kept", "body").accepted == 2
    city.close()
    held[0] = open_city(city.settings, feeds=(water(tmp_path).feed,))
    receipt = Intake(held[0], water(tmp_path)).take(
        body + b'\n{"device":"W6","at":%d,"value":1}' % (NOW - 450), "again", "body"
    )
    assert (receipt.accepted, receipt.duplicates) == (1, 2)
    assert held[0].store.newest(reading.name)["water"] >= NOW - 400
