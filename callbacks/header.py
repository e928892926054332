"""The header, the notices and the address for the View that is looked at."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, Output

from callbacks import layering
from callbacks.caller import asked, view_of
from components import fmt, ids, shell
from components.alerts import alert_notices
from components.layer import Layer
from components.plain import fold
from components.share import Offer
from data_access.ask import Ask
from data_access.city import City
from data_access.errors import EmptyArea, OutOfScope, StoreFailed, UnknownUnit
from data_access.queries.comparison import CHANGE, beside, named_moment
from data_access.registry import Registry
from data_access.view import WINDOWS, View
from data_access.walls.declared import Wall
from data_access.words import T

GONE = T(
    "这座城市没有单元 {unit}，已显示全市。可从地图或排名进入单元。",
    "This city has no unit {unit}; the whole city is shown. Reach units by the map or the ranking.",
)

NO_METRIC = T(
    "没有名为 {key} 的指标，各面板显示各自的默认指标。",
    "There is no metric called {key}; each panel shows its usual one.",
)
NO_LEVEL = T(
    "没有名为 {key} 的层级，地图随缩放选择层级。",
    "There is no level called {key}; the map chooses by zoom.",
)
NO_TYPE = T(
    "没有名为 {key} 的案件类别或类别组，它不计入任何数字。",
    "There is no case type or group called {key}; it counts nothing.",
)

NOTHING_THERE = T(
    "选区内没有网格单元，已显示全市。请画大一些，或移到城市范围内。",
    "The area holds no cell; the whole city is shown. Draw it larger, or within the city.",
)

BACKWARDS = T(
    "时段的起点 {since} 不早于所看的时刻，已改用“{window}”。",
    "The window begins at {since}, which is not before the moment; “{window}” is shown.",
)

NO_COMPARE = T(
    "无法与“{key}”对比，只显示一张地图。",
    "There is nothing to compare with by the name of “{key}”; one map is shown.",
)

UNRECORDED = T(
    "没有 {at} 的记录，已显示此刻。",
    "Nothing is recorded of {at}; what is shown is now.",
)

ALONE = T(
    "没有 {at} 的记录，无法并列，只显示一张地图。",
    "Nothing is recorded of {at} to compare with; one map is shown.",
)

REFUSED = T(
    "您的权限范围不包含单元 {unit}，已显示可见范围。",
    "The unit {unit} is outside your scope; what you may see is shown.",
)


def register(
    app: Dash, city: City, layers: Registry[Layer], walls: Sequence[Wall] = (), offers: Iterable[Offer] = ()
) -> None:
    """The header's callback, and the browser taking over address, language, theme, title and surface."""

    @app.callback(
        Output(ids.HEADER, "children"),
        Output(ids.NOTICES, "children"),
        Output(ids.ADDRESS, "data"),
        Input(ids.URL, "href"),
        Input(ids.MOMENT, "data"),
    )
    def fill(href: str, moment: str | None) -> tuple[Any, Any, Any]:
        top, notices, address = header(city, layers, href, moment, walls, offers)
        return fold(top), fold(notices), address

    app.clientside_callback(
        ClientsideFunction("jingwei", "take_address"),
        Output(ids.ADDRESS, "modified_timestamp"),
        Input(ids.ADDRESS, "data"),
        prevent_initial_call=True,
    )
    same = ClientsideFunction("jingwei", "same")
    app.clientside_callback(same, Output(ids.SHOWN, "data"), Input(ids.SURFACE, "data"))


def header(
    city: City,
    layers: Registry[Layer],
    href: str,
    moment: str | None,
    walls: Sequence[Wall] = (),
    offers: Iterable[Offer] = (),
) -> tuple[Any, Any, Any]:
    """Header, notices and address; an unknown unit is told, and the city shown in its place."""
    view, problems = view_of(href)
    problems = [*problems, *unknown_names(city, view)]
    try:
        question = asked(city, href, moment)
    except (UnknownUnit, OutOfScope) as error:
        problems = [*problems, _reason(error).fill(unit=view.unit)]
        question = asked(city, view.but(unit="", area=()).url, moment)
    problems = [*problems, *_other_times(city, view, question), *layering.unknown(city, layers, question)]
    if view.compare and view.compare != CHANGE and beside(city, question) is None:
        problems = [*problems, _not_beside(city, view)]
    pages = [p for p in dash.page_registry.values() if p.get("nav")]
    title = f"{question.unit.title(view.lang)} · {shell.BRAND(view.lang)}"
    address = {"asked": href, "url": None if problems else view.url, "lang": view.lang, "theme": view.theme}
    address |= {"title": title, "past": not question.live}
    notices = [*_grave(city, question), *shell.notices(problems, view.lang), *shell.old_data(city, question)]
    return shell.header(city, question, pages, walls, offers), notices, address


def _grave(city: City, question: Ask) -> list:
    """The alerts in force; none while the store cannot be asked, as the screen says then."""
    try:
        return alert_notices(city, question)
    except StoreFailed:
        return []


def _reason(error: UnknownUnit | OutOfScope) -> T:
    if isinstance(error, OutOfScope):
        return REFUSED
    return NOTHING_THERE if isinstance(error, EmptyArea) else GONE


def _not_beside(city: City, view: View) -> T:
    at = named_moment(view.compare)
    return NO_COMPARE.fill(key=view.compare[:60]) if at is None else ALONE.fill(at=_told(city, at))


def _other_times(city: City, view: View, question: Ask) -> Iterator[T]:
    """What the View says about time and is not followed."""
    if view.as_of and question.live:
        yield UNRECORDED.fill(at=_told(city, view.as_of))
    if view.since and not question.view.since:
        yield BACKWARDS.fill(since=_told(city, view.since), window=WINDOWS[view.window])


def _told(city: City, at: datetime) -> str:
    return fmt.local(at.timestamp(), city.profile.zone).strftime("%Y-%m-%d %H:%M")


def unknown_names(city: City, view: View) -> Iterator[T]:
    """What the View names that this city does not have."""
    if view.metric and view.metric not in city.metrics:
        yield NO_METRIC.fill(key=view.metric[:60])
    if view.level and view.level not in {level.key for level in city.profile.levels}:
        yield NO_LEVEL.fill(key=view.level[:60])
    types = city.profile.types
    known = {kind.key for kind in types} | {f"group:{kind.group.en}" for kind in types}
    for name in view.types:
        if name not in known:
            yield NO_TYPE.fill(key=name[:60])
