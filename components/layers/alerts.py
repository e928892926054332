"""Alerts in force, as areas in the colours of their severity; tests and exercises hatched and dashed."""

from dataclasses import dataclass
from typing import ClassVar

from dash.development.base_component import Component

from components.alerts import COLOURS, LAYER, told
from components.layer import Addresses
from components.layer import Layer as Base
from components.legend import signs_line
from components.map.model import ShapeLayer
from components.map.signs import Sign
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.alerts import Alert, alerts_at
from data_access.words import ALERT_SEVERITIES, T

SHOWN = ("Actual", "Exercise", "Test")
UNREAL = Sign(T("演练、测试", "Exercise or test"), "hatched", "text-2", 4.5)


@dataclass(frozen=True, kw_only=True)
class AlertsLayer(Base):
    """A layer of the shapes of alerts, which change with the moment."""

    part: ClassVar[str] = "shapes"
    sign: ClassVar[str] = "alerts"

    def entry(self, city: City, ask: Ask, at: Addresses, scale: Ask) -> ShapeLayer:
        """Where the shapes of this moment are; each has a colour of its own."""
        return ShapeLayer(self.key, at.answer, COLOURS["Unknown"], lasting=False)

    def answer(self, city: City, ask: Ask) -> dict:
        """The alerts as GeoJSON in WGS84, the gravest last and so on top; `total` is how many there are."""
        found = _drawn(city, ask)
        features = [_feature(alert, city, ask.view.lang) for alert in reversed(found)]
        return {"type": "FeatureCollection", "features": features, "total": len(found)}

    def line(self, city: City, ask: Ask) -> Component:
        """The severities that are drawn, the gravest last, and that some are not actual."""
        found, lang = _drawn(city, ask), ask.view.lang
        severities = {alert.severity for alert in found if alert.actual}
        signs = [
            Sign(title, "square", COLOURS[key], 4.5)
            for key, title in reversed(ALERT_SEVERITIES.items())
            if key in severities
        ]
        signs += [UNREAL] * any(not alert.actual for alert in found)
        return signs_line(self.title(lang), signs, lang)


def _drawn(city: City, ask: Ask) -> list[Alert]:
    return [alert for alert in alerts_at(city, ask) if alert.geometry and alert.status in SHOWN]


def _feature(alert: Alert, city: City, lang: str) -> dict:
    about = {"title": told(alert, city, lang), "colour": COLOURS[alert.severity], "unreal": not alert.actual}
    return {"type": "Feature", "geometry": alert.geometry, "properties": about}


def _carried(city: City) -> bool:
    return any(feed.carries == "alert" for feed in city.profile.feeds)


LAYER = AlertsLayer(
    key=LAYER,
    title=T("预警", "Alerts"),
    help=T(
        "生效中的预警，颜色为严重程度；斜纹虚线为演练或测试，并非实际预警",
        "Alerts in force, coloured by severity; hatched and dashed ones are exercises or tests, not actual alerts",
    ),
    present=_carried,
    order=15,
)
