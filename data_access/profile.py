"""What a city is, beside its units: its name, zone, levels, calendar, and where its outlines come from."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from data_access.words import T
from data_access.worktime import Calendar


def _text(value: Any) -> Any:
    return T(**value) if isinstance(value, dict) else T(value, value) if isinstance(value, str) else value


Text = Annotated[T, BeforeValidator(_text), PlainSerializer(lambda t: {"zh": t.zh, "en": t.en}, return_type=dict)]
"""A T that is written ``{zh: …, en: …}`` in files; a plain string serves both languages."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, extra="forbid")


class Level(_Frozen):
    """One level of the statutory tree, the root first."""

    key: str
    title: Text
    plural: Text


class CaseType(_Frozen):
    """A category of cases: its group, and its limits in seconds (`working`: of working time)."""

    key: str
    title: Text
    group: Text
    kind: str = "event"
    limit: int = 5 * 8 * 3600
    working: bool = True
    response: int = 2 * 3600
    severity: int = 0


class Feed(_Frozen):
    """One stream of one network; `interval` is how often, in seconds, it should speak.

    `declared`: by the feeds file of this server; not kept with the city.
    """

    key: str
    network: str
    title: Text
    interval: int
    owner: Text = T("", "")
    carries: str = "case"
    declared: bool = Field(False, exclude=True)


class DeviceKind(_Frozen):
    """A kind of device: what it measures, and beyond which value it is in alarm."""

    key: str
    title: Text
    network: str
    unit: str = ""
    alarm_above: float | None = None
    alarm_below: float | None = None


class FacilityType(_Frozen):
    """A kind of managed component."""

    key: str
    title: Text
    group: Text


class Role(_Frozen):
    """What a post is called."""

    key: str
    title: Text


class Overlay(_Frozen):
    """Shapes of the city's own, kept as GeoJSON under `digest`. `colour` is a severity, or empty for plain."""

    key: str
    title: Text
    digest: str
    shapes: int
    network: str = ""
    colour: str = ""


class Profile(_Frozen):
    """A city as declared: all that is not a row of data."""

    key: str
    title: Text
    zone: str
    levels: tuple[Level, ...]
    grid_kinds: dict[str, Text] = {}
    calendar: Calendar = Calendar()
    zone_title: Text | None = None
    attribution: Text = T("", "")
    synthetic: Text | None = None
    map_number: str | None = None
    types: tuple[CaseType, ...] = ()
    feeds: tuple[Feed, ...] = ()
    device_kinds: tuple[DeviceKind, ...] = ()
    facility_types: tuple[FacilityType, ...] = ()
    roles: tuple[Role, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    kpis: tuple[str, ...] = ()
    epoch: float = 0.0
    seed: int = 0
    history: dict[str, float] = {}

    def with_feeds(self, feeds: Iterable[Feed]) -> "Profile":
        """The profile with `feeds` beside its own; one that it has already stays as it is."""
        known = {feed.key for feed in self.feeds}
        return self.model_copy(update={"feeds": (*self.feeds, *(f for f in feeds if f.key not in known))})

    @property
    def kept(self) -> "Profile":
        """What is kept with the city: all but the feeds that a server's feeds file declares."""
        return self.model_copy(update={"feeds": tuple(feed for feed in self.feeds if not feed.declared)})

    def level(self, key: str) -> int:
        """The number of the level named `key`; KeyError when there is none."""
        for n, level in enumerate(self.levels):
            if level.key == key:
                return n
        raise KeyError(key)
