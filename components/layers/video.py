"""Cameras."""

from functools import partial

from components.layer import Layer
from components.layers._devices import NAMES, STATES, any_of, kind_name
from data_access.queries.points import device_points
from data_access.words import T

LAYER = Layer(
    key="video",
    title=T("视频摄像机", "Cameras"),
    help=T(
        "三角为告警，空心为离线；数量过多时只画异常的",
        "Triangles are in alarm, hollow ones offline; where there are very many, only those are drawn",
    ),
    kind="device",
    points=partial(device_points, networks=("video",)),
    states=STATES,
    state_names=NAMES,
    name=kind_name,
    network="video",
    present=any_of("video"),
    order=30,
)
