"""What happens to a wall in a soak, and when: pure arithmetic of its length."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

RELEASE, MIDNIGHT, RESTART, KILL = "release", "midnight", "restart", "kill"
OFFLINE, SILENT, SLEEP = "offline", "silent", "sleep"
WALL_CLOCK, SERVER_CLOCK = "wall clock", "server clock"
DUE = (
    (RELEASE, 0.08),
    (MIDNIGHT, 0.30),
    (RESTART, 0.34),
    (OFFLINE, 0.40),
    (KILL, 0.46),
    (SLEEP, 0.51),
    (RESTART, 0.60),
    (WALL_CLOCK, 0.65),
    (SILENT, 0.70),
    (RESTART, 0.76),
    (SERVER_CLOCK, 0.80),
    (RESTART, 0.85),
)
"""Each event and the part of the soak by which it is due; one begins when that before is over."""
LEAD = 10.0
"""Seconds from when midnight is due until it comes: it is waited for."""
SETTING_UP = 500.0
"""Seconds that founding the city and opening the wall may take; then clocks are set forward by what is left."""
WARM = 0.16
"""The part after which the first tenth begins that the last is compared with; the release is behind it by then."""
SCENES = 4
HOUR = 3600.0


@dataclass(frozen=True)
class Plan:
    """A soak of `length` seconds, at least: events that take their time make it longer."""

    length: float

    @property
    def seconds(self) -> int:
        """How long a scene stands."""
        return _between(self.length / 40, 6, 20)

    @property
    def cycle(self) -> float:
        """Seconds in which each scene stands once."""
        return SCENES * self.seconds + 2.0

    @property
    def tenth(self) -> float:
        """Seconds of the stretches that are compared: a tenth, but all scenes once at least."""
        return max(self.length / 10, self.cycle)

    @property
    def every(self) -> float:
        """Seconds between two samples: a scene has two at least, as it weighs more once the next is there."""
        return float(_between(self.length / 720, 2, 7))

    @property
    def cut(self) -> float:
        """Seconds of a cut: longer than a wall takes to call the link lost."""
        return float(_between(self.length / 60, 14, 120))

    @property
    def sleep(self) -> float:
        """Seconds for which the machine sleeps."""
        return float(_between(self.length / 30, 65, 1800))

    @property
    def set_by(self) -> float:
        """Seconds by which the server's clock is set. What it tells of them is not told again after."""
        return float(_between(self.length / 12, 40, 300))

    def ahead(self, now: float, zone: ZoneInfo) -> float:
        """Seconds by which the city's clock is ahead so that a soak from `now` on sees midnight when it is due."""
        due = now + dict(DUE)[MIDNIGHT] * self.length + LEAD
        there = datetime.fromtimestamp(due, zone)
        midnight = (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.timestamp() - due


def _between(value: float, least: int, most: int) -> int:
    return round(min(max(value, least), most))
