"""Lines through the way in, into a real store."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_ingest_support import NOW, centre, city, reasons, reported, spells, step

from data_access.errors import BadSource
from data_access.lookup import rejected
from ingest.pipeline import submit_lines
from ingest.reasons import REASONS

__all__ = ["city"]


def send(city, token, *lines, feed="desk", kind="case_step", **more):
    receipt = submit_lines(city, feed, kind, lines, token, **more)
    assert receipt.accepted + receipt.rejected + receipt.duplicates == len(lines)
    return receipt


def counts(receipt):
    return receipt.accepted, receipt.rejected, receipt.duplicates


def test_a_case_lives_through_its_steps(city):
    assert counts(send(city, "life-1", reported("life", 5))) == (1, 0, 0)
    again = (step("life", "accepted", 60), step("life", "closed", 120), step("life", "reopened", 180))
    assert counts(send(city, "life-2", *again)) == (3, 0, 0)
    send(city, "life-3", step("life", "extended", 200, due_at=NOW + 90_000), step("life", "closed", 240))
    first, second = spells(city, "life")
    assert (first["leaf"], first["spell"], first["type"]) == (5, 1, "01")
    assert first["trail"][0]["3"] - first["opened_at"] == timedelta(hours=1)
    assert second["spell"] == 2
    assert second["opened_at"] - first["opened_at"] == timedelta(seconds=180)
    dues = {e["3"].timestamp() for e in second["trail"]}
    assert dues == {NOW + 180 + 3600, NOW + 90_000}
    assert len(second["trail"]) == 3


def test_the_calendar_gives_the_deadline_and_the_type_the_severity(city):
    friday = "2026-03-06T17:00:00+08:00"
    send(city, "due", reported("due", at=friday, type="02"))
    (spell,) = spells(city, "due")
    entry = spell["trail"][0]
    # 40 working hours, 7.5 a day: half an hour on Friday, five days, two hours on the next Monday.
    assert entry["3"].isoformat() == "2026-03-16T02:30:00+00:00"
    assert entry["4"] == 2


def test_a_token_lands_once(city):
    first = send(city, "once", reported("once"), "no json")
    version = city.live.landed
    second = submit_lines(city, "desk", "case_step", [reported("other")], "once")
    assert second.repeated
    assert counts(second) == counts(first) == (1, 1, 0)
    assert city.live.landed == version
    assert not spells(city, "other")


def test_what_is_known_is_a_duplicate_not_a_reject(city):
    line, later = reported("dup"), step("dup", "accepted", 5)
    assert counts(send(city, "dup-1", line, line, later)) == (2, 0, 1)
    assert counts(send(city, "dup-2", later, line)) == (0, 0, 2)
    (spell,) = spells(city, "dup")
    assert len(spell["trail"]) == 2


def test_order_within_a_batch_does_not_matter(city):
    lines = [step("mixed", "closed", 50), step("mixed", "reopened", 60), reported("mixed")]
    assert counts(send(city, "mixed", *lines)) == (3, 0, 0)
    assert [s["spell"] for s in spells(city, "mixed")] == [1, 2]


def test_reopening_what_is_open_begins_no_spell(city):
    send(city, "open", reported("open"), step("open", "reopened", 60))
    (spell,) = spells(city, "open")
    assert len(spell["trail"]) == 2


BAD = {
    "not json": ("{", "not_json"),
    "a list": ("[1]", "not_json"),
    "nothing": ("", "not_json"),
    "nan": ('{"at": NaN}', "not_json"),
    "no id": (reported(""), "missing_field"),
    "null": (reported(None), "missing_field"),
    "no point": (reported("b", lon=None), "missing_field"),
    "no type": (reported("b", type=None), "missing_field"),
    "a step of its own": (step("b", "sleeping", 0), "bad_value"),
    "a number that is none": (reported("b", lon="east"), "bad_value"),
    "no offset": (reported("b", at="2026-03-06T17:00:00"), "bad_time"),
    "thirtieth of February": (reported("b", at="2026-02-30T17:00:00Z"), "bad_time"),
    "long ago": (reported("b", at="1899-01-01T00:00:00Z"), "bad_time"),
    "in two days": (reported("b", at=NOW + 2 * 86400), "bad_time"),
    "milliseconds": (reported("b", at=NOW * 1000), "bad_time"),
    "elsewhere": (reported("b", lon=2.35, lat=48.85), "outside_city"),
    "swapped": (reported("b", lon=centre(2)[1], lat=centre(2)[0]), "swapped_coordinates"),
    "of no type": (reported("b", type="99"), "unknown_type"),
    "never reported": (step("never", "closed", 5), "unknown_case"),
    "no such unit": (reported("b", unit="x"), "unknown_unit"),
    "too coarse": (reported("b", unit="d1"), "not_a_leaf"),
    "leaf too high": (step("b", "reported", 0, leaf=8, type="01"), "unknown_unit"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_line_is_refused_and_its_neighbours_land(city, what):
    line, reason = BAD[what]
    token = f"bad {what}"
    receipt = send(city, token, reported(f"{what}-1"), line, reported(f"{what}-2"), source="day.ndjson")
    assert counts(receipt) == (2, 1, 0)
    (found,) = [r for r in rejected(city, 1000) if r["token"] == token]
    assert (found["line"], found["reason"], found["raw"], found["source"]) == (2, reason, line, "day.ndjson")
    assert reason in REASONS


def test_an_id_reported_twice_and_a_step_before_its_case(city):
    lines = reported("taken"), reported("taken", at=NOW + 9), step("taken", "closed", -9)
    assert counts(send(city, "taken", *lines)) == (1, 2, 0)
    # The step at -9 comes first in time, when its case is not known yet.
    assert reasons(city, "taken") == [(2, "duplicate_id"), (3, "unknown_case")]
    send(city, "taken-2", step("taken", "closed", -9))
    assert reasons(city, "taken-2") == [(1, "bad_time")]


def test_units_leaves_and_other_coordinates(city):
    lon, lat = centre(6)
    lines = [reported("u", unit="d1-3", lon=None, lat=None), step("l", "reported", 0, leaf=4, type="01")]
    lines.append(reported("edge", lon=113.6 - 0.0002, lat=lat))
    send(city, "places", *lines)
    assert [spells(city, c)[0]["leaf"] for c in ("u", "l", "edge")] == [3, 4, 4]
    # GCJ-02 moves points here by about 600 m: more than half a leaf.
    send(city, "gcj", reported("gcj", lon=lon + 0.0061, lat=lat - 0.0013), crs="gcj02")
    (spell,) = spells(city, "gcj")
    assert spell["leaf"] == 6
    assert abs(spell["lon"] - lon) < 0.001


def test_readings(city):
    def line(device, after, value, **more):
        return json.dumps({"device": device, "at": NOW + after, "value": value} | more)

    lines = line("W3", 0, 12), line("W3", 60, 31), line("W3", 0.4, 12), line("X", 0, 1), line("W4", 0, "wet")
    receipt = send(city, "read-1", *lines, feed="iot", kind="reading")
    assert counts(receipt) == (2, 2, 1)
    assert reasons(city, "read-1") == [(4, "unknown_device"), (5, "bad_value")]
    late = line("W3", 60, 31), line("W3", 30, 1), line("W3", 90, 1, alarm=True)
    assert counts(send(city, "read-2", *late, feed="iot", kind="reading")) == (2, 0, 1)
    assert city.store.counts()["reading"] == 4


def test_facility_steps(city):
    def line(code, state):
        return json.dumps({"facility": code, "at": NOW, "state": state})

    lines = line("F1", "damaged"), line("F1", "damaged"), line("F9", "lost"), line("F2", "gone")
    assert counts(send(city, "lid-1", *lines, feed="iot", kind="facility_step")) == (1, 2, 1)
    assert reasons(city, "lid-1") == [(3, "unknown_facility"), (4, "bad_value")]
    assert counts(send(city, "lid-2", line("F1", "damaged"), feed="iot", kind="facility_step")) == (0, 0, 1)


def test_unknown_feed_and_kind_are_errors(city):
    with pytest.raises(BadSource, match="desk, iot"):
        submit_lines(city, "post", "case_step", [], "x")
    with pytest.raises(BadSource, match="case_step"):
        submit_lines(city, "desk", "rumour", [], "x")


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
fields = st.sampled_from(["case_id", "step", "at", "lon", "lat", "unit", "leaf", "type", "due_at", "severity"])
objects = st.dictionaries(fields, values | st.sampled_from(["reported", "closed", "a", "01", NOW]), max_size=9)
odd = objects.map(lambda o: json.dumps(json.loads(reported("a")) | o))
fuzz = st.lists(st.one_of(st.text(max_size=30), st.binary(max_size=30), objects.map(json.dumps), odd), max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=fuzz, kind=st.sampled_from(["case_step", "reading", "facility_step"]), n=st.integers(0, 10**12))
def test_every_line_is_accounted_for(city, lines, kind, n):
    receipt = submit_lines(city, "desk", kind, lines, f"fuzz-{n}-{len(lines)}-{hash(tuple(lines))}-{kind}")
    assert receipt.accepted + receipt.rejected + receipt.duplicates == len(lines)
