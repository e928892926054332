"""Refused lines put in again: what would become of them, that each lands once, that none is lost."""

import json
import threading
import time
from collections import Counter

import pytest
from feeds import written
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ingest_support import NOW, plan

from data_access.build import build
from data_access.errors import BadSource
from data_access.hiding import HIDDEN, without_secrets
from data_access.lookup import rejected
from data_access.opening import open_city
from data_access.quarantine import in_quarantine, kept_lines, refusals
from data_access.settings import Settings
from data_access.write import Reject, land
from ingest.feedfile import read_feeds
from ingest.intake import Intake
from ingest.quarantine import rejects
from ingest.remapping import corrected, fields_of, table_of
from ingest.remapping import written as told
from ingest.replay import Lines, present, replayed, tried

WATER = """\
feeds:
  - {key: water, title: Water, network: iot, interval: 5 min, carries: reading, time_format: epoch,
     columns: {device: dev, at: ts, value: cm}, source: {adapter: http, token_env: WATER_TOKEN}}
  - {key: sheet, title: Sheet, network: iot, interval: 5 min, carries: reading, time_format: epoch, format: csv,
     columns: {device: code}, source: {adapter: http, token_env: WATER_TOKEN}}
  - key: hotline
    title: Hotline
    network: government
    interval: 1 min
    carries: case_step
    format: csv
    columns: {id: ref, lon: x, lat: y, type: what, times: {opened: reported}}
    source: {adapter: http, token_env: WATER_TOKEN}
"""
ALL = (0.0, NOW + 10 * 86400.0)


@pytest.fixture
def held(tmp_path):
    """A city of eight leaves, and the intakes of its feeds."""
    build(Settings(home=tmp_path), plan())
    feeds = read_feeds(written(tmp_path, WATER))
    city = open_city(Settings(home=tmp_path), feeds=tuple(f.feed for f in feeds))
    yield city, {f.key: Intake(city, f) for f in feeds}
    city.close()


def body(n, device="device", first=0):
    lines = [json.dumps({device: f"W{k % 8}", "ts": NOW + first + k, "cm": k}) for k in range(n)]
    return "\n".join(lines).encode()


def counts(outcome):
    return outcome.total, outcome.landed, outcome.known, outcome.refused


def fixed(intake, **columns):
    values = {f"column:{name}": column for name, column in (fields_of(intake.definition) | columns).items()}
    kept = {n: getattr(intake.definition, n) or "" for n in ("crs", "timezone", "time_format")}
    return corrected(intake.definition, values | kept)


def test_a_try_writes_nothing_and_says_what_a_replay_then_does(held):
    city, intakes = held
    intakes["water"].take(body(5) + b"\nno json\n" + b'{"device": "G9", "ts": 1767600000, "cm": 1}', "a", "http")
    new, lines = fixed(intakes["water"], device="device"), Lines("water", ALL)
    before = city.store.counts()
    assert counts(tried(city, intakes["water"].definition, lines)) == (7, 0, 0, 7)
    would = tried(city, new, lines)
    assert counts(would) == (7, 5, 0, 2)
    assert {reason: n for reason, n, _ in would.reasons} == {"not_json": 1, "unknown_device": 1}
    assert city.store.counts() == before
    did = replayed(city, new, lines)
    assert counts(did) == counts(would)
    assert did.reasons == would.reasons
    assert city.store.counts()["reading"] == before["reading"] + 5
    found = refusals(city, "water", ALL)
    assert dict(found.reasons) == {"not_json": 1, "unknown_device": 1}
    assert found.landed == 5
    assert in_quarantine(city, ALL) == {"water": 2}
    assert len(rejected(city, 100, "water")) == 7, "the history stays"


def test_the_command_lists_what_still_waits_or_everything(held):
    city, intakes = held
    intakes["water"].take(body(5) + b"\nno json", "a", "http")
    intakes["sheet"].take(b"id,at,value\nW1,1,1\n", "b", "http", "csv")
    before = rejects(city, everything=True)
    assert len(before) == 7
    assert rejects(city) == before, "nothing was put in again"
    replayed(city, fixed(intakes["water"], device="ts"), Lines("water", ALL))
    assert len(rejects(city)) == 7
    assert [row["line"] for row in rejects(city, reason="unknown_device")] == [1, 2, 3, 4, 5], "the last reason"
    assert not rejects(city, reason="unknown_device", everything=True)
    replayed(city, fixed(intakes["water"], device="device"), Lines("water", ALL))
    assert {(row["feed"], row["reason"]) for row in rejects(city)} == {
        ("water", "not_json"),
        ("sheet", "missing_field"),
    }
    assert [row["raw"] for row in rejects(city, feed="water")] == ["no json"]
    assert [row["feed"] for row in rejects(city, feed="sheet", limit=1)] == ["sheet"]
    assert rejects(city, everything=True) == before


