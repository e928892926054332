"""What the browser fetches: the live moment, outlines kept for ever, values and points by moment."""

import gzip
import json
import re
from unittest.mock import patch

import numpy as np
import pytest
from flask import Flask
from moments import EPOCH

from callbacks import endpoints, mapping
from callbacks.caller import looked_at
from components.catalogue import layers
from components.map.wire import NONE, decode_values
from data_access.ask import ask
from data_access.cells import decode
from data_access.scope import Scope
from data_access.view import View


@pytest.fixture(scope="module")
def declared():
    return layers()


@pytest.fixture(scope="module")
def browser(city, declared):
    server = Flask("endpoints")
    endpoints.register(server, city, declared)
    return server.test_client()


def test_live_answers_once_and_then_not_modified(city, browser):
    first = browser.get("/live")
    moment = city.live.moment()
    assert first.get_json() == {"moment": str(moment), "at": EPOCH}
    again = browser.get("/live", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"
    with (
        patch.object(city.live, "_landed", moment.version + 1),
        patch.object(city.live, "_version", moment.version),
    ):
        moved = browser.get("/live", headers={"If-None-Match": first.headers["ETag"]})
    assert moved.status_code == 200
    assert moved.get_json()["moment"] == f"{moment.version + 1}-{EPOCH:.0f}"


def test_outlines_and_names_are_kept_for_ever(city, browser):
    for level in range(city.units.depth):
        answer = browser.get(endpoints.cells_url(city, level))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        rows = city.units.rows_at(level)
        assert len(decode(gzip.decompress(answer.data)).rings) == len(rows)
        for lang, names in (("zh", city.units.table.zh), ("en", city.units.table.en)):
            told = browser.get(endpoints.names_url(city, level, lang))
            body = json.loads(gzip.decompress(told.data))
            assert body["ids"] == city.units.table.id[rows].tolist()
            assert body["names"] == names[rows].tolist()
            assert {len(part) for part in body.values()} == {len(rows)}


def test_an_address_whose_outlines_changed_is_gone(city, browser, declared):
    base = mapping.model_of(city, declared, looked_at(city, "/", None))["base"]["url"]
    for url in (endpoints.cells_url(city, 1), endpoints.names_url(city, 1, "zh"), base):
        assert browser.get(url).status_code == 200
        assert browser.get(re.sub(r"[0-9a-f]{16}", "0" * 16, url)).status_code == 404
    assert browser.get("/cells/99-0.bin").status_code == 404


def test_values_come_in_cell_order_with_their_fractions(city, browser):
    asked = ask(city, View(window="30d"))
    metric = city.metrics["on_time_rate"]
    for level in range(city.units.depth):
        rows = city.units.rows_at(level)
        value, n, m = decode_values(browser.get(endpoints.values_url(asked, metric, level)).data)
        figures = metric.figures(city, asked, rows)
        assert np.array_equal(value, figures.value.astype(np.float32), equal_nan=True)
        assert (n.tolist(), m.tolist()) == (figures.n.astype(int).tolist(), figures.m.astype(int).tolist())
    plain = decode_values(browser.get(endpoints.values_url(asked, city.metrics["opened"], 1)).data)
    assert set(plain[1].tolist()) == set(plain[2].tolist()) == {NONE}


def test_durations_travel_in_hours(city, browser):
    asked = ask(city, View(window="30d"))
    value, _, _ = decode_values(browser.get(endpoints.values_url(asked, city.metrics["handling_time"], 0)).data)
    assert value[0] == pytest.approx(city.metrics["handling_time"].figure(city, asked).value / 3600)


@pytest.mark.parametrize(
    "url",
    [
        "/values/nothing/1",
        "/values/opened/99",
        "/points/nothing",
        "/points/density",
        "/density/cases",
        "/outlines/scope",
        "/overlay/0.json",
        "/points/cases?unit=nowhere",
        "/values/opened/1?unit=nowhere",
        "/basemap/0.json",
    ],
)
def test_what_there_is_not_is_not_found(browser, url):
    assert browser.get(url).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "window=8d",
        "as_of=never",
        "as_of=1991-01-01T00:00:00Z",
        "as_of=2099-12-31T23:59:59Z",
        "moment=x",
        "moment=1-2-3",
        "moment=99-9999999999",
        "moment=1-100000000",
        "moment=²-5",
        "types=nothing,group:Nothing",
        "types=%27%3B--",
        "types=%5C%27",
        "networks=nothing",
        "networks=%27)%20OR%201%3D1",
        "lang=xx&theme=yy&tree=zz",
        "layers=",
    ],
)
def test_bad_query_parts_do_no_harm(browser, query):
    for url in (f"/values/opened/1?{query}", f"/values/devices_online/1?{query}", f"/points/iot?{query}"):
        assert browser.get(url).status_code == 200
    assert browser.get(f"/points/cases?{query}").status_code == 200


