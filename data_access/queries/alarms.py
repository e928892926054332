"""Alarms: critical cases that nobody has accepted within their response limit."""

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from data_access.ask import Ask, ask
from data_access.city import City
from data_access.queries.people import Holder, answering
from data_access.scope import EVERYTHING, Scope
from data_access.sources.listed import open_cases_at
from data_access.sources.spells import RESPONSE
from data_access.units import Unit
from data_access.view import View
from data_access.words import SEVERITIES, T

CRITICAL = len(SEVERITIES) - 1
AROUND = "community"
"""The level that an alarm's place is shown in."""
BETWEEN = " · "


@dataclass(frozen=True)
class Waiting:
    """A critical case that waits to be accepted: when it was reported, and by when it should have been accepted.

    Moments are UTC epoch seconds.
    """

    case_id: str
    spell: int
    leaf: int
    type: str
    lon: float
    lat: float
    reported: float
    limit: float


@dataclass(frozen=True)
class Alarm:
    """What there is to say of one: what it is, where, who has it (None: nobody answers there), how to see it."""

    waiting: Waiting
    title: T
    place: T
    holder: Holder | None
    view: View


def waiting(city: City, now: float, scope: Scope = EVERYTHING) -> list[Waiting]:
    """The critical cases that are open, not accepted, and over their response limit at `now`, the oldest first.

    By what has landed; `now` may be later than the moment that screens show, as limits run out by themselves.
    """
    question = ask(city, View(), scope)
    key = ("critical", *question.stand("case"), question.scope)
    return [one for one in city.cache.get(key, lambda: _critical(city, question)) if one.limit < now]


def alarm(city: City, one: Waiting) -> Alarm:
    """What there is to say of a case that waits; without whose it is while the database of people is away."""
    try:
        return city.cache.get(("alarm", one, city.live.now() // 60), lambda: _alarm(city, one, _holder(city, one)))
    except SQLAlchemyError:
        return _alarm(city, one, None)


def _critical(city: City, question: Ask) -> list[Waiting]:
    """Those that are open and not accepted, over their limit or not yet."""
    frame = open_cases_at(city, question)
    held = (frame["severity"] == CRITICAL) & (frame["accepted_at"] >= question.at)
    response = {kind.key: kind.response for kind in city.profile.types}
    found = [_waiting(row, response) for row in frame[held].to_dict("records")]
    return sorted(found, key=lambda one: (one.reported, one.case_id, one.spell))


def _waiting(row: dict, response: dict[str, int]) -> Waiting:
    limit = row["opened_at"] + response.get(row["type"], RESPONSE)
    plain = {name: row[name] for name in ("case_id", "type", "lon", "lat")}
    return Waiting(**plain, spell=int(row["spell"]), leaf=int(row["leaf"]), reported=row["opened_at"], limit=limit)


def _alarm(city: City, one: Waiting, holder: Holder | None) -> Alarm:
    own = _own(city, one)
    path = [*city.units.ancestors(own)[1:], own]
    names = [unit.title for unit in path]
    kind = city.types.get(one.type)
    around = _around(city, path)
    place = (round(float(one.lon), 5), round(float(one.lat), 5))
    return Alarm(
        one,
        kind.title if kind else T(one.type, one.type),
        T(BETWEEN.join(name.zh for name in names), BETWEEN.join(name.en for name in names)),
        holder,
        View(unit=around.id, place=place),
    )


def _around(city: City, path: list[Unit]) -> Unit:
    """The smallest unit of a path to look at: its community; where there are none, the one above the last."""
    levels = [level.key for level in city.profile.levels]
    named = [unit for unit in path if levels[unit.level] == AROUND]
    return named[0] if named else path[-2] if len(path) > 1 else city.units.root


def _own(city: City, one: Waiting) -> Unit:
    return city.units.at(city.units.row_of_leaf(one.leaf))


def _holder(city: City, one: Waiting) -> Holder | None:
    """The post nearest to the case that is on duty."""
    return next(iter(answering(city, ask(city, View()), _own(city, one))), None)
