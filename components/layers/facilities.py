"""Facilities."""

from components.layer import PointsLayer
from data_access.city import City
from data_access.queries.points import facility_points
from data_access.words import FACILITY_STATES, T


def _name(city: City, key: str) -> T:
    types = {t.key: t.title for t in city.profile.facility_types}
    return types.get(key, T(key, key))


LAYER = PointsLayer(
    key="facilities",
    title=T("部件", "Facilities"),
    help=T(
        "城市部件；数量过多时只画破损、丢失与废弃的",
        "Managed components; where there are very many, only those damaged, lost or abandoned are drawn",
    ),
    kind="facility",
    points=facility_points,
    states={"intact": 0, "removed": 0, "damaged": 1, "lost": 2, "abandoned": 2},
    state_names=FACILITY_STATES,
    name=_name,
    present=lambda city: bool(city.profile.facility_types),
    order=30,
)
