"""Files of overlays as they are read: every system, every fault of a shape, and whatever may stand in them."""

import gzip
import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from overlay_files import SQUARE, at, collection, feature

from data_access.crs import from_wgs84
from ingest.overlayfile import OverlayFile
from ingest.overlays import MOST_CORNERS, draw

HERE = (113.6, 34.7)
BOX = (*HERE, 113.64, 34.72)
GOOD = feature(at(*HERE), name="Yard")
POINT = {"type": "Point", "coordinates": [113.62, 34.71]}


def drawn(tmp_path, features, **spec):
    """What becomes of a file with these features."""
    collection(tmp_path / "x.geojson", features)
    return draw(OverlayFile(key="x", title="X", file=tmp_path / "x.geojson", **spec), BOX)


class TestGood:
    """What is taken, and how it is stored."""

    @pytest.mark.parametrize("crs", ["gcj02", "bd09", "cgcs2000", "EPSG:4547", "EPSG:3857"])
    def test_systems_are_brought_to_wgs84(self, tmp_path, crs):
        places = np.array(SQUARE) + HERE
        given = np.column_stack(from_wgs84(*places.T, crs)).tolist()
        drawing = drawn(tmp_path, [feature({"type": "Polygon", "coordinates": [given]})], crs=crs)
        (found,) = json.loads(drawing.body)["features"]
        assert np.abs(np.array(found["geometry"]["coordinates"][0]) - places).max() < 2e-6

    def test_a_file_may_say_its_system_itself(self, tmp_path):
        x, y = (float(v) for v in from_wgs84(*POINT["coordinates"], "EPSG:4547"))
        named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
        point = feature({"type": "Point", "coordinates": [x, y]})
        collection(tmp_path / "x.geojson", [point], crs={"type": "name"} | named)
        drawing = draw(OverlayFile(key="x", title="X", file=tmp_path / "x.geojson"), BOX)
        assert drawing.counts.drawn == 1

    @pytest.mark.parametrize("body", [GOOD, POINT])
    def test_one_feature_or_one_geometry_will_do(self, tmp_path, body):
        (tmp_path / "x.geojson.gz").write_bytes(gzip.compress(json.dumps(body).encode("utf-8-sig")))
        drawing = draw(OverlayFile(key="x", title="X", file=tmp_path / "x.geojson.gz"), BOX)
        assert (drawing.counts.drawn, drawing.counts.error) == (1, "")

    def test_very_many_corners_are_made_fewer(self, tmp_path):
        turn = np.linspace(0, 2 * np.pi, 3 * MOST_CORNERS // 2)
        wave = 0.008 + 0.0001 * np.sin(3000 * turn)
        ring = np.column_stack([113.62 + wave * np.cos(turn), 34.71 + wave * np.sin(turn)])
        ring[-1] = ring[0]
        coarse = drawn(tmp_path, [feature({"type": "Polygon", "coordinates": [ring.round(7).tolist()]})] * 2)
        (first, _) = json.loads(coarse.body)["features"]
        assert len(first["geometry"]["coordinates"][0]) < MOST_CORNERS
        kept = shapely.from_geojson(json.dumps(first["geometry"]))
        assert shapely.hausdorff_distance(kept, shapely.Polygon(ring).simplify(1e-5)) < 1e-3


class TestBadShapes:
    """One by one, with the reason; the others are drawn."""

    BOW = [[0, 0], [0.01, 0.01], [0.01, 0], [0, 0.01], [0, 0]]
    SPIKE = [[0, 0], [0.01, 0.01], [0, 0], [0, 0]]

    @pytest.mark.parametrize(
        ("bad", "reason", "detail"),
        [
            (7, "not_json", "not a feature"),
            (feature(None), "no_geometry", "geometry=None"),
            ({"type": "Feature"}, "no_geometry", "geometry=None"),
            (feature({"type": "Point", "coordinates": []}), "no_geometry", "an empty Point"),
            (feature({"type": "Circle", "coordinates": HERE}), "unknown_geometry", "type=Circle"),
            (feature({"coordinates": HERE}), "unknown_geometry", "type=None"),
            (feature({"type": "Point", "coordinates": ["113.6", "34.7"]}), "bad_coordinates", "coordinate=113.6"),
            (feature({"type": "Point", "coordinates": [float("nan"), 34.7]}), "bad_coordinates", "coordinate=nan"),
            (
                feature({"type": "Point", "coordinates": [113.6, float("inf")]}),
                "bad_coordinates",
                "coordinate=inf",
            ),
            (feature({"type": "Point", "coordinates": [10**400, 34.7]}), "bad_coordinates", "coordinate=1000"),
            (feature({"type": "Point", "coordinates": [500, 34.7]}), "bad_coordinates", "x=500 y=34.7"),
            (feature({"type": "Point", "coordinates": [113.6]}), "bad_geometry", "not the coordinates of a Point"),
            (feature({"type": "LineString", "coordinates": [HERE]}), "bad_geometry", "not the coordinates"),
            (feature({"type": "Polygon", "coordinates": [SQUARE[:-1]]}), "bad_geometry", "does not end where"),
            (feature(at(*HERE, ring=SPIKE)), "bad_geometry", "Too few points"),
            (feature({"type": "Point", "coordinates": [2.35, 48.85]}), "outside_city", "x=2.35 y=48.85"),
            (
                feature({"type": "Point", "coordinates": [34.71, 113.62]}),
                "swapped_coordinates",
                "x=34.71 y=113.62",
            ),
        ],
    )
    def test_refused_alone(self, tmp_path, bad, reason, detail):
        drawing = drawn(tmp_path, [GOOD, bad, feature(POINT)])
        assert (drawing.counts.shapes, drawing.counts.drawn, drawing.counts.refused) == (3, 2, 1)
        (reject,) = drawing.rejects
        assert (reject.source, reject.line, reject.reason) == ("x.geojson", 2, reason)
        assert detail in reject.detail
        assert drawing.counts.reasons == {reason: 1}
        assert not drawing.counts.error

    def test_a_shape_that_crosses_itself_is_repaired(self, tmp_path):
        drawing = drawn(tmp_path, [feature(at(*HERE, ring=self.BOW), name="bow")])
        assert (drawing.counts.drawn, drawing.counts.repaired) == (1, 1)
        (found,) = json.loads(drawing.body)["features"]
        shape = shapely.from_geojson(json.dumps(found["geometry"]))
        assert shape.is_valid
        assert shape.area == pytest.approx(0.00005, rel=1e-3)

    def test_only_so_many_refused_shapes_are_kept(self, tmp_path):
        drawing = drawn(tmp_path, [GOOD, *[{}] * 3000])
        assert drawing.counts.reasons == {"no_geometry": 3000}
        assert len(drawing.rejects) == 1000


class TestBadFiles:
    """Nothing in them lies in the city."""

    @pytest.mark.parametrize(
        ("crs", "move", "message"),
        [
            (None, "EPSG:4547", "set `crs: EPSG:4547`"),
            (None, "EPSG:4526", "set `crs: EPSG:4526`"),
            (None, "EPSG:32649", "set `crs: EPSG:32649`"),
            (None, "EPSG:3857", "set `crs: EPSG:3857`"),
            (None, "EPSG:2263", "look like projected metres: set `crs` to the system they are in"),
            ("EPSG:4547", None, "As wgs84 they would lie in the city: set `crs: wgs84`"),
            (
                None,
                "swapped",
                "Longitude and latitude are swapped (as in 34.71 113.62): exchange them",
            ),
            (None, "away", "The first lies at -74 40.7: is this the file of another city?"),
        ],
    )
    def test_a_wrong_system_is_guessed_aloud(self, tmp_path, crs, move, message):
        lon, lat = POINT["coordinates"]
        if move == "swapped":
            lon, lat = lat, lon
        elif move == "away":
            lon, lat = -74.0, 40.7
        elif move == "EPSG:2263":
            lon, lat = 985_000.0, 208_000.0
        elif move:
            lon, lat = (float(v) for v in from_wgs84(lon, lat, move))
        drawing = drawn(tmp_path, [feature({"type": "Point", "coordinates": [lon, lat]})] * 3, crs=crs)
        assert "no shape in it lies in the city" in drawing.counts.error
        assert message in drawing.counts.error
        assert drawing.overlay is None

    def test_a_system_nobody_knows_is_told(self, tmp_path):
        named = {"type": "name", "properties": {"name": "urn:x:nobody"}}
        collection(tmp_path / "x.geojson", [GOOD], crs=named)
        drawing = draw(OverlayFile(key="x", title="X", file=tmp_path / "x.geojson"), BOX)
        assert "Unknown coordinate system 'urn:x:nobody'" in drawing.counts.error
        assert "Set `crs` in the city file" in drawing.counts.error

    def test_more_points_than_can_be_drawn(self, tmp_path):
        many = {"type": "MultiPoint", "coordinates": [POINT["coordinates"]] * (MOST_CORNERS + 1)}
        drawing = drawn(tmp_path, [feature(many)])
        assert "has 200,001 corners even when simplified, and 200,000 can be drawn" in drawing.counts.error


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
KINDS = st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "Feature", None])
GEOMETRY = st.fixed_dictionaries({"type": KINDS}, optional={"coordinates": JUNK, "geometries": JUNK})
FEATURE = JUNK | st.fixed_dictionaries({"geometry": GEOMETRY | JUNK, "properties": JUNK})


@settings(max_examples=200)
@given(features=st.lists(FEATURE, max_size=6), crs=JUNK)
def test_no_file_falls_over(tmp_path_factory, features, crs):
    """Whatever stands in it: every feature is drawn or refused, and one that is good is drawn."""
    path = tmp_path_factory.getbasetemp() / "junk.geojson"
    collection(path, [*features, GOOD], crs=crs)
    drawing = draw(OverlayFile(key="x", title="X", file=path, crs="wgs84"), BOX)
    assert not drawing.counts.error
    assert drawing.counts.drawn >= 1
    assert drawing.counts.shapes == drawing.counts.drawn + drawing.counts.refused == len(features) + 1
    assert sum(drawing.counts.reasons.values()) == drawing.counts.refused
