"""The key of the map: its legend, whose steps filter, with as of when and how complete it is."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.map.scales import legend
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.comparison import CHANGE
from data_access.words import T

NO_DATA = T("无数据", "no data")
AS_OF = T("截至 {at}", "as of {at}")
COVERED = T("{n} / {m} 个有数据", "{n} of {m} with data")
SHOW, HIDE = T("显示这一档", "Show this step"), T("隐藏这一档", "Hide this step")
CHANGED = T("{title}，较上周变化", "{title}, change on last week")


def key(
    city: City,
    ask: Ask,
    title: str,
    edges: list[float],
    decimals: int,
    known: tuple[int, int],
    above: Sequence[Component] = (),
) -> Component:
    """The legend of steps with lower `edges`, below others; `known` of the cells shown have data: n of m."""
    lang = ask.view.lang
    changed = ask.view.compare == CHANGE
    named = CHANGED.fill(title=title)(lang) if changed else title
    box = legend(named, edges, NO_DATA(lang), decimals, changed, lambda step, drawn: _switch(ask, step, drawn))
    n, m = (fmt.number(count) for count in known)
    told = [AS_OF.fill(at=when(city, ask))(lang), COVERED.fill(n=n, m=m)(lang)]
    note = html.Div(" · ".join(told), className="jw-legend-note")
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
