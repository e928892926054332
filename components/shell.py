"""The shell around every page: brand, where one is, the window, what is live, theme and language."""

from collections.abc import Iterable
from datetime import UTC, datetime

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.desk import desk
from components.share import Offer, share
from components.surface import NETWORKS
from data_access.ask import Ask
from data_access.city import City
from data_access.units import STATUTORY, TREES, ZONES, Unit
from data_access.view import THEMES, WINDOWS
from data_access.walls.declared import Wall
from data_access.words import LANGS, T

BRAND, TAGLINE = T("经纬", "Jingwei"), T("城市运行一张图", "Operations map")
TREE_NAMES = {STATUTORY: T("行政区划", "Divisions"), ZONES: T("管理区", "Zones")}
THEME_NAMES = {"night": T("夜", "Night"), "paper": T("昼", "Paper")}
LANG_NAMES = {"zh": "中", "en": "EN"}
LIVE, PAST, LOST = T("实时", "Live"), T("历史", "Past"), T("连接中断", "Link lost")
BACK, KEY = T("回到此刻", "Back to now"), T("按 N 键回到此刻", "Press N to go back to now")
GROUPS = {"window": T("时段", "Window"), "tree": T("单元树", "Tree"), "theme": T("主题", "Theme")}
LANGUAGE = T("语言", "Language")


def header(
    city: City, ask: Ask, pages: list[dict], walls: Iterable[Wall] = (), offers: Iterable[Offer] = ()
) -> list[Component]:
    """The whole header for a View; `pages` are those that ask for a place in it, `offers` what files come in."""
    lang = ask.view.lang
    brand = [html.Span(BRAND(lang), className="brand-name"), html.Span(TAGLINE(lang), className="brand-tag")]
    return [
        links.to(ask.view.but(page="", unit="", level="", area=(), place=None), brand, className="brand"),
        html.Nav(breadcrumb(city, ask), className="crumbs", **{"aria-label": T("位置", "Where")(lang)}),
        html.Nav(
            [_page(ask, p["path"].strip("/"), p["nav"](lang)) for p in pages],
            className="pages",
        ),
        desk(walls, ask),
        share(offers, ask),
        *_choices(city, ask),
        clock(city, ask),
        _themes(ask),
        _languages(ask),
    ]


def _page(ask: Ask, page: str, title: str) -> Component:
    here = ask.view.page.split("/")[0]
    on = {"aria-current": "page"} if here == page else {}
    kept = {} if page == NETWORKS else {"unit": "", "area": ()}
    return links.to(ask.view.but(page=page, level="", place=None, **kept), title, **on)


def breadcrumb(city: City, ask: Ask) -> list[Component]:
    """From the city to the unit, each a link, and what is right below."""
    lang = ask.view.lang
    path = [_to_unit(ask, unit) for unit in city.units.ancestors(ask.unit, ask.view.tree)]
    here = html.Strong(ask.unit.title(lang), **{"aria-current": "page"})
    children = city.units.children(ask.unit, ask.view.tree)
    below = [html.Span(_count(city, ask, len(children)), className="crumb-count")] if children else []
    joined: list = []
    for part in [*path, here, *below]:
        joined += [html.Span("›", className="crumb-sep", **{"aria-hidden": "true"}), part] if joined else [part]
    return joined


def _to_unit(ask: Ask, unit: Unit) -> Component:
    """A link to a unit; on the networks' pages to the same page of it."""
    view = ask.view
    if view.page.split("/")[0] != NETWORKS:
        return links.to_unit(ask, unit)
    there = view.but(unit="" if unit.row == 0 else unit.id, level="", area=(), place=None, skip=0)
    return links.to(there, unit.title(view.lang))


def _count(city: City, ask: Ask, n: int) -> str:
    level = city.profile.levels[min(ask.unit.level + 1, len(city.profile.levels) - 1)]
    word = T(level.plural.zh, level.plural.en.lower())
    if ask.view.tree == ZONES and ask.unit.row == 0:
        word = T("管理区", "zones")
    elif ask.unit.level < 0:
        word = T("单元", "units")
    return T("{n} 个{word}", "{n} {word}").fill(n=fmt.number(n), word=word)(ask.view.lang)


def _choices(city: City, ask: Ask) -> list[Component]:
    lang, view = ask.view.lang, ask.view
    named = "" if view.since else view.window
    windows = [(title(lang), view.but(window=key, since=None), key == named) for key, title in WINDOWS.items()]
    out = [links.segments(GROUPS["window"](lang), windows)]
    if city.units.zones:
        home = view.but(unit="", level="", area=()) if ask.unit.level < 0 else view
        trees = [(TREE_NAMES[key](lang), home.but(tree=key), key == view.tree) for key in TREES]
        out.insert(0, links.segments(GROUPS["tree"](lang), trees))
    return out


def clock(city: City, ask: Ask) -> Component:
    """Whether the picture is live, and the city's date and time; the browser keeps it going."""
    lang, zone = ask.view.lang, city.profile.zone
    if not ask.live:
        at = f"{fmt.day(ask.at, zone, lang)} {fmt.clock(ask.at, zone)}"
        told = [BACK(lang), html.Kbd("N")]
        back = links.to(ask.view.but(as_of=None, since=None), told, className="button", title=KEY(lang))
        return html.Div([html.Span(f"{PAST(lang)} {at}", className="past-banner"), back], className="clock past")
    return html.Div(
        [
            html.Span(LIVE(lang), className="live", **{"data-live": LIVE(lang), "data-lost": LOST(lang)}),
            html.Span(fmt.day(ask.at, zone, lang), className="clock-day"),
            html.Time(fmt.clock(ask.at, zone), className="clock-time", **{"data-zone": zone}),
        ],
        className="clock",
    )


def _themes(ask: Ask) -> Component:
    view, lang = ask.view, ask.view.lang
    choices = [(THEME_NAMES[key](lang), view.but(theme=key), key == view.theme) for key in THEMES]
    return links.segments(GROUPS["theme"](lang), choices)


def _languages(ask: Ask) -> Component:
    view = ask.view
    choices = [(LANG_NAMES[key], view.but(lang=key), key == view.lang) for key in LANGS]
    return links.segments(LANGUAGE(view.lang), choices)


OLD = T(
    "最新数据截至 {at}。现在的画面没有更新的内容。",
    "The newest data is from {at}; nothing newer is on this screen.",
)
THEN = T("查看当时的城市", "See the city as it was then")
LONG_AGO = 2 * 86400


def old_data(city: City, ask: Ask) -> list[Component]:
    """A notice for a city whose feeds all ended long ago, with the way to its last moment."""
    newest = max((s.watermark for s in city.live.feeds().values() if s.watermark), default=None)
    if newest is None or not ask.live or ask.at - newest < LONG_AGO:
        return []
    lang = ask.view.lang
    at = datetime.fromtimestamp(int(newest) + 1, UTC)
    when = fmt.local(newest, city.profile.zone).strftime("%Y-%m-%d %H:%M")
    link = links.to(ask.view.but(as_of=at, window="30d"), THEN(lang), className="button")
    return [html.P([OLD.fill(at=when)(lang), " ", link], className="notice", role="status")]


def notices(texts: list[T], lang: str) -> list[Component]:
    """Messages about the address itself: what was not understood, and what was done instead."""
    return [html.P(text(lang), className="notice", role="status") for text in texts]
