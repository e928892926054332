"""What watches over the server is told: figures for Prometheus, and honestly whether it is well."""

import json
import threading
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from flask import Flask, abort
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

from callbacks import watching
from data_access import health
from data_access.following import look
from data_access.logs import REQUEST
from data_access.opening import read_live
from data_access.operations.models import Post
from data_access.write import Reject, land


@pytest.fixture(scope="module")
def browser(city):
    server = Flask("watching")
    watching.register(server, city)

    @server.get("/part/<key>")
    def part(key):
        return key if key != "none" else abort(404)

    return server.test_client()


def figures(browser):
    """Value by name and labels, of everything told."""
    told = browser.get("/metrics")
    assert told.status_code == 200
    assert told.content_type.startswith("text/plain")
    families = text_string_to_metric_families(told.get_data(as_text=True))
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_feeds_are_told_as_the_live_state_has_them(city, browser):
    found = figures(browser)
    assert found["jingwei_data_version",] == city.live.moment().version
    for key, state in city.live.feeds().items():
        assert found["jingwei_feed_interval_seconds", key] == state.feed.interval
        assert found["jingwei_feed_accepted_total", key] == state.accepted
        assert found["jingwei_feed_rejected_total", key] == state.rejected
        assert (("jingwei_feed_lag_seconds", key) in found) == (state.watermark is not None)
        assert found["jingwei_feed_silent", key] == 1  # the wall clock is far past the city's
    accepted = [v for (name, *_), v in found.items() if name == "jingwei_feed_accepted_total"]
    assert sum(accepted) > 1000


def test_lag_is_now_less_the_newest_event(city, browser):
    key, state = next((k, s) for k, s in city.live.feeds().items() if s.watermark)
    with patch("callbacks.watching.time.time", lambda: state.watermark + 42.0):
        found = figures(browser)
    assert found["jingwei_feed_lag_seconds", key] == 42.0
    assert found["jingwei_feed_watermark_timestamp_seconds", key] == state.watermark


def test_tables_have_rows_and_bytes_and_are_asked_once_in_a_while(city, browser):
    found = figures(browser)
    assert found["jingwei_table_rows", "reading"] == city.store.counts()["reading"] > 0
    total = sum(v for (name, *_), v in found.items() if name == "jingwei_table_bytes")
    assert total == city.store.bytes() > 0
    again = patch.object(type(city.store), "sizes", side_effect=AssertionError("asked again"))

    def at(seconds):
        return patch("data_access.health.time.monotonic", lambda: seconds)

    with at(100.0), again, pytest.raises(AssertionError):
        figures(browser)
    with at(211.0):
        figures(browser)
    with at(239.0), again:
        figures(browser)


def test_answers_are_counted_by_route_not_by_address(browser):
    before = figures(browser)
    for key in ("a", "b", "none"):
        browser.get(f"/part/{key}")
    found = figures(browser)
    name = "jingwei_answer_seconds_count"
    assert found[name, "/part/<key>", "200"] - before.get((name, "/part/<key>", "200"), 0) == 2
    assert found[name, "/part/<key>", "404"] - before.get((name, "/part/<key>", "404"), 0) == 1
    assert not [labels for labels in found if "/part/a" in labels]
    browser.get("/no/such/address")
    assert figures(browser)[name, "none", "404"] >= 1


def test_the_cache_counts_what_it_found(city, browser):
    before = figures(browser)
    city.cache.get("asked here", lambda: b"x" * 1000)
    city.cache.get("asked here", lambda: b"")
    found = figures(browser)
    grown = {
        n: found[n, "answers"] - before[n, "answers"] for n in ("jingwei_cache_bytes", "jingwei_cache_entries")
    }
    assert grown["jingwei_cache_bytes"] >= 1000
    assert grown["jingwei_cache_entries"] >= 1
    assert found["jingwei_cache_hits_total", "answers"] - before["jingwei_cache_hits_total", "answers"] >= 1
    assert found["jingwei_cache_misses_total", "answers"] - before["jingwei_cache_misses_total", "answers"] >= 1


def test_process_and_build_are_told(browser):
    found = figures(browser)
    assert found["process_resident_memory_bytes",] > 10_000_000
    assert found["jingwei_threads",] >= threading.active_count()
    assert found["jingwei_uptime_seconds",] >= 0
    assert [labels for labels in found if labels[0] == "jingwei_build_info"]


def test_nobody_is_named(city, browser):
    told = browser.get("/metrics").get_data(as_text=True) + browser.get("/healthz").get_data(as_text=True)
    with city.operations.connect() as connection:
        people = [row.name for row in connection.execute(Post.__table__.select().limit(200))]
    assert people
    assert not [name for name in people if name and name in told]


def test_well_when_both_databases_answer(browser):
    answer = browser.get("/healthz")
    assert answer.status_code == 200
    found = answer.get_json()
    assert found["store"]["ok"] and found["operations"]["ok"]
    assert found["feeds"]["known"] > 0


def test_unwell_when_operations_are_gone(city, tmp_path):
    gone = create_engine(f"sqlite:///{tmp_path}/nowhere/operations.db")
    well, found = watching.state(city, health.Health(SimpleNamespace(store=city.store, operations=gone)))
    assert not well
    assert found["operations"] == {"ok": False, "wrong": "OperationalError"}
    assert found["store"]["ok"]
    assert str(tmp_path) not in json.dumps(found)


def test_unwell_when_the_store_hangs_and_it_is_not_asked_beside_itself(city):
    free, asked = threading.Event(), []

    def hangs(statement):
        asked.append(statement)
        free.wait(20)

    stuck = SimpleNamespace(store=SimpleNamespace(rows=hangs), operations=city.operations)
    watched = health.Health(stuck)
    with patch.object(health, "PATIENCE", 0.1):
        for _ in range(3):
            well, found = watching.state(city, watched)
            assert not well
            assert "0.1 s" in found["store"]["wrong"]
    assert len(asked) == 1
    free.set()
    well, _ = watching.state(city, watched)
    assert well
    with city.operations.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_log_line_names_the_request_and_the_answer_its_id(city):
    server, seen = Flask("named"), []
    watching.register(server, city)

    @server.get("/told")
    def told():
        seen.append(dict(REQUEST.get()))
        return ""

    given = server.test_client().get("/told", headers={"X-Request-ID": "from-a-proxy-1"})
    made = server.test_client().get("/told", headers={"X-Request-ID": "no\tgood"})
    assert seen[0] == {"path": "/told", "request_id": "from-a-proxy-1"}
    assert given.headers["X-Request-ID"] == "from-a-proxy-1"
    assert seen[1]["request_id"] == made.headers["X-Request-ID"] != "no\tgood"
    assert REQUEST.get() == {}


def test_what_another_process_lands_is_seen(city):
    """As when the store is on a server: the batch is written beside this city's live state."""
    beside = read_live(city.store, city.profile, city.settings.tick)
    key, state = next((k, s) for k, s in city.live.feeds().items() if s.last_seen)
    assert not look(city)
    before = city.live.landed
    land(replace(city, live=beside), key, "reading", None, "of another", [Reject("x", 1, "r", "d", "raw")])
    assert city.live.landed == before
    assert look(city)
    assert city.live.landed == before + 1
    assert city.live.feeds()[key].rejected == state.rejected + 1
    assert not look(city)
