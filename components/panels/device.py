"""One device: what it is, where it stands, its last reading."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.feeds import parts
from components.feeds.rows import ONE, one_device
from components.panel import Panel
from components.panels.feed import crumbs, nowhere
from components.panels.feed import missing as no_feed
from components.sheet import Sheet
from components.surface import DEVICE
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.device import Device, Readings, device, near_devices, readings
from data_access.queries.feeds import asked_feed
from data_access.units import Unit
from data_access.words import NETWORKS, T

NONE = T("数据源“{feed}”没有编号为 {code} 的设备。", "The feed {feed} has no device called {code}.")
MAP = T("在地图上查看", "Show on the map")
Loaded = tuple[Device, Readings] | None


def load(city: City, ask: Ask) -> Loaded:
    """The device and its readings, or None where there is none."""
    found = device(city, ask)
    return (found, readings(city, ask)) if found else None


def body(data: Loaded, city: City, ask: Ask) -> Component:
    """The head of the page; of a device that there is not, what is near it."""
    return _head(*data, city, ask) if data else _missing(city, ask)


def _missing(city: City, ask: Ask) -> Component:
    key, code = asked_feed(ask)
    state = city.live.feeds().get(key)
    if state is None:
        return no_feed(city, ask)
    lang = ask.view.lang
    named = [(code_, links.of_feed(ask.view, key, code_)) for code_ in near_devices(city, ask)]
    items = [html.Li(links.to(view, text, className="mono")) for text, view in named]
    whole = html.Li(links.to(links.of_feed(ask.view, key), state.feed.title(lang)))
    return nowhere(NONE.fill(feed=state.feed.title, code=code[:60])(lang), [*items, whole], ask)


def _head(found: Device, told: Readings, city: City, ask: Ask) -> Component:
    lang, feed = ask.view.lang, city.live.feeds()[found.feed].feed
    path = [*city.units.ancestors(found.unit, ask.view.tree)[1:], found.unit]
    steps = [
        part for unit in path for part in (html.Span("›", **{"aria-hidden": "true"}), links.to_unit(ask, unit))
    ]
    view = links.at_unit(ask.view, _shown(found, city)).but(place=_rounded(found))
    facts = [html.I(className="net-mark"), NETWORKS[found.kind.network](lang), html.Span(found.kind.title(lang))]
    where = html.Nav(steps[1:], className="device-where", **{"aria-label": T("所在单元", "Units")(lang)})
    top = [
        crumbs(ask, (links.of_feed(ask.view, feed.key).url, feed.title(lang))),
        html.H1(found.code, className="mono"),
        html.P(facts, className=f"listing-facts net-{found.kind.network}"),
        html.Div([where, links.to(view, MAP(lang), className="button")], className="device-place"),
    ]
    return html.Div(
        [html.Div(top), html.Dl(_figures(found, told, city, ask), className="figures")], className="listing-head"
    )


def _shown(found: Device, city: City) -> Unit:
    """The unit that the map shows around the device: the third level, or what there is above its leaf."""
    above = city.units.ancestors(found.unit)
    return [unit for unit in above if unit.level <= 3][-1] if above else found.unit


def _rounded(found: Device) -> tuple[float, float]:
    return round(found.place[0], 5), round(found.place[1], 5)


def _figures(found: Device, told: Readings, city: City, ask: Ask) -> list[Component]:
    lang, zone, unit = ask.view.lang, city.profile.zone, found.kind.unit
    last = fmt.stamp(found.last, zone, lang) if found.last else fmt.UNKNOWN
    up = fmt.UNKNOWN if told.uptime != told.uptime else f"{fmt.number(100 * told.uptime, 1)} %"
    value = fmt.UNKNOWN if found.value is None else f"{fmt.measured(found.value)} {unit}".strip()
    every = T("应每 {n} 上报", "every {n}").fill(n=parts.every(found.interval, lang))(lang)
    gaps = T("静默 {n} 段", "gaps: {n}").fill(n=len(told.gaps))(lang)
    values = (
        (T("状态", "State"), parts.device_state(found.state, lang, found.kind.network), every),
        (T("最近读数", "Last reading"), value, last),
        (T("距今", "Age"), parts.age(found.last, ask), ""),
        (T("在线率", "Uptime"), up, T("所选时段，{g}", "of the window, {g}").fill(g=gaps)(lang)),
        (T("告警限值", "Alarm limit"), limits(found, lang), T("该类设备", "of its kind")(lang)),
    )
    return [parts.figure(title, value, note, lang) for title, value, note in values]


def limits(found: Device, lang: str) -> str:
    """Beyond which values devices of the kind are in alarm."""
    kind, out = found.kind, []
    if kind.alarm_above is not None:
        out.append(f"> {fmt.measured(kind.alarm_above)} {kind.unit}".strip())
    if kind.alarm_below is not None:
        out.append(f"< {fmt.measured(kind.alarm_below)} {kind.unit}".strip())
    return T("，", ", ")(lang).join(out) or T("无", "none")(lang)


def sheet(city: City, ask: Ask) -> Sheet:
    """One row."""
    data = load(city, ask)
    return one_device(city, *data) if data else Sheet(ONE, ())


PANEL = Panel(
    key="device",
    title=T("设备", "Device"),
    order=400,
    load=load,
    body=body,
    bare=True,
    surface=DEVICE,
    sheet=sheet,
)
