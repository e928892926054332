"""A layer of the devices of one network."""

from functools import partial

from components import links
from components.layer import PointsLayer
from components.map.signs import DEVICES
from data_access.city import City
from data_access.queries.points import device_kinds, device_points
from data_access.words import T

HELP = T(
    "三角为告警，空心为离线，斜线为尚不明；数量过多时只画告警与离线的",
    "Triangles are in alarm, hollow ones offline, hatched ones not known yet; where there are very many, only "
    "those in alarm or offline are drawn",
)


def device_layer(network: str, title: T, order: int) -> PointsLayer:
    """The layer called as its network; a city without such devices does not offer it."""
    return PointsLayer(
        key=network,
        title=title,
        help=HELP,
        points=partial(device_points, networks=(network,)),
        signs=DEVICES,
        name=_kind_name,
        leads=links.of_feed,
        offers=partial(device_kinds, networks=(network,)),
        network=network,
        present=lambda city: bool((city.devices["network"] == network).any()),
        order=order,
    )


def _kind_name(city: City, key: str) -> T:
    kinds = {k.key: k.title for k in city.profile.device_kinds}
    return kinds.get(key, T(key, key))
