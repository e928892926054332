"""Refused lines of a feed: why, how many, their text; and the form that corrects the mapping."""

from dash import html
from dash.development.base_component import Component

from components import fmt, ids, links
from components.feeds import parts
from components.panel import Panel
from components.sheet import Column, Sheet
from components.surface import FEED
from data_access.ask import Ask
from data_access.city import City
from data_access.errors import OutOfScope
from data_access.quarantine import Kept
from data_access.queries.feeds import asked_feed
from data_access.queries.refused import EXPORTED, Quarantine, quarantine
from data_access.words import T, reason_title

HEADS = (
    (T("时间", "When"), "when"),
    (T("位置", "Where"), ""),
    (T("原因", "Why"), "why"),
    (T("原文", "Text"), "raw"),
)
LABEL = T("隔离区", "Quarantine")
ALL = T("全部", "All")
EMPTY = T("本时段没有被拒收的行。", "No line that was sent in this window is refused.")
NO_MORE = T("没有因“{why}”被拒收的行。", "No line is refused because: {why}.")
OUTSIDE = T(
    "被拒收的行可能属于全市任何地方，不在您的权限范围内。",
    "Refused lines may be of anywhere in the city, which is outside your scope.",
)
LANDED = T("另有 {n} 行重放后已入库。", "{n} more have landed since, put in again.")


def body(data: Quarantine, city: City, ask: Ask) -> list[Component]:
    """Reasons with their counts, each a filter; the lines; what has landed since."""
    lang, counts = ask.view.lang, data.counts
    landed = html.P(LANDED.fill(n=fmt.number(counts.landed))(lang), className="quarantine-note")
    notes = [landed] if counts.landed else []
    if not counts.still:
        return [html.P(EMPTY(lang), className="quarantine-note"), *notes]
    rows = [_row(line, city, ask) for line in data.lines]
    frame = html.Div(parts.table(HEADS, rows, lang, LABEL), className="kept-lines")
    none = html.P(NO_MORE.fill(why=reason_title(ask.view.reason))(lang), className="quarantine-note")
    return [_reasons(data, ask), *notes, frame if rows else none]


def _reasons(data: Quarantine, ask: Ask) -> Component:
    lang, view = ask.view.lang, ask.view
    named = [("", ALL, data.counts.still), *((key, reason_title(key), n) for key, n in data.counts.reasons)]
    chips = [
        links.to(
            view.but(reason=key),
            [html.Span(title(lang)), html.B(fmt.number(n))],
            className="reason on" if key == view.reason else "reason",
            **({"aria-current": "true"} if key == view.reason else {}),
        )
        for key, title, n in named
    ]
    return html.Div([*chips, _exports(ask)], className="reasons")


def _exports(ask: Ask) -> Component:
    feed, query = asked_feed(ask)[0], ask.view.url.split("?", 1)[1]
    label = T("导出 {form}", "Export {form}")
    forms = [
        html.A(
            label.fill(form=form.upper())(ask.view.lang),
            href=f"/quarantine/{feed}.{form}?{query}",
            target="_blank",
            className="button",
        )
        for form in ("ndjson", "csv")
    ]
    return html.Span(forms, className="exports")


def _row(line: Kept, city: City, ask: Ask) -> Component:
    lang, zone = ask.view.lang, city.profile.zone
    when = f"{fmt.date(line.at, zone, lang)} {fmt.clock(line.at, zone)}"
    where = [html.Span(line.source or fmt.UNKNOWN), html.Small([" ", parts.LINE.fill(n=line.line)(lang)])]
    again = T("重放过 {n} 次", "put in again {n} times").fill(n=line.times)(lang)
    tag = [html.Span(again, className="tag")] if line.times else []
    why = [html.Span(reason_title(line.reason)(lang)), html.Small(line.detail), *tag]
    return parts.row([(when, "when"), (where, ""), (why, "why"), (html.Code(line.raw), "raw")])


def form_place() -> Component:
    """Where the form is put; it stays while the lines change, so that nothing that was typed is lost."""
    return html.Div([html.Div(id=ids.MAPPING_FORM), html.Div(id=ids.REMAPPED, className="mapping-told")])


COLUMNS = (
    Column("when", T("时间", "When"), "moment"),
    Column("source", T("位置", "Where")),
    Column("line", T("行", "Line"), "number"),
    Column("reason", T("原因", "Why")),
    Column("detail", T("说明", "Detail")),
    Column("text", T("原文", "Text")),
    Column("again", T("重放次数", "Times put in again"), "number"),
)


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a line, the newest first, up to EXPORTED; texts cut as on the screen. Raises OutOfScope."""
    data = quarantine(city, ask, EXPORTED)
    if data is None:
        raise OutOfScope(OUTSIDE.en)
    rows = [(x.at, x.source, x.line, reason_title(x.reason), x.detail, x.raw, x.times) for x in data.lines]
    asked = dict(data.counts.reasons).get(ask.view.reason, 0) if ask.view.reason else data.counts.still
    return Sheet(COLUMNS, tuple(rows), asked if asked > len(rows) else None)


PANEL = Panel(
    key="feed_rejects",
    title=LABEL,
    order=340,
    load=quarantine,
    body=body,
    sentence=lambda city, ask: T(
        "所选时段内被拒收、尚未入库的行", "lines refused in the window that have not landed since"
    ),
    note=parts.counted(T("{n} 行", "{n} lines"), lambda data: data.counts.still),
    empty=lambda data, ask: None if data else OUTSIDE,
    fixture=form_place,
    surface=FEED,
    sheet=sheet,
)