def test_a_filter_that_names_nothing_counts_nothing(city, browser):
    value, _, _ = decode_values(browser.get("/values/opened/0?window=30d&types=nothing").data)
    assert value.tolist() == [0]
    quoted, _, _ = decode_values(browser.get("/values/opened/0?window=30d&types=%27)%20OR%20(1%3D1").data)
    assert quoted.tolist() == [0]


def test_points_are_equal_long_lists_in_the_language_asked_for(city, browser, declared):
    for layer in (x for x in declared if x.part == "points"):
        for lang in ("zh", "en"):
            body = browser.get(f"/points/{layer.key}?lang={lang}&window=30d").get_json()
            lists = [body[name] for name in ("id", "lon", "lat", "state", "title", "note")]
            assert len({len(part) for part in lists}) == 1
            assert body["total"] >= len(body["id"]) > 0
            cjk = [bool(re.search(r"[\u3400-\u9fff]", text)) for text in (*body["title"], *body["note"]) if text]
            assert all(cjk) if lang == "zh" else not any(cjk)
            west, south, east, north = 112.6, 34.1, 114.4, 35.1
            assert all(west < x < east for x in body["lon"])
            assert all(south < y < north for y in body["lat"])


def test_nobody_gets_what_lies_outside_the_callers_scope(city, browser):
    mine, other = city.units.children(city.units.root)[1:3]
    with patch.object(endpoints, "scope", lambda: Scope(mine.intervals)):
        value, _, _ = decode_values(browser.get("/values/opened/1?window=30d").data)
        assert np.isfinite(value).sum() == 1
        assert browser.get(f"/points/cases?unit={other.id}").status_code == 404
        assert browser.get("/points/facilities").get_json()["total"] > 0
    everything, _, _ = decode_values(browser.get("/values/opened/1?window=30d").data)
    assert np.isfinite(everything).all()


def test_the_maps_model_leads_to_addresses_that_answer(city, browser, declared):
    """Everything the model of any unit points to is there; levels are those below the unit."""
    names = ["", str(city.units.table.id[3]), str(city.units.table.id[-1]), city.units.zones[0].id]
    for name in names:
        for metric in city.metrics:
            href = View(unit=name, metric=metric.key, layers=("cases", "iot", "nothing")).url
            model = mapping.model_of(city, declared, looked_at(city, href, None))
            assert [p["key"] for p in model["points"]] == ["cases", "iot"]
            for level in model["levels"]:
                scale = level.get("colors", {"night": [], "paper": []})
                assert len(level["steps"]) == len(scale["night"]) == len(scale["paper"])
                assert browser.get(level["values"]).status_code == 200
            (south, west), (north, east) = model["fit"]
            assert south < north
            assert west < east
        assert browser.get(model["points"][0]["url"]).status_code == 200
        assert browser.get(model["base"]["url"]).status_code == 200


def test_an_unknown_unit_shows_the_city(city, declared):
    there = mapping.model_of(city, declared, looked_at(city, "/?window=7d", None))
    gone = mapping.model_of(city, declared, looked_at(city, "/unit/nowhere?window=7d", None))
    assert gone["fit"] == there["fit"]
