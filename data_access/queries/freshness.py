"""How old and how complete what a panel shows is, and which feed is to blame."""

from dataclasses import dataclass

from data_access.ask import Ask
from data_access.city import City
from data_access.live import FeedState
from data_access.metric import Metric
from data_access.sources.devices import MACHINES, TERMINALS, DeviceCount, online

CARRIED_BY = {"case": ("case",), "device": ("reading",), "facility": ("facility",), "fact": ()}
"""Which feeds each table of facts depends on, by what they carry."""


@dataclass(frozen=True)
class Freshness:
    """`age` in seconds of the newest data, None when there never was any; `silent` the feeds that are overdue."""

    age: float | None
    silent: tuple[FeedState, ...] = ()
    total: int = 0

    @property
    def stale(self) -> bool:
        """Whether something that should have spoken has not."""
        return bool(self.silent)


@dataclass(frozen=True)
class Coverage:
    """Of `m` that should have spoken `n` did; `what` are grids, devices, feeds, or cells with a value."""

    what: str
    n: int
    m: int


def coverage(city: City, ask: Ask, metric: Metric) -> Coverage | None:
    """How many of those a metric is told by spoke, over the ask's unit; None where that is not known.

    Devices are counted one by one at any moment; of cases and facilities, which come when they come, now the
    feeds that carry them.
    """
    if metric.table == "device":
        return _heard(city, ask, metric)
    state = freshness(city, ask, (metric.table,))
    return Coverage("feeds", state.total - len(state.silent), state.total) if state.total else None


def _heard(city: City, ask: Ask, metric: Metric) -> Coverage | None:
    counts = [source.among for source in metric.sources if isinstance(source, DeviceCount)]
    among = counts[0] if counts else MACHINES
    sources = DeviceCount("heard", among, online), DeviceCount("all", among)
    n, m = (source.vector(city, ask).over(ask.intervals) for source in sources)
    return Coverage("grids" if among == TERMINALS else "devices", int(n), int(m)) if n == n else None


def freshness(city: City, ask: Ask, tables: tuple[str, ...]) -> Freshness:
    """The freshness of what is drawn from `tables`, at the ask's moment.

    A past moment is as complete as it will be: it has no age and no silent feed. Feeds that have never spoken
    are left out, as not installed.
    """
    if not ask.live:
        return Freshness(None)
    kinds = {kind for table in tables for kind in CARRIED_BY[table]}
    states = [s for s in city.live.feeds().values() if s.feed.carries in kinds and s.last_seen is not None]
    ages = [s.age(ask.at) for s in states]
    silent = tuple(s for s in states if s.silent(ask.at))
    return Freshness(min(ages, default=None), silent, len(states))
