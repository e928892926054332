"""The files of snapshots, read back by other programs: types intact, all rows there, all facts told."""

import csv
import io
import json
import shutil
import subprocess
import zipfile
from datetime import datetime, timedelta
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest
import shapely
from flask import Flask
from moments import EPOCH, still

from callbacks import snapshots
from components import catalogue, links
from data_access.ask import ask
from data_access.settings import Settings
from data_access.view import View
from data_access.words import T
from reports.format import file_name, formats
from reports.pool import Pool
from reports.snapshot import of_surface, take
from reports.taking import surface_of, written

NOW = EPOCH + 30.5
PANELS = list(catalogue.panels())
ZONE = ZoneInfo("Asia/Shanghai")
FACTS = ("title", "unit", "window", "as_of", "filters", "made_by", "made_at", "link", "digest", "watermark")


@pytest.fixture(scope="module")
def city(home):
    opened = still(Settings(home=home), NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser(city):
    server = Flask("snapshots")
    pool = Pool(city, "")
    snapshots.register(server, snapshots.Desk(city, PANELS, formats(), pool))
    yield server.test_client()
    pool.close()


def of(city, view, form, panel=""):
    """A snapshot, and its file's body in a format."""
    panels = [p for p in of_surface(PANELS, surface_of(view)) if panel in ("", p.key)]
    made = take(city, ask(city, view), panels, T("值班员", "=duty"), NOW, "https://city.example")
    with written(city, made, formats()[form]) as file:
        return made, file.read()


def expected(cell, column, lang):
    """A cell as a spreadsheet should hold it."""
    if cell is None or cell == "" or isinstance(cell, T):
        return cell(lang) if cell else None
    if column.kind == "moment":
        return datetime.fromtimestamp(cell, ZONE).replace(tzinfo=None)
    return timedelta(seconds=cell) if column.kind == "seconds" else cell


def same(found, wanted_value):
    if isinstance(wanted_value, datetime):
        return isinstance(found, datetime) and abs(found - wanted_value) < timedelta(milliseconds=10)
    if isinstance(wanted_value, timedelta):
        return isinstance(found, timedelta) and abs(found - wanted_value) < timedelta(milliseconds=10)
    if isinstance(wanted_value, int | float):
        return isinstance(found, int | float) and found == pytest.approx(wanted_value, rel=1e-12)
    return found == wanted_value


def holds(book, made, lang):
    """Every panel has its sheet, with each cell of the type and value it should have."""
    names = book.sheetnames[2:]
    assert len(names) == len(made.parts)
    for name, part in zip(names, made.parts, strict=True):
        grid = list(book[name].iter_rows(values_only=True))
        columns = part.sheet.columns
        assert list(grid[0][: len(columns)]) == [c.title(lang) for c in columns], part.key
        assert len(grid) - 1 == len(part.sheet.rows), part.key
        for line, row in zip(grid[1:], part.sheet.rows, strict=True):
            for found, cell, column in zip(line, row, columns, strict=False):
                assert same(found, expected(cell, column, lang)), (part.key, column.key, found, cell)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("view", [View(window="7d", metric="handling_time"), View(page="networks")])
def test_a_workbook_keeps_types(city, lang, view):
    made, body = of(city, view.but(lang=lang), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert book.sheetnames[:2] == {"zh": ["说明", "定义"], "en": ["About", "Definitions"]}[lang]
    holds(book, made, lang)
    for name in book.sheetnames[1:]:
        sheet = book[name]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
        assert sheet.column_dimensions["A"].width > 8
        assert made.who(lang) in sheet.oddFooter.left.text
    told = book.worksheets[0]
    facts = {row[0].value: row[1] for row in told.iter_rows(min_row=2, max_col=2) if row[0].value}
    assert made.digest in [cell.value for cell in facts.values()]
    link = next(cell for cell in facts.values() if cell.hyperlink)
    assert link.value == link.hyperlink.target == made.link
    as_of = facts[{"zh": "截至", "en": "As of"}[lang]]
    assert as_of.value == datetime.fromtimestamp(made.ask.at, ZONE).replace(tzinfo=None)


def test_a_text_is_never_a_formula(city):
    _, body = of(city, View(lang="en"), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(body))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert "=duty" in [cell.value for row in book["About"].iter_rows() for cell in row]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_a_workbook_with_types_intact(city, tmp_path):
    made, body = of(city, View(window="7d", lang="en"), "xlsx")
    (tmp_path / "in.xlsx").write_bytes(body)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "ods:calc8", "--outdir", tmp_path]
    subprocess.run([*command, tmp_path / "in.xlsx"], check=True, capture_output=True, timeout=120)
    back = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*back, "--outdir", tmp_path / "back", tmp_path / "in.ods"], check=True, capture_output=True, timeout=120
    )
    holds(openpyxl.load_workbook(tmp_path / "back" / "in.xlsx"), made, "en")


def test_one_panel_is_a_csv_with_notes(city):
    for key in ("stream", "map", "trend", "kpis", "people"):
        made, body = of(city, View(lang="en", window="7d"), "csv", key)
        assert body.startswith(b"\xef\xbb\xbf#")
        text = body.decode("utf-8-sig")
        assert made.digest in text
        assert made.link in text
        part = made.part(key)
        frame = pd.read_csv(io.StringIO(text), comment="#")
        assert list(frame.columns) == [c.title.en for c in part.sheet.columns]
        assert len(frame) == len(part.sheet.rows)
        for column, told in zip(part.sheet.columns, frame.columns, strict=True):
            cells = part.sheet.column(column.key)
            if column.kind in ("number", "percent") and any(cell is not None for cell in cells):
                assert pd.api.types.is_numeric_dtype(frame[told]), (key, told)
                assert frame[told].sum() == pytest.approx(sum(cell for cell in cells if cell is not None))
            if column.kind == "moment":
                at = [datetime.fromisoformat(text).timestamp() for text in frame[told].dropna()]
                assert at == pytest.approx([cell for cell in cells if cell is not None], abs=1)


