"""Cameras to look at, against every distance worked out; their pictures from a real source, good and bad."""

import math
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from moments import EPOCH

from callbacks import pictures
from components.panels.cameras import PANEL
from data_access.ask import ask
from data_access.queries.cameras import NEAR, cameras
from data_access.queries.stream import stream
from data_access.scope import Scope
from data_access.sources.roll import roll
from data_access.view import View

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
SVG = "image/svg+xml"


def _metres(lon, lat, other_lon, other_lat):
    """The distance over a sphere, in metres (haversine)."""
    a, b, c, d = map(math.radians, (lat, other_lat, other_lat - lat, other_lon - lon))
    half = math.sin(c / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(d / 2) ** 2
    return 2 * 6_378_137 * math.asin(math.sqrt(half))


@given(data=st.data())
def test_the_most_urgent_cases_each_have_their_nearest_camera(city, data):
    unit = data.draw(st.sampled_from([city.units.at(row).id for row in range(0, len(city.units.table), 7)]))
    question = ask(city, View(unit="" if unit == city.units.at(0).id else unit))
    found, d, called = cameras(city, question), city.devices, roll(city, question)
    assert len({camera.code for camera in found}) == len(found)
    mine = [
        row
        for row in np.flatnonzero(d["network"] == "video").tolist()
        if any(lo <= d["leaf"][row] < hi for lo, hi in question.intervals)
    ]
    assert {camera.code for camera in found} <= {str(d["code"][row]) for row in mine}
    assert len(found) == min(len(mine), 21)
    row_of = {str(d["code"][row]): row for row in mine}
    online = [row for row in mine if called.online[row]]
    places = {row["case_id"]: row for row in _cases(city, question)}
    for camera in found:
        if camera.case is None:
            continue
        place, row = places[camera.case.case_id], row_of[camera.code]
        own = _metres(d["lon"][row], d["lat"][row], place["lon"], place["lat"])
        best = min(_metres(d["lon"][one], d["lat"][one], place["lon"], place["lat"]) for one in online)
        assert own == pytest.approx(best, rel=0.01, abs=1) and own == pytest.approx(camera.metres, rel=0.01, abs=1)
        assert camera.metres <= NEAR and called.online[row]
    shown = [camera.case.case_id for camera in found if camera.case]
    order = [line.case_id for line in stream(city, question).lines]
    assert shown == sorted(shown, key=order.index)


def _cases(city, question):
    from data_access.sources.listed import open_cases_at, within

    return within(open_cases_at(city, question), question.intervals).to_dict("records")


def test_the_panel_says_which_case_and_how_far(city):
    question = ask(city, View(lang="en"))
    found = cameras(city, question)
    near = next(camera for camera in found if camera.case)
    drawn = str(PANEL.body(found, city, question))
    assert f"{near.metres:,.0f} m off: {near.case.title.en}" in drawn
    assert f"/picture/{near.feed}/{near.code}?at={int(EPOCH) // 10 * 10}" in drawn


class Source(BaseHTTPRequestHandler):
    """A source of pictures as cameras' servers are: some answer, some do not, some answer what is no picture."""

    def do_GET(self):
        kind, body = {"good": ("image/png", PNG), "page": ("text/html", b"<p>"), "drawn": (SVG, b"<svg/>")}.get(
            self.path.split("/")[1], ("image/jpeg", bytes(pictures.LARGEST + 1))
        )
        self.send_response(404 if self.path.startswith("/gone") else 200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told):
        """Say nothing."""


@pytest.fixture
def source():
    server = HTTPServer(("127.0.0.1", 0), Source)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def _browser(city, url=""):
    server = Flask("pictures")
    own = replace(city, settings=city.settings.model_copy(update={"picture_url": url}))
    pictures.register(server, own)
    return server.test_client()


@pytest.fixture(scope="module")
def codes(city):
    """Cameras as feed and code, one for each test to ask for."""
    d = city.devices
    rows = np.flatnonzero(d["network"] == "video").tolist()
    return iter([(str(d["feed"][row]), str(d["code"][row])) for row in rows])


def test_the_reference_city_draws_and_says_so(city, codes):
    feed, code = next(codes)
    answer = _browser(city).get(f"/picture/{feed}/{code}?lang=en")
    assert (answer.status_code, answer.mimetype) == (200, SVG)
    assert code in answer.text and "Drawn, not filmed" in answer.text


def test_a_picture_comes_from_the_source_as_it_is(city, codes, source):
    feed, code = next(codes)
    answer = _browser(city, f"{source}/good/{{feed}}/{{code}}.png").get(f"/picture/{feed}/{code}")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", PNG)


@pytest.mark.parametrize("kind", ["page", "drawn", "large", "gone"])
def test_what_is_no_picture_is_hatched_and_said(city, codes, source, kind):
    feed, code = next(codes)
    answer = _browser(city, f"{source}/{kind}/{{code}}").get(f"/picture/{feed}/{code}?lang=en")
    assert (answer.status_code, answer.mimetype) == (200, SVG)
    assert "cannot be fetched" in answer.text


def test_a_source_that_is_not_there_and_the_past_are_hatched(city, codes):
    feed, code = next(codes)
    browser = _browser(city, "http://127.0.0.1:9/{code}")
    assert "cannot be fetched" in browser.get(f"/picture/{feed}/{code}?lang=en").text
    assert "not kept" in browser.get(f"/picture/{feed}/{code}?lang=en&past=1").text


def test_only_cameras_that_the_caller_may_see(city, codes, monkeypatch):
    feed, code = next(codes)
    browser = _browser(city)
    assert browser.get(f"/picture/{feed}/nothing").status_code == 404
    assert browser.get(f"/picture/other/{code}").status_code == 404
    monkeypatch.setattr(pictures, "scope", lambda: Scope(()))
    assert browser.get(f"/picture/{feed}/{code}").status_code == 404
