"""Devices that have spoken."""

from data_access.metric import Ratio
from data_access.sources.devices import devices, devices_online
from data_access.words import T

METRIC = Ratio(
    key="devices_online",
    title=T("设备在线率", "Devices online"),
    help=T(
        "物联与视频设备中，在三个上报周期内有数据的比例",
        "Of IoT and video devices, the share heard from within three of their intervals",
    ),
    unit=T("%", "%"),
    good="high",
    thresholds=(95, 98),
    decimals=1,
    numerator=devices_online,
    denominator=devices,
    order=110,
)
