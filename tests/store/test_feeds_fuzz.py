"""Anything at all sent to a feed: nothing breaks, and every line is accounted for."""

import json
import random

import pytest
from feeds import WATER, written
from flask import Flask
from test_ingest_support import NOW, plan

from callbacks import intake as endpoint
from data_access.build import build
from data_access.opening import open_city
from data_access.settings import Settings
from ingest.feedfile import read_feeds
from ingest.messages import Message, taken_apart
from ingest.service import Service

PIECES = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u00e9", b"\\ud800", b"null", b"true", b"NaN"]
PIECES += [b"1e999", b"-", b"0", b"12.5", b"device", b'"at"', b'"value"', b"W1", b"\xff", b"\xe4\xbd\xa0"]
PIECES += [b"\r", b"\0", b" ", b"\t"]
VALUES = [None, True, "", " ", "W1", "W9", 0, -1, 1e308, "12", "1_0", [], {}, [1], {"a": 1}, NOW, NOW * 1000]
VALUES += ["x" * 2000, "2026-03-06T17:00:00+08:00", "2026-02-30T00:00:00Z", "9999-99-99", 10**30, "\ud83d", "设备"]
KINDS = {"water": "reading", "steps": "case_step", "lids": "facility_step"}
FEED = WATER.split("feeds:\n")[1]
FEEDS = "feeds:\n" + "".join(
    FEED.replace("water", key).replace("carries: reading", f"carries: {kind}") for key, kind in KINDS.items()
)
FIELDS = ["device", "at", "value", "alarm", "case_id", "step", "lon", "lat", "unit", "type", "facility"]
FIELDS += ["state", "leaf"]


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    home = tmp_path_factory.mktemp("fuzz")
    settings = Settings(home=home)
    build(settings, plan())
    feeds = read_feeds(written(home, FEEDS))
    city = open_city(settings, feeds=tuple(f.feed for f in feeds))
    service, server = Service.of(city, feeds), Flask("fuzz")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WATER_TOKEN", "t")
        endpoint.register(server, settings, service.intakes)
    yield service, server.test_client()
    city.close()


def line(chance):
    """One line: good, a record of odd values, a good one damaged, or noise. Without a line's end."""
    good = {"device": f"W{chance.randrange(8)}", "at": NOW + chance.randrange(3000), "value": chance.randrange(60)}
    sort = chance.randrange(6)
    if sort < 2:
        return json.dumps(good).encode()
    if sort == 2:
        named = {name: chance.choice(VALUES) for name in chance.sample(FIELDS, chance.randrange(8))}
        return json.dumps(good | named).encode()
    if sort == 3:
        body = bytearray(json.dumps(good).encode())
        for _ in range(chance.randrange(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        return bytes(body).replace(b"\n", b"")
    if sort == 4:
        return b"".join(chance.choice(PIECES) for _ in range(chance.randrange(12)))
    return chance.randbytes(chance.randrange(40)).replace(b"\n", b"")


def by_http(held, lines, feed, seed):
    body = b"\n".join(lines)
    headers = {"Authorization": "Bearer t", "Idempotency-Key": f"{seed}-{feed}"}
    answer = held[1].post(f"/ingest/{feed}", data=body, headers=headers, content_type="application/x-ndjson")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = answer.get_json()
    sent = sum(bool(text.strip()) for text in body.split(b"\n"))
    assert told["accepted"] + told["rejected"] + told["duplicates"] == sent
    return told["accepted"]


def by_csv(held, lines, seed):
    header = random.Random(seed).choice([b"device,at,value", b"device,at,value,alarm", b"", b"\xff", b'"device'])
    body = b"\n".join([header, *(text.replace(b", ", b",").strip(b"{}") for text in lines)])
    headers = {"Authorization": "Bearer t", "Idempotency-Key": f"csv-{seed}"}
    answer = held[1].post("/ingest/water", data=body, headers=headers, content_type="text/csv")
    assert answer.status_code == 200, answer.get_data(as_text=True)


def by_mqtt(held, lines, feed, seed):
    """Messages of one to four lines, objects or lists, as the adapter takes them apart."""
    chance, intake, messages = random.Random(seed), held[0].intakes[feed], []
    while lines:
        n = chance.randrange(1, 5)
        piece, lines = lines[:n], lines[n:]
        payload = b"[" + b",".join(piece) + b"]" if chance.random() < 0.3 else b"\n".join(piece)
        messages.append(Message(0, len(messages), "city/water/1", payload))
    rows = list(taken_apart(intake.definition, messages))
    receipt = intake.take_rows(rows, f"mqtt-{seed}", "mqtt")
    assert receipt.accepted + receipt.rejected + receipt.duplicates == len(rows)
    assert len(rows) >= sum(bool(m.payload.strip()) for m in messages), "no message goes unnoticed"


def fuzzed(held, count, seed):
    chance, accepted = random.Random(seed), 0
    for turn in range(0, count, 250):
        lines = [line(chance) for _ in range(250)]
        for feed in KINDS:
            accepted += by_http(held, lines, feed, f"{seed}-{turn}")
        by_csv(held, lines, f"{seed}-{turn}")
        by_mqtt(held, lines, chance.choice(list(KINDS)), f"{seed}-{turn}")
    assert accepted > count / 50, "some of it is good"


def test_two_thousand_lines(held):
    fuzzed(held, 2000, 1)


@pytest.mark.slow
def test_a_hundred_thousand_lines(held):
    fuzzed(held, 100_000, 2)
