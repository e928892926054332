"""Files dropped in a folder: taken once complete, in pieces that land once, moved away with a report."""

import gzip
import json
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feeds import WATER, written
from test_ingest_support import NOW, plan

from data_access.build import build
from data_access.errors import SettingsError, StoreFailed
from data_access.opening import open_city
from data_access.settings import Settings
from ingest import pieces
from ingest.adapters.folder import Folder, FolderSource
from ingest.feedfile import read_feeds
from ingest.intake import Intake


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    home = tmp_path_factory.mktemp("folder")
    build(Settings(home=home), plan())
    (definition,) = read_feeds(written(home, feeds()))
    opened = open_city(Settings(home=home), feeds=(definition.feed,))
    yield opened
    opened.close()


def feeds(more=""):
    return WATER.replace("{adapter: http, token_env: WATER_TOKEN}", f"{{adapter: folder, path: drop{more}}}")


@pytest.fixture
def folder(city, tmp_path):
    (definition,) = read_feeds(written(tmp_path, feeds()))
    return Folder(Intake(city, definition), definition.source)


def looked(folder):
    """Two looks, and what is complete taken; returns the reports."""
    folder.complete()
    return [folder.take(path) for path in folder.complete()]


def readings(first, n, device="W1"):
    return [{"device": device, "at": NOW - 70_000 + first + k, "value": k} for k in range(n)]


def table(rows, between):
    return "\n".join(between.join(map(str, line)) for line in [list(rows[0]), *(r.values() for r in rows)])