def test_a_csv_has_no_formulas(city):
    made, body = of(city, View(lang="en"), "csv", "people")
    assert "'=duty" not in body.decode()
    rows = csv.reader(line for line in body.decode("utf-8-sig").splitlines() if not line.startswith("#"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_several_panels_are_a_zip_with_what_they_are(city):
    made, body = of(city, View(), "csv")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        names = packed.namelist()
        assert names == ["about.txt", "definitions.csv", "panels.csv", *(f"{p.key}.csv" for p in made.parts)]
        told = packed.read("about.txt").decode("utf-8-sig")
        assert made.digest in told
        for part in made.parts:
            text = packed.read(f"{part.key}.csv").decode("utf-8-sig")
            assert len(list(csv.reader(io.StringIO(text)))) == len(part.sheet.rows) + 1
        defined = packed.read("definitions.csv").decode("utf-8-sig")
        assert all(d.metric.help.zh in defined for d in made.definitions)


def test_geojson_has_cells_and_cases(city):
    view = View(unit=str(city.units.table.id[2]), metric="on_time_rate", window="30d", lang="en")
    for layers, kinds in ((("cases",), {"cell", "case"}), ((), {"cell"})):
        made, body = of_geojson(city, view.but(layers=layers))
        found = json.loads(body)
        assert set(FACTS) <= set(found["jingwei"])
        assert found["jingwei"]["digest"] == made.digest
        features = found["features"]
        assert {f["properties"]["kind"] for f in features} == kinds
        cells = [f for f in features if f["properties"]["kind"] == "cell"]
        sheet = made.part("map").sheet
        assert [c["properties"]["id"] for c in cells] == sheet.column("unit_id")
        assert [c["properties"]["value"] for c in cells] == sheet.column("value")
        assert [c["properties"]["m"] for c in cells] == sheet.column("m")
        for cell, lon, lat in zip(cells, sheet.column("lon"), sheet.column("lat"), strict=True):
            shape = shapely.geometry.shape(cell["geometry"])
            assert shape.is_valid
            assert shape.buffer(1e-4).contains(shapely.Point(lon, lat))
        points = [f for f in features if f["properties"]["kind"] == "case"]
        assert len(points) == (len(made.part("stream").sheet.rows) if layers else 0)
        assert all(f["geometry"]["type"] == "Point" for f in points)


def of_geojson(city, view):
    carried = formats()["geojson"].carries(view)
    made = take(city, ask(city, view), [p for p in PANELS if p.key in carried], T("某", "x"), NOW)
    with written(city, made, formats()["geojson"]) as file:
        return made, file.read()


def test_the_endpoint_answers_the_file_of_a_view(city, browser):
    view = View(unit=str(city.units.table.id[2]), window="7d")
    answer = browser.get(links.snapshot(view, "xlsx"))
    assert answer.status_code == 200
    named = answer.headers["Content-Disposition"]
    told = unquote(named.split("UTF-8''")[1])
    assert told.startswith(str(city.units.table.zh[2]))
    assert told.endswith(".xlsx")
    assert quote(told) in named
    assert named.isascii()
    assert answer.headers["Cache-Control"] == "no-store"
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert answer.headers["X-Jingwei-Digest"] in [row[1].value for row in book.worksheets[0].iter_rows(max_col=2)]


def test_the_file_of_a_moment_is_that_of_its_link(city, browser):
    """By the moment that a screen tells, and by the address that the file holds."""
    view = View(lang="en")
    made, _ = of(city, view, "csv", "ranking")
    first = browser.get(links.snapshot(view, "csv", "ranking", str(city.live.moment())))
    again = browser.get(links.snapshot(made.view, "csv", "ranking"))
    assert first.headers["X-Jingwei-Digest"] == again.headers["X-Jingwei-Digest"] == made.digest
    told = next(line for line in first.data.decode().splitlines() if "opens this moment" in line)
    parts = urlsplit(told.split(": ", 1)[1])
    assert View.of(parts.path, parts.query)[0] == made.view


@pytest.mark.parametrize(
    ("address", "status", "zh", "en"),
    [
        ("/snapshot/docx", 404, "没有名为 docx 的格式", "no format called docx"),
        ("/snapshot/xlsx/unit/nowhere", 404, "没有单元 nowhere", "no unit nowhere"),
        ("/snapshot/csv?window=9d", 400, "window=9d", "window=9d"),
        ("/snapshot/csv?panel=nothing", 404, "nothing", "nothing"),
        ("/snapshot/geojson/networks", 400, "只能取地图", "the map only"),
        ("/snapshot/csv/catalogue", 404, "catalogue", "catalogue"),
    ],
)
def test_the_endpoint_says_what_it_cannot_do(browser, address, status, zh, en):
    for lang, words in (("zh", zh), ("en", en)):
        answer = browser.get(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        assert answer.status_code == status
        assert words in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("name", "plain"), [("金水区-1.csv", "1.csv"), ("a b.csv", "a b.csv"), ("区", "snapshot")]
)
def test_a_file_may_have_any_name(name, plain):
    told = snapshots.disposition(name)
    assert f'filename="{plain}"' in told
    assert unquote(told.split("UTF-8''")[1]) == name


def test_file_names_tell_unit_what_and_when(city):
    made, _ = of(city, View(lang="en", metric="opened"), "csv", "ranking")
    assert file_name(made, formats()["csv"]) == "Cases-reported-Zhengzhou-20260318-103527.csv"
