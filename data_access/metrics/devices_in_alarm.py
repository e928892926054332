"""Devices beyond their limit."""

from data_access.metric import Count
from data_access.sources.devices import devices_in_alarm
from data_access.words import T

METRIC = Count(
    key="devices_in_alarm",
    title=T("告警设备", "Devices in alarm"),
    help=T("此刻在线且读数越限的设备", "Devices online whose last reading is beyond its limit"),
    unit=T("台", "devices"),
    good="low",
    source=devices_in_alarm,
    order=120,
)
