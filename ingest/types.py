"""Case types of a city file: from a CSV, or gathered from the cases themselves."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from data_access.errors import BadSource
from data_access.profile import CaseType
from data_access.words import T
from ingest.cityfile import CaseFile, CityFile, Types
from ingest.files import Reading
from ingest.mapping import check_columns, filled, text_of

TEXTS = ("title_zh", "title_en", "group_zh", "group_en")
COLUMNS = (*TEXTS, "kind", "limit_hours", "working", "response_hours", "severity")
HOUR = 3600
_NO = {"0", "no", "false", "否"}


@dataclass
class TypeBook:
    """The types of a city, and which of them a word in the data means."""

    types: dict[str, CaseType] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def add(self, case_type: CaseType, *words: str) -> None:
        """Add a type, found by its key, its titles and `words`."""
        self.types[case_type.key] = case_type
        for word in (case_type.key, case_type.title.zh, case_type.title.en, *words):
            self.words.setdefault(word, case_type.key)

    def key(self, word: str) -> str:
        """The key of the type that `word` means; the word itself, which no type has, when there is none."""
        return self.words.get(word, word)


def read_types(city: CityFile, sources: Iterable[tuple[CaseFile, Reading]]) -> TypeBook:
    """All types of the city. Raises BadSource with file and line, or when the column holds too many words."""
    book = TypeBook()
    if city.types.file:
        _from_file(book, city.types)
    if city.types.auto:
        for cases, reading in sources:
            _from_cases(book, city.types, cases, reading)
    return book


def slug(word: str) -> str:
    """A key made of a word: lower case, letters and digits, hyphens between."""
    return re.sub(r"[\W_]+", "-", word.lower()).strip("-") or "other"


def _from_file(book: TypeBook, defaults: Types) -> None:
    reading = Reading.of(defaults.file)
    check_columns(str(defaults.file), ["key"], reading.columns()[0])
    for row in reading.rows():
        where = f"{defaults.file}:{row.line}"
        if row.refused:
            raise BadSource(f"{where}: {row.refused}")
        given = {n: text_of(row.values.get(n)) for n in ("key", *COLUMNS)}
        if not given["key"] or given["key"] in book.types:
            raise BadSource(f"{where}: key {given['key']!r} is {'taken' if given['key'] else 'empty'}.")
        try:
            book.add(_type(given, defaults))
        except ValueError as error:
            raise BadSource(f"{where}: {error}") from error


def _type(given: dict[str, str], defaults: Types) -> CaseType:
    def text(name: str, fallback: str) -> T:
        zh, en = given[f"{name}_zh"], given[f"{name}_en"]
        return T(zh or en or fallback, en or zh or fallback)

    return CaseType(
        key=given["key"],
        title=text("title", given["key"]),
        group=text("group", given["key"]),
        kind=given["kind"] or "event",
        limit=round(float(given["limit_hours"] or defaults.limit_hours) * HOUR),
        working=given["working"].lower() not in _NO if given["working"] else defaults.working,
        response=round(float(given["response_hours"] or defaults.response_hours) * HOUR),
        severity=int(given["severity"] or defaults.severity),
    )


def _from_cases(book: TypeBook, defaults: Types, cases: CaseFile, reading: Reading) -> None:
    for row in reading.rows():
        word = filled(cases.type.column, row.values) if cases.type.column else ""
        word = str(cases.type.map.get(word, word) or cases.type.default or "")
        if not word or word in book.words:
            continue
        key = slug(word)
        if key not in book.types:
            group = filled(defaults.group, row.values) if defaults.group else ""
            blank = dict.fromkeys(COLUMNS, "")
            titles = {"title_zh": word, "group_zh": group or word}
            book.add(_type(blank | titles | {"key": key}, defaults), word)
        book.words[word] = key
        if len(book.types) > defaults.most:
            raise BadSource(
                f"{reading.path}: column {cases.type.column!r} holds more than {defaults.most} different types;"
                " name another column, a `types` file, or raise `most`."
            )
