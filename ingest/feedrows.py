"""From what a feed sends to items: a body to rows, a row to records, by the feed's definition."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from data_access.city import City
from data_access.errors import BadSource
from ingest.adapters import adapters
from ingest.caserows import CaseMapper
from ingest.cityfile import CaseColumns
from ingest.feedfile import FeedDefinition
from ingest.fields import moments
from ingest.files import FORMATS, Reading, Row
from ingest.items import Item
from ingest.mapping import filled, value_of
from ingest.pipeline import record_item
from ingest.reasons import Refused, shown
from ingest.records import kinds
from ingest.refused import RAW
from ingest.times import Times
from ingest.types import TypeBook


def rows_of(definition: FeedDefinition, body: bytes, form: str | None = None, name: str = "body") -> Iterator[Row]:
    """The rows of a body, in the format `form` or the feed's own; what cannot be read is a refused row."""
    own = adapters()[definition.source.adapter].rows
    if form is None and own is not None:
        yield from own(body)
        return
    reading = Reading(Path(name), form or definition.format, definition.encoding, definition.delimiter, body)
    yield from sound(reading)


def rows_of_file(definition: FeedDefinition, path: Path) -> Iterator[Row]:
    """The rows of a file of a feed; its format by its name, else the feed's own. Raises BadSource."""
    own = adapters()[definition.source.adapter].rows
    if own is not None:
        yield from own(path.read_bytes())
        return
    yield from reading_of(definition, path).rows()


def reading_of(definition: FeedDefinition, path: Path) -> Reading:
    """How a file of a feed is read. Raises BadSource when there is none."""
    named = any(suffix.lower() in FORMATS for suffix in path.suffixes)
    return Reading.of(path, None if named else definition.format, definition.encoding, definition.delimiter)


def sound(reading: Reading) -> Iterator[Row]:
    """The rows of a reading; where it cannot be read on, one refused row in the end."""
    last = 0
    try:
        for row in reading.rows():
            last = row.line
            yield row
    except BadSource as error:
        raw = (reading.body or b"")[:RAW].decode("utf-8", "replace")
        yield Row(last + 1, raw, {}, Refused("unreadable", str(error)[:300]))


def moved(rows: Iterable[Row], lines: int) -> Iterator[Row]:
    """The same rows, so many lines further down."""
    for row in rows:
        row.line += lines
        yield row


class RowMapper:
    """Makes items, each with its records, of the rows of one feed.

    `fields` is the column or template of each field that is read.
    """

    def __init__(self, city: City, definition: FeedDefinition):
        self._declared = kinds()[definition.carries]
        named = {name: name for name in self._declared.model.model_fields}
        if not isinstance(definition.columns, CaseColumns):
            named |= definition.columns
        self.fields = {field: column for field, column in named.items() if column}
        self._moments = moments(self._declared.model)
        self._times = Times(definition.timezone or city.profile.zone, definition.time_format)
        self._cases = None
        if isinstance(definition.columns, CaseColumns):
            types = TypeBook()
            for case_type in city.profile.types:
                types.add(case_type)
            self._cases = CaseMapper(definition.columns, self._times, types, definition.format == "geojson")

    def items(self, rows: Iterable[Row]) -> list[Item]:
        """An item a row, in order."""
        return [self.item(row) for row in rows]

    def item(self, row: Row) -> Item:
        """A row with its records, or refused."""
        if row.refused:
            return Item(row.line, row.raw, refused=row.refused)
        try:
            records = self._cases.records(row) if self._cases else [self._record(row.values)]
        except Refused as error:
            return Item(row.line, row.raw, refused=error, values=row.values)
        item = record_item(self._declared, row.line, row.raw, records)
        item.values = row.values
        return item

    def _record(self, values: dict) -> dict:
        record = {}
        for field, column in self.fields.items():
            value = filled(column, values) if "{" in column else value_of(values, column)
            record[field] = self._moment(column, value) if field in self._moments else value
        return record

    def _moment(self, column: str, value: object) -> object:
        if value is None or value != value or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return self._times.parsed(value)
        except (ValueError, OverflowError, TypeError) as error:
            raise Refused("bad_time", shown(column, value, str(error))) from None
