"""The strip of key figures."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.panel import Panel, age_badge
from components.sheet import GRADE, GRADES, OF_M, OF_N, Column, Sheet, figure, known
from components.svg import spark
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.kpis import Kpi, chosen, kpis
from data_access.words import T

AGAINST = T("较上周同时", "vs last week")
EACH = {300: T("每 5 分钟", "every 5 min"), 3600: T("每小时", "hourly"), 21600: T("每 6 小时", "every 6 h")}


def card(kpi: Kpi, city: City, ask: Ask) -> Component:
    """One key figure: title and age, value and sparkline, change and fraction; a link to its map."""
    lang, metric = ask.view.lang, kpi.metric
    amount, unit = fmt.value(metric, kpi.figure, lang)
    text, sense = fmt.change(metric, kpi.figure, kpi.before)
    grade = metric.grade(kpi.figure.value)
    each = EACH.get(kpi.step, T("每日", "daily"))
    parts = fmt.fraction(kpi.figure, lang)
    foot = [html.Span(text, className=f"kpi-change {sense}")] if text else []
    foot.append(html.Span(parts or (AGAINST(lang) if text else ""), className="kpi-note"))
    title = html.Span(metric.title(lang), className="kpi-title")
    content = [
        html.Div([title, age_badge(city, kpi.freshness, ask, short=True)]),
        html.Div(
            [
                html.Span([amount, html.Small(unit)], className="kpi-value"),
                html.Span(spark(kpi.spark), title=each(lang), className="kpi-spark"),
            ]
        ),
        html.Div(foot),
    ]
    on = " on" if ask.view.metric == metric.key else ""
    stale = " is-stale" if kpi.freshness.stale else ""
    return links.to(
        ask.view.but(metric="" if on else metric.key),
        content,
        className=f"kpi grade-{grade or 'none'}{on}{stale}",
        title=metric.help(lang),
    )


POINTS, CENT = T("个百分点", "points"), T("%", "%")
SENSE = {"better": T("变好", "better"), "worse": T("变差", "worse")}
BY = T("比率以点计，其余以百分比计", "Ratios by points, others by per cent")
COLUMNS = (
    Column("metric", T("指标", "Metric")),
    Column("value", T("数值", "Value"), "number", None, T("时长以小时计", "Durations in hours")),
    Column("measure", T("单位", "Unit of measure")),
    OF_N,
    OF_M,
    Column("before", T("上周同时", "A week before"), "number", None),
    Column(
        "change",
        T("较上周变化", "Change"),
        "number",
        1,
        T("比率以点计，其余以百分比计", "Ratios by points, others by %"),
    ),
    Column("change_in", T("变化单位", "Change in")),
    Column("sense", T("好坏", "For better or worse")),
    GRADE,
    Column("key", T("标识", "Key")),
)


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a key figure."""
    return Sheet(COLUMNS, tuple(map(_told, kpis(city, ask))))


def _told(kpi: Kpi) -> tuple:
    metric, found = kpi.metric, fmt.changed(kpi.metric, kpi.figure, kpi.before)
    value, n, m = figure(metric, kpi.figure)
    before = figure(metric, kpi.before)[0] if kpi.before else None
    delta, points = found or (None, False)
    sense = SENSE.get(fmt.sense(metric, delta)) if found else None
    grade = GRADES.get(metric.grade(kpi.figure.value))
    within = (POINTS if points else CENT) if found else None
    return metric.title, value, fmt.unit_of(metric), n, m, before, known(delta), within, sense, grade, metric.key


PANEL = Panel(
    key="kpis",
    title=T("关键指标", "Key figures"),
    order=10,
    bare=True,
    tables=("case", "device"),
    load=kpis,
    body=lambda data, city, ask: [card(kpi, city, ask) for kpi in data],
    metrics=lambda city, ask: tuple(chosen(city)),
    sheet=sheet,
    drawing=True,
)
