"""The course of a metric, with last week's and what may be expected."""

import numpy as np
import plotly.graph_objects as go
from dash import dcc
from dash.development.base_component import Component

from components import fmt
from components.charts import CONFIG, band, layout
from components.panel import Panel
from components.sheet import Column, Sheet, known, value_column
from components.tokens import TOKENS
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.choice import trend_metric
from data_access.queries.trend import STEPS, Trend, trend
from data_access.words import T

NOW = T("实际", "Actual")
BEFORE = T("上周同期", "A week before")
AHEAD = T("预测", "Forecast")
BAND = T("80% 区间", "80 % band")
PER = {
    300: T("每 5 分钟", "per 5 minutes"),
    3600: T("每小时", "per hour"),
    10800: T("每 3 小时", "per 3 hours"),
    86400: T("每日", "per day"),
}


def figure(data: Trend, city: City, ask: Ask) -> go.Figure:
    """Actual as a line, a week before dashed, the forecast with its band; times in the city's zone."""
    lang, colours = ask.view.lang, TOKENS[ask.view.theme]
    scale = fmt.unit_scale(data.metric)
    when = [fmt.local(t, city.profile.zone).replace(tzinfo=None) for t in data.at]
    ahead = [fmt.local(t, city.profile.zone).replace(tzinfo=None) for t in data.ahead]
    lines = [
        _line(when, data.before / scale, BEFORE(lang), colours["text-3"], 1.2, "dash"),
        _line(when, data.actual / scale, NOW(lang), colours["text-1"], 2, "solid"),
    ]
    if np.isfinite(data.expected).any():
        joined = [when[-1], *ahead]
        last = data.actual[-1]
        low, high, mid = (np.concatenate([[last], a]) / scale for a in (data.low, data.high, data.expected))
        lines += band(joined, low, high, BAND(lang), colours["accent"])
        lines.append(_line(joined, mid, AHEAD(lang), colours["accent"], 1.6, "dot"))
    out = go.Figure(lines)
    out.update_layout(layout(ask, data.metric.unit.en == "%"))
    if np.nanmax(np.concatenate([data.actual, data.before]) / scale, initial=0) < 4 and not data.metric.decimals:
        out.update_yaxes(dtick=1)
    out.add_vline(x=when[-1], line={"color": colours["accent"], "width": 1})
    return out


def _line(x: list, y: np.ndarray, name: str, colour: str, width: float, dash: str) -> go.Scatter:
    style = {"color": colour, "width": width, "dash": dash}
    return go.Scatter(x=x, y=y, name=name, mode="lines", line=style, hovertemplate="%{y:,.4~g}")


def body(data: Trend, city: City, ask: Ask) -> Component:
    """The chart."""
    return dcc.Graph(figure=figure(data, city, ask), config=CONFIG, responsive=True, className="chart")


def note(data: Trend, city: City, ask: Ask) -> str:
    """How much there was in the last step, and when it ended."""
    at = fmt.hour(float(data.at[-1]), city.profile.zone)
    return T("至 {at}", "up to {at}").fill(at=at)(ask.view.lang)


def sentence(city: City, ask: Ask) -> T:
    """What the lines are."""
    return T(
        "{per}；实线实际，虚线上周同期，蓝带为预测区间",
        "{per}; line actual, dashes a week before, band the forecast",
    ).fill(per=PER[STEPS[ask.view.window][0]])


EXPECTED, LOW, HIGH = T("预测", "Expected"), T("区间下限", "Band from"), T("区间上限", "Band to")
ENDS = Column("ends", T("时段终点", "Step ends"), "moment", 0, T("每一步的终点", "The end of each step"))


def load(city: City, ask: Ask) -> Trend:
    """The course of the panel's metric."""
    return trend(city, ask, trend_metric(city, ask))


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a step: what was and what was a week before; then, of the steps ahead, what may be expected."""
    data = load(city, ask)
    scale = fmt.unit_scale(data.metric)
    named = {"actual": NOW, "before": BEFORE, "expected": EXPECTED, "low": LOW, "high": HIGH}
    columns = (ENDS, *(value_column(data.metric, key, title) for key, title in named.items()))
    was = zip(data.at, data.actual / scale, data.before / scale, strict=True)
    coming = zip(data.ahead, *(getattr(data, name) / scale for name in ("expected", "low", "high")), strict=True)
    rows = [(at, known(now), known(before), None, None, None) for at, now, before in was]
    rows += [(at, None, None, *map(known, rest)) for at, *rest in coming]
    return Sheet(columns, tuple((float(at), *rest) for at, *rest in rows))


PANEL = Panel(
    key="trend",
    title=T("趋势", "Trend"),
    order=60,
    load=load,
    body=body,
    heading=lambda city, ask: trend_metric(city, ask).title,
    sentence=sentence,
    note=note,
    empty=lambda data, ask: (
        None if np.isfinite(data.actual).any() else T("该指标没有历史曲线。", "No history is kept of this metric.")
    ),
    tables=("case",),
    metric=trend_metric,
    sheet=sheet,
    drawing=True,
)
