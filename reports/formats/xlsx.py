"""XLSX: what the file is, definitions, then one sheet a panel; numbers and dates as such."""

import re
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell as Box
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from components.sheet import Cell, Column, Sheet
from data_access.city import City
from data_access.words import T
from reports.about import ABOUT, DEFINITIONS, PANELS, SUMMARY, definitions, facts, panels, watermark
from reports.cells import local, text_of, wide
from reports.format import Format
from reports.snapshot import Snapshot
from reports.wording import stamped

MOST = 1_048_575
"""Rows that a sheet of the format can hold below its head."""
TEXT = 32_767
"""Letters that a cell can hold."""
MOMENT, SPAN = "yyyy-mm-dd hh:mm:ss", "[h]:mm:ss"
WIDEST, NARROWEST, SAMPLED = 60, 9, 200
"""Columns are as wide as their widest text among so many rows, within these bounds, in characters."""
BOLD, LARGE, LINKED = Font(bold=True), Font(bold=True, size=14), Font(color="0B6BCB", underline="single")
HEAD = PatternFill("solid", fgColor="EEF1F5")
WRAPPED, TOP = Alignment(wrap_text=True, vertical="top"), Alignment(horizontal="left", vertical="top")
BARRED = re.compile(r"[\[\]:*?/\\]")
FAILED = T("没有数据：{why}", "No data: {why}")
ONLY = T(
    "一张工作表容不下全部：共 {whole} 行，只列前 {n} 行。",
    "The first {n} of {whole} rows: no sheet holds more.",
)


class Book:
    """A workbook that is written row by row, so that long lists take no memory."""

    def __init__(self, snapshot: Snapshot):
        self._snapshot, self._lang, self._zone = snapshot, snapshot.view.lang, snapshot.zone
        self._book, self._names = Workbook(write_only=True), set()
        told = self._book.properties
        told.title, told.creator = snapshot.title(self._lang), snapshot.who(self._lang)
        told.description, told.identifier = snapshot.link, snapshot.digest

    def save(self, file: BinaryIO) -> None:
        """Write it all."""
        self._book.save(file)

    def about(self) -> None:
        """The first sheet: the facts, a line each, then the panels."""
        sheet = self._sheet(ABOUT, (30, 64, 9, 40, 28, 46, 20, 16))
        sheet.append([self._cell(sheet, self._snapshot.title, font=LARGE)])
        for fact in facts(self._snapshot)[1:]:
            sheet.append([self._cell(sheet, fact.title, font=BOLD, alignment=WRAPPED), self._told(sheet, fact)])
        sheet.append([])
        sheet.append([self._cell(sheet, PANELS, font=LARGE)])
        self._table(sheet, panels(self._snapshot), wrapped=True)

    def told(self) -> None:
        """What a report says, a chapter below the other."""
        sheet = self._sheet(SUMMARY, (110,))
        sheet.append([self._cell(sheet, self._snapshot.title, font=LARGE)])
        for chapter in self._snapshot.told:
            sheet.append([])
            sheet.append([self._cell(sheet, chapter.title, font=BOLD)])
            for sentence in chapter.sentences:
                sheet.append([self._cell(sheet, sentence, alignment=WRAPPED)])

    def table(self, title: T, rows: Sheet, wrapped: bool = False) -> None:
        """A sheet of rows under a head that stays in sight and filters."""
        sheet = self._sheet(title, self._widths(rows))
        sheet.freeze_panes = "A2"
        last = f"{get_column_letter(len(rows.columns))}{min(len(rows.rows), MOST) + 1}"
        sheet.auto_filter.ref = f"A1:{last}"
        sheet.print_title_rows = "1:1"
        self._table(sheet, rows, wrapped)

    def sentence(self, title: T, words: T) -> None:
        """A sheet that says why there are no rows."""
        sheet = self._sheet(title, (80,))
        sheet.append([self._cell(sheet, words)])

    def _sheet(self, title: T, widths: Iterable[float]) -> WriteOnlyWorksheet:
        sheet = self._book.create_sheet(self._name(title(self._lang)))
        for number, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddHeader.left.text = _said(self._snapshot.title(self._lang))
        sheet.oddHeader.right.text = _said(stamped(self._snapshot.ask.at, self._zone))
        sheet.oddFooter.left.text = _said(watermark(self._snapshot)(self._lang))
        sheet.oddFooter.right.text = "&P / &N"
        return sheet

    def _name(self, title: str) -> str:
        """A name that sheets may have, and none has yet."""
        plain = BARRED.sub(" ", title).strip("' ")[:28] or "Sheet"
        names = (plain, *(f"{plain} {n}" for n in range(2, 100)))
        name = next(name for name in names if name.casefold() not in self._names)
        self._names.add(name.casefold())
        return name

    def _table(self, sheet: WriteOnlyWorksheet, rows: Sheet, wrapped: bool = False) -> None:
        sheet.append([self._cell(sheet, column.title, font=BOLD, fill=HEAD) for column in rows.columns])
        for row in islice(rows.rows, MOST):
            sheet.append([self._typed(sheet, *pair, wrapped) for pair in zip(row, rows.columns, strict=True)])

    def _typed(self, sheet: WriteOnlyWorksheet, value: Cell, column: Column, wrapped: bool) -> Box | None:
        if value is None or isinstance(value, T | str):
            return None if value is None else self._cell(sheet, value, alignment=WRAPPED if wrapped else None)
        told: object = value
        if column.kind == "moment":
            told = local(value, self._zone).replace(tzinfo=None)
        elif column.kind == "seconds":
            told = timedelta(seconds=value)
        cell = WriteOnlyCell(sheet, told)
        cell.number_format = number_format(column)
        if wrapped:
            cell.alignment = TOP
        return cell

    def _cell(self, sheet: WriteOnlyWorksheet, value: T | str, **style: object) -> Box:
        cell = WriteOnlyCell(sheet, text_of(value, self._lang)[:TEXT])
        cell.data_type = "s"
        for name, part in style.items():
            if part is not None:
                setattr(cell, name, part)
        return cell

    def _told(self, sheet: WriteOnlyWorksheet, fact: object) -> Box:
        if fact.at is not None:
            return self._typed(sheet, fact.at, Column("at", fact.title, "moment"), True)
        cell = self._cell(sheet, fact.told, alignment=WRAPPED)
        if fact.link and fact.told.en.startswith("http"):
            cell.hyperlink, cell.font = fact.told.en, LINKED
        return cell

    def _widths(self, rows: Sheet) -> list[float]:
        return [
            min(WIDEST, max(NARROWEST, _wide(column.title(self._lang)) + 3, *self._shown(rows, number, column)))
            for number, column in enumerate(rows.columns)
        ]

    def _shown(self, rows: Sheet, number: int, column: Column) -> list[float]:
        """How wide the first cells of a column are."""
        if column.kind == "moment":
            return [20.0]
        cells = [row[number] for row in rows.rows[:SAMPLED] if row[number] is not None]
        return [0.0, *(_wide(text_of(cell, self._lang)) + 2 for cell in cells if isinstance(cell, T | str))]


