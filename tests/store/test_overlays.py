"""Overlays through the real way in: what is good is shown, what is bad is told, and nothing falls over."""

import gzip
import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest
import shapely
from flask import Flask
from overlay_files import at, city_file, collection, feature
from test_ingest_support import SOUTH, WEST, city  # noqa: F401

from callbacks import endpoints, layering, mapping
from callbacks.caller import looked_at
from components.catalogue import layers
from components.reference import catalogue
from data_access.errors import BadSource
from data_access.overlays import overlays
from ingest.geojson import LIMIT
from ingest.load import load_into
from ingest.printed import printed
from ingest.quarantine import rejects

HERE = (WEST, SOUTH)
BOX = (WEST, SOUTH, WEST + 0.04, SOUTH + 0.02)
GOOD = feature(at(*HERE), name="Yard")
POINT = {"type": "Point", "coordinates": [WEST + 0.02, SOUTH + 0.01]}
ISLAND = Path(__file__).parents[1] / "data/staten_island"


@pytest.fixture
def loaded(city, tmp_path):  # noqa: F811
    """Load overlays into the open city; afterwards it has none."""

    def load_these(*named):
        return load_into(city, city_file(tmp_path, "small", *named)).overlays

    yield load_these
    load_these()


@pytest.fixture(scope="module")
def browser(city):  # noqa: F811
    server = Flask("overlays")
    endpoints.register(server, city, layers())
    return server.test_client()


def shown(city, browser):  # noqa: F811
    """The GeoJSON of each overlay of the city, as the map's model leads to it."""
    keys = ",".join(f"overlay:{overlay.key}" for overlay in overlays(city))
    model = mapping.model_of(city, layers(), looked_at(city, f"/?layers={keys}", None))
    answers = [browser.get(spec["url"]) for spec in model["shapes"]]
    assert all("immutable" in answer.headers["Cache-Control"] for answer in answers)
    return [json.loads(gzip.decompress(answer.data)) for answer in answers]


class TestGood:
    """What can be shown is, everywhere at once."""

    def test_shapes_come_as_they_are_with_their_titles(self, city, loaded, browser, tmp_path):  # noqa: F811
        line = {"type": "LineString", "coordinates": [HERE, [WEST + 0.03, SOUTH + 0.02]]}
        many = {"type": "MultiPoint", "coordinates": [POINT["coordinates"], HERE]}
        both = {"type": "GeometryCollection", "geometries": [POINT, line]}
        shapes = [feature(line, title="Line 1"), feature(many), feature(both, name=7), GOOD]
        collection(tmp_path / "all.geojson", shapes)
        (counts,) = loaded("all.geojson")
        assert (counts.shapes, counts.drawn, counts.refused, counts.error) == (4, 4, 0, "")
        (found,) = shown(city, browser)
        assert [f["properties"] for f in found["features"]] == [
            {"title": "Line 1"},
            {},
            {"title": "7"},
            {"title": "Yard"},
        ]
        for one, other in zip(found["features"], shapes, strict=True):
            same = [shapely.from_geojson(json.dumps(f["geometry"])) for f in (one, other)]
            assert same[0].equals_exact(same[1], 1e-5)

    def test_control_and_catalogue_have_it(self, city, loaded, tmp_path):  # noqa: F811
        collection(tmp_path / "yards.geojson", [GOOD])
        named = {"file": "yards.geojson", "title": {"zh": "堆场", "en": "Yards"}}
        loaded(named, named | {"key": "wet", "network": "iot", "title": {"zh": "积水点", "en": "Wet spots"}})
        for lang, words in (
            ("zh", ("叠加", "堆场", "物联网", "积水点")),
            ("en", ("Overlays", "Yards", "IoT", "Wet spots")),
        ):
            _, control = mapping.key_of(city, layers(), looked_at(city, f"/?lang={lang}", None), None)
            assert all(word in str(control.to_plotly_json()) for word in words)
            entries = catalogue(city.metrics, layering.layers_of(city, layers()).values(), lang)
            assert all(word in str([part.to_plotly_json() for part in entries]) for word in words[1:])
        asked = looked_at(city, "/?layers=overlay:wet,overlay:yards,overlay:gone", None)
        model = mapping.model_of(city, layers(), asked)
        assert [(s["key"], s["colour"]) for s in model["shapes"]] == [
            ("overlay:wet", "net-iot"),
            ("overlay:yards", "text-1"),
        ]


def test_what_was_refused_is_kept_and_told(city, loaded, tmp_path):  # noqa: F811
    collection(tmp_path / "mixed.geojson", [GOOD, feature(None), feature({"type": "Circle"})])
    summary = load_into(city, city_file(tmp_path, "small", "mixed.geojson"))
    text = printed(json.loads(json.dumps(asdict(summary))))
    assert "overlay mixed (mixed.geojson): 3 shapes, 1 drawn, 2 refused, 0 repaired" in text
    assert "1  no_geometry: There is no geometry" in text
    assert "mixed.geojson:3: type=Circle" in text
    assert not summary.failed
    kept = rejects(city, feed="overlay")
    assert {(r["source"], r["line"], r["reason"]) for r in kept} >= {
        ("mixed.geojson", 2, "no_geometry"),
        ("mixed.geojson", 3, "unknown_geometry"),
    }


