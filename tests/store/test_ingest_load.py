"""A city loaded from files into a real store: a clipping of New York, with every kind of bad row."""

import gzip
import json
import os
import shutil
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest
import shapely
from overlay_files import city_file, collection, feature

from data_access.errors import BadSource, NoCity
from data_access.opening import open_city
from data_access.settings import Settings
from ingest.load import load
from ingest.printed import printed
from ingest.quarantine import rejects

REPO = Path(__file__).parents[2]
ISLAND = REPO / "tests/data/staten_island"
SHARED = Path(os.environ.get("JINGWEI_SHARED_DATA", REPO.parent / "shared/data")) / "nyc"

EXPECTED = {
    "not_json": 2,
    "missing_field": 4,
    "bad_time": 3,
    "outside_city": 1,
    "swapped_coordinates": 1,
    "unknown_type": 1,
    "unknown_status": 1,
    "bad_value": 1,
    "duplicate_id": 1,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("island")


@pytest.fixture(scope="module")
def folder(home):
    return Path(shutil.copytree(ISLAND, home / "files"))


@pytest.fixture(scope="module")
def settings(home):
    return Settings(home=home / "var")


@pytest.fixture(scope="module")
def first(settings, folder):
    told = []
    summary = load(settings, folder / "city.yaml", lambda what, part: told.append(part))
    assert all(0 <= part <= 1 for part in told)
    return summary


def table_counts(settings):
    city = open_city(settings)
    try:
        return city.store.counts()
    finally:
        city.close()


def test_the_city_is_there(first, settings):
    assert first.built
    assert first.units == {"borough": 1, "district": 4, "neighbourhood": 23, "tract": 126}
    assert (first.leaves, first.types) == (126, 5)
    city = open_city(settings)
    try:
        units = city.units
        assert units.root.id == "5"
        assert units.get("5~district").title.en == "Staten Island, outside community districts"
        names = [u.title.en for u in units.ancestors(units.at(units.row_of_leaf(125)))]
        assert names[0] == "Staten Island"
        assert len(names) == 3
        assert 130 < units.table.area[0] < 160
        box = shapely.box(-74.26, 40.49, -74.05, 40.66)
        assert shapely.contains_xy(box, units.table.lon, units.table.lat).all()
    finally:
        city.close()


def test_good_rows_load_and_bad_rows_are_told(first):
    (counts,) = first.files
    assert counts.rows == 44
    assert (counts.loaded, counts.rejected, counts.duplicates) == (28, 15, 1)
    assert counts.reasons == EXPECTED
    assert not first.failed
    lines = (ISLAND / "requests.ndjson").read_text().splitlines()
    assert all(lines[e.line - 1] == e.raw for e in counts.examples)


def test_the_summary_in_words(first):
    text = printed(json.loads(json.dumps(asdict(first))))
    assert text.startswith("City staten-island: 1 borough, 4 district, 23 neighbourhood, 126 tract; 126 leaves")
    assert "44 rows, 28 loaded, 15 rejected, 1 duplicates" in text
    assert "1  swapped_coordinates: Longitude and latitude are swapped" in text
    assert "requests.ndjson:" in text


def test_quarantine(first, settings):
    city = open_city(settings)
    try:
        assert Counter(row["reason"] for row in rejects(city)) == EXPECTED
        (found,) = rejects(city, 10, reason="swapped_coordinates")
        assert found["source"] == "requests.ndjson"
        assert found["detail"].startswith("lon=40.")
        assert found["title"]["en"] == "Longitude and latitude are swapped"
        assert len(rejects(city, 4, feed="nyc311")) == 4
        assert not rejects(city, 4, feed="other")
    finally:
        city.close()


def test_a_second_run_changes_nothing(first, settings, folder):
    before = table_counts(settings)
    again = load(settings, folder / "city.yaml")
    (counts,) = again.files
    assert not again.built
    assert (counts.rows, counts.loaded, counts.rejected, counts.duplicates) == (44, 0, 15, 29)
    assert table_counts(settings) == before


def test_new_rows_and_a_mended_mapping_load_alone(first, settings, folder):
    before = table_counts(settings)
    text = (folder / "city.yaml").read_text()
    mended = folder / "mended.yaml"
    mended.write_text(text.replace("        Open: []", "        Open: []\n        Vanished: []"))
    (counts,) = load(settings, mended).files
    assert (counts.loaded, counts.rejected, counts.duplicates) == (1, 14, 29)
    assert table_counts(settings)["case_step"] == before["case_step"] + 1


def test_other_boundaries_or_another_city_are_refused(first, settings, folder):
    text = (folder / "city.yaml").read_text()
    other = folder / "other.yaml"
    other.write_text(text.replace("key: staten-island", "key: elsewhere"))
    with pytest.raises(BadSource, match="holds the city 'staten-island'"):
        load(settings, other)
    other.write_text(text[: text.index("  - key: tract")] + text[text.index("calendar:") :])
    with pytest.raises(BadSource, match="build the city anew"):
        load(settings, other)


def test_a_file_that_breaks_off_says_where(first, settings, folder):
    packed = folder / "broken.ndjson.gz"
    packed.write_bytes(gzip.compress((folder / "requests.ndjson").read_bytes())[:-900])
    text = (folder / "city.yaml").read_text()
    (folder / "broken.yaml").write_text(text.replace("requests.ndjson", "broken.ndjson.gz"))
    with pytest.raises(BadSource, match=r"broken.ndjson.gz: cannot be read after line \d+"):
        load(settings, folder / "broken.yaml")


def test_a_city_loads_whole_whatever_its_overlays_are(tmp_path):
    """Cases and the good overlay are there; the bad one is told, and is taken when it is mended."""
    folder = Path(shutil.copytree(ISLAND, tmp_path / "files"))
    collection(folder / "sites.geojson", [feature({"type": "Point", "coordinates": [-74.15, 40.58]}, name="Site")])
    (folder / "cut.geojson").write_text('{"type": "FeatureCollection", "features": [')
    text = (folder / "city.yaml").read_text()
    lines = "\noverlays:\n  - {key: sites, title: Sites, file: sites.geojson}\n"
    (folder / "city.yaml").write_text(text + lines + "  - {key: works, title: Works, file: cut.geojson}\n")
    settings = Settings(home=tmp_path / "var")
    first = load(settings, folder / "city.yaml")
    assert first.built
    assert first.failed
    assert first.files[0].loaded == 28
    assert [(o.key, o.drawn, bool(o.error)) for o in first.overlays] == [("sites", 1, False), ("works", 0, True)]
    shutil.copy(folder / "sites.geojson", folder / "cut.geojson")
    again = load(settings, folder / "city.yaml")
    assert not again.failed
    assert again.warnings == first.warnings, "nothing needs a restart"
    assert [o.drawn for o in again.overlays] == [1, 1]
    (folder / "city.yaml").write_text(text)
    left_out = load(settings, folder / "city.yaml")
    assert left_out.overlays == []
    assert left_out.warnings == first.warnings
    city = open_city(settings)
    try:
        assert [o.key for o in city.profile.overlays] == ["sites", "works"]
    finally:
        city.close()


def test_without_a_city_there_is_nothing_to_lay_them_over(tmp_path):
    with pytest.raises(NoCity, match="holds no city yet"):
        load(Settings(home=tmp_path / "var"), city_file(tmp_path, "small"))


@pytest.mark.skipif(not (SHARED / "nyc_311_mixed_socrata.ndjson.gz").exists(), reason=f"no requests in {SHARED}")
def test_new_york(tmp_path):
    for file in SHARED.iterdir():
        (tmp_path / file.name).symlink_to(file)
    shutil.copy(REPO / "docs/cities/new-york.yaml", tmp_path)
    settings = Settings(home=tmp_path / "var")
    summary = load(settings, tmp_path / "new-york.yaml")
    assert summary.units == {"city": 1, "borough": 5, "district": 64, "neighbourhood": 262, "tract": 2325}
    (counts,) = summary.files
    assert (counts.rows, counts.loaded) == (3000, 2925)
    assert counts.reasons == {"missing_field": 74, "bad_time": 1}
    assert counts.steps > counts.loaded
