"""A snapshot: a View at a fixed moment as rows, with all that whoever opens it later must know about them."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from components.panel import Panel
from components.panels.map import drawn_level
from components.sheet import NOTHING, Sheet
from components.surface import OPERATIONS
from data_access.ask import Ask, ask
from data_access.city import City
from data_access.errors import OutOfScope, StoreFailed
from data_access.metric import Metric
from data_access.queries.comparison import NOW
from data_access.queries.freshness import Coverage, Freshness, coverage, freshness
from data_access.view import View
from data_access.words import T
from reports.wording import filters, title_of, unit_path

log = logging.getLogger(__name__)
Progress = Callable[[str, float], None]
REFUSED = T("不在取用者的权限范围内。", "Outside the scope of whoever took this.")
AWAY = T("数据库没有应答。", "The store did not answer.")
BROKEN = T("这个面板没有算出来。", "This panel could not be computed.")
LOOK = {"lang": "zh", "theme": "night"}
"""What of a View makes no difference to its numbers, set to one value."""


@dataclass(frozen=True)
class Part:
    """One panel: its rows; or, where it failed, no sheet and the `reason`.

    `freshness` and `coverage` are those of when the snapshot was made, `coverage` that of the panel's metric.
    `drawn`: whether it is a drawing, which its rows do not tell as well.
    """

    key: str
    title: T
    sentence: T
    sheet: Sheet | None
    reason: T | None
    freshness: Freshness
    coverage: Coverage | None
    drawn: bool = False


@dataclass(frozen=True)
class Definition:
    """A metric that a snapshot has figures of, and how complete and how old those were when it was made."""

    metric: Metric
    coverage: Coverage | None
    age: float | None


@dataclass(frozen=True)
class Chapter:
    """What a report says of a part of itself, in sentences made of the numbers of its moment."""

    title: T
    sentences: tuple[T, ...]


@dataclass(frozen=True)
class Snapshot:
    """A View fixed at a moment, and its panels as rows.

    `ask` is the fixed question, `live` whether it was taken of a picture that was live. `path` are the names from
    the city down to the unit, `level` is that of the map's cells; `made_at` is in epoch seconds; `link` is the
    address that opens it again. `panel` is the key of the panel where only one was asked for, `stage` the layout
    and canvas of a wall's scene, as ``map/32x9``; `told` is what a report says of it.
    """

    ask: Ask
    live: bool
    title: T
    path: tuple[T, ...]
    filters: T
    level: T | None
    parts: tuple[Part, ...]
    definitions: tuple[Definition, ...]
    who: T
    made_at: float
    zone: str
    link: str
    credit: T
    panel: str = ""
    stage: str = ""
    told: tuple[Chapter, ...] = ()

    @property
    def view(self) -> View:
        """The fixed View."""
        return self.ask.view

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the fixed View and of all rows that are of its moment; the same in either language."""
        sheets = {part.key: part.sheet for part in self.parts}
        told = {key: sheet and sheet.digest for key, sheet in sheets.items() if sheet is None or sheet.lasting}
        whole = json.dumps([self.view.but(**LOOK).url, told], sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()

    def part(self, key: str) -> Part | None:
        """The panel called `key`, where it is in."""
        return next((part for part in self.parts if part.key == key), None)


def fixed(city: City, question: Ask) -> Ask:
    """The same question of its moment for ever: an as-of in place of now, and the level that the map draws."""
    view = replace(question.view, as_of=_utc(question.at), skip=0)
    if view.compare == NOW:
        view = replace(view, compare=_utc(question.moment.at).strftime("%Y-%m-%dT%H:%M:%SZ"))
    if not view.page:
        view = replace(view, level=city.profile.levels[drawn_level(city, question)].key)
    return ask(city, view, question.scope, question.moment)


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def take(
    city: City,
    question: Ask,
    panels: Iterable[Panel],
    who: T,
    made_at: float,
    site: str = "",
    progress: Progress = lambda what, part: None,
) -> Snapshot:
    """The snapshot of a question: of the `panels` given, in their order. `site` begins the address of its link.

    Raises StoreFailed where no panel could be asked at all, JingweiError for an unknown unit or one out of scope.
    """
    panels, still = list(panels), fixed(city, question)
    parts = []
    for number, panel in enumerate(panels):
        progress("panels", number / len(panels))
        parts.append(_part(city, question, still, panel))
    if parts and all(part.reason == AWAY for part in parts):
        raise StoreFailed("The store does not answer, so there are no figures to put into a snapshot.")
    progress("panels", 1.0)
    return Snapshot(
        ask=still,
        live=question.live,
        title=title_of(city, still, panels),
        path=unit_path(city, still),
        filters=filters(city, still),
        level=None if still.view.page else city.profile.levels[drawn_level(city, still)].title,
        parts=tuple(parts),
        definitions=tuple(_definitions(city, question, still, panels)),
        who=who,
        made_at=made_at,
        zone=city.profile.zone,
        link=site.rstrip("/") + still.view.url,
        credit=_credit(city),
    )


def _part(city: City, question: Ask, still: Ask, panel: Panel) -> Part:
    sheet, reason = _rows(city, still, panel)
    metric = panel.metric(city, still)
    told = panel.heading(city, still) if panel.heading else panel.title
    sentence = panel.sentence(city, still) if panel.sentence else NOTHING
    return Part(
        panel.key,
        told if told == panel.title else T(f"{panel.title.zh}：{told.zh}", f"{panel.title.en}: {told.en}"),
        sentence,
        sheet,
        reason,
        freshness(city, question, panel.tables),
        coverage(city, question, metric) if metric and not reason else None,
        panel.drawing,
    )


def _rows(city: City, still: Ask, panel: Panel) -> tuple[Sheet | None, T | None]:
    """The rows of a panel, or why there are none."""
    try:
        return panel.sheet(city, still), None
    except OutOfScope:
        return None, REFUSED
    except StoreFailed as error:
        log.warning("snapshot, panel %s: %s", panel.key, error)
        return None, AWAY
    except Exception:
        log.exception("snapshot, panel %s failed for %s", panel.key, still.view.url)
        return None, BROKEN


def _definitions(city: City, question: Ask, still: Ask, panels: list[Panel]) -> Iterator[Definition]:
    used: dict[str, Metric] = {}
    for panel in panels:
        metric = panel.metric(city, still)
        used |= {m.key: m for m in (*([metric] if metric else []), *panel.metrics(city, still))}
    for metric in used.values():
        age = freshness(city, question, (metric.table,)).age
        yield Definition(metric, coverage(city, question, metric), age)


def _credit(city: City) -> T:
    """Who made the city's data, and the number under which its map may be shown."""
    p = city.profile
    texts = [text for text in (p.synthetic, p.attribution) if text and (text.zh or text.en)]
    number = [p.map_number] if p.map_number else []
    return T(*(" · ".join([*(text(lang) for text in texts), *number]) for lang in ("zh", "en")))


def of_surface(panels: Iterable[Panel], surface: str = OPERATIONS) -> list[Panel]:
    """The panels of a surface that can be told as rows, in their order."""
    return [panel for panel in panels if panel.surface == surface and panel.sheet]
