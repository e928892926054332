"""What a schedule of a report is, and when one is due by the city's clock."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from data_access.words import Lang, T

KEY = r"^[a-z0-9][a-z0-9_-]*$"
MOST = 100_000
"""So many due times are counted at most: of two months, minute by minute."""


@dataclass(frozen=True)
class Target:
    """Where a report goes: ``folder``, ``mail`` or ``webhook``; a path, addresses, or an address of the web.

    `secret_env` names the environment variable that what is posted is signed with.
    """

    kind: str
    to: tuple[str, ...]
    secret_env: str = ""

    @property
    def label(self) -> str:
        """Which target it is, in one line; what may be secret in an address is left out."""
        return f"{self.kind} {', '.join(part.split('?', 1)[0] for part in self.to)}"


@dataclass(frozen=True)
class Schedule:
    """A report that is made by itself: of which address, in what, when (cron's five fields), for whom.

    `origin` is where it stands in its file.
    """

    key: str
    title: T
    report: str
    address: str
    form: str
    when: str
    to: tuple[Target, ...]
    lang: Lang = "zh"
    period: str = ""
    origin: str = ""


def cron_fault(when: str) -> str:
    """What is wrong with a cron form; empty for none."""
    if len(when.split()) != 5:
        return "cron has five fields: minute, hour, day of the month, month, weekday"
    try:
        next(CronSim(when, datetime(2026, 1, 1)))
    except CronSimError as error:
        return str(error)
    except StopIteration:
        return "that day never comes"
    return ""


def next_due(when: str, at: float, zone: str) -> float | None:
    """The first due time after `at` (epoch seconds); None where none is to come."""
    return next(_after(when, at, zone), None)


def dues(when: str, since: float, until: float, zone: str) -> list[float]:
    """The due times after `since` and not after `until`, in order, MOST of them.

    As in Debian's cron: where clocks are put forward, what fell into the hour that is not there is due right after
    it; where they are put back, what has an hour of its own is due once.
    """
    out = []
    for due in islice(_after(when, since, zone), MOST):
        if due > until:
            break
        out.append(due)
    return out


def _after(when: str, at: float, zone: str):
    # Cron's own steps go by the clock, which shows some hours twice: what lies before is passed over.
    for local in CronSim(when, datetime.fromtimestamp(at, ZoneInfo(zone))):
        if local.timestamp() > at:
            yield local.timestamp()
