"""The four networks down to each feed."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.feeds import parts
from components.feeds.rows import FEED, feed_row
from components.panel import Panel
from components.sheet import Sheet
from components.surface import NETWORKS as SURFACE
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.feeds import FeedLine, feed_lines
from data_access.view import WINDOWS
from data_access.words import NETWORKS, T

TRIES = 3
LABEL = T("数据源", "Feeds")
HEADS = (
    (T("数据源", "Feed"), "what"),
    (T("状态", "State"), "state-cell"),
    (T("间隔", "Every"), "number"),
    (T("最近上报", "Last seen"), "number"),
    (T("最新事件", "Watermark"), "number"),
    (T("滞后", "Lag"), "number"),
    (T("应收", "Rate"), "number"),
    (T("设备覆盖", "Coverage"), "number"),
    (T("待处理拒收", "Refused"), "number"),
    (T("近 48 小时", "Last 48 hours"), "hours"),
)
NOTHING = T("这座城市没有接入网络数据源。", "No network feeds are connected to this city.")


def body(data: dict[str, list[FeedLine]], city: City, ask: Ask) -> Component:
    """All feeds in one table, a group of rows a network, so that columns stand below each other."""
    lang = ask.view.lang
    rows = []
    for network, lines in data.items():
        rows.append(_head(network, lines, lang))
        rows += [_row(line, city, ask) for line in lines]
    return html.Div([parts.table(HEADS, rows, lang, LABEL), _key(lang)], className="feeds")


def _head(network: str, lines: list[FeedLine], lang: str) -> Component:
    silent = sum(parts.state_of(line) == "silent" for line in lines)
    told = T("{n} 个数据源", "{n} feeds").fill(n=len(lines))(lang)
    if silent:
        told += T("，{n} 个静默", ", {n} silent").fill(n=silent)(lang)
    name = [html.I(className="net-mark"), html.B(NETWORKS[network](lang)), html.Small(told)]
    cell = html.Th(html.Span(name, className="net-name"), colSpan=len(HEADS), scope="rowgroup")
    return html.Tr(cell, className=f"net-row net-{network}")


def _row(line: FeedLine, city: City, ask: Ask) -> Component:
    lang, zone, feed, state = ask.view.lang, city.profile.zone, line.feed, line.state
    link = links.to(links.of_feed(ask.view, feed.key), feed.title(lang), className="feed-name")
    told, over = parts.rate(line, lang)
    refused = parts.fraction(line.refused, lang)
    alarm = "number bad" if line.refused and line.refused[0] else "number"
    mark = state.watermark
    cells = [
        ([link, html.Small(feed.owner(lang) or feed.key), *_way(city, ask, feed.key)], "what"),
        (parts.feed_state(line, zone, ask), "state-cell"),
        (parts.every(feed.interval, lang), "number"),
        (parts.age(state.last_seen, ask), "number"),
        (fmt.stamp(mark, zone, lang) if mark else fmt.UNKNOWN, "number"),
        (fmt.UNKNOWN if line.lag is None else fmt.span(line.lag, lang), "number"),
        (html.Span(told, title=over), "number"),
        (parts.fraction(line.coverage, lang), "number"),
        (refused, alarm),
        (parts.strip(line.course, zone, lang), f"hours net-{feed.network}"),
    ]
    return parts.row(cells, className=f"feed-row is-{parts.state_of(line)}")


def _way(city: City, ask: Ask, key: str) -> list[Component]:
    """How a declared feed comes in, and its adapter's latest tries."""
    way = city.live.ways.get(key)
    if way is None or not ask.live:
        return []
    lang, zone = ask.view.lang, city.profile.zone
    tries = [_try(tried, zone, lang) for tried in list(way.tries())[-TRIES:][::-1]]
    return [html.Small(way.adapter(lang), className="way"), *tries]


def _try(tried: object, zone: str, lang: str) -> Component:
    told = f"{fmt.clock(tried.at, zone)} {tried.error or tried.what}"
    return html.Small(told, className="try bad" if tried.error else "try", title=told)


def _key(lang: str) -> Component:
    """What the strip's cells mean."""
    named = (
        ("share-4", T("97% 以上或有数据", "97 % or more, or something came")),
        ("share-3", T("90–97%", "90–97 %")),
        ("share-2", T("50–90%", "50–90 %")),
        ("share-1", T("不足 50%", "under 50 %")),
        ("hour-gap", T("静默：超过三个间隔没有数据", "gap: nothing for three intervals")),
        ("hour-quiet", T("无数据，尚不算静默", "nothing, not yet a gap")),
        ("hour-none", T("首条记录之前", "before its first record")),
    )
    items = [html.Span([html.I(className=css), text(lang)]) for css, text in named]
    return html.P(items, className="strip-key net-cells")


def title(data: dict[str, list[FeedLine]], city: City, ask: Ask) -> Component:
    """How the networks do, in one sentence."""
    lang = ask.view.lang
    place = "" if ask.unit.row == 0 else f" · {ask.unit.title(lang)}"
    told = html.P(sentence(data, ask))
    return html.Div([html.H1(T("四网", "Networks")(lang) + place), told], className="listing-head")


def sentence(data: dict[str, list[FeedLine]], ask: Ask) -> str:
    """How many feeds there are, which are silent, how many gaps, how many refused lines wait."""
    lang = ask.view.lang
    lines = [line for members in data.values() for line in members]
    silent = [line for line in lines if parts.state_of(line) == "silent"]
    held = sum(line.refused[0] for line in lines if line.refused)
    gaps = sum(len(line.course.gaps) for line in lines if line.course.due)
    words = [T("共 {n} 个数据源", "{n} feeds").fill(n=len(lines)), _silent(silent)]
    words.append(T("近 48 小时设备数据静默 {n} 段", "gaps of device feeds in 48 hours: {n}").fill(n=gaps))
    window = WINDOWS[ask.view.window] if not ask.view.since else T("时段内", "the window")
    words.append(
        T("待处理拒收 {n} 行（{w}）", "refused lines that wait: {n} ({w})").fill(n=fmt.number(held), w=window)
    )
    return parts.AND(lang).join(word(lang) for word in words) + T("。", ".")(lang)


def _silent(silent: list[FeedLine]) -> T:
    if not silent:
        return T("均按时上报", "all on time")
    names = [line.feed.title for line in silent[:3]]
    zh, en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
    more = len(silent) - len(names)
    zh, en = (zh + f" 等 {len(silent)} 个", en + f" and {more} more") if more else (zh, en)
    return T(f"静默：{zh}", f"silent: {en}")


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a feed, network by network."""
    return Sheet(FEED, tuple(feed_row(line) for lines in feed_lines(city, ask).values() for line in lines))


PANEL = Panel(
    key="feeds",
    title=T("数据源", "Feeds"),
    order=210,
    load=feed_lines,
    body=body,
    sentence=lambda city, ask: T(
        "速率与条带为设备读数或记录；拒收为所选时段",
        "rate and strip: readings or records; refused: of the window",
    ),
    empty=lambda data, ask: None if data else NOTHING,
    surface=SURFACE,
    sheet=sheet,
)
