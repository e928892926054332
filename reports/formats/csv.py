"""CSV: one panel as a table with notes above it; several as a ZIP of such tables."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from components.sheet import Sheet
from data_access.city import City
from data_access.words import T
from reports.about import DEFINITIONS, PANELS, definitions, facts, note, panels
from reports.cells import harmless, plain
from reports.format import Format
from reports.snapshot import Part, Snapshot
from reports.wording import stamped

BOM = "\ufeff"
"""A mark of UTF-8, which spreadsheets need."""
FAILED = T("没有数据：{why}", "No data: {why}")


def write(snapshot: Snapshot, city: City, file: BinaryIO) -> None:
    """One panel as CSV, its notes in lines that begin with #; of several a ZIP, with about.txt."""
    if len(snapshot.parts) == 1:
        _put(file, _whole(snapshot, snapshot.parts[0]))
        return
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        _add(packed, snapshot, "about.txt", (f"{line}\r\n" for line in _notes(snapshot)))
        _add(packed, snapshot, "definitions.csv", _table(definitions(snapshot), snapshot))
        _add(packed, snapshot, "panels.csv", _table(panels(snapshot), snapshot))
        for part in snapshot.parts:
            rows = _table(part.sheet, snapshot) if part.sheet else [_failed(part, snapshot)]
            _add(packed, snapshot, f"{part.key}.csv", rows)


def _whole(snapshot: Snapshot, part: Part) -> Iterator[str]:
    lang = snapshot.view.lang
    notes = _notes(snapshot) + [f"{PANELS(lang)}:"] + _lines(panels(snapshot), snapshot)
    notes += [f"{DEFINITIONS(lang)}:"] + _lines(definitions(snapshot), snapshot)
    notes += [note(part.sheet)(lang)] if part.sheet and note(part.sheet) else []
    yield from (f"# {' '.join(line.split())}\r\n" for line in notes)
    yield from _table(part.sheet, snapshot) if part.sheet else [_failed(part, snapshot)]


def _notes(snapshot: Snapshot) -> list[str]:
    """The facts, a line each; then what a report says, a line a sentence."""
    lang = snapshot.view.lang
    lines = [f"{fact.title(lang)}: {fact.told(lang)}" for fact in facts(snapshot)]
    for chapter in snapshot.told:
        lines += [f"{chapter.title(lang)}:", *(f"  {sentence(lang)}" for sentence in chapter.sentences)]
    return lines


def _lines(sheet: Sheet, snapshot: Snapshot) -> list[str]:
    """The rows of a sheet as lines of text."""
    lang = snapshot.view.lang
    out = []
    for row in sheet.rows:
        cells = zip(sheet.columns, row, strict=True)
        told = (f"{c.title(lang)} {plain(cell, c, snapshot.zone, lang)}" for c, cell in cells if cell is not None)
        out.append("  " + "; ".join(told))
    return out


def _table(sheet: Sheet, snapshot: Snapshot) -> Iterator[str]:
    """The lines of a table: texts quoted, numbers bare."""
    lang = snapshot.view.lang
    yield _line([column.title(lang) for column in sheet.columns])
    for row in sheet.rows:
        cells = (plain(cell, column, snapshot.zone, lang) for cell, column in zip(row, sheet.columns, strict=True))
        yield _line([harmless(cell) if isinstance(cell, str) else cell for cell in cells])


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC).writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()


def _failed(part: Part, snapshot: Snapshot) -> str:
    return f"# {FAILED.fill(why=part.reason)(snapshot.view.lang)}\r\n"


def _put(file: BinaryIO, lines: Iterable[str]) -> None:
    file.write(BOM.encode())
    for line in lines:
        file.write(line.encode())


def _add(packed: zipfile.ZipFile, snapshot: Snapshot, name: str, lines: Iterable[str]) -> None:
    made = stamped(snapshot.made_at, snapshot.zone)
    when = tuple(int(part) for part in made.replace("-", " ").replace(":", " ").split())
    entry = zipfile.ZipInfo(name, max(when, (1980, 1, 1, 0, 0, 0)))
    entry.compress_type = zipfile.ZIP_DEFLATED
    with packed.open(entry, "w") as file:
        _put(file, lines)


FORMAT = Format(
    key="csv",
    title=T("CSV 表格", "CSV"),
    help=T(
        "一个面板为一张 UTF-8 表，说明在以 # 开头的行；多个面板打包为 ZIP",
        "One panel as a table in UTF-8, with notes in lines that begin with #; several in a ZIP",
    ),
    suffix="csv",
    media="text/csv; charset=utf-8",
    packed=("zip", "application/zip"),
    write=write,
    order=20,
)
