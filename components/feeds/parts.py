"""Parts that the networks' pages share: states, figures, the strip of hours, tables."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import fmt
from components.map.signs import DEVICES, Sign, mark
from components.plain import Node, Plain
from data_access.ask import Ask, Span
from data_access.city import City
from data_access.queries.courses import Course
from data_access.queries.feeds import FeedLine
from data_access.speaking import HOUR
from data_access.words import T

Cell = str | Component | list
FEEDS = {
    "ok": Sign(T("按时", "On time"), "dot", "ok", 4),
    "silent": Sign(T("静默", "Silent"), "crossed", "critical", 5),
    "never": Sign(T("从未上报", "Never spoke"), "ring", "text-2", 4),
}
"""The states of feeds."""
LINE = T("第 {n} 行", "line {n}")
AND = T("；", "; ")
"""Between the items of a list within a sentence."""
SINCE = T("自 {at}", "since {at}")
FULL = T("最近 {n} 个整点小时", "the last {n} whole hours")
LAST_HOUR = T("最近一个整点小时", "the last whole hour")
WORDS = {
    "gap": T("静默", "gap"),
    "none": T("无记录", "nothing known"),
    "quiet": T("无数据", "nothing"),
}


def state_of(line: FeedLine) -> str:
    """The state of a feed, a key of FEEDS."""
    if line.state.last_seen is None:
        return "never"
    return "silent" if line.silent else "ok"


def feed_state(line: FeedLine, zone: str, ask: Ask) -> Component:
    """The state of a feed by shape and word, and since when it is silent."""
    key, lang = state_of(line), ask.view.lang
    parts: list = [mark(FEEDS[key]), html.Span(FEEDS[key].title(lang), className="state-word")]
    if key == "silent":
        at = fmt.stamp(line.state.last_seen, zone, lang)
        parts.append(html.Small(SINCE.fill(at=at)(lang)))
    return html.Span(parts, className=f"state state-{key}")


def device_state(state: str, lang: str, network: str = "") -> Component:
    """The state of a device by shape and word."""
    sign = DEVICES[state]
    return html.Span([mark(sign, network), html.Span(sign.title(lang))], className=f"state state-{state}")


def fraction(pair: tuple[float, float] | None, lang: str) -> str:
    """n of m; a dash where that is not known."""
    if pair is None:
        return fmt.UNKNOWN
    return f"{fmt.number(pair[0])}{' / ' if lang == 'zh' else ' of '}{fmt.number(pair[1])}"


def rate(line: FeedLine, lang: str) -> tuple[str, str]:
    """Records of how many due, and over which hours that is."""
    n, m, hours = line.course.rate
    over = LAST_HOUR if hours == 1 else FULL.fill(n=hours)
    told = f"{fmt.number(n)} / {fmt.UNKNOWN}" if m is None else fraction((n, m), lang)
    return told, over(lang)


def every(seconds: float, lang: str) -> str:
    """An interval, in the largest unit that it is whole in."""
    for size, zh, en in ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min")):
        if seconds % size == 0:
            return f"{int(seconds // size)} {zh if lang == 'zh' else en}"
    return fmt.span(seconds, lang)


def age(at: float | None, ask: Ask) -> Component:
    """How long ago a moment was, counted on by the browser while the picture is live."""
    lang = ask.view.lang
    if at is None:
        return html.Span(T("从未", "never")(lang), className="age")
    live = {"data-seen": f"{at:.0f}"} if ask.live else {}
    return html.Span(fmt.age(max(0.0, ask.at - at), lang), className="age", **live)


def strip(course: Course, zone: str, lang: str) -> Plain:
    """An hour a cell: how much of what was due came, gaps marked; told in words to who cannot see it."""
    cells = [_cell(course, n, zone, lang) for n in range(len(course.begins))]
    told = AND(lang).join(gap_text(gap, zone, lang) for gap in course.gaps[-5:]) or T("无静默", "no gaps")(lang)
    return Plain(["div", {"className": "net-cells", "role": "img", "aria-label": told}, *cells])


def _cell(course: Course, n: int, zone: str, lang: str) -> Node:
    begins, share = float(course.begins[n]), float(course.share[n])
    when = f"{fmt.hour(begins, zone)}–{fmt.hour(begins + HOUR, zone)}"
    got = fmt.number(float(course.received[n]))
    kind = _kind(course, n)
    if kind in WORDS:
        return ["i", {"className": f"hour-{kind}", "title": f"{when} {WORDS[kind](lang)}"}]
    told = got if math.isnan(share) else f"{100 * share:.0f}%"
    return ["i", {"className": kind, "title": f"{when} {told}"}]


def _kind(course: Course, n: int) -> str:
    begins, share = float(course.begins[n]), float(course.share[n])
    if not course.known[n]:
        return "none"
    if any(a <= begins < b for a, b in course.gaps):
        return "gap"
    if math.isnan(share):
        return "share-4" if course.received[n] else "quiet"
    return f"share-{1 if share < 0.5 else 2 if share < 0.9 else 3 if share < 0.97 else 4}"


def gap_text(gap: Span, zone: str, lang: str) -> str:
    """From when to when, and for how long."""
    begins, ends = (fmt.stamp(at, zone, lang) for at in gap)
    return f"{begins} – {ends}{T('，', ', ')(lang)}{fmt.span(gap[1] - gap[0], lang)}"


def gaps_list(gaps: Sequence[Span], zone: str, lang: str, most: int = 12) -> Component:
    """The gaps, the latest first."""
    if not gaps:
        return html.P(T("没有静默时段。", "There are no gaps.")(lang), className="gaps-none")
    title = T("静默 {n} 段", "Gaps: {n}").fill(n=len(gaps))(lang)
    items = [html.Li(gap_text(gap, zone, lang)) for gap in list(gaps)[::-1][:most]]
    more = [html.Li(T("以及更早的", "and earlier ones")(lang))] if len(gaps) > most else []
    return html.Div([html.H3(title), html.Ol([*items, *more])], className="gaps")


def counted(words: T, number: Callable[[Any], int]) -> Callable[[Any, City, Ask], str]:
    """A panel's note: how many there are, as the ``{n}`` of `words`; empty where nothing came."""
    return lambda data, city, ask: words.fill(n=fmt.number(number(data)))(ask.view.lang) if data else ""


def table(heads: Iterable[tuple[T, str]], rows: Iterable[Component], lang: str, label: T) -> Component:
    """An aligned table: head and class of each column, rows as they come."""
    head = html.Thead(html.Tr([html.Th(text(lang), className=css, scope="col") for text, css in heads]))
    body = html.Table([head, html.Tbody(list(rows))], className="rows")
    return html.Div(body, className="rows-frame", tabIndex=0, role="region", **{"aria-label": label(lang)})


def row(cells: Iterable[tuple[Cell, str]], **more: object) -> Component:
    """A row of a table: content and class of each cell."""
    return html.Tr([html.Td(content, className=css) for content, css in cells], **more)


def figure(title: T, value: Cell, note: str, lang: str) -> Component:
    """A key figure: what it is, its value, what stands below it."""
    parts = [
        html.Dt(title(lang)),
        html.Dd(value, className="figure-value"),
        html.Dd(note, className="figure-note"),
    ]
    return html.Div(parts, className="figure")
