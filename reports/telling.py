"""From a report and an address to a snapshot that tells: the period's View, its panels, its chapters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from components.panel import Panel
from data_access.ask import Ask, recorded
from data_access.city import City
from data_access.live import Moment
from data_access.queries.alarms import AROUND
from data_access.queries.place import spot
from data_access.registry import Registry
from data_access.scope import EVERYTHING, Scope
from data_access.view import View
from data_access.words import T
from reports.format import Format
from reports.periods import OWN, Period
from reports.report import Asked, Report
from reports.snapshot import Chapter, Progress, Snapshot, take
from reports.taking import CannotTake, Wanted, put_question, wanted

NO_REPORT = T("没有名为 {key} 的报告；有：{there}。", "There is no report called {key}; there are {there}.")
NO_PERIOD = T("{title}没有时段 {key}；有：{there}。", "The {title} has no period {key}; it has {there}.")
NO_REPORT_OF = T(
    "报告取自地图页面的视图，不能取自页面 {page}。", "Reports are of Views of the map, not of the page {page}."
)
CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
GAP = re.compile(f"(?<={CHINESE}) +(?={CHINESE})")
TITLE = T("{unit} · {report}", "{report} · {unit}")


@dataclass(frozen=True)
class Told:
    """What report is wanted, of which View, over which period, in which format."""

    report: Report
    wanted: Wanted
    period: Period

    @property
    def form(self) -> Format:
        """The format of its file."""
        return self.wanted.form


def ordered(
    reports: Registry[Report],
    forms: Registry[Format],
    key: str,
    address: str,
    form: str,
    period: str = "",
    view: View | None = None,
) -> Told:
    """What the keys of a report, a format and a period mean, with an address. Raises CannotTake."""
    if key not in reports:
        raise CannotTake(NO_REPORT.fill(key=key[:60], there=", ".join(r.key for r in reports)), 404)
    report, order = reports[key], wanted(forms, address, form, "", view)
    if order.view.page:
        raise CannotTake(NO_REPORT_OF.fill(page=order.view.page[:60]))
    found = OWN if order.view.since and not period else report.period(period)
    if found is None:
        there = ", ".join(each.key for each in report.periods)
        raise CannotTake(NO_PERIOD.fill(title=report.title, key=period[:60], there=there))
    return Told(report, order, found)


def told(
    city: City,
    panels: Iterable[Panel],
    order: Told,
    who: T,
    at: float | None = None,
    site: str = "",
    scope: Scope = EVERYTHING,
    progress: Progress = lambda what, part: None,
) -> Snapshot:
    """The snapshot of a report as of `at` (epoch seconds), now for None. Raises CannotTake, StoreFailed."""
    moment = city.live.moment()
    moment = replace(moment, at=max(moment.at, at or 0.0))
    question = asked(city, order, scope, moment, at)
    by_key = {panel.key: panel for panel in panels}
    chosen = [by_key[key] for key in _carried(order, question)]
    made = take(city, question.ask, chosen, who, city.live.present(), site, progress)
    title = TITLE.fill(unit=question.ask.unit.title, report=order.report.title)
    return replace(made, title=title, told=tuple(_chapters(city, order.report, question)))


def asked(city: City, order: Told, scope: Scope, moment: Moment, at: float | None) -> Asked:
    """The question that a report puts, and the one that it is set against. Raises CannotTake."""
    first = put_question(city, order.wanted, scope, moment)
    at = first.at if order.wanted.view.as_of or at is None else at
    view = _at_place(city, first)
    if order.period is OWN:
        view = OWN.view(view, at, city.profile.zone).but(since=first.view.since)
    else:
        view = order.period.view(view, at, city.profile.zone)
    question = put_question(city, replace(order.wanted, view=view), scope, moment)
    if (why := order.report.unfit(city, question)) is not None:
        raise CannotTake(why)
    span = order.period.before(question.span, city.profile.zone)
    known = recorded(city, span[0], question.moment)
    return Asked(question, replace(question, span=span) if known else None, order.period.against)


def _at_place(city: City, question: Ask) -> View:
    """The View of a report: of the unit around its place, where it asks about a place and names no unit."""
    view = question.view
    if view.place is None or view.unit or view.area:
        return view
    found = spot(city, question)
    if found is None:
        return view
    levels = [level.key for level in city.profile.levels]
    around = next((unit for unit in found.units if levels[unit.level] == AROUND), found.units[-1])
    return view.but(unit=around.id)


def _carried(order: Told, question: Asked) -> list[str]:
    """The report's panels that its format can hold."""
    carried = order.form.carries(question.ask.view)
    return [key for key in order.report.panels if carried is None or key in carried]


def _chapters(city: City, report: Report, question: Asked) -> Iterable[Chapter]:
    for section in report.sections:
        if sentences := section.tell(city, question):
            yield Chapter(section.title, tuple(map(close, sentences)))


def close(sentence: T) -> T:
    """A sentence without spaces between two Chinese characters, as filling in amounts leaves them."""
    return T(GAP.sub("", sentence.zh), sentence.en)
