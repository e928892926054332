"""Alerts in words, and as a bar above the page while the gravest are in force."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.alerts import Alert, alerts_at
from data_access.words import ALERT_SEVERITIES, ALERT_STATUSES, T

LAYER = "alerts"
"""The key of the layer that shows them."""
COLOURS = {"Extreme": "critical", "Severe": "warn", "Moderate": "watch", "Minor": "text-2", "Unknown": "unknown"}
"""The token that each severity is drawn in."""
GRAVE = ("Extreme", "Severe")
MOST = 2
"""How many have a bar of their own."""
UNREAL = T("【{status}，非实际预警】", "{status}, not an actual alert: ")
UNTIL, NO_END = T("至 {at}", "until {at}"), T("未注明结束时间", "no end told")
SEVERITY = T("{severity}预警", "{severity} alert")
MORE = T("另有 {n} 项生效中", "{n} more in force")
SHOW = T("在地图上查看", "Show on the map")


def told(alert: Alert, city: City, lang: str) -> str:
    """An alert in one line: what it is if not actual, its event and headline, and until when."""
    words = alert.words(lang)
    said = [words["event"]] + ([words["headline"]] if words["headline"] != words["event"] else [])
    parts = [SEVERITY.fill(severity=ALERT_SEVERITIES[alert.severity])(lang), *said, until(alert, city, lang)]
    mark = "" if alert.actual else UNREAL.fill(status=ALERT_STATUSES[alert.status])(lang)
    return mark + " · ".join(part for part in parts if part)


def until(alert: Alert, city: City, lang: str) -> str:
    """Until when it is in force, as its sender told it."""
    if not alert.ends:
        return NO_END(lang)
    return UNTIL.fill(at=fmt.stamp(alert.expires, city.profile.zone, lang))(lang)


def alert_notices(city: City, ask: Ask) -> list[Component]:
    """A bar for each of the gravest actual alerts that touch the unit; the last of `MOST` tells how many more."""
    grave = [alert for alert in alerts_at(city, ask) if alert.actual and alert.severity in GRAVE]
    found: dict[tuple, Alert] = {}
    for alert in grave:
        found.setdefault(alert.message, alert)
    shown = list(found.values())[:MOST]
    return [_notice(alert, city, ask, len(found) - MOST if n == MOST - 1 else 0) for n, alert in enumerate(shown)]


def _notice(alert: Alert, city: City, ask: Ask, more: int) -> Component:
    lang, on = ask.view.lang, ask.view.layers
    text = told(alert, city, lang)
    parts = [html.Span(text, className="alert-text", title=text)]
    if more > 0:
        parts.append(html.Span(MORE.fill(n=more)(lang), className="alert-more"))
    if LAYER not in on:
        parts.append(links.to(ask.view.but(layers=(*on, LAYER)), SHOW(lang), className="button"))
    mark = f"notice alert-notice alert-{COLOURS[alert.severity]}"
    return html.P(parts, className=mark, role="status")
