"""City files and the files they name: what is wrong is said with file and line."""

import gzip
import json

import numpy as np
import pyogrio
import pytest
import shapely

from data_access.crs import from_wgs84
from data_access.errors import BadSource
from ingest.boundaries import read_level
from ingest.cityfile import LevelFile
from ingest.citytext import read_cityfile
from ingest.planning import prepare


def quiet(what, part):
    """No progress wanted."""


def square(x, y, side=1.0):
    return shapely.box(x, y, x + side, y + side)


def features(path, shapes, **columns):
    """Write a GeoJSON file with one feature a shape."""
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    outlines = [None if shape is None else json.loads(shapely.to_geojson(shape)) for shape in shapes]
    body = [
        {"type": "Feature", "properties": row, "geometry": outline}
        for row, outline in zip(rows, outlines, strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": body}))
    return path


CITY = """\
key: toy
title: Toy
timezone: Europe/Berlin
levels:
  - {key: ward, title: Ward, boundary: wards.geojson, id: no, name: name}
  - {key: cell, title: Cell, boundary: cells.geojson, id: 'c{no:03}'}
types: {auto: true}
cases:
  file: cases.csv
  id: id
  lon: x
  lat: y
  type: kind
  times: {opened: reported, closed: closed}
"""


@pytest.fixture
def folder(tmp_path):
    """Two wards side by side, two cells in each, two cases."""
    features(tmp_path / "wards.geojson", [square(0, 0, 2), square(2, 0, 2)], no=[1, 2], name=["West", "East"])
    cells = [shapely.box(x, 0, x + 1, 2) for x in range(4)]
    features(tmp_path / "cells.geojson", cells, no=[1, 2, 3, 4])
    (tmp_path / "cases.csv").write_text("id,x,y,kind,opened,closed\na,0.5,0.5,Ice,2026-01-05 10:00,\n")
    (tmp_path / "city.yaml").write_text(CITY)
    return tmp_path


def prepared(folder, old="", new=""):
    (folder / "city.yaml").write_text(CITY.replace(old, new) if old else CITY)
    return prepare(read_cityfile(folder / "city.yaml"), quiet)


def test_a_small_city(folder):
    plan = prepared(folder).plan
    assert plan.units.id.tolist() == ["toy", "1", "2", "c001", "c002", "c003", "c004"]
    assert plan.units.parent.tolist() == [-1, 0, 0, 1, 1, 2, 2]
    assert plan.units.lo.tolist() == [0, 0, 2, 0, 1, 2, 3]
    assert plan.units.en[1] == "West"
    assert plan.units.area[0] == pytest.approx(4 * 2 * 111.2**2, rel=0.01)
    assert [t.key for t in plan.profile.types] == ["ice"]


FAULTS = {
    "a key nobody knows": ("title: Toy", "titel: Toy", r"city.yaml:2: titel: .* did you mean 'title'"),
    "a zone nobody knows": ("Europe/Berlin", "Europe/Bonn", r"city.yaml:3: timezone: 'Europe/Bonn' is not a time"),
    "no YAML": ("key: toy", "key: [toy", r"city.yaml:\d: not YAML"),
    "no boundary file": ("wards.geojson", "w.geojson", r"w.geojson: there is no such file"),
    "no case file": ("cases.csv", "c.csv", r"c.csv: there is no such file"),
    "no such column": ("id: no,", "id: nr,", r"no column 'nr'. Did you mean 'no'\? It has: "),
    "no such case column": ("type: kind", "type: kinds", r"cases.csv: .* 'kinds'. Did you mean 'kind'"),
    "no report": ("opened: reported", "opened: accepted", r"city.yaml:14: cases.0.times: one column must be"),
    "no such crs": ("  lon: x", "  crs: moon\n  lon: x", r"city.yaml:11: cases.0.crs: "),
    "no such feed": ("  lon: x", "  feed: post\n  lon: x", r"feed 'post' is not among the feeds import"),
    "ids twice over levels": ("'c{no:03}'", "no", r"cells.geojson: the id '1' is also one of wards.geojson"),
    "codes that match nothing": ("'c{no:03}'", "'c{no}', parent: 'x{no}'", r"its parent. Codes here: x1"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_told_with_its_place(folder, what):
    old, new, message = FAULTS[what]
    with pytest.raises(BadSource, match=message):
        prepared(folder, old, new)


def test_an_unreadable_outline_file_tells_the_line(folder):
    (folder / "wards.geojson").write_text('{"type": "FeatureCollection",\n "features": [}\n')
    with pytest.raises(BadSource, match=r"wards.geojson: cannot be read at line 2"):
        prepared(folder)
    (folder / "wards.geojson").write_bytes(b"\x00\x01\x02")
    with pytest.raises(BadSource, match=r"wards.geojson: cannot be read"):
        prepared(folder)


def test_outlines_are_repaired_refused_and_told(folder):
    bow = shapely.Polygon([(2, 0), (4, 2), (4, 0), (2, 2)])
    line = shapely.LineString([(0, 0), (1, 1)])
    shapes = [square(0, 0, 2), bow, square(0, 0), None, line, shapely.Polygon(), square(3, 3)]
    features(folder / "wards.geojson", shapes, no=[1, 2, 1, 4, 5, 6, None], name=list("abcdefg"))
    found = read_level(LevelFile(key="w", title="W", boundary=folder / "wards.geojson", id="no"), quiet)
    assert found.ids == ["1", "2"]
    assert shapely.is_valid(found.shapes).all()
    assert found.warnings == ["wards.geojson: feature 2 (2): Self-intersection[3 1]; repaired."]
    assert [(r.line, r.reason) for r in found.rejects] == [
        (3, "duplicate_id"),
        (4, "bad_shape"),
        (5, "bad_shape"),
        (6, "bad_shape"),
        (7, "missing_field"),
    ]


def test_swapped_and_projected_outlines(folder):
    cells = [shapely.box(50, x, 52, x + 1) for x in range(4)]
    wards = [shapely.box(0, 50, 2, 52), shapely.box(2, 50, 4, 52)]
    features(folder / "wards.geojson", wards, no=[1, 2], name=["West", "East"])
    features(folder / "cells.geojson", cells, no=[1, 2, 3, 4])
    with pytest.raises(BadSource, match=r"cells.geojson: longitude and latitude are swapped"):
        prepared(folder)
    features(folder / "cells.geojson", [square(500_000, 5_000_000, 900)], no=[1])
    with pytest.raises(BadSource, match=r"set `crs` to the system they are in"):
        prepared(folder)


def test_units_without_parent_and_overlapping_leaves(folder):
    cells = [shapely.box(0, 0, 1.2, 2), *(shapely.box(x, 0, x + 1, 2) for x in range(1, 4)), square(9, 9)]
    features(folder / "cells.geojson", cells, no=[1, 2, 3, 4, 5])
    found = prepared(folder)
    assert any("1 pairs of leaves overlap, as c001 and c002" in w for w in found.warnings)
    assert any("1 units lie in no ward and are grouped apart: c005" in w for w in found.warnings)
    assert "toy~ward" in found.plan.units.id.tolist()
    dropped = prepared(folder, "id: 'c{no:03}'", "id: 'c{no:03}', orphans: drop")
    assert [(r.line, r.reason) for _, r in dropped.rejects] == [(5, "no_parent")]
    assert int(dropped.plan.units.hi[0]) == 4


def test_a_ward_without_cells_is_a_leaf(folder):
    features(folder / "cells.geojson", [square(0, 0, 2)], no=[1])
    plan = prepared(folder).plan
    assert plan.units.id.tolist() == ["toy", "1", "2", "c001"]
    assert plan.units.hi[0] == 2


def write_cells(path):
    """The folder's cells in another format, and but for GeoJSON in another coordinate system."""
    cells = np.array([shapely.box(x, 0, x + 1, 2) for x in range(4)], object)
    if path.name.endswith("gz"):
        path.write_bytes(gzip.compress((path.parent / "cells.geojson").read_bytes()))
        return
    moved = shapely.transform(cells, lambda xy: np.column_stack(from_wgs84(*xy.T, "EPSG:3857")))
    system = None if path.name == "bare.gpkg" else "EPSG:3857"
    options = {"geometry_type": "Polygon", "crs": system, "fields": ["no"]}
    pyogrio.raw.write(path, shapely.to_wkb(moved), [np.arange(1, 5)], **options)


@pytest.mark.parametrize("name", ["cells.gpkg", "cells.shp", "cells.geojson.gz", "bare.gpkg"])
@pytest.mark.parametrize("nest", ["point", "overlap", "geometry"])
def test_other_formats_and_systems_and_ways_to_nest(folder, name, nest):
    write_cells(folder / name)
    plain = prepared(folder).plan
    declared = ", crs: EPSG:3857" if name == "bare.gpkg" else ""
    text = CITY.replace("cells.geojson", name).replace("'c{no:03}'}", f"'c{{no:03}}', nest: {nest}{declared}}}")
    (folder / "city.yaml").write_text(text)
    plan = prepare(read_cityfile(folder / "city.yaml"), quiet).plan
    assert plan.units.id.tolist() == plain.units.id.tolist()
    assert shapely.equals_exact(plan.shapes, plain.shapes, 1e-6, normalize=True).all()


def test_a_file_that_does_not_tell_its_system(folder):
    write_cells(folder / "bare.gpkg")
    with pytest.raises(BadSource, match="does not say its coordinate system"):
        prepared(folder, "cells.geojson", "bare.gpkg")


BY_CODE = ["nest: prefix", "parent: ward", "parent: '{code[:1]}'", "parent: code, nest: prefix"]


@pytest.mark.parametrize("how", BY_CODE)
def test_nesting_by_code(folder, how):
    cells = [shapely.box(x, 0, x + 1, 2) for x in range(4)]
    columns = {"code": ["11", "12", "21", "22"], "ward": [1, 1, 2, 2]}
    features(folder / "cells.geojson", cells, **columns)
    plan = prepared(folder, "'c{no:03}'", f"code, {how}").plan
    assert plan.units.parent.tolist() == [-1, 0, 0, 1, 1, 2, 2]


def test_a_level_made_of_the_file_below_it(folder):
    cells = [shapely.box(x, 0, x + 1, 2) for x in (0, 1, 2, 3, 9)]
    features(folder / "cells.geojson", cells, no=[1, 2, 3, 4, 5], ward=["W", "W", "E", "E", "X"])
    joined = "cells.geojson, id: ward, dissolve: true, where: {ward: [E, W]}"
    text = CITY.replace("wards.geojson, id: no, name: name", joined)
    (folder / "city.yaml").write_text(text.replace("'c{no:03}'", "'c{no:03}', parent: ward, orphans: drop"))
    found = prepare(read_cityfile(folder / "city.yaml"), quiet)
    assert found.plan.units.id.tolist() == ["toy", "E", "W", "c003", "c004", "c001", "c002"]
    assert found.plan.units.area[1] == pytest.approx(found.plan.units.area[2])
    assert [(r.line, r.reason) for _, r in found.rejects] == [(5, "no_parent")]


def test_zones_facts_devices_and_facilities(folder):
    more = """
zones:
  title: Beats
  list: [{id: port, title: Port, units: ['1', c003]}]
  shapes: {boundary: beats.geojson, id: no}
facts: {file: facts.csv, unit: cell, measures: {households: n}}
device_kinds: [{key: water, title: Water, network: iot, alarm_above: 3}]
devices: {file: devices.csv, interval: every}
facility_types: [{key: lid, title: Lid, group: Parts}]
facilities: {file: facilities.csv, unit: cell, lon: null, lat: null}
"""
    features(folder / "beats.geojson", [square(2, 0, 2), square(8, 8)], no=["B1", "B2"])
    (folder / "facts.csv").write_text("cell,n\nc001,10\nc002,\n")
    devices = ["code,kind,lon,lat,every", "d1,water,.5,.5,60", "d2,fire,1,1,", "d3,water,9,9,"]
    (folder / "devices.csv").write_text("\n".join(devices))
    (folder / "facilities.csv").write_text("code,kind,cell\nf1,lid,c004\nf1,lid,c004\n")
    (folder / "city.yaml").write_text(CITY + more)
    found = prepare(read_cityfile(folder / "city.yaml"), quiet)
    assert {z.id: z.intervals for z in found.plan.zones} == {"port": ((0, 3),), "B1": ((3, 4),)}
    assert len(found.warnings) == 2
    households = found.plan.leaf_facts["households"]
    assert households[0] == 10
    assert sum(households == households) == 1
    assert found.plan.devices[["code", "leaf", "interval"]].values.tolist() == [["d1", 0, 60]]
    assert found.plan.facilities["leaf"].tolist() == [3]
    assert [(k, r.line, r.reason) for k, r in found.rejects] == [
        ("device", 3, "unknown_type"),
        ("device", 4, "outside_city"),
        ("facility", 3, "duplicate_id"),
    ]
    (folder / "facts.csv").write_text("cell,n\nc001,many\n")
    with pytest.raises(BadSource, match=r"facts.csv:2: n=many is not a number"):
        prepare(read_cityfile(folder / "city.yaml"), quiet)


def test_a_city_file_that_is_not_there(tmp_path):
    with pytest.raises(BadSource, match="cannot be read"):
        read_cityfile(tmp_path / "none.yaml")
