"""Alerts in force: at a moment, as of what had been received by then."""

import json
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.store.declare import stamp
from data_access.store.tables import alert
from data_access.units import Intervals, intersection, merged
from data_access.words import ALERT_SEVERITIES

a = alert.c
GRAVITY = {severity: place for place, severity in enumerate(ALERT_SEVERITIES)}
REPLACING = ("Update", "Cancel")
_MOMENTS = ("at", "sent", "effective", "onset", "expires")
_WORDS = ("identifier", "sender", "segment", "status", "msg_type", "scope", "category", "urgency", "severity")
_WORDS += ("certainty", "feed")
_REST = ("ends", "texts", "geocodes", "geometry", "lo", "hi")


@dataclass(frozen=True)
class Alert:
    """One segment of an alert. Moments are UTC epoch seconds; `ends` tells whether its sender told `expires`.

    `texts` has event, headline, description, instruction, area, sender_name and web by language.
    """

    identifier: str
    sender: str
    sent: float
    at: float
    segment: int
    status: str
    msg_type: str
    scope: str
    category: str
    urgency: str
    severity: str
    certainty: str
    effective: float
    onset: float
    expires: float
    ends: bool
    texts: dict[str, dict[str, str]]
    geocodes: tuple[str, ...]
    geometry: dict | None
    intervals: Intervals
    feed: str

    @property
    def actual(self) -> bool:
        """Whether it is about something that happens: no test, exercise, draft or message of the system."""
        return self.status == "Actual"

    @property
    def message(self) -> tuple[str, str, float]:
        """What names the message that it is a segment of."""
        return self.sender, self.identifier, self.sent

    def words(self, lang: str) -> dict[str, str]:
        """Its words in the language of the screen, else in English, else in the first it has."""
        for wanted in (lang, "en"):
            for language, words in self.texts.items():
                if language.lower().split("-")[0] == wanted:
                    return words
        return next(iter(self.texts.values()), defaultdict(str))


def alerts_at(city: City, ask: Ask) -> list[Alert]:
    """The alerts in force at the ask's moment that touch what the caller sees of its unit, the gravest first.

    Those that are not actual come last. What had not been received by then, an end as well, does not count.
    """
    key = ("alerts", ask.at, ask.moment.of("alert"))
    everywhere = city.cache.get(key, lambda: _in_force(city, ask.at))
    return [alert for alert in everywhere if intersection(alert.intervals, ask.intervals)]


def _in_force(city: City, at: float) -> list[Alert]:
    columns = [a[name] for name in (*_WORDS, *_REST)] + [_epoch(name) for name in _MOMENTS]
    begun = (a.at < stamp(at), a.effective <= stamp(at), a.expires > stamp(at))
    asked = select(*columns).where(*begun, a.msg_type.in_(("Alert", "Update")))
    rows = city.store.rows(asked)
    if not rows:
        return []
    ended = _ended(city, at, min(row["sent"] for row in rows))
    found = [_alert(row) for row in rows if not ended(row)]
    found = [alert for alert in found if alert.texts]
    return sorted(found, key=lambda x: (not x.actual, GRAVITY[x.severity], -x.sent, x.identifier, x.segment))


def _ended(city: City, at: float, first: float):
    """Tells of a row whether a message received before `at` replaced or cancelled it.

    A message is named by sender, identifier and the moment it was sent; where a later one has the same name but
    for the moment, that one counts. None ends itself; what is not actual ends only what is meant alike.
    """
    asked = select(a.sender, a.identifier, _epoch("sent"), a.status, a.msg_type, a.refers).where(
        a.at < stamp(at), a.sent >= stamp(first), a.msg_type.in_(("Alert", *REPLACING))
    )
    later: dict[tuple, float] = {}
    named = set()
    for row in city.store.rows(asked):
        key = (row["status"], row["sender"], row["identifier"])
        later[key] = max(row["sent"], later.get(key, 0.0))
        if row["msg_type"] in REPLACING:
            others = (ref for ref in map(_reference, row["refers"].splitlines()) if ref[:2] != key[1:])
            named |= {(row["status"], *ref) for ref in others}

    def ended(row: dict) -> bool:
        sent = row["sent"]
        for status in {"Actual", row["status"]}:
            name = (status, row["sender"], row["identifier"])
            if later.get(name, 0.0) > sent or (*name, f"{sent * 1000:.0f}") in named or (*name, "") in named:
                return True
        return False

    return ended


def _reference(line: str) -> tuple[str, str, str]:
    sender, _, rest = line.partition(",")
    identifier, _, sent = rest.rpartition(",")
    return sender, identifier, sent


def _epoch(name: str) -> object:
    return (func.toUnixTimestamp64Milli(a[name]) / 1000.0).label(name)


def _alert(row: dict) -> Alert:
    told = {name: row[name] for name in (*_WORDS, *_MOMENTS)}
    return Alert(
        **told,
        ends=bool(row["ends"]),
        texts=json.loads(row["texts"]),
        geocodes=tuple(json.loads(row["geocodes"])),
        geometry=json.loads(row["geometry"]) if row["geometry"] else None,
        intervals=merged(zip(row["lo"], row["hi"], strict=True)),
    )
