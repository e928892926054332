"""IoT devices."""

from functools import partial

from components.layer import Layer
from components.layers._devices import NAMES, STATES, any_of, kind_name
from data_access.queries.points import device_points
from data_access.words import T

LAYER = Layer(
    key="iot",
    title=T("物联设备", "IoT devices"),
    help=T(
        "三角为告警，空心为离线；数量过多时只画异常的",
        "Triangles are in alarm, hollow ones offline; where there are very many, only those are drawn",
    ),
    kind="device",
    points=partial(device_points, networks=("iot",)),
    states=STATES,
    state_names=NAMES,
    name=kind_name,
    network="iot",
    present=any_of("iot"),
    order=20,
)
