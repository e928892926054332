"""A file cut into pieces of so many rows, each small enough to be held and taken in at once."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from data_access.errors import BadSource
from ingest.files import Reading, Row

ROWS = 10_000
BYTES = 8 * 2**20
"""How many rows, or bytes of text, a piece has at most; a single row may be longer."""
LONGEST = 2**20
"""Bytes of a row, beyond which a file is no file of rows."""
WHOLE = 200 * 2**20
"""Bytes of a JSON or GeoJSON document: it is one value, and read whole."""


@dataclass(frozen=True)
class Piece:
    """Rows of a file as they stand there: as text whose first line is line `first` of the file, or as rows."""

    first: int
    body: bytes
    rows: tuple[Row, ...] | None = None

    @property
    def digest(self) -> str:
        """What names its content."""
        content = hashlib.sha256(self.body)
        for row in self.rows or ():
            content.update(row.raw.encode("utf-8", "replace") + b"\n")
        return content.hexdigest()[:32]


def pieces(reading: Reading) -> Iterator[Piece]:
    """The pieces of a file in order; all but a document of JSON in bounded memory. Raises BadSource."""
    if reading.format in ("ndjson", "csv"):
        yield from _texts(reading)
        return
    if reading.format in ("json", "geojson") and _length(reading) > WHOLE:
        raise BadSource(f"{reading.path}: {reading.format} of more than {WHOLE // 2**20} MB; write NDJSON or CSV.")
    rows, before = reading.rows(), 0
    while chunk := tuple(islice(rows, ROWS)):
        yield Piece(before + 1, b"", chunk)
        before += len(chunk)


def _length(reading: Reading) -> int:
    """Bytes, counted no further than a document may be long."""
    length = 0
    with reading.open() as body:
        while length <= WHOLE and (part := body.read(2**20)):
            length += len(part)
    return length


def _texts(reading: Reading) -> Iterator[Piece]:
    """Whole lines; of a CSV each piece begins with the header, and no quoted field is cut."""
    with reading.open() as body:
        lines = _lines(reading, body)
        header = next(lines, b"") if reading.format == "csv" else b""
        if reading.format == "csv" and not header.strip():
            raise BadSource(f"{reading.path}: is empty; its first line must name the columns.")
        broken: list[BadSource] = []
        yield from _cut(reading, _until_broken(lines, broken), header)
        if broken:
            raise broken[0]


def _lines(reading: Reading, body: BinaryIO) -> Iterator[bytes]:
    number = 0
    try:
        while line := body.readline(LONGEST + 1):
            number += 1
            if len(line) > LONGEST:
                raise BadSource(f"{reading.path}: line {number} is longer than {LONGEST:,} bytes.")
            yield line
    except (OSError, EOFError, zlib.error) as error:
        raise BadSource(f"{reading.path}: cannot be read after line {number}: {error}") from error


def _until_broken(lines: Iterator[bytes], broken: list[BadSource]) -> Iterator[bytes]:
    """The lines up to where they cannot be read on; the error is put into `broken`."""
    try:
        yield from lines
    except BadSource as error:
        broken.append(error)


def _cut(reading: Reading, lines: Iterator[bytes], header: bytes) -> Iterator[Piece]:
    first, kept, length, quotes = 0, [], 0, 0
    for number, line in enumerate(lines, 1 + bool(header)):
        first = first or number
        kept.append(line)
        length += len(line)
        quotes += line.count(b'"') if header else 0
        whole = quotes % 2 == 0
        if whole and (len(kept) >= ROWS or length >= BYTES):
            yield _piece(header, kept, first)
            first, kept, length, quotes = 0, [], 0, 0
        elif not whole and length > 8 * BYTES:
            raise BadSource(f"{reading.path}: a quoted field that begins after line {first} does not end.")
    if kept:
        yield _piece(header, kept, first)


def _piece(header: bytes, lines: list[bytes], first: int) -> Piece:
    return Piece(first - bool(header), header + b"".join(lines))
