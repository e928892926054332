"""Alerts in force, as areas in the colours of their severity; tests and exercises hatched and dashed."""

from dataclasses import dataclass
from typing import ClassVar

from components.alerts import COLOURS, LAYER, told
from components.layer import Addresses
from components.layer import Layer as Base
from components.map.model import ShapeLayer
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.alerts import Alert, alerts_at
from data_access.words import T

SHOWN = ("Actual", "Exercise", "Test")


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
        found = [alert for alert in alerts_at(city, ask) if alert.geometry and alert.status in SHOWN]
        features = [_feature(alert, city, ask.view.lang) for alert in reversed(found)]
        return {"type": "FeatureCollection", "features": features, "total": len(found)}


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
