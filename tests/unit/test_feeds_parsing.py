"""Documents of the polled formats taken apart: real ones, and what the standards allow beside them."""

import json
import os
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from cap_messages import CAP, info, message

from ingest import cap, georeport, observations, shapes
from ingest.reasons import Refused
from ingest.records.alert import references
from ingest.xmltree import local, parsed

DATA = Path(__file__).parents[1] / "data"


def real(name):
    """A file that may not be shipped: where the environment says that such files are."""
    path = Path(os.environ.get("REAL_DATA", "/nowhere")) / name
    if not path.is_file():
        pytest.skip(f"{name} is not in the folder REAL_DATA, as it may not be shipped")
    return path.read_bytes()


def only(found):
    (row,) = found
    return row


class TestXml:
    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (b"", "no element found"),
            (b"<a>", "no element found"),
            (b"<a></b>", "mismatched tag"),
            (b'<!DOCTYPE a SYSTEM "x"><a/>', "a document type"),
            (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "a document type"),
            (b"<a>&b;</a>", "undefined entity"),
            (b"<a>" * 61 + b"</a>" * 61, "more than 60 deep"),
            (b'<?xml version="1.0" encoding="hex"?><a/>', "its encoding"),
            (b'<?xml version="1.0" encoding="gb18030"?><a>\xff</a>', "its encoding"),
            (b"<a>\xff</a>", "invalid token"),
            (b'{"a": 1}', "not well-formed"),
        ],
    )
    def test_what_is_refused(self, body, why):
        with pytest.raises(Refused, match=why) as caught:
            parsed(body)
        assert caught.value.reason == "unreadable"

    def test_too_large(self, monkeypatch):
        monkeypatch.setattr("ingest.xmltree.MOST_BYTES", 10)
        with pytest.raises(Refused, match="more than 0 MB"):
            parsed(b"<a>0123456789</a>")
        monkeypatch.setattr("ingest.xmltree.MOST_BYTES", 1000)
        monkeypatch.setattr("ingest.xmltree.MOST_ELEMENTS", 3)
        with pytest.raises(Refused, match="more than 3 elements"):
            parsed(b"<a><b/><b/><b/></a>")

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gb2312", "utf-16", "big5"])
    def test_encodings(self, encoding):
        body = f'<?xml version="1.0" encoding="{encoding}"?><a>中</a>'.encode(encoding)
        assert parsed(body).text == "中"

    def test_names(self):
        root = parsed(b'<x:a xmlns:x="urn:y" x:k="1"><x:b/></x:a>')
        assert (root.tag, local(root[0]), root.attrib) == ("{urn:y}a", "b", {"{urn:y}k": "1"})


class TestCap:
    def test_the_samples(self):
        found = {p.stem: list(cap.rows(p.read_bytes())) for p in sorted((DATA / "cap").glob("*.cap"))}
        assert {name: len(rows) for name, rows in found.items()} == {
            "google_australia": 2,
            "google_canada": 1,
            "google_thunderstorm": 1,
            "google_weather": 1,
        }
        assert not [row for rows in found.values() for row in rows if row.refused]
        (storm,) = found["google_thunderstorm"]
        assert storm.values["areas"][0]["polygons"][0][0] == [-120.14, 38.47]
        assert storm.values["areas"][0]["geocodes"][0] == "SAME=006109"
        assert storm.values["texts"]["en-US"]["sender_name"] == "NATIONAL WEATHER SERVICE SACRAMENTO CA"
        assert found["google_australia"][0].values["areas"][0]["circles"] == [[147.0598, -35.3888, 25.0]]
        assert found["google_australia"][0].values["category"] == "Fire Met"
        assert set(found["google_canada"][0].values["texts"]) == {"en-CA", "fr-CA"}

    def test_segments(self):
        infos = info("Rain"), info("雨", language="zh-CN"), info("Wind", severity="Minor"), info("Rain")
        found = list(cap.rows(message("a", 0, *infos).encode()))
        assert [(r.values["segment"], r.values["severity"], sorted(r.values["texts"])) for r in found] == [
            (1, "Severe", ["en", "zh-CN"]),
            (2, "Severe", ["en"]),
            (3, "Minor", ["en"]),
        ]

    def test_no_info_and_old_words(self):
        off = only(cap.rows(message("a", 0, kind="Cancel", references=[("b", 0)]).encode()))
        assert off.values["references"] == "met@example.org,b,1970-01-01T00:00:00+00:00"
        old = message("a", 0, info(certainty="Very Likely", urgency="")).encode()
        values = only(cap.rows(old)).values
        assert (values["certainty"], values["urgency"]) == ("Likely", "Unknown")

    def test_several_in_one_envelope(self):
        alerts = "".join(f'<alert xmlns="{CAP}"><identifier>{n}</identifier></alert>' for n in range(3))
        found = list(cap.rows(f"<EDXLDistribution>{alerts}</EDXLDistribution>".encode()))
        assert [(r.line, r.values["identifier"]) for r in found] == [(1, "0"), (2, "1"), (3, "2")]

    def test_an_entry_that_only_links(self):
        links = '<link rel="related" href="r"/><link href="page"/><link type="application/cap+xml" href="a"/>'
        entry = f"<entry>{links}</entry>"
        (document,) = cap.documents(f"<feed>{entry}</feed>".encode())
        assert document.link == "a"
        row = only(cap.rows(f"<feed>{entry}</feed>".encode()))
        assert row.refused.reason == "missing_field"
        assert list(cap.rows(b"<feed/>")) == []

    def test_references(self):
        assert references("a,b,1970-01-01T00:00:01+00:00  a,c,d,2 x,y,nonsense odd") == [
            "a,b,1000",
            "a,c,d,2000",
            "x,y,",
        ]


