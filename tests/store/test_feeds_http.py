"""Batches sent by HTTP: who may send, what is answered, and that nothing is acknowledged which is not stored."""

import gzip
import json
import resource
import threading

import pytest
from feeds import WATER, written
from flask import Flask
from test_ingest_support import NOW, plan

from callbacks import intake as endpoint
from callbacks.intake import Gate, Turned
from data_access.build import build
from data_access.errors import SettingsError
from data_access.lookup import rejected
from data_access.opening import open_city
from data_access.settings import Settings
from ingest.feedfile import read_feeds
from ingest.service import Service

TOKEN = "let-me-in"
CASES = """\
  - key: hotline
    title: Hotline
    network: government
    interval: 1 min
    carries: case_step
    format: csv
    columns:
      id: ref
      lon: lon
      lat: lat
      type: what
      times: {opened: reported, done: closed}
    source: {adapter: http, token_env: HOTLINE_TOKEN}
"""


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """A city, and a server for its feeds."""
    home = tmp_path_factory.mktemp("http")
    settings = Settings(home=home, ingest_bytes=20_000, ingest_unpacked=60_000, ingest_batches=2, ingest_rows=1000)
    build(settings, plan())
    feeds = read_feeds(written(home, WATER + CASES))
    city = open_city(settings, feeds=tuple(f.feed for f in feeds))
    service = Service.of(city, feeds)
    server = Flask("feeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WATER_TOKEN", TOKEN)
        patch.setenv("HOTLINE_TOKEN", "other")
        endpoint.register(server, settings, service.intakes)
    yield city, server, service
    city.close()


