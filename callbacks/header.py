"""The header, the notices and the address for the View that is looked at."""

from collections.abc import Iterator
from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, Output

from callbacks.caller import asked, view_of
from components import fmt, ids, shell
from components.plain import fold
from data_access.city import City
from data_access.errors import OutOfScope, UnknownUnit
from data_access.view import View
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

UNRECORDED = T(
    "没有 {at} 的记录，已显示此刻。",
    "Nothing is recorded of {at}; what is shown is now.",
)

REFUSED = T(
    "您的权限范围不包含单元 {unit}，已显示可见范围。",
    "The unit {unit} is outside your scope; what you may see is shown.",
)


def register(app: Dash, city: City) -> None:
    """The header's callback, and the browser taking over address, language, theme and title."""

    @app.callback(
        Output(ids.HEADER, "children"),
        Output(ids.NOTICES, "children"),
        Output(ids.ADDRESS, "data"),
        Input(ids.URL, "href"),
        Input(ids.MOMENT, "data"),
    )
    def fill(href: str, moment: str | None) -> tuple[Any, Any, Any]:
        top, notices, address = header(city, href, moment)
        return fold(top), fold(notices), address

    app.clientside_callback(
        ClientsideFunction("jingwei", "take_address"),
        Output(ids.ADDRESS, "modified_timestamp"),
        Input(ids.ADDRESS, "data"),
        prevent_initial_call=True,
    )


def header(city: City, href: str, moment: str | None) -> tuple[Any, Any, Any]:
    """Header, notices and address; an unknown unit is told, and the city shown in its place."""
    view, problems = view_of(href)
    problems = [*problems, *unknown_names(city, view)]
    try:
        question = asked(city, href, moment)
    except (UnknownUnit, OutOfScope) as error:
        reason = REFUSED if isinstance(error, OutOfScope) else GONE
        problems = [*problems, reason.fill(unit=view.unit)]
        question = asked(city, view.but(unit="").url, moment)
    if view.as_of and question.live:
        told = fmt.local(view.as_of.timestamp(), city.profile.zone).strftime("%Y-%m-%d %H:%M")
        problems = [*problems, UNRECORDED.fill(at=told)]
    pages = [p for p in dash.page_registry.values() if p.get("nav")]
    title = f"{question.unit.title(view.lang)} · {shell.BRAND(view.lang)}"
    address = {"url": None if problems else view.url, "lang": view.lang, "theme": view.theme, "title": title}
    notices = [*shell.notices(problems, view.lang), *shell.old_data(city, question)]
    return shell.header(city, question, pages), notices, address


def unknown_names(city: City, view: View) -> Iterator[T]:
    """What the View names that this city does not have."""
    if view.metric and view.metric not in city.metrics:
        yield NO_METRIC.fill(key=view.metric[:60])
    if view.level and view.level not in {level.key for level in city.profile.levels}:
        yield NO_LEVEL.fill(key=view.level[:60])
