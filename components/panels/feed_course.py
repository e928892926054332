"""The hourly course of a feed: received against expected, and its gaps."""

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from components.charts import CONFIG, layout, moments, shade
from components.feeds import parts
from components.feeds.rows import HOURS, hours_of
from components.panel import Panel
from components.sheet import Sheet
from components.surface import FEED
from components.tokens import TOKENS
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.courses import MOST, SLOTS
from data_access.queries.feeds import FeedLine, feed_line
from data_access.speaking import HOUR
from data_access.words import T

RECEIVED, DUE = T("收到", "Received"), T("应收", "Expected")


def load(city: City, ask: Ask) -> FeedLine | None:
    """The feed with its course over the window, two days at least and a month at most."""
    hours = int((ask.span[1] - ask.span[0]) // HOUR) + 1
    return feed_line(city, ask, min(max(hours, SLOTS), MOST))


def figure(line: FeedLine, city: City, ask: Ask) -> go.Figure:
    """Bars of what came in each hour, a line of what was due, gaps hatched."""
    lang, zone, colours, course = ask.view.lang, city.profile.zone, TOKENS[ask.view.theme], line.course
    when = moments(course.begins + HOUR / 2, zone)
    colour = colours[f"net-{line.feed.network}"]
    bars = go.Bar(x=when, y=course.received, name=RECEIVED(lang), marker={"color": colour, "line": {"width": 0}})
    out = go.Figure([bars])
    if course.due:
        style = {"color": colours["text-2"], "width": 1.4, "dash": "dash"}
        out.add_scatter(x=[when[0], when[-1]], y=[course.due] * 2, name=DUE(lang), mode="lines", line=style)
    out.update_layout(layout(ask, False), bargap=0.15)
    shade(out, course.gaps, zone, colours)
    return out


def body(line: FeedLine, city: City, ask: Ask) -> Component:
    """The chart, and the gaps as a list."""
    chart = dcc.Graph(figure=figure(line, city, ask), config=CONFIG, responsive=True, className="chart")
    gaps = parts.gaps_list(line.course.gaps, city.profile.zone, ask.view.lang)
    return html.Div([html.Div(chart, className="chart-frame"), gaps], className="with-gaps")


def _sentence(city: City, ask: Ask) -> T:
    return T(
        "每小时一柱，虚线为应收，阴影为静默",
        "a bar an hour; dashes: expected; shaded: gaps",
    )


def sheet(city: City, ask: Ask) -> Sheet:
    """A row an hour."""
    line = load(city, ask)
    return hours_of(line.course) if line else Sheet(HOURS, ())


PANEL = Panel(
    key="feed_course",
    title=T("逐时接收", "Hour by hour"),
    order=310,
    load=load,
    body=body,
    sentence=_sentence,
    empty=lambda data, ask: None if data else T("没有这个数据源。", "There is no such feed."),
    surface=FEED,
    sheet=sheet,
    drawing=True,
)
