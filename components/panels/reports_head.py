"""What the page of reports begins with: how many are scheduled, which is next, whether any has failed."""

from dash import html
from dash.development.base_component import Component

from components import fmt
from components.panel import Panel
from components.sheet import Column, Sheet, in_both
from components.surface import REPORTS
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.scheduled import Line, failed_lately, lines, stamp
from data_access.words import T

TITLE = T("报告", "Reports")
SOME = T("共 {n} 项日程", "{n} scheduled")
NEXT = T("下一次：{title}，{at}", "next: {title}, {at}")
FAILED = T("近 7 日失败 {n} 次", "failed in 7 days: {n}")
BROKEN = T("不能运行 {n} 项", "cannot run: {n}")
Data = tuple[list[Line], int]


def load(city: City, ask: Ask) -> Data:
    """The schedules, and how many runs have failed lately."""
    return lines(city, ask), failed_lately(city)


def sentence(data: Data, city: City, ask: Ask) -> str:
    """How the reports do, in one sentence."""
    found, failed = data
    lang, zone = ask.view.lang, city.profile.zone
    words = [SOME.fill(n=fmt.number(len(found)))]
    coming = min((line for line in found if line.next is not None), key=lambda line: line.next, default=None)
    if coming:
        at = T(fmt.stamp(coming.next, zone, "zh"), fmt.stamp(coming.next, zone, "en"))
        words.append(NEXT.fill(title=coming.known.title, at=at))
    broken = sum(line.known.fault is not None for line in found)
    words += [BROKEN.fill(n=fmt.number(broken))] if broken else []
    words.append(FAILED.fill(n=fmt.number(failed)))
    return T("；", "; ")(lang).join(word(lang) for word in words) + T("。", ".")(lang)


def body(data: Data, city: City, ask: Ask) -> Component:
    """The title and the sentence."""
    return html.Div([html.H1(TITLE(ask.view.lang)), html.P(sentence(data, city, ask))], className="listing-head")


COLUMNS = (Column("sentence", T("概况", "In a sentence")),)


def sheet(city: City, ask: Ask) -> Sheet:
    """The sentence, as it is now."""
    data = load(city, ask)
    return Sheet(COLUMNS, ((in_both(ask, lambda each: sentence(data, city, each)),),), lasting=False)


PANEL = Panel(
    key="reports_head",
    title=TITLE,
    order=400,
    load=load,
    body=body,
    bare=True,
    surface=REPORTS,
    sheet=sheet,
    stamp=stamp,
)
