"""What is asked: a View, by whom, at which moment; with the window and the unit it means resolved."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from data_access.city import City
from data_access.errors import OutOfScope
from data_access.live import Moment
from data_access.scope import EVERYTHING, Scope
from data_access.selection import selection
from data_access.units import Intervals, Unit
from data_access.view import View

WEEK = 7 * 86400.0
Span = tuple[float, float]
"""A window of time in UTC epoch seconds, half-open: what happened at `start` is in, at `end` is not."""


@dataclass(frozen=True)
class Ask:
    """A View made definite. `span` is its window; what happened before `span[1]` has happened."""

    view: View
    scope: Scope
    moment: Moment
    span: Span
    unit: Unit

    @property
    def at(self) -> float:
        """The as-of moment, UTC epoch seconds."""
        return self.span[1]

    @property
    def live(self) -> bool:
        """Whether it asks for now."""
        return self.view.as_of is None

    def stand(self, table: str) -> tuple[float | None, int]:
        """What the state of a table at the as-of moment depends on: that moment, and the table's version.

        No moment where nothing is recorded that was still to come: then any later one gives the same.
        """
        return (None if self.live and self.moment.settled(table) else self.at), self.moment.of(table)

    @property
    def intervals(self) -> Intervals:
        """The leaves of the unit that the caller may see."""
        return self.scope.clip(self.unit.intervals)

    def key(self, table: str = "") -> tuple:
        """All that a city-wide answer depends on, of one `table` or of any; the unit is not part of it."""
        v = self.view
        version = self.moment.of(table)
        return (self.span, version, v.types, v.networks, self.scope)

    def shifted(self, seconds: float) -> "Ask":
        """The same question, that many seconds earlier."""
        return replace(self, span=(self.span[0] - seconds, self.span[1] - seconds))


def ask(city: City, view: View, scope: Scope = EVERYTHING, moment: Moment | None = None) -> Ask:
    """Make `view` definite for a caller, at `moment` or as things stand. Raises UnknownUnit, OutOfScope.

    A moment that nothing is recorded of, past or to come, is taken for now, and a window of its own that does not
    begin before it for the one called by name: the ask's own View says so.
    """
    moment = city.live.known(moment) if moment else city.live.moment()
    if view.as_of and not recorded(city, view.as_of.timestamp(), moment):
        view = view.but(as_of=None)
    at = view.as_of.timestamp() if view.as_of else moment.at
    if view.since and view.since.timestamp() >= at:
        view = view.but(since=None)
    unit = selection(city, view.area) if view.area else city.units.get(view.unit)
    if not scope.clip(unit.intervals):
        raise OutOfScope(f"The unit {unit.id} is outside the caller's scope.")
    span = (view.since.timestamp(), at) if view.since else resolve(view.window, at, city.profile.zone)
    return Ask(view, scope, moment, span, unit)


def recorded(city: City, at: float, moment: Moment) -> bool:
    """Whether `at` (epoch seconds) lies between the first record and the moment."""
    return earliest(city, moment) <= at <= moment.at


def earliest(city: City, moment: Moment) -> float:
    """When the first record was made (epoch seconds)."""
    return city.cache.get(("first record", moment.version), city.first_record)


def resolve(window: str, at: float, zone: str) -> Span:
    """The window called `window` ending at `at`, in the city's time zone; "today" begins at its midnight.

    At midnight itself, "today" is the day just ended, so that it is never empty.
    """
    if window == "today":
        local = datetime.fromtimestamp(at, ZoneInfo(zone))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        if midnight.timestamp() == at:
            midnight -= timedelta(days=1)
        return midnight.timestamp(), at
    seconds = {"1h": 3600.0, "7d": WEEK, "30d": 30 * 86400.0}[window]
    return at - seconds, at
