"""The guides of the polled feeds, followed to the letter against servers of their kind."""

import re
import time
from pathlib import Path

import pytest
from cap_messages import box, info, message
from doors import opened, small_city
from feed_servers import GeoReport, Pages, SensorThings, days_ago, serving
from test_ingest_support import SIDE, SOUTH, WEST, centre, spells

from data_access.ask import ask
from data_access.lookup import last_readings
from data_access.queries.alerts import alerts_at
from data_access.view import View
from ingest.adapters import adapters

DOCS = Path(__file__).parents[2] / "docs"
AREA = box(WEST + 0.1 * SIDE, SOUTH + 0.1 * SIDE, WEST + 0.9 * SIDE, SOUTH + 0.9 * SIDE)


@pytest.fixture
def city(tmp_path):
    found = small_city(tmp_path / "city")
    yield found
    found.close()


def guide(name):
    return (DOCS / f"feeds-{name}.md").read_text("utf-8")


def example(name, host, url):
    """The guide's feeds file, its server's address replaced."""
    (text,) = re.findall(r"```yaml\n(.*?)```", guide(name), re.S)
    assert f"https://{host}" in text
    return text.replace(f"https://{host}", url)


def until(what, seconds=10):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def run(city, folder, text):
    intake, adapter, settings = opened(city, folder, text)
    return adapter.start(intake, settings)


def test_cap(city, tmp_path):
    now = int(time.time()) - 60
    code = "<geocode><valueName>SAME</valueName><value>006109</value></geocode>"
    held = message("two", now, info("Heat", code)).partition("?>")[2]
    entries = '<entry><link type="application/cap+xml" href="one.cap"/></entry>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}<entry><content>{held}</content></entry></feed>'
    site = Pages({"/cap/atom.xml": feed, "/cap/one.cap": message("one", now, info(area=AREA))})
    with serving(site) as url:
        running = run(city, tmp_path, example("cap", "alerts.example.org", url))
        try:
            tried = until(running.tries.last)
        finally:
            running.stop()
    assert [(t.what, t.error) for t in tried] == [("2 new", "")]
    asked = ask(city, View())
    asked = asked.shifted(asked.at - time.time() - 60)
    found = {a.identifier: a.intervals for a in alerts_at(city, asked)}
    assert found == {"one": ((0, 1),), "two": ((2, 4),)}


def test_open311(city, tmp_path, monkeypatch):
    monkeypatch.setenv("OPEN311_KEY", "k")
    lon, lat = centre(3)
    told = {"service_code": "006", "lat": lat, "long": lon, "agency_responsible": "Roads"}
    told |= {"requested_datetime": days_ago(3).isoformat(), "expected_datetime": days_ago(-1).isoformat()}
    one = told | {"service_request_id": "1", "status": "Open", "updated_datetime": None}
    two = told | {"service_request_id": "2", "status": "closed", "updated_datetime": days_ago(1).isoformat()}
    other = told | {"service_request_id": "3", "service_code": "999", "status": "open"}
    site = GeoReport([one, two, other], key="k")
    with serving(site) as url:
        running = run(city, tmp_path, example("open311", "311.example.org", url))
        try:
            tried = until(running.tries.last)
        finally:
            running.stop()
    assert [(t.what, t.error) for t in tried] == [("3 steps", "")]
    (first,), (second,) = spells(city, "OR-1"), spells(city, "OR-2")
    assert (first["leaf"], first["type"], first["source"], len(first["trail"])) == (3, "01", "hotline", 1)
    assert first["trail"][0]["3"].timestamp() == pytest.approx(days_ago(-1).timestamp(), abs=60)
    assert len(second["trail"]) == 2
    assert not spells(city, "OR-3")
    assert site.asked[0][0] == "/open311/v2/requests.json"
    assert site.asked[0][1]["jurisdiction_id"] == "example.org"


def test_sensorthings(city, tmp_path, monkeypatch):
    monkeypatch.setenv("GAUGES_TOKEN", "t")
    now = int(time.time()) - 600
    site = SensorThings(
        {"92": ("Pier 1", [(now + n, n) for n in range(5)]), "7": ("Pier 4 water level", [(now, 40)])}
    )
    with serving(site) as site.url:
        running = run(city, tmp_path, example("sensorthings", "sensors.example.org", site.url))
        try:
            tried = until(running.tries.last)
        finally:
            running.stop()
    assert [(t.what, t.error) for t in tried] == [("6 readings", "")]
    assert last_readings(city, [2, 3]) == {2: now + 4, 3: now}


@pytest.mark.parametrize("name", ["cap", "open311", "sensorthings"])
def test_every_key_is_explained(name):
    table = guide(name).split("| key of `source` |", 1)[1].split("\n\n", 1)[0]
    keys = re.findall(r"^\| `(\w+)` \|", table, re.M)
    assert set(keys) == set(adapters()[name].settings.model_fields)
