"""A layer of the devices of one network."""

from functools import partial

from components.layer import PointsLayer
from data_access.city import City
from data_access.queries.points import device_points
from data_access.words import T

STATES = {"ok": 0, "alarm": 1, "offline": 2}
NAMES = {"ok": T("正常", "Normal"), "alarm": T("告警", "In alarm"), "offline": T("离线", "Offline")}
HELP = T(
    "三角为告警，空心为离线；数量过多时只画异常的",
    "Triangles are in alarm, hollow ones offline; where there are very many, only those are drawn",
)


def device_layer(network: str, title: T, order: int) -> PointsLayer:
    """The layer called as its network; a city without such devices does not offer it."""
    return PointsLayer(
        key=network,
        title=title,
        help=HELP,
        kind="device",
        points=partial(device_points, networks=(network,)),
        states=STATES,
        state_names=NAMES,
        name=_kind_name,
        network=network,
        present=lambda city: bool((city.devices["network"] == network).any()),
        order=order,
    )


def _kind_name(city: City, key: str) -> T:
    kinds = {k.key: k.title for k in city.profile.device_kinds}
    return kinds.get(key, T(key, key))
