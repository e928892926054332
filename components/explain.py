"""The explain drawer: what a number means, what it is made of, and the rows behind it."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Metric
from data_access.queries.behind import Behind
from data_access.words import STEPS, T

GOOD = {
    "high": T("越高越好", "higher is better"),
    "low": T("越低越好", "lower is better"),
    "neutral": T("无好坏之分", "neither way is better"),
}
ROWS = T("计入的案件（最近 {n} 件）", "The cases counted (latest {n})")
HEADS = (
    T("案件", "Case"),
    T("类别", "Type"),
    T("单元", "Unit"),
    T("上报", "Reported"),
    T("时限", "Due"),
    T("环节", "Step"),
)


def drawer(metric: Metric, behind: Behind, city: City, ask: Ask) -> Component:
    """The whole drawer."""
    lang, zone = ask.view.lang, city.profile.zone
    amount, unit = fmt.value(metric, behind.figure, lang)
    facts = [
        (T("当前值", "Value now"), f"{amount} {unit or metric.unit(lang)}"),
        (T("分子 / 分母", "Fraction"), fmt.fraction(behind.figure, lang) or fmt.UNKNOWN),
        (T("时段", "Window"), f"{fmt.stamp(ask.span[0], zone, lang)} – {fmt.stamp(ask.span[1], zone, lang)}"),
        (T("时区", "Time zone"), zone),
        (T("方向", "Direction"), GOOD[metric.good](lang)),
        (T("标识", "Key"), metric.key),
    ]
    close = T("关闭", "Close")(lang)
    parts = [
        html.Header(
            [
                html.H2(f"{metric.title(lang)} · {ask.unit.title(lang)}"),
                html.Button("×", className="close", title=close, **{"aria-label": close}),
            ]
        ),
        html.P(metric.help(lang)),
        html.Dl([part for key, text in facts for part in (html.Dt(key(lang)), html.Dd(text))]),
    ]
    if behind.rows:
        parts.append(html.H3(ROWS.fill(n=len(behind.rows))(lang)))
        parts.append(_table(behind, city, ask))
    return html.Div(parts, className="drawer-body")


def _table(behind: Behind, city: City, ask: Ask) -> Component:
    lang, zone = ask.view.lang, city.profile.zone
    rows = [
        html.Tr(
            [
                html.Td(case.case_id, className="mono"),
                html.Td(case.title(lang)),
                html.Td(links.to_unit(ask, case.unit)),
                html.Td(fmt.stamp(case.opened_at, zone, lang)),
                html.Td(fmt.stamp(case.due_at, zone, lang)),
                html.Td(STEPS[case.step](lang)),
            ]
        )
        for case in behind.rows
    ]
    head = html.Thead(html.Tr([html.Th(text(lang)) for text in HEADS]))
    return html.Div(html.Table([head, html.Tbody(rows)]), className="rows-behind")
