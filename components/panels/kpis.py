"""The strip of key figures."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.panel import Panel, age_badge
from components.svg import spark
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.kpis import Kpi, kpis
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


PANEL = Panel(
    key="kpis",
    title=T("关键指标", "Key figures"),
    order=10,
    bare=True,
    tables=("case", "device"),
    load=kpis,
    body=lambda data, city, ask: [card(kpi, city, ask) for kpi in data],
)
