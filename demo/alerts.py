"""Alerts of the reference city: of its rainstorm, of a windy day, and an exercise. All fictional."""

from data_access.words import LANGS, T
from demo.incidents import HOUR, INCIDENTS
from demo.records import DAY, Town

SENDER = "alerts@weather.example"
RAIN, STORM = T("暴雨橙色预警", "Orange rainstorm warning"), T("暴雨红色预警", "Red rainstorm warning")
WIND, DRILL = T("大风蓝色预警", "Blue wind warning"), T("防汛演练", "Flood drill")
STAY = T("避开下穿隧道和低洼路段", "Keep out of underpasses and low-lying roads")
TIE = T("加固围挡、广告牌", "Secure hoardings and signs")
NONE = T("仅为演练，无需行动", "A drill only; nothing is to be done")


def alerts(town: Town) -> list[dict]:
    """Records of kind `alert`, in order of time."""
    rain = INCIDENTS(town)[0]
    begin, end, now = rain.start, rain.end, town.epoch
    first = _alert("rain-1", begin - HOUR, begin, end, RAIN, STAY, "Severe", _around(town, 15))
    worse = _alert("rain-2", begin + HOUR, begin + HOUR, end + HOUR, STORM, STAY, "Extreme", _around(town, 9))
    over = _alert("rain-3", end, end, end + HOUR, STORM, STAY, "Extreme", {})
    told = now - 3 * HOUR
    wind = _alert("wind-1", told, told, now + 2 * DAY, WIND, TIE, "Moderate", _around(town, 40))
    drill = _alert("drill-1", told, told, now + DAY, DRILL, NONE, "Severe", _around(town, 5))
    return [
        first,
        worse | {"msg_type": "Update", "references": _named(first)},
        over | {"msg_type": "Cancel", "references": f"{_named(first)} {_named(worse)}"},
        wind,
        drill | {"status": "Exercise"},
    ]


def _alert(name: str, sent: float, begin: float, end: float, event: T, todo: T, severity: str, area: dict) -> dict:
    """An alert received as it was sent."""
    texts = {lang: {"event": event(lang), "headline": event(lang), "instruction": todo(lang)} for lang in LANGS}
    return {
        "identifier": name,
        "sender": SENDER,
        "sent": int(sent),
        "received": int(sent),
        "status": "Actual",
        "msg_type": "Alert",
        "category": "Met",
        "urgency": "Expected",
        "severity": severity,
        "certainty": "Likely",
        "effective": int(sent),
        "onset": int(begin),
        "expires": int(end),
        "texts": texts,
        "areas": [area] if area else [],
    }


def _around(town: Town, km: float) -> dict:
    """A circle around the city's core."""
    lon, lat = town.core
    return {"circles": [[float(lon), float(lat), km]]}


def _named(alert: dict) -> str:
    return f"{alert['sender']},{alert['identifier']},{alert['sent']}"
