"""Reading rows of every format, and making steps of them."""

import contextlib
import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.errors import BadSource
from ingest.caserows import CaseMapper
from ingest.cityfile import CaseFile
from ingest.files import Reading, Row
from ingest.mapping import filled
from ingest.reasons import Refused
from ingest.times import Times
from ingest.types import TypeBook

ROWS = [{"id": "1", "name": '井盖, "open"', "x": "1.5", "y": "2.5"}, {"id": "2", "name": "", "x": "3", "y": "4"}]


def csv_text(delimiter=","):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue()


def feature(row):
    return {"type": "Feature", "properties": row, "geometry": {"type": "Point", "coordinates": [1.5, 2.5]}}


FILES = {
    "a.csv": lambda: csv_text().encode(),
    "bom.csv": lambda: csv_text().encode("utf-8-sig"),
    "a.tsv": lambda: csv_text("\t").encode(),
    "a.csv.gz": lambda: gzip.compress(csv_text().encode()),
    "list.json": lambda: json.dumps(ROWS).encode(),
    "lines.json": lambda: "\n".join(map(json.dumps, ROWS)).encode(),
    "a.ndjson": lambda: "\n".join(map(json.dumps, ROWS)).encode(),
    "a.jsonl.gz": lambda: gzip.compress(("\n".join(map(json.dumps, ROWS)) + "\n\n").encode()),
    "a.geojson": lambda: json.dumps({"type": "FeatureCollection", "features": list(map(feature, ROWS))}).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_formats_give_the_same_rows(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    reading = Reading.of(path)
    rows = list(reading.rows())
    assert [{k: r.values[k] for k in ROWS[0]} for r in rows] == ROWS
    assert reading.columns()[0] >= set(ROWS[0])
    if "geojson" in name:
        assert rows[0].values["@lon"] == 1.5


def test_parquet(tmp_path):
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "a.parquet")
    reading = Reading.of(tmp_path / "a.parquet")
    assert [r.values for r in reading.rows()] == ROWS
    assert reading.columns() == (set(ROWS[0]), True)
    (tmp_path / "b.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(BadSource, match=r"b.parquet: not Parquet"):
        list(Reading.of(tmp_path / "b.parquet").rows())


def test_other_encodings_and_broken_rows(tmp_path):
    (tmp_path / "gbk.csv").write_bytes("id,name\n1,井盖\n".encode("gb18030"))
    assert next(Reading.of(tmp_path / "gbk.csv", encoding="gb18030").rows()).values["name"] == "井盖"
    (bad,) = Reading.of(tmp_path / "gbk.csv").rows()
    assert bad.refused.reason == "broken_row"
    (tmp_path / "odd.csv").write_text('id,name\n1\n\n"2\n2",two\n3,three,3\n')
    rows = list(Reading.of(tmp_path / "odd.csv").rows())
    assert [(r.line, bool(r.refused)) for r in rows] == [(2, True), (4, False), (6, True)]
    assert rows[1].raw == '"2\n2",two'


MISSING = {
    "empty.csv": (b"", r"empty.csv: is empty"),
    "head.csv": ("名".encode("gb18030"), r"head.csv:1: the header is not utf-8-sig"),
    "a.geojson": (b'{"features":\n [,]}', r"a.geojson:2: not JSON"),
    "b.geojson": (b"[]", r"b.geojson: not GeoJSON"),
    "a.txt": (b"", r"does not tell its `format`"),
    "cut.csv.gz": (gzip.compress(b"id\n" * 9)[:-8], r"cut.csv.gz: cannot be read after line"),
}


@pytest.mark.parametrize("name", MISSING)
def test_files_that_cannot_be_read(tmp_path, name):
    body, message = MISSING[name]
    (tmp_path / name).write_bytes(body)
    with pytest.raises(BadSource, match=message):
        list(Reading.of(tmp_path / name).rows())


def test_templates():
    row = {"a": 7.0, "b": "abcdef", "c": None, "d": {"e": [10, 20]}}
    assert filled("a", row) == "7"
    assert filled("{a:03}-{b[:2]}{b[-1:]}{b[2:4]}", row) == "007-abfcd"
    assert filled("x{c}", row) == ""
    assert len(filled("{a:0999999999}", row)) < 100, "whoever corrects a mapping fills no memory"
    assert filled("d.e.1", row) == "20"


CASES = {
    "file": "a.csv",
    "id": "no",
    "lon": "x",
    "lat": "y",
    "type": {"column": "kind", "map": {"lid": "manhole"}},
    "source": {"column": "via", "map": {"T": "hotline"}, "default": "import"},
    "severity": {"column": "grade", "map": {"high": "2"}},
    "times": {"opened": "reported", "done": "closed", "until": "due_at"},
    "status": {"column": "state", "steps": {"new": [], "work": ["accepted"], "done": ["closed"]}, "at": "touched"},
}


def steps(row, zone="Asia/Shanghai", **changes):
    book = TypeBook()
    cases = CaseFile.model_validate(CASES | changes)
    mapper = CaseMapper(cases, Times(cases.timezone or zone, cases.time_format), book, geojson=False)
    base = {"no": 1, "x": "1", "y": "2", "kind": "lid", "opened": "2026-01-05T08:00"}
    return mapper.records(Row(1, "", base | row))


def test_a_row_becomes_steps():
    row = {
        "state": "work",
        "touched": "2026-01-05 09:30+08:00",
        "until": "2026-01-06",
        "via": "T",
        "grade": "high",
    }
    first, second = steps(row)
    assert (first["step"], second["step"]) == ("reported", "accepted")
    assert second["at"] - first["at"] == 5400
    assert first["due_at"] - first["at"] == 16 * 3600
    assert (first["type"], first["source"], first["severity"]) == ("manhole", "hotline", "2")


def test_undated_steps_are_not_invented():
    assert len(steps({"state": "work"})) == 1
    assert len(steps({"state": ""})) == 1
    with pytest.raises(Refused, match="missing_field: state=done"):
        steps({"state": "done"})


REFUSED = {
    "no id": ({"no": ""}, "missing_field: no"),
    "no time": ({"opened": None}, "missing_field: opened"),
    "no place": ({"x": "", "y": None}, "missing_field: x y"),
    "no type": ({"kind": " "}, "missing_field: kind"),
    "an odd state": ({"state": "lost"}, "unknown_status: state=lost"),
    "an odd grade": ({"grade": "low"}, "bad_value: grade=low"),
    "no day": ({"done": "2026-02-30"}, "bad_time: done=2026-02-30"),
    "too early": ({"done": "0001-01-01"}, "bad_time: done=0001-01-01"),
    "closed too soon": ({"done": "2026-01-04"}, r"bad_time: done=2026-01-03T16:00:00Z \(closed before reported"),
    "a bare number": ({"opened": 1767571200}, "bad_time: opened=1767571200"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_rows_are_refused_with_the_source_s_own_column(what):
    row, message = REFUSED[what]
    with pytest.raises(Refused, match=message):
        steps(row)


def test_forms_of_time():
    want = steps({})[0]["at"]
    for form, value in {
        "epoch": 1767571200,
        "epoch_ms": "1767571200000",
        "%d/%m/%Y %I:%M %p": "05/01/2026 08:00 AM",
    }.items():
        assert steps({"opened": value}, time_format=form)[0]["at"] == want
    assert steps({"opened": "2026-01-05T00:00:00Z"})[0]["at"] == want
    assert steps({"opened": "2026-01-05T01:00"}, timezone="Europe/Berlin")[0]["at"] == want


@given(
    st.dictionaries(
        st.sampled_from(["no", "x", "opened", "done", "until", "state", "grade", "via", "kind"]),
        st.none() | st.text() | st.integers() | st.floats() | st.booleans(),
    )
)
def test_no_row_breaks_the_mapper(row):
    with contextlib.suppress(Refused):
        assert steps(row)
