"""From an address to a file: the View it means, the panels that go in, the snapshot, its bytes."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from tempfile import SpooledTemporaryFile
from typing import BinaryIO
from urllib.parse import urlsplit

from components.catalogue import layouts
from components.layout import MISSING, on_stage
from components.panel import Panel
from components.surface import DEVICE, FEED, NETWORKS, OPERATIONS, REPORTS
from components.type_menu import titles
from data_access.ask import Ask, ask
from data_access.city import City
from data_access.errors import EmptyArea, JingweiError, OutOfScope, UnknownUnit
from data_access.live import Moment
from data_access.queries.comparison import CHANGE, beside
from data_access.queries.device import device_row
from data_access.queries.feeds import PAGE, asked_feed
from data_access.registry import Registry
from data_access.scope import EVERYTHING, Scope
from data_access.view import View
from data_access.words import T
from reports.format import Format
from reports.snapshot import Progress, Snapshot, of_surface, take

SMALL = 8 * 2**20
"""Bytes up to which a file is made in memory."""
NO_FORMAT = T("没有名为 {key} 的格式；有：{there}。", "There is no format called {key}; there are {there}.")
NOT_READ = T("地址中的 {parts} 无法识别（{address}）。", "{parts} means nothing in an address ({address}).")
NO_PAGE = T("页面 {page} 没有数据可取。", "The page {page} has no data to take.")
NO_PANEL = T(
    "这个页面没有名为 {key} 的面板；有：{there}。", "This page has no panel called {key}; there are {there}."
)
NO_MAP = T("{form} 只能取地图（{there}），不能取 {key}。", "{form} holds the map only ({there}), not {key}.")
NO_UNIT = T("这座城市没有单元 {key}（{address}）。", "This city has no unit {key} ({address}).")
NO_CELLS = T("选区内没有网格单元（{address}）。", "The area holds no cell of this city ({address}).")
NO_FEED = T("这座城市没有数据源 {key}（{address}）。", "This city has no feed {key} ({address}).")
NO_DEVICE = T("数据源 {feed} 没有设备 {key}（{address}）。", "The feed {feed} has no device {key} ({address}).")
NO_METRIC = T("没有名为 {key} 的指标。", "There is no metric called {key}.")
NO_LEVEL = T("没有名为 {key} 的层级。", "There is no level called {key}.")
NO_TYPE = T("没有名为 {key} 的案件类别或类别组。", "There is no case type or group called {key}.")
NO_COMPARE = T("无法与“{key}”对比。", "There is nothing to compare with by the name of “{key}”.")
NO_RECORD = T("没有 {at}（UTC）的记录。", "Nothing is recorded of {at} (UTC).")
BACKWARDS = T("时段的起点不早于所看的时刻。", "The window begins at or after the moment that is looked at.")
REFUSED = T("单元 {key} 不在您的权限范围内。", "The unit {key} is outside your scope.")


class CannotTake(JingweiError):
    """A snapshot cannot be taken of what was asked: `told` in both languages; `status` as HTTP has it."""

    def __init__(self, told: T, status: int = 400):
        super().__init__(told.en)
        self.told, self.status = told, status


@dataclass(frozen=True)
class Wanted:
    """What is to be taken: the View of an address, in a format; one `panel` of its page, empty for all.

    `stage` is the layout and canvas of a wall, as ``map/32x9``, where the address is that of a scene.
    """

    address: str
    view: View
    form: Format
    panel: str = ""
    stage: str = ""


def wanted(forms: Registry[Format], address: str, form: str, panel: str = "", view: View | None = None) -> Wanted:
    """What an address, a format's key and a panel's mean. Raises CannotTake for what is not understood.

    `view` is that of the address where it was read already.
    """
    if form not in forms:
        raise CannotTake(NO_FORMAT.fill(key=form[:60], there=", ".join(f.key for f in forms)), 404)
    parts = urlsplit(address or "/")
    read, problems = View.of(parts.path, parts.query)
    if problems:
        raise CannotTake(NOT_READ.fill(parts=_not_read(parts.query), address=address))
    view = view or read
    if not on_stage(view.page):
        return Wanted(address, view, forms[form], panel)
    return Wanted(address, view.but(page=""), forms[form], panel, _stage(view.page))


def _stage(page: str) -> str:
    """The layout and canvas of a stage's page. Raises CannotTake where there are none of these names."""
    _, layout, canvas = [*page.split("/", 2), "", ""][:3]
    known = layouts()
    if layout not in known or canvas not in known[layout].grids:
        there = ", ".join(each.key for each in known)
        raise CannotTake(MISSING.fill(key=layout[:60], canvas=canvas[:60], layouts=there), 404)
    return f"{layout}/{canvas}"


def _not_read(query: str) -> str:
    """The parts of a query that mean nothing."""
    return ", ".join(part for part in query.split("&") if View.of("/networks", part)[1])[:120]


