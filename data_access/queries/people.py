"""Who answers here: the posts of the unit and of those above it, and how the posts below are filled."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from data_access.ask import Ask
from data_access.city import City
from data_access.operations.database import posts_of
from data_access.units import Unit
from data_access.words import T

SHOWN = 2


@dataclass(frozen=True)
class Holder:
    """A post and who holds it; the phone is masked. `on_duty` None where the post has no shifts."""

    unit: Unit
    role: T
    name: str
    deputy: str
    phone: str
    shift: str
    on_duty: bool | None


def people(city: City, ask: Ask) -> list[Holder]:
    """Who answers for the unit that is looked at; see `answering`."""
    return answering(city, ask, ask.unit)


def answering(city: City, ask: Ask, unit: Unit) -> list[Holder]:
    """The unit's own posts, then those of the units above, the nearest first; none that is off duty."""
    path = [*city.units.ancestors(unit, ask.view.tree), unit]
    units = {u.id: u for u in reversed(path)}
    posts = city.cache.get(("posts", tuple(units)), lambda: posts_of(city.operations, list(units)))
    roles = {r.key: r.title for r in city.profile.roles}
    hour = datetime.fromtimestamp(ask.at, ZoneInfo(city.profile.zone)).strftime("%H:%M")
    rank = {unit_id: n for n, unit_id in enumerate(units)}
    holders = [
        Holder(
            units[p.unit],
            roles.get(p.role, T(p.role, p.role)),
            p.name,
            p.deputy,
            p.phone,
            p.shift,
            on_duty(p.shift, hour),
        )
        for p in sorted(posts, key=lambda p: (rank[p.unit], p.id))
    ]
    return [h for h in holders if h.on_duty is not False]


def on_duty(shift: str, hour: str) -> bool | None:
    """Whether a shift written ``HH:MM-HH:MM`` covers the local time `hour`; None for no shift."""
    if not shift:
        return None
    begins, ends = shift.split("-")
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends
