"""A snapshot as a document that a browser draws: pages of paper, or one picture with its caption."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import quote, urlencode

import segno
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from components import fmt
from components.layout import page_of
from components.sheet import Cell, Column, Sheet
from components.shell import BRAND, TAGLINE
from data_access.view import View
from data_access.walls.declared import CANVASES, USUAL
from data_access.words import Lang, T
from reports.about import ABOUT, DEFINITIONS, age, covered, definitions, facts, note, watermark
from reports.cells import local, text_of, wide
from reports.format import Drawing
from reports.snapshot import Chapter, Part, Snapshot
from reports.wording import stamped

MOST = 500
"""Rows of a panel that are put on paper; the workbook has them all."""
MARGIN = (13, 12)
"""Free space of a page above and below, and at its sides, in mm."""
PX = 25.4 / 96
"""A CSS pixel in mm."""
HEAD = 30
"""What stands above the picture on the first page, in mm."""
SHORT = 20
"""How wide a text may be that is kept on one line, in letters; Chinese ones count twice."""
ALONE = (1600, 640)
"""A panel's own picture on paper."""
LIST = (1000, 640)
"""A list's own picture, before it is as high as its rows."""
PLAIN = "16x9"
CUT = T("只列前 {n} 行，共 {whole} 行；工作簿中有全部", "the first {n} of {whole} rows; a workbook has them all")
NO_ROWS = T("没有行。", "No rows.")
LEAD = T("{path} · {window} · 截至 {at}", "{path} · {window} · as of {at}")
DIGEST = T("摘要 {digest}", "digest {digest}")
PAGES = Environment(loader=PackageLoader("reports", "documents"), autoescape=True)


@dataclass(frozen=True)
class Picture:
    """A page in a frame: its address, and the size it is laid out for, in CSS pixels.

    `fit`: ``first`` stands on the first page, ``one`` among the panels, ``grow`` is as high as its page.
    """

    address: str
    wide: int
    high: int
    fit: str
    title: str = ""


def document(snapshot: Snapshot, drawing: Drawing) -> str:
    """The whole document, in the language of the View; its theme too where it is a picture."""
    lang, paged = snapshot.view.lang, drawing.paper is not None
    known = {fact.key: fact for fact in facts(snapshot)}
    named = {key: known[fact].told for key, fact in (("path", "unit"), ("window", "window"), ("at", "as_of"))}
    mark, digest = watermark(snapshot)(lang), DIGEST.fill(digest=snapshot.digest[:16])(lang)
    return PAGES.get_template("paper.html").render(
        lang=lang,
        theme="paper" if paged else snapshot.view.theme,
        paged=paged,
        title=snapshot.title(lang),
        brand=f"{BRAND(lang)} {TAGLINE(lang)}",
        lead=LEAD.fill(**named)(lang),
        filters=snapshot.filters(lang),
        link=snapshot.link,
        code=Markup(segno.make(snapshot.link, error="l").svg_inline(border=0 if paged else 2, omitsize=True)),
        mark=_mark(mark),
        running=Markup(_running(snapshot, drawing, mark, digest)) if paged else "",
        told=[_chapter(chapter, lang) for chapter in snapshot.told] if paged else (),
        pictures=list(pictures(snapshot, drawing)),
        parts=[_part(snapshot, part) for part in snapshot.parts] if paged else (),
        nothing=NO_ROWS(lang),
        about={"title": ABOUT(lang), "facts": list(_facts(snapshot))},
        definitions={"title": DEFINITIONS(lang), "table": _table(definitions(snapshot), snapshot)},
        foot=" · ".join(filter(None, (mark, snapshot.credit(lang)))),
        digest=digest,
    )


def _chapter(chapter: Chapter, lang: Lang) -> dict:
    return {"title": chapter.title(lang), "sentences": [sentence(lang) for sentence in chapter.sentences]}


def pictures(snapshot: Snapshot, drawing: Drawing) -> Iterator[Picture]:
    """The pictures of a snapshot: of the View as a whole, or of each panel that is a drawing."""
    paged = drawing.paper is not None
    view = snapshot.view.but(theme="paper") if paged else snapshot.view

    def picture(of: View, size: tuple[int, int], fit: str, panel: str = "", title: str = "") -> Picture:
        held = {"moment": str(snapshot.ask.moment)} | ({"alone": panel} if panel else {})
        return Picture(f"{of.url}&{urlencode(held)}", *size, fit, title)

    if snapshot.panel:
        part = snapshot.part(snapshot.panel)
        if part and part.drawn:
            yield picture(view, drawing.size, "first", snapshot.panel)
        elif part and not paged:
            yield picture(view, LIST, "grow", snapshot.panel)
    elif not view.page:
        layout, canvas = (snapshot.stage or f"{USUAL}/{PLAIN}").split("/")
        size = CANVASES[canvas] if snapshot.stage else drawing.size
        yield picture(view.but(page=page_of(layout, canvas)), size, "first")
    elif not paged:
        yield picture(view, drawing.size, "grow")
    else:
        for part in snapshot.parts:
            if part.drawn and not part.reason:
                yield picture(view, ALONE, "one", part.key, part.title(view.lang))


def _part(snapshot: Snapshot, part: Part) -> dict:
    """A panel in words and rows."""
    lang, rows = snapshot.view.lang, part.sheet
    told = [covered(part.coverage), age(snapshot, part), note(rows) if rows else None]
    if rows and len(rows.rows) > MOST:
        told.append(CUT.fill(n=f"{MOST:,}", whole=f"{rows.whole or len(rows.rows):,}"))
        rows = replace(rows, rows=rows.rows[:MOST])
    return {
        "title": part.title(lang),
        "sentence": part.sentence(lang),
        "note": " · ".join(text(lang) for text in told if text),
        "reason": part.reason(lang) if part.reason else "",
        "table": _table(rows, snapshot) if rows else None,
    }


def _facts(snapshot: Snapshot) -> Iterator[tuple[str, str, str]]:
    lang = snapshot.view.lang
    for fact in facts(snapshot)[1:]:
        yield fact.title(lang), text_of(fact.told, lang), fact.told.en if fact.link else ""


def _table(rows: Sheet, snapshot: Snapshot) -> dict:
    """Rows as texts. Columns that say nothing at all are left out; where rows have a place, they lead to it."""
    lang, zone = snapshot.view.lang, snapshot.zone
    keys = [column.key for column in rows.columns]
    placed = {"lon", "lat"} <= set(keys)
    hrefs = [_place(snapshot, dict(zip(keys, row, strict=True))) if placed else "" for row in rows.rows]
    columns = []
    for number, column in enumerate(rows.columns):
        cells = [row[number] for row in rows.rows]
        if column.key not in ("lon", "lat") and any(cell not in (None, "") for cell in cells):
            columns.append((column, [(cell, shown(cell, column, zone, lang)) for cell in cells]))
    told = [
        [{"text": text, "look": "" if cell is not None else "unknown"} for cell, text in cells]
        for _, cells in columns
    ]
    for cell, href in zip(told[0] if told else [], hrefs, strict=False):
        cell["href"] = href
    heads = [{"title": column.title(lang), "look": _look(column, cells)} for column, cells in columns]
    return {"columns": heads, "rows": list(zip(*told, strict=True))}


def _look(column: Column, cells: list[tuple[Cell, str]]) -> str:
    """What a column's cells look like: of its kind, and on one line where they are short."""
    widest = max((wide(text) for _, text in cells), default=0)
    return column.kind if column.kind != "text" or widest > SHORT else "text short"


def _place(snapshot: Snapshot, row: dict[str, Cell]) -> str:
    """Where a row's place is on the map, for a row that has one."""
    if row["lon"] is None or row["lat"] is None:
        return ""
    site = snapshot.link.removesuffix(snapshot.view.url)
    return site + snapshot.view.but(page="", place=(round(row["lon"], 5), round(row["lat"], 5))).url


def shown(cell: Cell, column: Column, zone: str, lang: Lang) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return fmt.UNKNOWN
    if isinstance(cell, T | str):
        return text_of(cell, lang)
    if column.kind == "moment":
        return f"{local(cell, zone):%Y-%m-%d %H:%M:%S}"
    if column.kind == "seconds":
        return fmt.span(cell, lang)
    text = fmt.measured(cell) if column.decimals is None else fmt.number(cell, column.decimals)
    return f"{text}%" if column.kind == "percent" else text


def _running(snapshot: Snapshot, drawing: Drawing, mark: str, digest: str) -> str:
    """What stands at the head and foot of every page, and how large pages are."""
    (wide, high), (above, side) = drawing.paper, MARGIN
    picture = next(pictures(snapshot, drawing), None)
    ratio = picture.wide / picture.high if picture else 1
    room = math.floor((high - 2 * above - HEAD) * ratio)
    lang, at = snapshot.view.lang, stamped(snapshot.ask.at, snapshot.zone)
    boxes = {
        "top-left": _quoted(snapshot.title(lang)),
        "top-right": _quoted(at),
        "bottom-left": _quoted(mark),
        "bottom-center": _quoted(digest),
        "bottom-right": 'counter(page) " / " counter(pages)',
    }
    look = "font: 7pt var(--font); font-variant-ligatures: none; color: #606f84"
    margins = " ".join(f"@{place} {{ content: {text}; {look} }}" for place, text in boxes.items())
    first = "@page :first { @top-left { content: none } @top-right { content: none } }"
    return (
        f":root {{ --across: {wide - 2 * side}mm; --room: {room}mm }} "
        f"@page {{ size: {wide}mm {high}mm; margin: {above}mm {side}mm; {margins} }} {first}"
    )


def _quoted(text: str) -> str:
    """A text as CSS has it, which cannot end the style it stands in."""
    plain = "".join(f"\\{ord(letter):x} " if letter in '\\"<>\n' else letter for letter in text)
    return f'"{plain}"'


def _mark(text: str) -> str:
    """The watermark as the address of a picture: faint, aslant, and no text that a search would find."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="460" height="240"><text x="230" y="120" fill="#16202c" '
        'fill-opacity="0.045" font-size="15" font-family="Noto Sans CJK SC, sans-serif" text-anchor="middle" '
        f'transform="rotate(-24 230 120)">{escape(text)}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"
