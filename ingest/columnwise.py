"""Readings in bulk: a body of NDJSON or CSV parsed by columns, but for lines that are not plainly good.

What comes out is the same as line by line: the columns take a line only where both ways must agree.
"""

import time
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.json as pc_json

from data_access.city import City
from data_access.write import Reject
from ingest.adapters import adapters
from ingest.feedfile import FeedDefinition
from ingest.feedrows import RowMapper, rows_of
from ingest.fields import DAY, FIRST
from ingest.isotime import milliseconds, numbers
from ingest.items import Item
from ingest.readings import Readings
from ingest.reasons import Refused, shown
from ingest.records.reading import FLOAT32, UNSAID, register_of, said
from ingest.refused import rejects_of

SMALL = 32
"""Lines that are not cut into halves any more to find the odd one among them."""
LONG = 1000
"""Bytes of a line beyond which it goes its own way."""
FIELDS = ("device", "at", "value", "alarm")
WORDS = {"true": 1, "1": 1, "false": 0, "0": 0, "": UNSAID}


class _Odd(Exception):
    """Some line of a piece is not plainly good."""


@dataclass(frozen=True)
class Sorted:
    """The readings of a body, in order, and its other lines."""

    columns: Readings
    refused: list[Item]

    def rejects(self, source: str, moved: int) -> list[Reject]:
        """The refused lines, numbered from `moved` on."""
        return rejects_of((replace(item, line=item.line + moved) for item in self.refused), source)


@dataclass(frozen=True)
class _Lines:
    """The lines of a body that are not empty, and their numbers; of a CSV without its header."""

    form: str
    header: bytes
    texts: list[bytes]
    numbers: list[int]