class TestBadFiles:
    """Told with what to do; what was loaded before stays, and so does everything else."""

    def broken(self, tmp_path, name):
        """A file that is wrong as a whole."""
        path = tmp_path / f"{name}.geojson"
        whole = json.dumps({"type": "FeatureCollection", "features": [GOOD] * 9}, indent=1)
        if name == "large":
            with path.open("wb") as body:
                body.truncate(50 * 2**20)
        if name == "packed":
            path.write_bytes(gzip.compress(b" " * (LIMIT + 1)))
        if name == "folder":
            path.mkdir()
        texts = {
            "cut": whole[:-60],
            "table": "id,lon,lat\n1,113.6,34.7\n",
            "blank": "",
            "binary": b"\x89PNG\r\n\x1a\n",
            "old": whole.replace("Yard", "Hof").encode("utf-16"),
            "deep": "[" * 100_000,
            "topology": '{"type": "Topology", "objects": {}}',
            "list": "[1, 2]",
            "long": '{"type": "Point", "coordinates": [' + "1" * 5000 + ", 1]}",
            "none": '{"type": "FeatureCollection", "features": []}',
            "all_bad": '{"type": "FeatureCollection", "features": [{}, null]}',
        }
        if name in texts:
            text = texts[name]
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path.name

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("large", "large.geojson: 50 MB, and an overlay may have 20 MB at most: simplify it"),
            ("packed", "packed.geojson: more than 20 MB when unpacked"),
            ("cut", r"cut.geojson:{lines}: not JSON: .* may have been cut short"),
            ("table", "table.geojson:1: not JSON"),
            ("blank", "blank.geojson:1: not JSON"),
            ("binary", "binary.geojson:1: not UTF-8"),
            ("old", "old.geojson:1: not UTF-8"),
            ("deep", "deep.geojson: not GeoJSON: it is nested too deeply"),
            ("topology", "topology.geojson: not GeoJSON: it should be a FeatureCollection"),
            ("list", "list.geojson: not GeoJSON"),
            ("long", "long.geojson: not GeoJSON"),
            ("none", "none.geojson: there is no shape in it"),
            ("all_bad", "all_bad.geojson: no shape in it can be drawn"),
            ("folder", "folder.geojson: there is no such file"),
            ("missing", "missing.geojson: there is no such file"),
        ],
    )
    def test_not_taken(self, city, loaded, browser, tmp_path, name, message):  # noqa: F811
        collection(tmp_path / "before.geojson", [GOOD])
        loaded({"file": "before.geojson", "key": "mine"}, {"file": "before.geojson", "key": "other"})
        before = shown(city, browser)
        file = self.broken(tmp_path, name)
        bad, good = loaded({"file": file, "key": "mine"}, {"file": "before.geojson", "key": "other"})
        lines = (tmp_path / file).read_bytes().count(b"\n") + 1 if name == "cut" else 0
        assert re.search(message.replace("{lines}", str(lines)), bad.error)
        assert bad.notes == ["the overlay that was loaded before is still shown"]
        assert (good.drawn, good.error) == (1, "")
        assert shown(city, browser) == before


class TestTheList:
    """Which overlays a city has is what the file loaded last says."""

    def test_loading_again_changes_nothing(self, city, loaded, tmp_path):  # noqa: F811
        collection(tmp_path / "yards.geojson", [GOOD])
        loaded("yards.geojson")
        listed, version = overlays(city), city.live.landed
        loaded("yards.geojson")
        assert (overlays(city), city.live.landed) == (listed, version)

    def test_a_new_file_moves_screens_on_and_the_old_address_is_gone(self, city, loaded, browser, tmp_path):  # noqa: F811
        collection(tmp_path / "yards.geojson", [GOOD])
        loaded("yards.geojson")
        (old,), version = overlays(city), city.live.landed
        collection(tmp_path / "yards.geojson", [GOOD, feature(POINT)])
        loaded("yards.geojson")
        assert city.live.landed > version
        assert overlays(city)[0].shapes == 2
        assert browser.get(f"/overlay/{old.digest}.json").status_code == 404
        assert [len(found["features"]) for found in shown(city, browser)] == [2]

    def test_two_overlays_of_one_file(self, city, loaded, browser, tmp_path):  # noqa: F811
        collection(tmp_path / "yards.geojson", [GOOD])
        loaded({"file": "yards.geojson", "key": "b"})
        loaded({"file": "yards.geojson", "key": "a"}, {"file": "yards.geojson", "key": "b"})
        one, other = shown(city, browser)
        assert one == other

    def test_a_file_of_another_city_is_refused(self, city, tmp_path):  # noqa: F811
        with pytest.raises(BadSource, match="holds the city 'small', the file is of 'large'"):
            load_into(city, city_file(tmp_path, "large"))

    @pytest.mark.parametrize(
        ("overlay", "message"),
        [
            ({"key": "A B"}, r"overlays.0.key"),
            ({"colour": "pink"}, r"overlays.0.colour"),
            ({"network": "post"}, r"overlays.0.network"),
            ({"crs": "mars"}, r"Unknown coordinate system 'mars'"),
            ({"colours": "ok"}, r"overlays.0.colours"),
        ],
    )
    def test_a_mistake_in_the_city_file_is_told_with_its_line(self, city, tmp_path, overlay, message):  # noqa: F811
        with pytest.raises(BadSource, match=rf"overlays.yaml:1: .*{message}"):
            load_into(city, city_file(tmp_path, "small", {"file": "x.geojson"} | overlay))

    def test_two_overlays_of_one_key(self, city, tmp_path):  # noqa: F811
        with pytest.raises(BadSource, match="two overlays have the key 'x'"):
            load_into(city, city_file(tmp_path, "small", "x.geojson", "x.json"))