class TestShapes:
    def test_a_circle_is_a_circle_on_the_ground(self):
        found = shapes.circle(113.6, 34.7, 25.0)
        corners = shapely.get_coordinates(found)[:-1]
        assert len(corners) == 64
        still = np.full(64, 113.6), np.full(64, 34.7)
        _, _, metres = pyproj.Geod(ellps="WGS84").inv(*still, *corners.T)
        assert np.allclose(metres, 25_000, atol=0.01)

    def test_a_ring_that_crosses_itself_is_mended(self):
        bow = shapes.polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
        assert bow.is_valid and bow.area == pytest.approx(2.0)


class TestOpen311:
    def test_the_examples(self):
        found = list(georeport.rows((DATA / "open311/codeforamerica_service_requests.xml").read_bytes()))
        assert [(r.values["service_request_id"], r.values["status"]) for r in found] == [
            ("638344", "closed"),
            ("638349", "open"),
        ]
        assert found[0].values["long"] == "-122.4651145"
        one = only(georeport.rows((DATA / "open311/codeforamerica_get_service_request.xml").read_bytes()))
        assert one.values["status_notes"] == "Duplicate request."

    @pytest.mark.parametrize("wrapped", [lambda r: [r], lambda r: {"service_requests": [r]}, lambda r: r])
    def test_json(self, wrapped):
        body = json.dumps(wrapped({"service_request_id": 7, "status": " Open", "lat": None})).encode()
        assert only(georeport.rows(b"\xef\xbb\xbf" + body)).values["status"] == "open"

    @pytest.mark.parametrize(
        "body",
        [
            b'[{"code": 404, "description": "no such service"}]',
            b"<errors><error><code>400</code><description>jurisdiction</description></error></errors>",
            b"<html><body>login</body></html>",
            b'"text"',
            b"",
            b"[1",
        ],
    )
    def test_what_is_no_answer(self, body):
        assert only(georeport.rows(body)).refused.reason == "unreadable"

    def test_a_real_server(self):
        found = list(georeport.rows(real("open311/fgregg_san_francisco_requests.xml")))
        assert len(found) == 56
        assert {row.values["status"] for row in found} <= {"open", "closed"}
        assert found[0].values["requested_datetime"] == "2012-05-22 23:57:23.97"


class TestSensorThings:
    def values(self, document):
        found = observations.rows(json.dumps(document).encode())
        return [(r.values.get("device"), r.values.get("at"), r.values.get("value")) for r in found]

    def test_under_their_datastreams_and_by_themselves(self):
        one = {"phenomenonTime": "2026-01-01T00:00:00Z", "result": 1.5}
        stream = {"@iot.id": 5, "name": "Pier"}
        want = [("Pier", "2026-01-01T00:00:00Z", 1.5)]
        assert self.values({"value": [one | {"Datastream": stream}]}) == want
        assert self.values({"value": [stream | {"Observations": [one]}]}) == want
        assert self.values(stream | {"Observations": [one]}) == want
        assert self.values([one | {"Datastream@iot.navigationLink": "x/Datastreams(5)"}]) == [("5", *want[0][1:])]

    def test_arrays(self):
        names = ["result", "phenomenonTime", "id"]
        group = {"Datastream": {"@iot.id": 5}, "components": names, "dataArray": [[2, "2026", 1], [3]]}
        found = list(observations.rows(json.dumps({"value": [group]}).encode()))
        assert (found[0].values["device"], found[0].values["value"], found[0].values["at"]) == ("5", 2, "2026")
        assert found[1].refused.reason == "not_json"
        linked = group | {"Datastream": None, "Datastream@iot.navigationLink": "http://x/v1.1/Datastreams('a b')"}
        assert self.values({"value": [linked]})[0][0] == "a b"

    def test_intervals_end_and_results_stand_in(self):
        span = {"phenomenonTime": "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z", "result": 1}
        late = {"phenomenonTime": None, "resultTime": "2026-01-01T02:00:00Z", "result": 1}
        assert [v[1] for v in self.values([span, late])] == ["2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"]

    def test_pages(self):
        assert observations.next_link(b'{"@iot.nextLink": "x?$skip=1", "value": []}') == "x?$skip=1"
        assert [observations.next_link(b) for b in (b"[]", b"{", b'{"@iot.nextLink": 7}')] == ["", "", ""]

    @pytest.mark.parametrize("body", [b"", b"<html/>", b"{}", b'{"value": 1}', b"3", b'{"code": 404}'])
    def test_what_is_no_answer(self, body):
        assert only(observations.rows(body)).refused.reason == "unreadable"

    def test_a_real_service(self):
        documents = json.loads(real("sensors/sensorthings_bgs_observations.json"))
        answer = json.dumps(documents["observationsRawDataResponseFixture"]).encode()
        found = list(observations.rows(answer))
        assert len(found) == 3
        assert not [row for row in found if row.refused or row.values["value"] is None or not row.values["at"]]
        assert observations.next_link(answer).startswith("https://sensors.bgs.ac.uk/")
        every = [row for part in documents.values() for row in observations.rows(json.dumps(part).encode())]
        assert sum(row.refused is None for row in every) > 90
