"""Steps of time as a city lives them: hours, and days that begin at its own midnight."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from data_access.ask import Span

DAY = 86400


def steps_until(at: float, step: int, count: int, zone: str) -> list[Span]:
    """The last `count` whole steps of `step` seconds before `at`, in order, counted from the city's midnight.

    Steps of a day are calendar days, so one may last 23 or 25 hours.
    """
    edge = floor(at, step, zone)
    edges = [moved(edge, -i, step, zone) for i in range(count, -1, -1)]
    return list(zip(edges, edges[1:], strict=False))


def steps_after(spans: list[Span], step: int, count: int, zone: str) -> list[Span]:
    """The `count` steps that follow on `spans`."""
    edges = [moved(spans[-1][1], i, step, zone) for i in range(count + 1)]
    return list(zip(edges, edges[1:], strict=False))


def floor(at: float, step: int, zone: str) -> float:
    """The last whole step of `step` seconds not after `at`, counted from the city's midnight."""
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    return midnight if step >= DAY else at - (at - midnight) % step


def moved(edge: float, steps: int, step: int, zone: str) -> float:
    """So many steps from `edge`; a step of a day is a calendar day."""
    if step < DAY:
        return edge + steps * step
    local = datetime.fromtimestamp(edge, ZoneInfo(zone)) + timedelta(seconds=steps * step)
    return local.timestamp()