def ndjson(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def report(folder, name, into="done"):
    place = folder._source.path / into
    assert (place / name).exists()
    return json.loads((place / f"{name}.report.json").read_text("utf-8"))


def test_each_format(folder):
    drop, rows = folder._source.path, [readings(100 * k, 3) for k in range(6)]
    (drop / "a.ndjson").write_text(ndjson(rows[0]) + "oops\n")
    (drop / "b.csv").write_text(
        "device,at,value\n" + "".join("{device},{at},{value}\n".format(**r) for r in rows[1])
    )
    (drop / "c.ndjson.gz").write_bytes(gzip.compress(ndjson(rows[2]).encode()))
    pq.write_table(pa.Table.from_pylist(rows[3]), drop / "d.parquet")
    features = [{"type": "Feature", "properties": row, "geometry": None} for row in rows[4]]
    (drop / "e.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (drop / "f.tsv").write_text(
        "device\tat\tvalue\n" + "".join("{device}\t{at}\t{value}\n".format(**r) for r in rows[5])
    )
    found = looked(folder)
    assert [(r.file[0], r.accepted, r.rejected, r.duplicates, r.error) for r in found] == [
        ("a", 3, 1, 0, ""), *((name, 3, 0, 0, "") for name in "bcdef"),
    ]  # fmt: skip
    assert sorted(p.name for p in drop.iterdir()) == ["done", "failed"]
    told = report(folder, "a.ndjson")
    assert (told["accepted"], told["examples"][0]["line"], told["examples"][0]["reason"]) == (3, 4, "not_json")
    assert folder.tries.last()[-1].what.startswith("f.tsv: 3 accepted")


def test_a_file_that_still_grows_is_left_alone(folder):
    drop = folder._source.path
    (drop / "grows.ndjson").write_text(ndjson(readings(1000, 2)))
    (drop / "copied.ndjson.part").write_text(ndjson(readings(1100, 2)))
    (drop / ".hidden.ndjson").write_text(ndjson(readings(1200, 2)))
    assert folder.complete() == []
    with (drop / "grows.ndjson").open("a") as body:
        body.write(ndjson(readings(1002, 2)))
    assert folder.complete() == [], "it has grown since"
    assert [p.name for p in folder.complete()] == ["grows.ndjson"]
    (drop / "copied.ndjson.part").rename(drop / "copied.ndjson")
    assert {r.file: r.accepted for r in looked(folder)} == {"grows.ndjson": 4, "copied.ndjson": 2}


def test_a_file_that_cannot_be_read_fails_with_why(folder):
    drop = folder._source.path
    whole = ndjson(readings(2000, 5000)).encode()
    (drop / "cut.ndjson.gz").write_bytes(gzip.compress(whole)[:-2000])
    (drop / "empty.csv").write_text("")
    (drop / "none.parquet").write_bytes(b"no parquet")
    (drop / "shapes.geojson").write_text('{"type": "Feature"}')
    (drop / "odd.csv").write_bytes("设备,at,value\nW1,1,2\n".encode("gb18030"))
    found = {r.file: r for r in looked(folder)}
    assert all(r.error for r in found.values()), found
    assert found["cut.ndjson.gz"].accepted > 1000, "what came before the break is taken"
    for name in found:
        assert report(folder, name, "failed")["error"]
    assert "header" in found["odd.csv"].error


def test_pieces_land_once_and_a_file_that_was_cut_short_is_taken_up(folder, monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 100)
    drop, city = folder._source.path, folder._intake.city
    (drop / "long.ndjson").write_text(ndjson(readings(10_000, 950, "W2")))
    folder.complete()
    (path,) = folder.complete()
    real, left = type(city.store).insert, [7]

    def full(self, table, rows, token=None):
        left[0] -= 1
        if left[0] < 0:
            raise StoreFailed("full")
        real(self, table, rows, token)

    before = city.store.counts()["reading"]
    with monkeypatch.context() as patch:
        patch.setattr(type(city.store), "insert", full)
        with pytest.raises(StoreFailed):
            folder.take(path)
    assert path.exists(), "it stays"
    assert 100 <= city.store.counts()["reading"] - before < 950
    again = Folder(folder._intake, folder._source)
    (found,) = looked(again)
    assert (found.accepted + found.duplicates, found.rejected) == (950, 0)
    assert city.store.counts()["reading"] == before + 950
    (drop / "long.ndjson").write_text(ndjson(readings(10_000, 950, "W2")))
    (found,) = looked(again)
    assert city.store.counts()["reading"] == before + 950
    assert report(folder, "long.ndjson.2")["file"] == "long.ndjson"


def test_a_quoted_field_over_lines_is_not_cut(folder, monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 3)
    rows = "".join(f'W3,{NOW - 60_000 + k},{k},"a\nb, {k}"\n' for k in range(10))
    (folder._source.path / "quoted.csv").write_text(f"device,at,value,note\n{rows}\nW3,x,1,\n")
    (found,) = looked(folder)
    assert (found.accepted, found.rejected) == (10, 1)
    (example,) = found.examples
    assert (example["line"], example["reason"]) == (23, "bad_time")


def test_lines_are_numbered_as_in_the_file(folder, monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 4)
    rows = [f"W4,{NOW - 50_000 + k},{k}" for k in range(20)]
    rows[13] = "W4,soon,1"
    (folder._source.path / "n.csv").write_text("device,at,value\n" + "\n".join(rows))
    (found,) = looked(folder)
    assert [e["line"] for e in found.examples] == [15]


def test_a_thread_does_it(city, tmp_path):
    (definition,) = read_feeds(written(tmp_path, feeds(", every: 0.02")))
    folder = Folder(Intake(city, definition), definition.source)
    (tmp_path / "drop" / "x.ndjson").write_text(ndjson(readings(30_000, 3, "W5")))
    folder.start()
    until = time.monotonic() + 20
    while not (tmp_path / "drop" / "done" / "x.ndjson").exists():
        assert time.monotonic() < until
    folder.stop()
    assert report(folder, "x.ndjson")["accepted"] == 3


def test_a_folder_that_cannot_be_is_told(city, tmp_path):
    (tmp_path / "file").write_text("")
    (definition,) = read_feeds(written(tmp_path, feeds()))
    with pytest.raises(SettingsError, match="water"):
        Folder(Intake(city, definition), FolderSource(path=tmp_path / "file" / "drop"))