class Columnwise:
    """Sorts the bodies of one feed of readings."""

    def __init__(self, city: City, definition: FeedDefinition, mapper: RowMapper):
        self._city, self._definition, self._mapper = city, definition, mapper
        self._named = {f: c for f, c in mapper.fields.items() if f in FIELDS} if self._plain(mapper) else None
        self._zone = definition.timezone or city.profile.zone
        self._own = adapters()[definition.source.adapter].rows is not None

    def _plain(self, mapper: RowMapper) -> bool:
        """Whether each field is one column, and moments are written in a way that is read by columns."""
        if self._definition.carries != "reading" or self._definition.time_format not in (
            None,
            "epoch",
            "epoch_ms",
        ):
            return False
        columns = list(mapper.fields.values())
        plain = all("{" not in name and "." not in name and not name.startswith("@") for name in columns)
        return plain and len(set(columns)) == len(columns) and {"device", "at", "value"} <= set(mapper.fields)

    def sorted(self, body: bytes, form: str | None) -> Sorted | None:
        """The body sorted; None where it is to go line by line as a whole."""
        if self._named is None or (self._own and form is None):
            return None
        lines = _split(body, form or self._definition.format)
        if lines is None or (lines.form == "csv" and not self._table(lines.header)):
            return None
        register = register_of(self._city)
        kept, places, odd = [_nothing()], [np.zeros(0, np.int64)], []
        self._sift(lines, 0, len(lines.texts), kept, places, odd)
        slow, place, refused = self._each(lines, odd, register)
        found = Readings.joined([*kept, slow])
        order = np.argsort(np.concatenate([*places, place]), kind="stable")
        return Sorted(found.where(order), refused)

    def _table(self, header: bytes) -> bool:
        """Whether a CSV with this header is read by columns."""
        d = self._definition
        names = [name.strip() for name in header.decode("utf-8", "replace").split(d.delimiter)]
        there = {"device", "at", "value"} & {f for f, c in self._named.items() if c in names}
        plain = len(set(names)) == len(names) > 1 and d.delimiter not in '"\\ \r\n' and d.delimiter.isascii()
        return plain and len(there) == 3 and d.encoding.lower() in ("utf-8", "utf-8-sig", "utf8")

    def _sift(self, lines: _Lines, lo: int, hi: int, kept: list, places: list, odd: list) -> None:
        """Parse lines `lo` to `hi`, in halves where one of them is odd."""
        if lo == hi:
            return
        try:
            found, good = self._parse(lines, lines.texts[lo:hi])
        except (_Odd, pa.ArrowException, UnicodeDecodeError):
            if hi - lo <= SMALL:
                odd.extend(range(lo, hi))
                return
            middle = (lo + hi) // 2
            self._sift(lines, lo, middle, kept, places, odd)
            self._sift(lines, middle, hi, kept, places, odd)
            return
        kept.append(found.where(good))
        places.append(lo + np.flatnonzero(good))
        odd.extend((lo + np.flatnonzero(~good)).tolist())

    def _parse(self, lines: _Lines, texts: list[bytes]) -> tuple[Readings, np.ndarray]:
        """The readings of some lines, and which of them are plainly good."""
        text = b"\n".join(texts)
        text.decode("utf-8")
        if max(map(len, texts)) > LONG or b"\r" in text or b"\0" in text:
            raise _Odd
        read = self._csv if lines.form == "csv" else self._json
        columns = read(text, len(texts), lines.header)
        register = register_of(self._city)
        place = pc.index_in(columns["device"], register.codes)
        ms, value, alarm = columns["at"], columns["value"], columns["alarm"]
        latest = int(time.time() * 1000) + DAY
        with np.errstate(invalid="ignore"):
            good = (ms >= FIRST) & (ms <= latest) & (np.abs(value) <= FLOAT32) & (alarm >= 0)
        good &= np.asarray(place.is_valid())
        place = (
            register.places[pc.fill_null(place, 0).to_numpy()] if len(register.places) else np.zeros(len(ms), int)
        )
        at = np.where(good, ms, 0).astype(np.int64) // 1000
        alarm = alarm.astype(np.int8) if not good.any() else register.alarms(place, value, alarm)
        return Readings(place, at, value, alarm.astype(np.uint8)), good

    def _json(self, text: bytes, n: int, header: bytes) -> dict:
        flat = text.count(b"{") == text.count(b"}") == n and text.count(b"}\n{") == n - 1
        if not (flat and text.startswith(b"{") and text.endswith(b"}")):
            raise _Odd
        if any(word in text for word in (b"NaN", b"Inf", b"[[")):
            raise _Odd
        form = self._definition.time_format
        types = {"device": pa.string(), "value": pa.float64(), "alarm": pa.bool_()}
        types["at"] = pa.float64() if form else pa.string()
        wanted = pa.schema([(column, types[field]) for field, column in self._named.items()])
        table = pc_json.read_json(
            pa.BufferReader(text),
            pc_json.ReadOptions(use_threads=False, block_size=len(text) + 1),
            pc_json.ParseOptions(explicit_schema=wanted, unexpected_field_behavior="ignore"),
        )
        found = self._fields(table, n)
        if form:
            found["at"] = _epoch(found["at"].to_numpy(zero_copy_only=False), form)
        else:
            found["at"] = milliseconds(found["at"], self._zone)
        found["value"] = found["value"].to_numpy(zero_copy_only=False)
        alarm = found["alarm"]
        said_so = np.full(n, UNSAID) if alarm is None else pc.fill_null(alarm.cast(pa.int8()), UNSAID).to_numpy()
        return found | {"alarm": said_so}

    def _csv(self, text: bytes, n: int, header: bytes) -> dict:
        if BOM_UTF8 in text:
            raise _Odd
        names = [name.strip() for name in header.decode("utf-8").split(self._definition.delimiter)]
        wanted = [column for column in self._named.values() if column in names]
        table = pc_csv.read_csv(
            pa.BufferReader(text),
            pc_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
            pc_csv.ParseOptions(
                delimiter=self._definition.delimiter, quote_char=False, escape_char=False, ignore_empty_lines=False
            ),
            pc_csv.ConvertOptions(column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted),
        )
        found, form = self._fields(table, n), self._definition.time_format
        found["at"] = _epoch(numbers(found["at"]), form) if form else milliseconds(found["at"], self._zone)
        found["value"] = numbers(found["value"])
        alarm = found["alarm"]
        if alarm is None:
            return found | {"alarm": np.full(n, UNSAID)}
        word = pc.index_in(alarm, pa.array(list(WORDS)))
        codes = np.array([*WORDS.values(), -1])
        return found | {"alarm": codes[pc.fill_null(word, len(WORDS)).to_numpy()]}

    def _fields(self, table: pa.Table, n: int) -> dict:
        if table.num_rows != n:
            raise _Odd
        there = {f: c for f, c in self._named.items() if c in table.column_names}
        return {"alarm": None} | {f: table[c].combine_chunks() for f, c in there.items()}

    def _each(self, lines: _Lines, odd: list[int], register: object) -> tuple[Readings, np.ndarray, list[Item]]:
        """The odd lines one by one: the readings among them, the places of those, and what was refused."""
        odd = sorted(odd)
        head = [lines.header] if lines.form == "csv" else []
        body = b"\n".join([*head, *(lines.texts[i] for i in odd)])
        rows = list(rows_of(self._definition, body, lines.form)) if odd else []
        refused, places, taken = [], [], []
        for i, row in zip(odd, rows, strict=True):
            row.line = lines.numbers[i]
            item = self._mapper.item(row)
            code = None if item.refused else item.drafts[0].record.device
            if code is not None and code not in register.rows:
                item.refuse(Refused("unknown_device", shown("device", code)))
            if item.refused:
                refused.append(item)
                continue
            places.append(i)
            taken.append(item.drafts[0].record)
        place = np.array([register.rows[r.device] for r in taken], np.int64)
        value = np.array([r.value for r in taken], float)
        alarm = register.alarms(place, value, np.array([said(r) for r in taken], np.uint8))
        at = np.array([r.at // 1000 for r in taken], np.int64)
        return Readings(place, at, value, alarm), np.array(places, np.int64), refused


def _split(body: bytes, form: str) -> _Lines | None:
    """The body's lines; None for one that cannot be taken apart by lines alone."""
    if form not in ("ndjson", "csv") or (form == "csv" and b'"' in body):
        return None
    body = body.replace(b"\r\n", b"\n") if b"\r" in body else body
    texts = body.split(b"\n")
    header = b""
    if form == "csv":
        header = texts[0].removeprefix(BOM_UTF8)
        # The reader of CSV takes that mark away at the start of every line, not only of the body.
        if b"\r" in body or b"\n" + BOM_UTF8 in body or not header.strip():
            return None
    empty: Callable[[bytes], bool] = (lambda text: not text) if form == "csv" else (lambda text: not text.strip())
    numbers = [n for n, text in enumerate(texts, 1) if not empty(text) and (form != "csv" or n > 1)]
    return _Lines(form, header, [texts[n - 1] for n in numbers], numbers)


def _epoch(told: np.ndarray, form: str) -> np.ndarray:
    """Numbers as epoch milliseconds, to the nearest."""
    return np.rint(told * 1000) if form == "epoch" else np.rint(told / 1000 * 1000)


def _nothing() -> Readings:
    return Readings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.uint8))
