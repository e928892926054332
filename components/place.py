"""The card of a place on the map: in which units it lies, and who answers there."""

from dash import html
from dash.development.base_component import Component

from components import links
from components.panels.people import row
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.place import Spot
from data_access.view import Place
from data_access.words import T

HERE, CLOSE = T("此处", "This place"), T("关闭", "Close")
ZONE, ANSWERS = T("管理区", "Zone"), T("谁在负责", "Who answers")
NOBODY = T("尚未登记岗位。", "No posts are on record.")
FICTION = T("姓名与电话均为虚构", "fictional people")
COPY, COPIED = T("复制链接", "Copy link"), T("已复制", "copied")
OUTSIDE = T(
    "此处在城市范围之外。请点击城市内的位置。",
    "This place is outside the city. Choose one within it.",
)
REFUSED = T("此处不在您的权限范围内。", "This place is outside your scope.")


def card(spot: Spot, city: City, ask: Ask) -> Component:
    """The card of a place in the city."""
    lang = ask.view.lang
    path = [links.to_unit(ask, unit) for unit in spot.units]
    steps = [part for link in path for part in (html.Span("›", **{"aria-hidden": "true"}), link)][1:]
    zone = [html.P([ZONE(lang), " ", links.to_unit(ask, spot.zone)], className="place-zone")] if spot.zone else []
    fiction = html.Small(FICTION(lang)) if city.profile.seed and spot.holders else None
    posts = [row(holder, city, ask) for holder in spot.holders] or [html.P(NOBODY(lang))]
    answers = [html.H4([ANSWERS(lang), fiction]), html.Div(posts, className="place-posts")]
    return _frame(html.P(steps, className="place-path"), [*zone, *answers], spot.place, ask)


def refusal(text: T, ask: Ask) -> Component:
    """The card of a place of which there is nothing to tell, and why."""
    return _frame(html.P(text(ask.view.lang)), [], ask.view.place, ask)


def _frame(head: Component, body: list[Component], place: Place, ask: Ask) -> Component:
    lang, view = ask.view.lang, ask.view
    close = links.to(view.but(place=None), "×", className="close", **{"aria-label": CLOSE(lang)})
    link = links.to(view, COPY(lang), className="place-link", **{"data-copied": COPIED(lang)})
    foot = html.Footer([html.Span(f"{place[1]:.5f}, {place[0]:.5f}"), link])
    scrolled = html.Div(body, className="place-body", tabIndex=0 if body else None)
    parts = [html.Header([head, close]), scrolled, foot]
    return html.Section(parts, className="place-card", **{"aria-label": HERE(lang)})
