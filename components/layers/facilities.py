"""Facilities."""

from components.layer import PointsLayer
from components.map.signs import FACILITIES
from data_access.city import City
from data_access.queries.points import facility_groups, facility_points
from data_access.words import T


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
    points=facility_points,
    signs=FACILITIES,
    name=_name,
    offers=facility_groups,
    present=lambda city: bool(city.profile.facility_types),
    order=30,
)