def test_however_often_it_is_pressed_each_line_lands_once(held):
    city, intakes = held
    intakes["water"].take(body(6), "a", "http")
    new, lines = fixed(intakes["water"], device="device"), Lines("water", ALL)
    found, landed = [], []
    presses = [threading.Thread(target=lambda: found.append(replayed(city, new, lines))) for _ in range(4)]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    landed = sorted(one.landed for one in found)
    assert landed == [0, 0, 0, 6]
    assert city.store.counts()["reading"] == 6
    assert counts(replayed(city, new, lines)) == (0, 0, 0, 0)
    state = city.live.feeds()["water"]
    assert (state.accepted, state.rejected) == (6, 6)


def test_a_replay_is_no_sign_of_life(held):
    city, intakes = held
    intakes["water"].take(body(2), "a", "http")
    spoke = city.live.feeds()["water"].last_seen
    replayed(city, fixed(intakes["water"], device="device"), Lines("water", ALL))
    state = city.live.feeds()["water"]
    assert state.last_seen == pytest.approx(spoke, abs=0.001)
    assert state.watermark == NOW + 1


def test_what_fails_again_stays_with_its_new_reason_and_may_land_later(held):
    city, intakes = held
    intakes["water"].take(body(3), "a", "http")
    lines = Lines("water", ALL)
    assert Counter(line.reason for line in kept_lines(city, "water", ALL, 9)) == {"missing_field": 3}
    wrong = fixed(intakes["water"], device="cm", value="ts")
    for _ in range(3):
        replayed(city, wrong, lines)
    again = kept_lines(city, "water", ALL, 9)
    assert Counter(line.reason for line in again) == {"unknown_device": 3}
    assert {line.times for line in again} == {1}, "the same press is noted once"
    assert counts(replayed(city, wrong, Lines("water", ALL, "missing_field"))) == (0, 0, 0, 0)
    assert replayed(city, fixed(intakes["water"], device="device"), lines).landed == 3


def test_what_landed_meanwhile_is_known_and_leaves_quarantine(held):
    city, intakes = held
    intakes["water"].take(body(3), "a", "http")
    intakes["water"].take(body(3, "dev"), "b", "http")
    assert counts(replayed(city, fixed(intakes["water"], device="device"), Lines("water", ALL))) == (3, 0, 3, 0)
    assert refusals(city, "water", ALL).still == 0
    assert city.store.counts()["reading"] == 3


def test_lines_of_a_table_keep_their_columns(held):
    city, intakes = held
    sheet = "id,at,value\n" + "".join(f"W{k},{NOW + k},{k}\n" for k in range(4)) + "W5,1\n"
    receipt = intakes["sheet"].take(sheet.encode(), "a", "http", "csv")
    assert (receipt.accepted, receipt.rejected) == (0, 5)
    found = replayed(city, fixed(intakes["sheet"], device="id"), Lines("sheet", ALL))
    assert counts(found) == (5, 4, 0, 1)
    assert [reason for reason, _, _ in found.reasons] == ["broken_row"], "a row that is none stays none"


def test_a_table_of_cases_is_corrected_as_yaml(held):
    city, intakes = held
    row = "ref,opened,kind,x,y\nA1,2026-03-06T17:00:00,Lid,113.605,34.705\n"
    assert intakes["hotline"].take(row.encode(), "a", "http", "csv").rejected == 1
    definition = intakes["hotline"].definition
    table = table_of(definition)
    values = {"crs": "wgs84", "timezone": "", "time_format": "", "table": table.replace("what", "kind")}
    assert corrected(definition, values | {"table": table}).columns == definition.columns
    assert counts(replayed(city, corrected(definition, values), Lines("hotline", ALL))) == (1, 1, 0, 0)
    with pytest.raises(BadSource, match="times"):
        corrected(definition, values | {"table": "id: ref\ntype: what\n"})
    with pytest.raises(BadSource, match="YAML"):
        corrected(definition, values | {"table": "{"})
    with pytest.raises(BadSource, match="YAML"):
        corrected(definition, values | {"table": "[" * 5000})


