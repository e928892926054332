"""Reading rows from files, a bounded piece at a time: CSV, NDJSON, GeoJSON, Parquet; gzipped too."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic_core import from_json, to_json

from data_access.errors import BadSource
from ingest.reasons import Refused

BATCH = 20_000
GEOMETRY = ("@lon", "@lat")
"""Columns that a GeoJSON row has beside its properties: its point."""

FORMATS = {".csv": "csv", ".tsv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "json"}
FORMATS |= {".geojson": "geojson", ".parquet": "parquet"}


@dataclass(slots=True)
class Row:
    """One row of a file: its line (for GeoJSON and Parquet its number from 1), its text, its values by column."""

    line: int
    raw: str
    values: dict
    refused: Refused | None = None


@dataclass(frozen=True)
class Reading:
    """A file, or a `body` that was sent under the name `path`, and how to read it."""

    path: Path
    format: str
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    body: bytes | None = None

    @classmethod
    def of(
        cls, path: Path, form: str | None = None, encoding: str = "utf-8-sig", delimiter: str = ","
    ) -> "Reading":
        """The file at `path`, its format told by its name where `form` is None. Raises BadSource."""
        if not path.is_file():
            raise BadSource(f"{path}: there is no such file.")
        suffixes = [s.lower() for s in path.suffixes if s.lower() != ".gz"]
        form = form or FORMATS.get(suffixes[-1] if suffixes else "")
        if form is None:
            raise BadSource(f"{path}: its name does not tell its `format`: csv, ndjson, json, geojson or parquet.")
        if suffixes and suffixes[-1] == ".tsv" and delimiter == ",":
            delimiter = "\t"
        found = cls(path, form, encoding, delimiter)
        return cls(path, found._kind_of_json(), encoding, delimiter) if form == "json" else found

    def _kind_of_json(self) -> str:
        """What a file called .json is: GeoJSON, one list of objects, or an object a line."""
        with self.open() as body:
            head = body.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
        if head.startswith(b"["):
            return "json"
        return "geojson" if b'"FeatureCollection"' in head else "ndjson"

    def rows(self) -> Iterator[Row]:
        """All rows in order. Raises BadSource, with the line, when the file cannot be read on."""
        last = 0
        try:
            for row in READERS[self.format](self):
                last = row.line
                yield row
        except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
            raise BadSource(f"{self.path}: cannot be read after line {last}: {error}") from error
        except (csv.Error, LookupError, ValueError) as error:
            raise BadSource(f"{self.path}: not {self.format} after line {last}: {error}") from error

    def columns(self) -> tuple[set[str], bool]:
        """The columns there are, and whether those are surely all; looks at the first 1,000 rows."""
        found: set[str] = set()
        if self.format == "parquet":
            return set(_parquet(self).schema_arrow.names), True
        for n, row in enumerate(self.rows()):
            found |= set(row.values)
            if n >= (0 if self.format == "csv" else 1000):
                break
        if self.format == "csv" and not found:
            found = set(next(_csv_table(self))[1])
        return found, self.format == "csv"

    def open(self) -> io.BufferedIOBase:
        """The bytes, those of a file unpacked where gzipped."""
        if self.body is not None:
            return io.BytesIO(self.body)
        with self.path.open("rb") as probe:
            packed = probe.read(2) == b"\x1f\x8b"
        return gzip.open(self.path) if packed else self.path.open("rb")


def _csv_table(reading: Reading) -> Iterator[tuple[int, list[str], str, bool]]:
    """Rows as (line, fields, raw text, whether the text was readable), the header among them."""
    with reading.open() as body:
        kept: list[str] = []
        broken: list[bool] = []

        def lines() -> Iterator[str]:
            for line in body:
                try:
                    text = line.decode(reading.encoding)
                    broken.append(False)
                except UnicodeDecodeError:
                    text = line.decode(reading.encoding, "replace")
                    broken.append(True)
                kept.append(text)
                yield text

        table = csv.reader(lines(), delimiter=reading.delimiter)
        while True:
            first = table.line_num + 1
            try:
                fields = next(table)
            except StopIteration:
                return
            except csv.Error as error:
                fields = [f"\0{error}"]
            yield first, fields, "".join(kept).rstrip("\r\n"), not any(broken)
            kept.clear()
            broken.clear()


def _csv(reading: Reading) -> Iterator[Row]:
    table = _csv_table(reading)
    try:
        _, header, _, readable = next(table)
    except StopIteration:
        raise BadSource(f"{reading.path}: is empty; its first line must name the columns.") from None
    if not readable:
        raise BadSource(f"{reading.path}:1: the header is not {reading.encoding}; set `encoding`, as to gb18030.")
    header = [name.strip() for name in header]
    for line, fields, raw, readable in table:
        if not fields:
            continue
        row = Row(line, raw, dict(zip(header, fields, strict=False)))
        if not readable:
            row.refused = Refused("broken_row", f"not {reading.encoding}")
        elif len(fields) != len(header):
            why = fields[0][1:] if fields[0].startswith("\0") else f"{len(fields)} fields, {len(header)} columns"
            row.refused = Refused("broken_row", why)
        yield row


def _ndjson(reading: Reading) -> Iterator[Row]:
    with reading.open() as body:
        for number, line in enumerate(body, 1):
            if not line.strip():
                continue
            raw = line.decode("utf-8", "replace").rstrip("\r\n")
            try:
                value = from_json(line.rstrip(b"\r\n"), allow_inf_nan=False)
            except ValueError as error:
                yield Row(number, raw, {}, Refused("not_json", str(error)))
                continue
            if isinstance(value, dict):
                yield Row(number, raw, value)
            else:
                yield Row(number, raw, {}, Refused("not_json", "not an object"))


def _document(reading: Reading) -> object:
    with reading.open() as body:
        try:
            return json.load(body)
        except json.JSONDecodeError as error:
            raise BadSource(f"{reading.path}:{error.lineno}: not JSON: {error.msg}") from error
        except RecursionError as error:
            raise BadSource(f"{reading.path}: not JSON: too deep") from error


def _json(reading: Reading) -> Iterator[Row]:
    document = _document(reading)
    if not isinstance(document, list):
        raise BadSource(f"{reading.path}: not a list of objects.")
    for number, value in enumerate(document, 1):
        raw = json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict):
            yield Row(number, raw, value)
        else:
            yield Row(number, raw, {}, Refused("not_json", "not an object"))


def _geojson(reading: Reading) -> Iterator[Row]:
    document = _document(reading)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise BadSource(f"{reading.path}: not GeoJSON: it has no list `features`.")
    for number, feature in enumerate(features, 1):
        raw = json.dumps(feature, ensure_ascii=False)
        if not isinstance(feature, dict):
            yield Row(number, raw, {}, Refused("not_json", "not a feature"))
            continue
        properties = feature.get("properties")
        own = properties if isinstance(properties, dict) else {}
        yield Row(number, raw, {"id": feature.get("id")} | _point(feature) | own)


def _point(feature: dict) -> dict:
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return dict.fromkeys(GEOMETRY)
    point = geometry.get("coordinates")
    return dict(zip(GEOMETRY, [*(point if isinstance(point, list) else ()), None, None], strict=False))


def _parquet(reading: Reading) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(reading.path if reading.body is None else io.BytesIO(reading.body))
    except (OSError, pa.ArrowException) as error:
        raise BadSource(f"{reading.path}: not Parquet: {error}") from error


def _parquet_rows(reading: Reading) -> Iterator[Row]:
    number = 0
    for batch in _parquet(reading).iter_batches(BATCH):
        for values in batch.to_pylist():
            number += 1
            yield Row(number, to_json(values, fallback=str).decode(), values)


READERS: dict[str, Callable[[Reading], Iterator[Row]]] = {
    "csv": _csv,
    "ndjson": _ndjson,
    "json": _json,
    "geojson": _geojson,
    "parquet": _parquet_rows,
}
