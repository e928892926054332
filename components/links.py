"""Links between Views: every control is one, so that back, forward and copying work everywhere."""

from collections.abc import Iterable
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from components.layout import on_stage
from data_access.ask import Ask
from data_access.units import Unit
from data_access.view import View


def to(view: View, text: object, **more: object) -> Component:
    """A link to a View; the browser follows it without loading the page again."""
    return html.A(text, href=view.url, **more)


def at_unit(view: View, unit: Unit) -> View:
    """The View of a unit: all else kept, but what was there for the unit before: level, area, place.

    On the map's page, unless it is a layout of a wall that is looked at.
    """
    page = view.page if on_stage(view.page) else ""
    return view.but(page=page, unit="" if unit.row == 0 else unit.id, level="", area=(), place=None)


def of_feed(view: View, feed: str, device: str = "") -> View:
    """The View of a feed, or of one of its devices."""
    page = f"networks/{feed}/{device}" if device else f"networks/{feed}"
    return view.but(page=page, place=None, match="", skip=0, reason="")


def snapshot(view: View, form: str, panel: str = "", moment: str = "") -> str:
    """The address of a View's snapshot in a format: of the whole page, or one panel; at `moment`, else at once."""
    more = {name: text for name, text in (("panel", panel), ("moment", moment)) if text}
    return f"/snapshot/{form}{view.url}{'&' if more else ''}{urlencode(more)}"


def pattern(view: View) -> str:
    """The address of a View with ``{id}`` and ``{feed}`` in it, for the browser to fill in."""
    return view.url.replace("%7B", "{").replace("%7D", "}")


def to_unit(ask: Ask, unit: Unit, **more: object) -> Component:
    """A link to a unit."""
    return to(at_unit(ask.view, unit), unit.title(ask.view.lang), **more)


def segments(label: str, choices: Iterable[tuple[str, View, bool]], **more: object) -> Component:
    """A row of links of which one is on: text, View, whether it is on."""
    links = [
        to(view, text, className="segment on" if on else "segment", **{"aria-current": "true"} if on else {})
        for text, view, on in choices
    ]
    return html.Div(links, className="segments", role="group", **{"aria-label": label}, **more)


def menu(label: str, current: str, choices: Iterable[tuple[str, View, bool] | Component]) -> Component:
    """A drop-down of links under the text of the one that is on; what is no link comes as it is to be shown."""
    links = [choice if isinstance(choice, Component) else _item(*choice) for choice in choices]
    summary = html.Summary(current, **{"aria-label": f"{label}: {current}"})
    return html.Details([summary, html.Div(links, className="menu-list")], className="menu")


def _item(text: str, view: View, on: bool) -> Component:
    return to(view, text, className="menu-item on" if on else "menu-item")


def to_unit_row(ask: Ask, unit: Unit, children: list, **more: object) -> Component:
    """A whole row that leads to a unit."""
    return to(at_unit(ask.view, unit), children, **more)