def number_format(column: Column) -> str:
    """How a column's numbers are shown."""
    if column.kind in ("moment", "seconds"):
        return MOMENT if column.kind == "moment" else SPAN
    if column.decimals is None:
        return "General"
    places = "." + "0" * column.decimals if column.decimals else ""
    return f'0{places}"%"' if column.kind == "percent" else f"#,##0{places}"


def _wide(text: str) -> float:
    """How wide a column is that holds a text."""
    return 1.1 * wide(text)


def _said(text: str) -> str:
    """A text of a page's head or foot, where & begins an order; such may be 255 letters long."""
    return text[:100].replace("&", "&&")


def write(snapshot: Snapshot, city: City, file: BinaryIO) -> None:
    """The whole workbook."""
    book = Book(snapshot)
    if snapshot.told:
        book.told()
    book.about()
    book.table(DEFINITIONS, definitions(snapshot), wrapped=True)
    for part in snapshot.parts:
        if part.sheet is None:
            book.sentence(part.title, FAILED.fill(why=part.reason))
        else:
            book.table(part.title, part.sheet)
            if len(part.sheet.rows) > MOST:
                told = ONLY.fill(n=f"{MOST:,}", whole=f"{len(part.sheet.rows):,}")
                book.sentence(part.title, told)
    book.save(file)


FORMAT = Format(
    key="xlsx",
    title=T("Excel 工作簿", "Excel workbook"),
    help=T(
        "每个面板一张工作表，另有说明与定义；数值与日期保留类型",
        "A sheet a panel, with what it is and definitions; numbers and dates keep their types",
    ),
    suffix="xlsx",
    media="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write=write,
    order=10,
)
