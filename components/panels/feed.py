"""One feed: what it is, and its key figures."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.feeds import parts
from components.feeds.rows import FEED as COLUMNS
from components.feeds.rows import feed_row
from components.panel import Panel
from components.sheet import Sheet
from components.surface import FEED
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.feeds import FeedLine, asked_feed, feed_line, near
from data_access.words import NETWORKS, T

NONE = T("这座城市没有名为 {key} 的数据源。", "This city has no feed called {key}.")
NEAR = T("名称相近的：", "Called nearly so:")
ALL = T("所有数据源", "All feeds")
HEARD = T("在线 / 应有", "heard of those that should")
NOT_YET = T("尚无法判断", "not known yet")
NO_DEVICES = T("无所属设备", "no devices of its own")


def body(line: FeedLine | None, city: City, ask: Ask) -> Component:
    """The head of the page; of a feed that there is not, what is near it."""
    return missing(city, ask) if line is None else _head(line, city, ask)


def missing(city: City, ask: Ask) -> Component:
    """That there is no such feed, and where to go."""
    key, lang = asked_feed(ask)[0], ask.view.lang
    feeds = {k: s.feed for k, s in city.live.feeds().items()}
    named = near(key, feeds) or list(feeds)[:5]
    items = [html.Li(links.to(links.of_feed(ask.view, k), feeds[k].title(lang))) for k in named]
    return nowhere(NONE.fill(key=key[:60])(lang), items, ask)


def nowhere(told: str, items: list[Component], ask: Ask) -> Component:
    """A page about nothing: what is missing, what is near, and the way to all feeds."""
    lang = ask.view.lang
    back = links.to(ask.view.but(page="networks"), ALL(lang), className="button")
    nearby = [html.P(NEAR(lang)), html.Ul(items)] if items else []
    return html.Div([html.H1(told), *nearby, back], className="nothing-here")


def crumbs(ask: Ask, *more: tuple[str, str]) -> Component:
    """The way from all feeds to here: address and text of each part."""
    path = [links.to(ask.view.but(page="networks"), T("四网", "Networks")(ask.view.lang))]
    path += [html.A(text, href=href) for href, text in more]
    steps = [part for link in path for part in (link, html.Span("›", **{"aria-hidden": "true"}))][:-1]
    return html.Nav(steps, className="listing-crumbs", **{"aria-label": T("位置", "Path")(ask.view.lang)})


def _head(line: FeedLine, city: City, ask: Ask) -> Component:
    lang, feed = ask.view.lang, line.feed
    place = "" if ask.unit.row == 0 else f" · {ask.unit.title(lang)}"
    facts = [html.I(className="net-mark"), NETWORKS[feed.network](lang)]
    facts += [html.Span(feed.owner(lang)), html.Code(feed.key)]
    name = html.H1([feed.title(lang), place])
    top = html.Div([crumbs(ask), name, html.P(facts, className=f"listing-facts net-{feed.network}")])
    return html.Div([top, html.Dl(_figures(line, city, ask), className="figures")], className="listing-head")


def _figures(line: FeedLine, city: City, ask: Ask) -> list[Component]:
    lang, zone, state = ask.view.lang, city.profile.zone, line.state
    told, over = parts.rate(line, lang)
    seen = fmt.stamp(state.last_seen, zone, lang) if state.last_seen else fmt.UNKNOWN
    mark = fmt.stamp(state.watermark, zone, lang) if state.watermark else fmt.UNKNOWN
    every = T("每 {n} 一次", "every {n}").fill(n=parts.every(line.feed.interval, lang))(lang)
    gaps = T("48 小时静默 {n} 段", "gaps in 48 h: {n}").fill(n=len(line.course.gaps))(lang)
    lag = fmt.UNKNOWN if line.lag is None else fmt.span(line.lag, lang)
    online = HEARD if line.coverage else NOT_YET if line.course.due else NO_DEVICES
    window = T("本时段待处理 / 收到", "of those sent in the window")(lang)
    values = (
        (T("状态", "State"), parts.feed_state(line, zone, ask), gaps),
        (T("最近上报", "Last seen"), parts.age(state.last_seen, ask), f"{seen} · {every}"),
        (T("最新事件", "Watermark"), mark, T("滞后 {n}", "lag {n}").fill(n=lag)(lang)),
        (T("应收", "Rate"), told, over),
        (T("设备覆盖", "Coverage"), parts.fraction(line.coverage, lang), online(lang)),
        (T("拒收", "Refused"), parts.fraction(line.refused, lang), window),
    )
    return [parts.figure(title, value, note, lang) for title, value, note in values]


def sheet(city: City, ask: Ask) -> Sheet:
    """One row: the feed, as the list of feeds has it."""
    line = feed_line(city, ask)
    return Sheet(COLUMNS, (feed_row(line),) if line else ())


PANEL = Panel(
    key="feed",
    title=T("数据源", "Feed"),
    order=300,
    load=feed_line,
    body=body,
    bare=True,
    surface=FEED,
    sheet=sheet,
)
