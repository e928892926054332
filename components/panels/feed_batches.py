"""The latest batches of a feed."""

from dash import html
from dash.development.base_component import Component

from components import fmt
from components.feeds import parts
from components.panel import Panel
from components.sheet import Column, Sheet
from components.surface import FEED
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.feed import Arrived, batches
from data_access.words import T

HEADS = (
    (T("到达", "Came"), "when"),
    (T("事件时间", "Events"), "when"),
    (T("接收", "Accepted"), "number"),
    (T("重复", "Known"), "number"),
    (T("拒收", "Refused"), "number"),
    (T("备注", "Note"), ""),
)
LABEL = T("最近批次", "Latest batches")
AGAIN = T("重放", "put in again")


def body(data: list[Arrived], city: City, ask: Ask) -> Component:
    """A row a batch, the newest first."""
    return parts.table(HEADS, [_row(one, city, ask) for one in data], ask.view.lang, LABEL)


def _row(one: Arrived, city: City, ask: Ask) -> Component:
    lang, zone = ask.view.lang, city.profile.zone
    span = fmt.stamp(one.first, zone, lang)
    if one.last - one.first >= 60:
        same = fmt.date(one.first, zone, lang) == fmt.date(one.last, zone, lang)
        span += f" – {fmt.hour(one.last, zone) if same else fmt.stamp(one.last, zone, lang)}"
    cells = [
        (f"{fmt.date(one.at, zone, lang)} {fmt.clock(one.at, zone)}", "when"),
        (span if one.accepted else fmt.UNKNOWN, "when"),
        (fmt.number(one.accepted), "number"),
        (fmt.number(one.duplicates), "number"),
        (fmt.number(one.rejected), "number bad" if one.rejected else "number"),
        (html.Span(AGAIN(lang), className="tag") if one.again else "", ""),
    ]
    return parts.row(cells)


COLUMNS = (
    Column("came", T("到达", "Came"), "moment"),
    Column("first", T("最早事件", "First event"), "moment"),
    Column("last", T("最晚事件", "Last event"), "moment"),
    Column("accepted", T("接收", "Accepted"), "number"),
    Column("known", T("重复", "Known"), "number"),
    Column("refused", T("拒收", "Refused"), "number"),
    Column("note", T("备注", "Note")),
)
MOST = 10_000


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a batch, further back than the screen shows them."""
    return Sheet(COLUMNS, tuple(map(_told, batches(city, ask, MOST))))


def _told(one: Arrived) -> tuple:
    span = (one.first, one.last) if one.accepted else (None, None)
    return one.at, *span, one.accepted, one.duplicates, one.rejected, AGAIN if one.again else None


PANEL = Panel(
    key="feed_batches",
    title=LABEL,
    order=330,
    load=batches,
    body=body,
    empty=lambda data, ask: None if data else T("四十天内没有批次。", "No batch came within forty days."),
    surface=FEED,
    sheet=sheet,
)
