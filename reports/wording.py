"""A snapshot in words: what it is called, which window and filters it has, in both languages."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from components import fmt
from components.panel import Panel
from components.panels.map import compared_with
from components.type_menu import titles as type_titles
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.feeds import asked_feed
from data_access.selection import KIND
from data_access.units import ZONES
from data_access.view import WINDOWS
from data_access.words import LANGS, NETWORKS, T, reason_title

SITUATION, FOUR = T("运行态势", "Situation"), T("四网", "Networks")
OWN = T("自定时段", "Own window")
NONE = T("无筛选。", "No filters.")
TYPES = T("类别：{names}", "types: {names}")
NETS = T("网络：{names}", "networks: {names}")
TREE = T("按管理区", "by management zones")
AREA = T("地图上圈选的区域（{n} 个顶点）", "an area marked on the map ({n} corners)")
COMPARED = T("地图{how}", "map: {how}")
HIDDEN = T("图例中隐去第 {n} 档（文件中仍全部列出）", "legend steps {n} left clear (their rows are in the file)")
MATCH = T("只列含“{text}”的行", "only rows that hold “{text}”")
REASON = T("拒收原因：{why}", "refused because: {why}")


def title_of(city: City, ask: Ask, panels: list[Panel]) -> T:
    """What the snapshot shows, and of which unit: the page's name, or the one panel's."""
    what = panel_title(city, ask, panels[0]) if len(panels) == 1 else _page(city, ask)
    return T("{unit} · {what}", "{what} · {unit}").fill(unit=ask.unit.title, what=what)


def panel_title(city: City, ask: Ask, panel: Panel) -> T:
    """What a panel is called for a question."""
    return panel.heading(city, ask) if panel.heading else panel.title


def _page(city: City, ask: Ask) -> T:
    feed, device = asked_feed(ask)
    if device:
        return T(device, device)
    if feed:
        return city.live.feeds()[feed].feed.title
    return FOUR if ask.view.page else SITUATION


def unit_path(city: City, ask: Ask) -> tuple[T, ...]:
    """The names from the city down to the unit."""
    return tuple(unit.title for unit in (*city.units.ancestors(ask.unit, ask.view.tree), ask.unit))


def window(ask: Ask) -> T:
    """What the window is called; its two ends are told beside it."""
    return OWN if ask.view.since else WINDOWS[ask.view.window]


def filters(city: City, ask: Ask) -> T:
    """All that narrows or changes what is shown, as one sentence."""
    told = list(_narrowed(city, ask))
    if not told:
        return NONE
    zh, en = "；".join(text.zh for text in told), "; ".join(text.en for text in told)
    return T(f"{zh}。", f"{en[:1].upper()}{en[1:]}.")


def _narrowed(city: City, ask: Ask) -> Iterator[T]:
    view = ask.view
    if view.types:
        known = type_titles(city)
        yield TYPES.fill(names=_listed(known.get(name, T(name, name)) for name in view.types))
    if view.networks:
        yield NETS.fill(names=_listed(NETWORKS.get(key, T(key, key)) for key in view.networks))
    if ask.unit.kind == KIND:
        yield AREA.fill(n=len(view.area))
    if view.tree == ZONES:
        yield TREE
    if view.compare and not view.page:
        yield COMPARED.fill(how=compared_with(city, ask))
    if view.hidden and not view.page:
        yield HIDDEN.fill(n=", ".join(str(rank + 1) for rank in view.hidden))
    if view.match:
        yield MATCH.fill(text=view.match)
    if view.reason:
        yield REASON.fill(why=reason_title(view.reason))


def _listed(texts: Iterable[T]) -> T:
    texts = list(texts)
    return T("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


def stamped(at: float, zone: str) -> str:
    """A moment by the city's clock, to the second, the same in both languages: ``2026-03-18 10:34:56``."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def aged(seconds: float | None) -> T | None:
    """How old something is; None for what is not known."""
    return None if seconds is None else T(*(fmt.age(seconds, lang) for lang in LANGS))
