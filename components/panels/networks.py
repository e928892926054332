"""The health of the four networks."""

import math

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.panel import Panel
from components.sheet import Column, Sheet, joined, known
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.networks import SLOT, Network, networks
from data_access.words import NETWORKS, T

MEMBERS = {
    "party": T("组织", "organisations"),
    "government": T("终端", "terminals"),
    "video": T("路", "cameras"),
    "iot": T("台", "devices"),
}


def strip(network: Network, city: City, ask: Ask) -> Component:
    """One network: who is online, when it last spoke, and its last two days by hours."""
    lang, zone = ask.view.lang, city.profile.zone
    ages = [s.age(ask.at) for s in network.feeds]
    cells = [_cell(s, b, zone, lang) for s, b in zip(network.share, network.begins, strict=True)]
    members = f"{fmt.number(network.online)} / {fmt.number(network.total)} {MEMBERS[network.key](lang)}"
    head = [
        html.I(className="net-mark"),
        html.B(links.to(ask.view.but(page="networks", level="", place=None), NETWORKS[network.key](lang))),
        html.Span(
            members if network.total else T("本单元无设备", "no devices here")(lang), className="net-members"
        ),
        html.Span(fmt.age(min(ages), lang) if ask.live else "", className="age"),
    ]
    return html.Div(
        [html.Div(head, className="net-head"), html.Div(cells, className="net-cells"), *_gaps(network, city, ask)],
        className=f"net net-{network.key}",
    )


def _cell(share: float, begins: float, zone: str, lang: str) -> Component:
    when = f"{fmt.hour(begins, zone)}–{fmt.hour(begins + SLOT, zone)}"
    if math.isnan(share):
        return html.I(className="none", title=when)
    step = 0 if share <= 0 else 1 if share < 0.5 else 2 if share < 0.9 else 3 if share < 0.97 else 4
    return html.I(className=f"share-{step}", title=f"{when} {100 * share:.0f}%")


def _gaps(network: Network, city: City, ask: Ask) -> list[Component]:
    if not network.gaps:
        return []
    lang, zone = ask.view.lang, city.profile.zone
    state, begins, ends = max(network.gaps, key=lambda gap: gap[2])
    over = ends < network.begins[-1] + SLOT
    words = T("{feed} 静默 {a}–{b}", "{feed} silent {a}–{b}").fill(
        feed=state.feed.title, a=fmt.hour(begins, zone), b=fmt.hour(ends, zone)
    )
    end = T(" · 已恢复", " · recovered") if over else T("", "")
    return [html.Div(words(lang) + end(lang), className="net-gap")]


COLUMNS = (
    Column("network", T("网络", "Network")),
    Column("online", T("在线", "Online"), "number", 0, T("截至所看时刻", "At the moment that is looked at")),
    Column("members", T("成员", "Members"), "number"),
    Column("hour", T("小时起点", "Hour from"), "moment"),
    Column("share", T("收到占应收", "Received of due"), "percent", 1),
    Column("silent", T("静默的数据源", "Feeds silent in it")),
)


def sheet(city: City, ask: Ask) -> Sheet:
    """A row an hour of each network."""
    return Sheet(COLUMNS, tuple(row for network in networks(city, ask) for row in _hours(network)))


def _hours(network: Network) -> list[tuple]:
    named = NETWORKS[network.key], network.online, network.total
    rows = []
    for share, begins in zip(network.share, network.begins, strict=True):
        silent = [state.feed.title for state, start, end in network.gaps if start <= begins < end]
        rows.append((*named, float(begins), known(100 * share), joined(silent, " · ") if silent else None))
    return rows


PANEL = Panel(
    key="networks",
    title=T("四网健康", "Four networks"),
    order=70,
    load=networks,
    body=lambda data, city, ask: [strip(network, city, ask) for network in data],
    sentence=lambda city, ask: T("近 48 小时，每格 1 小时", "last 48 h, an hour a cell"),
    empty=lambda data, ask: (
        None if data else T("这座城市没有接入网络数据源。", "No network feeds are connected to this city.")
    ),
    tables=(),
    sheet=sheet,
)
