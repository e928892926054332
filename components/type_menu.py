"""The choice of case types: groups of them, and the types of the group that is chosen."""

from dash import html
from dash.development.base_component import Component

from components import links
from data_access.ask import Ask
from data_access.city import City
from data_access.profile import CaseType
from data_access.words import T

TYPE, ALL, SEVERAL = T("类别", "Type"), T("全部类别", "All types"), T("{n} 项类别", "{n} types")
NONE = T("没有这样的类别", "No such type")
GROUP = "group:"


def type_menu(city: City, ask: Ask) -> Component | None:
    """A menu that filters the page by a group of types or by one type; None where there are fewer than two.

    The group that is chosen comes first, with its types.
    """
    types, lang = city.profile.types, ask.view.lang
    if len(types) < 2:
        return None
    groups: dict[str, list[CaseType]] = {}
    for kind in types:
        groups.setdefault(kind.group.en, []).append(kind)
    grouped = len(groups) > 1
    rows = [_link(ask, ALL(lang), ())]
    for name, members in sorted(groups.items(), key=lambda group: not _open(ask, *group)):
        if name and grouped:
            rows.append(_link(ask, members[0].group(lang), (GROUP + name,)))
        if not name or not grouped or (len(members) > 1 and _open(ask, name, members)):
            inner = " inner" if name and grouped else ""
            rows += [_link(ask, kind.title(lang), (kind.key,), inner) for kind in members]
    chosen = _chosen(city, ask)(lang)
    summary = html.Summary(chosen, **{"aria-label": f"{TYPE(lang)}: {chosen}"})
    return html.Details(
        [summary, html.Div(rows, className="menu-list")], className="menu on" if ask.view.types else "menu"
    )


def _link(ask: Ask, text: str, types: tuple[str, ...], more: str = "") -> Component:
    on = {"aria-current": "true"} if ask.view.types == types else {}
    return links.to(ask.view.but(types=types), text, className=f"menu-item{more}{' on' if on else ''}", **on)


def _open(ask: Ask, name: str, members: list[CaseType]) -> bool:
    return GROUP + name in ask.view.types or any(kind.key in ask.view.types for kind in members)


def _chosen(city: City, ask: Ask) -> T:
    wanted = ask.view.types
    if not wanted:
        return ALL
    known = titles(city)
    there = [known[name] for name in wanted if name in known]
    if not there:
        return NONE
    return there[0] if len(there) == 1 else SEVERAL.fill(n=len(there))


def titles(city: City) -> dict[str, T]:
    """What types, and groups of them, are called, as a View names them."""
    grouped = {GROUP + kind.group.en: kind.group for kind in city.profile.types}
    return grouped | {kind.key: kind.title for kind in city.profile.types}
