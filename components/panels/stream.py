"""The live case stream."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.layout import on_stage
from components.panel import Panel
from components.sheet import LAT, LON, PATH, UNIT, UNIT_ID, Column, Sheet, joined
from components.svg import mark
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.stream import CaseLine, Stream, stream
from data_access.words import CASE_SOURCES, SEVERITIES, STEPS, T

OVERDUE = T("超期", "overdue")
LEFT = T("剩余", "left")


COLUMNS = (
    Column("case", T("案件", "Case")),
    Column("type", T("类别", "Type")),
    Column("severity", T("紧急程度", "Severity")),
    Column("step", T("环节", "Step")),
    Column("source", T("来源", "Source")),
    Column("reported", T("上报", "Reported"), "moment"),
    Column("due", T("时限", "Due"), "moment"),
    UNIT_ID,
    UNIT,
    PATH,
    LON,
    LAT,
)
ALL = 10**9
"""More cases than any city has open."""


def line(case: CaseLine, ask: Ask) -> Component:
    """One open case: severity, what and where, source, step, and what is left of its time."""
    lang = ask.view.lang
    left = case.due_at - ask.at
    used = min(max((ask.at - case.opened_at) / max(case.due_at - case.opened_at, 1), 0), 1)
    state = "late" if left < 0 else "near" if used > 0.8 else "fine"
    place = " · ".join(t(lang) for t in (*case.path[-3:-1], case.unit.title))
    severity = SEVERITIES[case.severity](lang)
    meter = html.Span(html.I(style={"width": f"{100 * used:.0f}%"}), className="meter")
    return links.to_unit_row(
        ask,
        case.unit,
        [
            html.Span([mark(case.severity), html.Span(severity, className="unseen")], title=severity),
            html.Span([html.B(case.title(lang)), html.Small(place)], className="case-what"),
            html.Span(CASE_SOURCES.get(case.source, T(case.source, case.source))(lang), className="case-tag"),
            html.Span(STEPS[case.step](lang), className="case-tag"),
            html.Span(
                [
                    html.Span(fmt.countdown(left, lang), title=(OVERDUE if left < 0 else LEFT)(lang)),
                    meter,
                ],
                className=f"case-left {state}",
            ),
        ],
        className="case",
        title=case.case_id,
    )


def note(data: Stream, city: City, ask: Ask) -> str:
    """How many are open, of which how many are listed; a stage shows as many as fit."""
    shown, total = len(data.lines), fmt.number(data.open.value)
    words = T("在办 {total}，列出前 {shown}", "first {shown} of {total} open")
    if shown >= data.open.value or on_stage(ask.view.page):
        words = T("在办 {total}", "{total} open")
    return words.fill(total=total, shown=shown)(ask.view.lang)


def sheet(city: City, ask: Ask) -> Sheet:
    """All open cases of the unit, the most urgent first."""
    return Sheet(COLUMNS, tuple(map(_row, stream(city, ask, ALL).lines)))


def _row(case: CaseLine) -> tuple:
    lon, lat = (round(degrees, 5) for degrees in case.place)
    source = CASE_SOURCES.get(case.source, T(case.source, case.source))
    told = case.case_id, case.title, SEVERITIES[case.severity], STEPS[case.step], source
    where = case.unit.id, case.unit.title, joined(list(case.path), " · "), lon, lat
    return (*told, case.opened_at, case.due_at, *where)


PANEL = Panel(
    key="stream",
    title=T("实时案件", "Live cases"),
    order=40,
    tables=("case",),
    load=stream,
    body=lambda data, city, ask: [line(case, ask) for case in data.lines],
    sentence=lambda city, ask: T("按紧急程度与剩余时限", "most urgent first"),
    note=note,
    empty=lambda data, ask: None if data.lines else T("此处没有在办案件。", "Nothing is open here. All clear."),
    metric=lambda city, ask: city.metrics["open_cases"],
    sheet=sheet,
)