def test_a_feed_of_no_file_is_read_by_its_own_names(held):
    city, _ = held
    feed = city.profile.feeds[0].key
    assert present(city, feed, {}).key == feed
    line = {"device": "W1", "at": NOW, "value": 1}
    land(city, feed, "reading", None, "t", [Reject("s", 1, "bad_time", "at", json.dumps(line))])
    definition = present(city, feed, {}).model_copy(update={"carries": "reading"})
    assert counts(replayed(city, definition, Lines(feed, ALL))) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("values", "word"),
    [({"crs": "mars"}, "crs"), ({"timezone": "Nowhere"}, "timezone")],
)
def test_a_mapping_that_cannot_be_is_refused_by_name(held, values, word):
    definition = held[1]["water"].definition
    with pytest.raises(BadSource, match=word):
        corrected(definition, values)


def test_the_yaml_says_what_the_form_does(held, tmp_path):
    new = fixed(held[1]["water"], device="device", alarm="-")
    text = told(new)
    assert "device: device" not in text
    rest = "\n    title: Water\n    network: iot\n    interval: 5 min\n    carries: reading\n"
    rest += "    source: {adapter: http, token_env: T}\n"
    lines = "".join(f"  {line}\n" for line in text.splitlines())
    (read,) = read_feeds(written(tmp_path, "feeds:\n" + lines.rstrip("\n") + rest))
    assert fields_of(read) == fields_of(new)
    assert (read.crs, read.time_format) == (new.crs, new.time_format)


@settings(max_examples=20)
@given(st.lists(st.sampled_from(["good", "other", "text", "nobody", "late"]), min_size=1, max_size=12))
def test_every_line_is_accounted_for(tmp_path_factory, kinds):
    """Against a list in memory: what may land lands, the rest stays; whatever order, however often."""
    tmp_path = tmp_path_factory.mktemp("each")
    build(Settings(home=tmp_path), plan())
    (feed, *_) = read_feeds(written(tmp_path, WATER))
    city = open_city(Settings(home=tmp_path), feeds=(feed.feed,))
    try:
        intake = Intake(city, feed)
        lines = [_line(kind, n) for n, kind in enumerate(kinds)]
        receipt = intake.take("\n".join(lines).encode(), "a", "http")
        assert receipt.accepted == kinds.count("other")
        new = fixed(intake, device="device")
        for turn in range(2):
            found = replayed(city, new, Lines("water", ALL))
            assert found.landed == (0 if turn else kinds.count("good"))
            assert found.total == len(kinds) - kinds.count("other") - (kinds.count("good") if turn else 0)
        assert city.store.counts()["reading"] == kinds.count("good") + kinds.count("other")
        assert refusals(city, "water", ALL).still == sum(kinds.count(k) for k in ("text", "nobody", "late"))
    finally:
        city.close()


def _line(kind, n):
    at = NOW + n + (10**9 if kind == "late" else 0)
    names = {
        "good": ("device", "W1"),
        "other": ("dev", "W2"),
        "nobody": ("device", "G9"),
        "late": ("device", "W3"),
    }
    if kind == "text":
        return f"line {n}"
    name, device = names[kind]
    return json.dumps({name: device, "ts": at, "cm": n})


@pytest.mark.parametrize(
    "text",
    [
        '{"password": "hunter22"}', "token=hunter22&x=1", "Authorization: Bearer hunter22", "mqtt://me:hunter22@host",
        '{"api_key":"hunter22","v":1}', "X-Api-Key: hunter22",
    ],
)  # fmt: skip
def test_secrets_are_hidden(text):
    assert "hunter22" not in without_secrets(text)
    assert HIDDEN in without_secrets(text)


@pytest.mark.parametrize(
    ("once", "part"), [("", "a"), ("", "token"), ('token="', "x"), ("", "a://"), ("", "pwd:'"), ("", "token=x ")]
)
def test_hiding_takes_no_time_that_grows_with_the_square(once, part):
    """Eight times the text takes some eight times the processor, where the square would take sixty-four times."""

    def spent(length):
        text, times = once + part * (length // len(part)), []
        for _ in range(5):
            begun = time.thread_time()
            without_secrets(text)
            times.append(time.thread_time() - begun)
        return min(times)

    assert spent(160_000) < 25 * spent(20_000)


def test_a_secret_of_this_process_is_hidden_wherever_it_stands(monkeypatch):
    monkeypatch.setenv("WATER_TOKEN", "walrus-and-carpenter")
    assert without_secrets("W1,walrus-and-carpenter,3") == f"W1,{HIDDEN},3"
    assert without_secrets('{"device": "W1", "at": 5, "value": 3}') == '{"device": "W1", "at": 5, "value": 3}'