@pytest.fixture
def send(held):
    """Posts a body to the feed of readings as its sender does."""

    def post(body, kind="application/x-ndjson", feed="water", token=TOKEN, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named["Authorization"] = f"Bearer {token}"
        return held[1].test_client().post(f"/ingest/{feed}", data=body, content_type=kind, headers=named)

    return post


def lines(first, n=3, device="W1"):
    return "\n".join(json.dumps({"device": device, "at": NOW + first + k, "value": k}) for k in range(n))


def counts(answer):
    told = answer.get_json()
    return answer.status_code, told["accepted"], told["rejected"], told["duplicates"], told["repeated"]


def test_a_batch_is_answered_with_its_receipt_and_lands_once(held, send):
    body = lines(0) + "\nno json\n"
    before = held[0].store.counts()["reading"]
    first = send(body)
    assert counts(first) == (200, 3, 1, 0, False)
    assert first.get_json()["reasons"][0] | {"detail": ""} == {
        "source": "http", "line": 4, "reason": "not_json", "detail": "", "raw": "no json",
    }  # fmt: skip
    assert counts(send(body)) == (200, 3, 1, 0, True)
    assert counts(send(body, Idempotency_Key="again")) == (200, 0, 1, 3, False)
    assert counts(send(lines(500), Idempotency_Key="again")) == (200, 0, 1, 3, True), "the key names the batch"
    assert held[0].store.counts()["reading"] == before + 3
    assert {r["source"] for r in rejected(held[0], 10, "water")} == {"http"}
    assert held[0].live.feeds()["water"].accepted >= 3


@pytest.mark.parametrize("kind", ["text/csv", "text/csv; charset=utf-8", "application/json", ""])
def test_formats_by_content_type_or_the_feeds_own(send, kind):
    at = 1000 + 100 * len(kind)
    body = lines(at, 1)
    if "csv" in kind:
        body = f"device,at,value\nW1,{NOW + at},0\n"
    elif kind == "application/json":
        body = f"[{body}]"
    assert counts(send(body, kind))[:2] == (200, 1)


def test_cases_of_a_table_become_steps(held, send):
    rows = "ref,opened,done,what,lon,lat\nA1,{0},{1},Lid,113.605,34.705\nA2,{0},,Nothing,113.605,34.705\n"
    body = rows.format("2026-03-06T17:00:00", "2026-03-06T18:00:00")
    assert counts(send(body, "text/csv", "hotline", "other")) == (200, 2, 1, 0, False)
    assert counts(send(body + " ", "text/csv", "hotline", "other"))[:4] == (200, 0, 2, 2)


def test_who_may_not_send_is_told_what_to_do(send):
    none, wrong = send(lines(0), token=""), send(lines(0), token="guess")
    assert (none.status_code, wrong.status_code) == (401, 403)
    assert none.headers["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer" in none.get_json()["error"]
    assert "token" in wrong.get_json()["error"]
    assert TOKEN not in wrong.get_data(as_text=True)
    assert send(lines(0), feed="hotline").status_code == 403, "each feed has a token of its own"
    basic = send(lines(0), token="", Authorization=f"Basic {TOKEN}")
    assert basic.status_code == 401


@pytest.mark.parametrize(
    ("body", "told", "status"),
    [
        (lines(0), {"feed": "post"}, 404),
        (lines(0), {"kind": "application/xml"}, 415),
        (lines(0), {"Content_Encoding": "br"}, 415),
        ("x" * 20_001, {}, 413),
        (gzip.compress(b"x" * 60_001, mtime=0), {"Content_Encoding": "gzip"}, 413),
        (gzip.compress(b"{}", mtime=0)[:-9], {"Content_Encoding": "gzip"}, 400),
        (b"plain", {"Content_Encoding": "gzip"}, 400),
        (lines(0), {"Idempotency_Key": "k" * 201}, 400),
    ],
)
def test_what_is_not_taken(held, send, body, told, status):
    before = held[0].live.landed
    answer = send(body, **told)
    assert answer.status_code == status
    assert answer.get_json()["error"]
    assert held[0].live.landed == before


def test_gzip(send):
    whole = lines(2000, 2) + "\n"
    packed = gzip.compress(whole.encode(), mtime=0) + gzip.compress(lines(2002, 2).encode())
    assert counts(send(packed, Content_Encoding="gzip"))[:2] == (200, 4)


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(held):
    class Endless:
        def __init__(self):
            self.read_bytes = 0

        def read(self, size=-1):
            assert size > 0, "it never ends"
            self.read_bytes += size
            return b"x" * size

    source = Endless()
    environ = {"wsgi.input": source, "wsgi.input_terminated": True, "CONTENT_TYPE": "application/x-ndjson"}
    environ["HTTP_AUTHORIZATION"] = f"Bearer {TOKEN}"
    answer = held[1].test_client().post("/ingest/water", environ_overrides=environ)
    assert answer.status_code == 413
    assert source.read_bytes < 100_000


def test_when_too_much_is_waiting_senders_are_asked_to_come_again(held, send, monkeypatch):
    entered, go = threading.Semaphore(0), threading.Event()
    water = held[2].intakes["water"]
    real, answers = type(water).take, []

    def slow(self, *given):
        entered.release()
        assert go.wait(20)
        return real(self, *given)

    monkeypatch.setattr(type(water), "take", slow)
    senders = [threading.Thread(target=lambda k=k: answers.append(send(lines(3000 + 10 * k)))) for k in range(2)]
    for sender in senders:
        sender.start()
        assert entered.acquire(timeout=10)
    turned = send(lines(3100))
    assert (turned.status_code, turned.headers["Retry-After"]) == (429, "1")
    go.set()
    for sender in senders:
        sender.join(20)
    assert [a.status_code for a in answers] == [200, 200]
    assert send(lines(3100)).get_json()["accepted"] == 3


def test_rows_that_wait_are_bounded_but_a_large_batch_alone_is_not():
    gate = Gate(5, 100)
    with gate.entered(500), pytest.raises(Turned), gate.entered(1):
        pass
    with gate.entered(60), gate.entered(40), pytest.raises(Turned), gate.entered(1):
        pass
    with gate.entered(100):
        pass


@pytest.mark.parametrize("inserted", [0, 1])
def test_a_store_that_fails_acknowledges_nothing_and_loses_nothing(held, send, monkeypatch, inserted):
    """Fails at the readings, and between those and the entry of the batch."""
    city, left = held[0], [inserted]
    body, before = lines(4000 + 100 * inserted, 5), city.store.counts()["reading"]
    with city.store._client() as client:
        kind = type(client)
    real = kind.insert_arrow

    def insert(self, *given, **more):
        if not left[0]:
            raise OSError(28, "No space left on device")
        left[0] -= 1
        return real(self, *given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "insert_arrow", insert)
        answer = send(body)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "No space left" in answer.get_json()["error"]
    told = counts(send(body))
    assert told[0] == 200
    assert told[1] + told[3] == 5, "accepted, or known by what landed before it failed"
    assert city.store.counts()["reading"] == before + 5


def test_a_disk_that_takes_no_more(held, send):
    """The real engine, with files that may not grow."""
    body, before = lines(5000, 300), held[0].store.counts()["reading"]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, limits[1]))
    try:
        answer = send(body)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert answer.status_code == 503
    assert counts(send(body))[0] == 200
    assert held[0].store.counts()["reading"] == before + 300


def test_a_token_that_is_not_set_is_named(held, monkeypatch):
    monkeypatch.delenv("WATER_TOKEN", raising=False)
    with pytest.raises(SettingsError, match="WATER_TOKEN"):
        endpoint.register(Flask("none"), Settings(), held[2].intakes)
