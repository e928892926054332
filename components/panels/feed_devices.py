"""The devices of a feed, the worst first."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.feeds import parts
from components.feeds.rows import DEVICE, device_row
from components.panel import Panel
from components.plain import Plain
from components.sheet import Sheet
from components.surface import FEED
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.feed import ROWS, DeviceLine, Devices, devices
from data_access.queries.feeds import asked_feed
from data_access.words import T

HEADS = (
    (T("设备", "Device"), "what"),
    (T("类型", "Kind"), ""),
    (T("所在", "Where"), ""),
    (T("间隔", "Every"), "number"),
    (T("最近读数", "Last reading"), "number"),
    (T("状态", "State"), "state-cell"),
)
LABEL = T("设备", "Devices")
FILTER = T("按编号或类型筛选", "Filter by code or kind")
NONE = T("没有匹配“{text}”的设备。", "No device matches “{text}”.")


def body(data: Devices, city: City, ask: Ask) -> list[Component]:
    """The filter, the table, and the way to the other pages of it."""
    lang = ask.view.lang
    rows = [_row(line, city, ask) for line in data.lines]
    none = html.P(NONE.fill(text=ask.view.match[:60])(lang), className="panel-empty")
    return [_filter(ask), parts.table(HEADS, rows, lang, LABEL) if rows else none, _pages(data, ask)]


def _row(line: DeviceLine, city: City, ask: Ask) -> Component:
    lang, key = ask.view.lang, asked_feed(ask)[0]
    link = links.to(links.of_feed(ask.view, key, line.code), line.code, className="mono")
    network = city.live.feeds()[key].feed.network
    above = [unit.title(lang) for unit in city.units.ancestors(line.unit)[1:]][-2:]
    cells = [
        (link, "what"),
        (line.kind(lang), ""),
        (" · ".join([*above, line.unit.title(lang)]), "place"),
        (parts.every(line.interval, lang), "number"),
        (parts.age(line.last, ask), "number"),
        (parts.device_state(line.state, lang, network), "state-cell"),
    ]
    return parts.row(cells)


def _filter(ask: Ask) -> Plain:
    label = FILTER(ask.view.lang)
    box = {"type": "search", "defaultValue": ask.view.match, "placeholder": label, "aria-label": label}
    return Plain(
        ["div", {"className": "list-filter"}, ["input", {**box, "data-narrows": "match", "maxLength": 60}]]
    )


def _pages(data: Devices, ask: Ask) -> Component:
    lang, last = ask.view.lang, data.skip + len(data.lines)
    steps = []
    if data.skip:
        steps.append(links.to(ask.view.but(skip=max(0, data.skip - ROWS)), T("‹ 上一页", "‹ Previous")(lang)))
    if last < data.found:
        steps.append(links.to(ask.view.but(skip=last), T("下一页 ›", "Next ›")(lang)))
    told = T("{a}–{b}，共 {n}", "{a}–{b} of {n}").fill(
        a=min(data.skip + 1, last), b=last, n=fmt.number(data.found)
    )
    return html.Nav(
        [html.Span(told(lang)), *steps], className="list-pages", **{"aria-label": T("翻页", "Pages")(lang)}
    )


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a device that matches, not only those of the page that is shown."""
    data = devices(city, ask, whole=True)
    return Sheet(DEVICE, tuple(device_row(city, line) for line in data.lines) if data else ())


PANEL = Panel(
    key="feed_devices",
    title=LABEL,
    order=320,
    load=devices,
    body=body,
    sentence=lambda city, ask: T(
        "静默最久在前，其次告警，再按编号", "silent longest first, then in alarm, then by code"
    ),
    note=parts.counted(T("{n} 台", "{n} devices"), lambda data: data.total),
    empty=lambda data, ask: None if data else T("此处没有这个数据源的设备。", "This feed has no devices here."),
    surface=FEED,
    sheet=sheet,
)
