"""The key of the map: its legend, whose steps filter, with as of when and how complete it is."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.map.scales import legend
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.comparison import CHANGE
from data_access.queries.freshness import Coverage
from data_access.words import T

NO_DATA = T("无数据", "no data")
AS_OF = T("截至 {at}", "as of {at}")
COVERED = {
    "cells": T("{n} / {m} 个单元有数据", "{n} of {m} cells with data"),
    "grids": T("{n} / {m} 个网格上报", "{n} of {m} grids reporting"),
    "devices": T("{n} / {m} 台设备在线", "{n} of {m} devices heard"),
    "feeds": T("{n} / {m} 个数据源正常", "{n} of {m} feeds reporting"),
}
"""Who spoke, of how many should have; of what has no such notion, how many of the cells shown have a value."""
SHOW, HIDE = T("显示这一档", "Show this step"), T("隐藏这一档", "Hide this step")
CHANGED = T("{title}，较上周变化", "{title}, change on last week")


def key(
    city: City,
    ask: Ask,
    title: str,
    edges: list[float],
    decimals: int,
    told: Coverage,
    above: Sequence[Component] = (),
    switches: Ask | None = None,
) -> Component:
    """The legend of steps with lower `edges`, below others, with how much was `told`.

    Where it is given, the steps filter the cells of `switches`, which may be another ask with the same scale.
    """
    lang = ask.view.lang
    changed = ask.view.compare == CHANGE
    named = CHANGED.fill(title=title)(lang) if changed else title
    wrap = (lambda step, drawn: _switch(switches, step, drawn)) if switches else (lambda step, drawn: drawn)
    box = legend(named, edges, NO_DATA(lang), decimals, changed, wrap)
    covered = COVERED[told.what].fill(n=fmt.number(told.n), m=fmt.number(told.m))
    note = html.Div(" · ".join([AS_OF.fill(at=when(city, ask))(lang), covered(lang)]), className="jw-legend-note")
    return html.Div([*above, box, note], className="jw-key")


def when(city: City, ask: Ask) -> str:
    """The moment the map shows: the time of day, with the date where it is past."""
    zone = city.profile.zone
    clock = fmt.clock(ask.at, zone)
    return clock if ask.live else f"{fmt.day(ask.at, zone, ask.view.lang)} {clock}"


def _switch(ask: Ask, step: int, drawn: Component) -> Component:
    hidden, lang = set(ask.view.hidden), ask.view.lang
    off = step in hidden
    view = ask.view.but(hidden=tuple(sorted(hidden ^ {step})))
    state = {"role": "switch", "aria-checked": str(not off).lower()}
    label = f"{drawn.children[1].children}: {(SHOW if off else HIDE)(lang)}"
    name = "jw-legend-switch off" if off else "jw-legend-switch"
    return links.to(view, drawn, className=name, title=label, **state, **{"aria-label": label})
