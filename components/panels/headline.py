"""The headline: one sentence made of the numbers, never more than they say."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.panel import Panel
from components.sheet import OF_M, OF_N, Column, Sheet, in_both, joined, known
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.headline import Headline, headline
from data_access.words import LANGS, T

WINDOW = {
    "1h": T("近 1 小时", "in the last hour"),
    "today": T("今日", "today"),
    "7d": T("近 7 日", "in the last 7 days"),
    "30d": T("近 30 日", "in the last 30 days"),
}


OWN = T("（{start} 至 {end}）", "from {start} to {end}")


def _when(city: City, ask: Ask) -> T:
    """The window in words; one of its own by its two ends."""
    if not ask.view.since:
        return WINDOW[ask.view.window]
    ends = [T(*(fmt.stamp(at, city.profile.zone, lang) for lang in LANGS)) for at in ask.span]
    return OWN.fill(start=ends[0], end=ends[1])


def _rate(data: Headline, city: City, ask: Ask) -> list:
    lang, unit = ask.view.lang, ask.unit.title(ask.view.lang)
    when = _when(city, ask)(lang)
    if not data.rate.known:
        return [
            T("{unit}{when}没有到期案件。", "No case fell due in {unit} {when}. ").fill(unit=unit, when=when)(lang)
        ]
    rate = html.B(f"{fmt.number(data.rate.value, 1)}%")
    of = f"{fmt.number(data.rate.n)}/{fmt.number(data.rate.m)}"
    if lang == "zh":
        return [f"{unit}{when}按期结案 ", rate, f"（{of}）"]
    return [f"{unit} closed ", rate, f" of due cases on time {when} ({of})"]


def _change(data: Headline, lang: str) -> list:
    if data.before is None or not data.before.known or not data.rate.known:
        return []
    points = data.rate.value - data.before.value
    if abs(points) < 0.05:
        return [T("，与上周同期持平", ", level with last week")(lang)]
    better = points > 0
    amount = f"{abs(points):.1f}"
    words = (
        T("较上周同期高 {n} 个百分点", "{n} points above last week")
        if better
        else T("较上周同期低 {n} 个百分点", "{n} points below last week")
    )
    mark = html.Span(words.fill(n=amount)(lang), className="better" if better else "worse")
    return ["，" if lang == "zh" else ", ", mark]


def _where(data: Headline, ask: Ask) -> list:
    lang = ask.view.lang
    if not data.worst or data.share < 2:
        return []
    names = []
    for i, unit in enumerate(data.worst):
        names += [("、" if lang == "zh" else " and ") if i else "", links.to_unit(ask, unit)]
    share, misses = fmt.number(data.share), fmt.number(data.misses)
    if lang == "zh":
        return ["；", *names, f"占 {misses} 件未按期中的 {share} 件"]
    verb = "accounts" if len(data.worst) == 1 else "account"
    return ["; ", *names, f" {verb} for {share} of the {misses} misses"]


def body(data: Headline, city: City, ask: Ask) -> Component:
    """The sentence."""
    at = T("截至 {at}", "As of {at}").fill(at=fmt.clock(ask.at, city.profile.zone))(ask.view.lang)
    return html.P([*_sentence(data, city, ask), html.Span(at, className="headline-at")], className="headline")


def _sentence(data: Headline, city: City, ask: Ask) -> list:
    end = "。" if ask.view.lang == "zh" else "."
    parts = [*_rate(data, city, ask), *_change(data, ask.view.lang), *_where(data, ask)]
    return [*parts, end if data.rate.known else ""]


COLUMNS = (
    Column("sentence", T("概况", "In a sentence")),
    Column("rate", T("按期结案率", "Closed on time"), "percent", 1),
    OF_N,
    OF_M,
    Column("before", T("上周同时", "A week before"), "percent", 1),
    Column("overdue", T("超期未结", "Open and overdue"), "number"),
    Column("misses", T("未按期", "Not on time"), "number"),
    Column("worst", T("未按期最多的单元", "Units with most of them")),
    Column("share", T("其中", "Theirs"), "number"),
)


def sheet(city: City, ask: Ask) -> Sheet:
    """The sentence, and the numbers it is made of."""
    data = headline(city, ask)
    told = in_both(ask, lambda each: _sentence(data, city, each))
    worst = joined([unit.title for unit in data.worst], " · ")
    before = known(data.before.value) if data.before else None
    rate, overdue = data.rate, known(data.overdue.value)
    row = (told, known(rate.value), known(rate.n), known(rate.m), before, overdue, data.misses, worst, data.share)
    return Sheet(COLUMNS, (row,))


PANEL = Panel(
    key="headline",
    title=T("概况", "In a sentence"),
    order=5,
    bare=True,
    load=headline,
    body=body,
    tables=("case",),
    metrics=lambda city, ask: (city.metrics["on_time_rate"], city.metrics["overdue"]),
    sheet=sheet,
)