def checked(city: City, panels: Iterable[Panel], order: Wanted, scope: Scope = EVERYTHING) -> list[Panel]:
    """The panels that would go in, without asking for their rows. Raises CannotTake."""
    put_question(city, order, scope, None)
    return _chosen(panels, order)


def taken(
    city: City,
    panels: Iterable[Panel],
    order: Wanted,
    who: T,
    made_at: float,
    site: str = "",
    scope: Scope = EVERYTHING,
    moment: Moment | None = None,
    progress: Progress = lambda what, part: None,
) -> Snapshot:
    """The snapshot of what is wanted. Raises CannotTake, StoreFailed."""
    question = put_question(city, order, scope, moment)
    chosen = _chosen(panels, order)
    made = take(city, question, chosen, who, made_at, site, progress)
    return replace(made, panel=order.panel, stage=order.stage)


def written(city: City, snapshot: Snapshot, form: Format) -> BinaryIO:
    """A snapshot as a temporary file, open at its beginning; small ones stay in memory. The caller closes it."""
    with ExitStack() as held:
        file = held.enter_context(SpooledTemporaryFile(max_size=SMALL))
        form.write(snapshot, city, file)
        file.seek(0)
        held.pop_all()
        return file


def surface_of(view: View) -> str:
    """The surface of a View's page. Raises CannotTake for a page without panels."""
    parts = view.page.split("/", 2) if view.page else []
    if not parts:
        return OPERATIONS
    if view.page == REPORTS:
        return REPORTS
    if parts[0] != PAGE:
        raise CannotTake(NO_PAGE.fill(page=view.page[:60]), 404)
    return (NETWORKS, FEED, DEVICE)[len(parts) - 1]


def _chosen(panels: Iterable[Panel], order: Wanted) -> list[Panel]:
    """The panels that go in: those of the page, of them the one asked for, of them those the format can hold."""
    there = _there_are(panels, order)
    keys = [panel.key for panel in there]
    if order.panel and order.panel not in keys:
        raise CannotTake(NO_PANEL.fill(key=order.panel[:60], there=", ".join(keys)), 404)
    carried = order.form.carries(order.view)
    asked = (order.panel,) if order.panel else tuple(keys)
    if carried is not None:
        if not carried or order.panel not in ("", *carried):
            key, held = order.panel or order.view.page, ", ".join(carried) or "map"
            raise CannotTake(NO_MAP.fill(form=order.form.title, there=held, key=key[:60]))
        asked = tuple(key for key in asked if key in carried)
    return [panel for panel in there if panel.key in asked]


def _there_are(panels: Iterable[Panel], order: Wanted) -> list[Panel]:
    """The panels of the page, or of the scene's layout."""
    panels = list(panels)
    if not order.stage:
        return of_surface(panels, surface_of(order.view))
    layout, canvas = order.stage.split("/")
    on = layouts()[layout].grids[canvas].panels
    return [panel for panel in panels if panel.key in on and panel.sheet]


def put_question(city: City, order: Wanted, scope: Scope, moment: Moment | None) -> Ask:
    """The question, refused where the screen would show something else and say so."""
    view = order.view
    try:
        question = ask(city, view, scope, moment)
    except EmptyArea as error:
        raise CannotTake(NO_CELLS.fill(address=order.address)) from error
    except UnknownUnit as error:
        raise CannotTake(NO_UNIT.fill(key=view.unit[:60], address=order.address), 404) from error
    except OutOfScope as error:
        raise CannotTake(REFUSED.fill(key=view.unit[:60]), 403) from error
    if view.as_of and question.live:
        raise CannotTake(NO_RECORD.fill(at=f"{view.as_of:%Y-%m-%d %H:%M:%S}"))
    if view.since and not question.view.since:
        raise CannotTake(BACKWARDS)
    _named(city, question)
    _there(city, question, order.address)
    return question


def _named(city: City, question: Ask) -> None:
    """That what the View names is there: metric, level, types, comparison. Raises CannotTake."""
    view = question.view
    levels = {level.key for level in city.profile.levels}
    if view.metric and view.metric not in city.metrics:
        raise CannotTake(NO_METRIC.fill(key=view.metric[:60]))
    if view.level and view.level not in levels:
        raise CannotTake(NO_LEVEL.fill(key=view.level[:60]))
    known = titles(city)
    for name in view.types:
        if name not in known:
            raise CannotTake(NO_TYPE.fill(key=name[:60]))
    if view.compare not in ("", CHANGE) and beside(city, question) is None:
        raise CannotTake(NO_COMPARE.fill(key=view.compare[:60]))


def _there(city: City, question: Ask, address: str) -> None:
    """That the feed or the device is there which the page is about. Raises CannotTake."""
    feed, device = asked_feed(question)
    if feed and feed not in city.live.feeds():
        raise CannotTake(NO_FEED.fill(key=feed[:60], address=address), 404)
    if device and device_row(city, question) is None:
        raise CannotTake(NO_DEVICE.fill(feed=feed, key=device[:60], address=address), 404)
