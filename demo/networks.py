"""The four networks: their feeds, and the kinds of devices on them."""

from dataclasses import dataclass

from data_access.profile import DeviceKind, Feed
from data_access.words import T

MINUTE, HOUR, DAY = 60, 3600, 86400
ALERTS = "weather_alerts"
"""The feed of alerts."""


@dataclass(frozen=True)
class Sensor:
    """A kind of sensor: its alarm limits, the department that owns its feed, its share, where it stands.

    `urban` is the power of the density of leaves by which places are drawn: 0 anywhere, 1 where people live.
    """

    key: str
    title: T
    code: str
    unit: str
    owner: T
    share: float
    urban: float = 0.5
    above: float | None = None
    below: float | None = None


URBAN_MANAGEMENT = T("市城市管理局", "Urban Management Bureau")
EMERGENCY = T("市应急管理局", "Emergency Management Bureau")
ENVIRONMENT = T("市生态环境局", "Ecology and Environment Bureau")
MARKET = T("市市场监督管理局", "Market Regulation Bureau")
POLICE = T("市公安局", "Public Security Bureau")
FIRE = T("市消防救援支队", "Fire and Rescue Brigade")
GAS = T("市燃气集团", "City Gas Group")
WEATHER = T("市气象局", "Meteorological Bureau")
HEATING = T("市热力集团", "City Heating Group")
DATA = T("市大数据管理局", "Data Bureau")
PARTY = T("市委社会工作部", "Social Work Department of the Party Committee")

SENSORS = (
    Sensor("waterlogging", T("积水监测", "Waterlogging gauge"), "WL", "cm", URBAN_MANAGEMENT, 9, 0.5, above=15),
    Sensor("manhole", T("井盖倾角", "Manhole cover tilt"), "MH", "°", URBAN_MANAGEMENT, 18, 0.5, above=15),
    Sensor("air", T("空气 PM2.5", "Air PM2.5"), "AQ", "µg/m³", ENVIRONMENT, 5, 0.0, above=150),
    Sensor("noise", T("噪声", "Noise"), "NS", "dB", ENVIRONMENT, 5, 0.5, above=75),
    Sensor("lift", T("电梯振动", "Lift vibration"), "LF", "mm/s", MARKET, 13, 0.8, above=8),
    Sensor("hydrant", T("消火栓压力", "Hydrant pressure"), "HY", "MPa", FIRE, 11, 0.5, below=0.14),
    Sensor("gas", T("可燃气体", "Combustible gas"), "GS", "%LEL", GAS, 9, 0.7, above=20),
    Sensor("bridge", T("桥梁倾角", "Bridge tilt"), "BR", "°", URBAN_MANAGEMENT, 3, 0.3, above=0.5),
    Sensor("bin", T("垃圾箱满溢度", "Bin level"), "BN", "%", URBAN_MANAGEMENT, 10, 0.6, above=90),
    Sensor("streetlight", T("路灯电流", "Street light current"), "SL", "A", URBAN_MANAGEMENT, 9, 0.4, above=16),
    Sensor("heating", T("供热回水温度", "Heating return temperature"), "HT", "°C", HEATING, 5, 0.9, below=35),
    Sensor("river", T("河道水位", "River level"), "RV", "m", EMERGENCY, 2, 0.0, above=3.5),
    Sensor("dust", T("工地扬尘 PM10", "Site dust PM10"), "DS", "µg/m³", ENVIRONMENT, 1, 0.3, above=250),
)

OTHERS = (
    DeviceKind(key="camera", title=T("摄像机", "Camera"), network="video"),
    DeviceKind(key="party_branch", title=T("党组织终端", "Party branch terminal"), network="party"),
    DeviceKind(key="department_link", title=T("部门接口", "Department link"), network="government"),
    DeviceKind(key="grid_terminal", title=T("网格终端", "Grid terminal"), network="government"),
)


def device_kinds() -> tuple[DeviceKind, ...]:
    """All kinds, the sensors first."""
    sensors = (
        DeviceKind(key=s.key, title=s.title, network="iot", unit=s.unit, alarm_above=s.above, alarm_below=s.below)
        for s in SENSORS
    )
    return (*sensors, *OTHERS)


def feeds() -> tuple[Feed, ...]:
    """All feeds; `carries` tells what one brings: cases, readings, states of facilities or alerts."""
    cases = (
        _feed("party_reports", "party", T("党员报到服务", "Party members' reports"), HOUR, PARTY),
        _feed("grid_reports", "government", T("网格上报", "Grid reports"), 5 * MINUTE, DATA),
        _feed("gov_departments", "government", T("部门交办", "Departments"), 30 * MINUTE, DATA),
        _feed("hotline_12345", "government", T("12345 热线", "Hotline 12345"), 5 * MINUTE, DATA),
        _feed("urban_patrol", "government", T("城管巡查", "Urban patrol"), 5 * MINUTE, URBAN_MANAGEMENT),
        _feed("video_analytics", "video", T("视频识别", "Video analytics"), 10 * MINUTE, POLICE),
        _feed("iot_alarms", "iot", T("物联告警", "IoT alarms"), 30 * MINUTE, DATA),
    )
    readings = (
        _feed("party_branches", "party", T("党组织在线", "Party branches"), HOUR, PARTY, "reading"),
        _feed("grid_terminals", "government", T("网格终端", "Grid terminals"), DAY // 2, DATA, "reading"),
        _feed("department_links", "government", T("部门接口", "Department links"), 30 * MINUTE, DATA, "reading"),
        _feed("cameras", "video", T("摄像机状态", "Camera status"), 30 * MINUTE, POLICE, "reading"),
        *(_feed(f"iot_{s.key}", "iot", s.title, 5 * MINUTE, s.owner, "reading") for s in SENSORS),
    )
    census = T("部件普查", "Facility patrol")
    patrol = _feed("facility_patrol", "government", census, DAY, URBAN_MANAGEMENT, "facility")
    weather = _feed(ALERTS, "government", T("气象预警", "Weather alerts"), 30 * DAY, WEATHER, "alert")
    return (*cases, *readings, patrol, weather)


def _feed(key: str, network: str, title: T, interval: int, owner: T, carries: str = "case") -> Feed:
    return Feed(key=key, network=network, title=title, interval=interval, owner=owner, carries=carries)
