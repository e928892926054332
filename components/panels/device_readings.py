"""The readings of a device over the window."""

import numpy as np
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from components.charts import CONFIG, band, layout, moments, shade
from components.feeds import parts
from components.feeds.rows import READ, readings_of
from components.panel import Panel
from components.panels.device import Loaded, load
from components.sheet import Sheet
from components.surface import DEVICE
from components.tokens import TOKENS
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.device import Device, Readings
from data_access.words import T

VALUE, MEAN = T("读数", "Reading"), T("小时均值", "Hourly mean")
RANGE, ALARM = T("最小–最大", "least–most"), T("告警", "In alarm")
LIMIT = T("告警限值", "Alarm limit")


def figure(found: Device, told: Readings, city: City, ask: Ask) -> go.Figure:
    """Points, or a band by hours; open where the device was silent, alarms marked."""
    zone, colours = city.profile.zone, TOKENS[ask.view.theme]
    out = go.Figure(_band(told, zone, ask) + [_course(told, found, zone, ask), _alarms(told, zone, ask)])
    out.update_layout(layout(ask, True))
    out.update_xaxes(range=moments(told.span, zone))
    shade(out, told.gaps, zone, colours)
    for limit in (found.kind.alarm_above, found.kind.alarm_below):
        if limit is not None and _reached(told, limit):
            out.add_hline(y=limit, line={"color": colours["warn"], "width": 1.2, "dash": "dot"})
    return out


def _reached(told: Readings, limit: float) -> bool:
    """Whether a limit is near enough to the readings to be drawn without making them a flat line."""
    if not len(told.at):
        return False
    low, high = float(told.low.min()), float(told.high.max())
    room = max(high - low, 0.2 * abs(limit))
    return low - room <= limit <= high + room


def opened(told: Readings, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Moments and values, with nothing in the middle of each gap, so that no line bridges it."""
    middles = np.array([(a + b) / 2 for a, b in told.gaps])
    at = np.concatenate([told.at, middles])
    order = np.argsort(at, kind="stable")
    return at[order], np.concatenate([values, np.full(len(middles), np.nan)])[order]


def _course(told: Readings, found: Device, zone: str, ask: Ask) -> go.Scatter:
    lang, colours = ask.view.lang, TOKENS[ask.view.theme]
    at, value = opened(told, told.value)
    colour = colours[f"net-{found.kind.network}"]
    mode = "lines" if told.by_hour or len(at) > 400 else "lines+markers"
    name = (MEAN if told.by_hour else VALUE)(lang)
    style = {"line": {"color": colour, "width": 1.6}, "marker": {"size": 4, "color": colour}}
    return go.Scatter(x=moments(at, zone), y=value, name=name, mode=mode, connectgaps=False, **style)


def _band(told: Readings, zone: str, ask: Ask) -> list[go.Scatter]:
    """The least and the most of each hour, in pieces between gaps: a band would bridge them."""
    if not told.by_hour or not len(told.at):
        return []
    cuts = np.searchsorted(told.at, [a for a, _ in told.gaps], side="right")
    out = []
    for rows in np.split(np.arange(len(told.at)), np.unique(cuts)):
        if len(rows):
            when = moments(told.at[rows], zone)
            out += band(
                when, told.low[rows], told.high[rows], RANGE(ask.view.lang), TOKENS[ask.view.theme]["accent"]
            )
    return out


def _alarms(told: Readings, zone: str, ask: Ask) -> go.Scatter:
    alarm = told.alarm.astype(bool)
    style = {"symbol": "triangle-up", "size": 9, "color": TOKENS[ask.view.theme]["critical"]}
    value = told.high[alarm]
    return go.Scatter(
        x=moments(told.at[alarm], zone), y=value, name=ALARM(ask.view.lang), mode="markers", marker=style
    )


def body(data: Loaded, city: City, ask: Ask) -> Component:
    """The chart, and the gaps as a list."""
    found, told = data
    chart = dcc.Graph(figure=figure(found, told, city, ask), config=CONFIG, responsive=True, className="chart")
    gaps = parts.gaps_list(told.gaps, city.profile.zone, ask.view.lang)
    return html.Div([html.Div(chart, className="chart-frame"), gaps], className="with-gaps")


def _note(data: Loaded, city: City, ask: Ask) -> str:
    if not data:
        return ""
    told = data[1]
    words = T("{n} 小时", "{n} hours") if told.by_hour else T("{n} 条", "{n} readings")
    return words.fill(n=len(told.at))(ask.view.lang)


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a reading, or an hour where the chart has hours; and one for each gap."""
    data = load(city, ask)
    return readings_of(data[1]) if data else Sheet(READ, ())


PANEL = Panel(
    key="device_readings",
    title=T("读数", "Readings"),
    order=410,
    load=load,
    body=body,
    heading=lambda city, ask: T("读数", "Readings"),
    sentence=lambda city, ask: T(
        "阴影为静默，三角为告警，虚线为告警限值",
        "shaded: silent; triangles: in alarm; dots: the limit",
    ),
    note=_note,
    empty=lambda data, ask: None if data else T("没有这台设备。", "There is no such device."),
    surface=DEVICE,
    sheet=sheet,
    drawing=True,
)
