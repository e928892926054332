"""The live case stream."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.panel import Panel
from components.svg import mark
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.stream import CaseLine, Stream, stream
from data_access.words import CASE_SOURCES, SEVERITIES, STEPS, T

OVERDUE = T("超期", "overdue")
LEFT = T("剩余", "left")


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
                    html.Span(fmt.countdown(left), title=(OVERDUE if left < 0 else LEFT)(lang)),
                    meter,
                ],
                className=f"case-left {state}",
            ),
        ],
        className="case",
        title=case.case_id,
    )


def note(data: Stream, city: City, ask: Ask) -> str:
    """How many are open, of which how many are listed."""
    shown, total = len(data.lines), fmt.number(data.open.value)
    words = T("在办 {total}，列出前 {shown}", "first {shown} of {total} open")
    if shown >= data.open.value:
        words = T("在办 {total}", "{total} open")
    return words.fill(total=total, shown=shown)(ask.view.lang)


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
)
