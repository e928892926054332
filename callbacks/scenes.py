"""Which scenes of a wall can be shown, and what is wrong with the others: the wall goes on with the rest."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl, urlencode, urlsplit

from callbacks import layering
from components import catalogue
from components.layer import Layer
from data_access.ask import Ask, ask
from data_access.city import City
from data_access.errors import EmptyArea, UnknownUnit
from data_access.operations.walls import scenes
from data_access.queries.comparison import CHANGE, beside
from data_access.registry import Registry
from data_access.view import View
from data_access.walls.declared import Scene, Screen, Shown, Wall
from data_access.walls.naming import LEFT_OUT, hint
from data_access.words import NETWORKS, T
from demo.walls import walls_of

NO_ROLE = T(
    "{where}：屏幕“{title}”按场景自身的布局显示。{what}",
    "{where}: the screen “{title}” has the scene's layout. {what}",
)
ON_SCREEN = T("屏上保存", "saved on screen")
NO_ADDRESS = T("{address} 不是地址。", "{address} is no address.")
NO_PART = T("地址中没有名为 {key} 的部分{hint}。", "An address has no part called {key}{hint}.")
NO_PAGE = T(
    "大屏显示地图页面的视图，不能显示页面 {key}。", "Walls show Views of the map's pages, and not the page {key}."
)
NO_UNIT = T("本市没有单元 {key}。", "This city has no unit {key}.")
NO_AREA = T("选区内没有网格单元。", "The area holds no cell.")
NO_METRIC = T("没有名为 {key} 的指标{hint}。", "There is no metric called {key}{hint}.")
NO_LEVEL = T("没有名为 {key} 的层级{hint}。", "There is no level called {key}{hint}.")
NO_TYPE = T("没有名为 {key} 的案件类别或类别组{hint}。", "There is no case type or group called {key}{hint}.")
NO_NETWORK = T("没有名为 {key} 的网络{hint}。", "There is no network called {key}{hint}.")
NO_LAYOUT = T("没有名为 {key} 的布局{hint}。", "There is no layout called {key}{hint}.")
NO_COMPARE = T("无法与 {key} 对比。", "There is nothing to compare with by the name of {key}.")
SHORT = 60
"""Letters of a wrong name that are shown."""
PARTS = [field.name for field in fields(View) if field.name not in ("page", "unit")]
"""What the query of an address may name: page and unit stand in its path."""


@dataclass(frozen=True)
class Known:
    """What there is for scenes to name beside what is the city's: layers of the map, and layouts by key."""

    layers: Registry[Layer]
    layouts: Collection[str]

    @classmethod
    def of(cls, city: City) -> "Known":
        """What there is in this process."""
        return cls(catalogue.layers(city.settings.extensions), tuple(one.key for one in catalogue.layouts()))


def read_address(address: str, wall: Wall) -> tuple[View, list[T]]:
    """The View of an address in a wall's language and theme; and what in it was not understood."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return View(lang=wall.lang, theme=wall.theme), [NO_ADDRESS.fill(address=address[:SHORT])]
    view, problems = View.of(parts.path or "/", parts.query)
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    problems += [NO_PART.fill(key=name[:SHORT], hint=hint(name, PARTS)) for name in names if name not in PARTS]
    return view.but(lang=wall.lang, theme=wall.theme), problems


def query_of(view: View) -> str:
    """A View as the query of a stage's address: the unit is in it, as the path is the stage's."""
    return urlencode(view.but(page="stage").written(), safe=":,;")


def checked(city: City, known: Known, wall: Wall, told: Iterable[Scene]) -> tuple[list[Shown], list[T]]:
    """Those of the scenes `told` that can be shown, and the faults of the others and of the wall's screens."""
    shown, faults = [], [*_roles(known, wall), *wall.faults]
    for scene in told:
        view, wrong = looked_into(city, known, wall, scene.address, scene.layout)
        named = {"where": scene.origin or ON_SCREEN, "title": scene.title}
        faults += [LEFT_OUT.fill(what=what, **named) for what in wrong]
        if not wrong:
            shown.append(Shown(scene, view))
    return shown, faults


def faults_of(city: City) -> list[str]:
    """All that keeps scenes of the city's walls, saved ones included, from being shown. Raises BadSource."""
    known, found = Known.of(city), []
    for wall in walls_of(city.settings, city.profile):
        saved = [one.scene for one in scenes(city.operations, wall.key)]
        found += [fault.en for fault in checked(city, known, wall, (*wall.scenes, *saved))[1]]
    return found


def role(known: Known, screen: Screen) -> str:
    """The layout that a screen always has, empty for that of the scene."""
    return screen.layout if screen.layout in known.layouts else ""


def looked_into(city: City, known: Known, wall: Wall, address: str, layout: str) -> tuple[View, list[T]]:
    """The View of a scene, and all that keeps it from being shown."""
    view, wrong = read_address(address, wall)
    if view.page:
        return view, [*wrong, NO_PAGE.fill(key=view.page[:SHORT])]
    wrong += [lost for lost in (no_layout(known, layout),) if lost]
    wrong += _names(city, view)
    question, lost = where(city, view)
    if question is None:
        return view, [*wrong, lost]
    wrong += layering.unknown(city, known.layers, question)
    if view.compare and view.compare != CHANGE and beside(city, question) is None:
        wrong.append(NO_COMPARE.fill(key=view.compare[:SHORT]))
    return view, wrong


def where(city: City, view: View) -> tuple[Ask | None, T | None]:
    """The question that a View puts, or why it is about no place of this city."""
    try:
        return ask(city, view), None
    except EmptyArea:
        return None, NO_AREA
    except UnknownUnit:
        return None, NO_UNIT.fill(key=view.unit[:SHORT])


def no_layout(known: Known, layout: str) -> T | None:
    """What is wrong with a layout; None where nothing is."""
    if layout in known.layouts:
        return None
    return NO_LAYOUT.fill(key=layout[:SHORT], hint=hint(layout, known.layouts))


def _names(city: City, view: View) -> Iterator[T]:
    types = {kind.key for kind in city.profile.types} | {f"group:{kind.group.en}" for kind in city.profile.types}
    named: list[tuple[T, Iterable[str], Callable[[], Collection[str]]]] = [
        (NO_METRIC, (view.metric,), lambda: [metric.key for metric in city.metrics]),
        (NO_LEVEL, (view.level,), lambda: [level.key for level in city.profile.levels]),
        (NO_TYPE, view.types, lambda: types),
        (NO_NETWORK, view.networks, lambda: NETWORKS),
    ]
    for text, names, there in named:
        for name in names:
            if name and name not in there():
                yield text.fill(key=name[:SHORT], hint=hint(name, there()))


def _roles(known: Known, wall: Wall) -> Iterator[T]:
    for screen in wall.screens:
        if screen.layout and not role(known, screen):
            yield NO_ROLE.fill(where=screen.origin, title=screen.title, what=no_layout(known, screen.layout))
