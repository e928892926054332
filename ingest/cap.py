"""CAP 1.1 and 1.2: alerts taken apart to rows of kind `alert`, from documents and from Atom and RSS feeds.

An alert may say several things (info blocks of unlike severity, time or area), each in several languages. What
differs by language alone is one segment, and each segment is one row; an alert without info blocks is one row.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from ingest.files import Row
from ingest.reasons import Refused, shown
from ingest.xmltree import children, local, parsed, text

UNTOLD = "Unknown"
DEFAULT_LANGUAGE = "en-US"
"""What an info block without a language is in, by the standard."""
CAP_TYPES = ("application/cap+xml", "application/common-alerting-protocol+xml")
MOST_SEGMENTS = 1000
_CALLED = {"feed": "entry", "rss": "item", "RDF": "item"}
_OLD_WORDS = {"Very Likely": "Likely"}


@dataclass(frozen=True)
class Document:
    """One alert, or one entry of a feed that holds none: then `link` is where its alert is, if anywhere."""

    raw: str
    alert: Element | None = None
    link: str = ""


def rows(body: bytes) -> Iterator[Row]:
    """A row a segment of every alert in `body`; what is no alert is one refused row. Never raises."""
    try:
        found = documents(body)
    except Refused as error:
        yield Row(1, body.decode("utf-8", "replace"), {}, error)
        return
    for line, document in enumerate(found, 1):
        yield from rows_of(document, line)


def documents(body: bytes) -> list[Document]:
    """The alerts in a document or a feed, in their order. Raises Refused for what is neither."""
    root = parsed(body)
    if local(root) in _CALLED:
        entries = [found for found in root.iter() if local(found) == _CALLED[local(root)]]
        return [document for entry in entries for document in _of_entry(entry)]
    alerts = [found for found in root.iter() if local(found) == "alert"]
    if not alerts:
        raise Refused("unreadable", f"neither a CAP alert nor a feed of them, but {local(root)[:60]!r}")
    if len(alerts) == 1:
        return [Document(body.decode("utf-8", "replace"), alerts[0])]
    return [Document(_written(alert), alert) for alert in alerts]


def _of_entry(entry: Element) -> list[Document]:
    alerts = [found for found in entry.iter() if local(found) == "alert"]
    if not alerts:
        alerts = [alert for name in ("content", "description", "summary") for alert in _escaped(text(entry, name))]
    if alerts:
        return [Document(_written(alert), alert) for alert in alerts]
    return [Document(_written(entry), link=_link(entry))]


def _escaped(content: str) -> list[Element]:
    """The alert that an entry holds as text."""
    if not re.match(r"<(\?xml|(\w+:)?alert[\s>])", content):
        return []
    try:
        root = parsed(re.sub(r"^<\?xml[^>]*\?>", "", content).encode("utf-8", "replace"))
    except Refused:
        return []
    return [root] if local(root) == "alert" else []


def _link(entry: Element) -> str:
    """The address of an entry's alert: a link that says it is CAP, else XML, else the entry's own."""
    found = []
    for element in entry:
        address = element.get("href") or element.get("src") or element.get("url") or ""
        if local(element) == "link" and not address:
            address = (element.text or "").strip()
        if address and local(element) in ("link", "content", "enclosure"):
            media = (element.get("type") or "").split(";")[0].strip().lower()
            rank = 0 if media in CAP_TYPES else 1 if "xml" in media else 2
            found.append((rank + 3 * (element.get("rel") not in (None, "alternate", "enclosure")), address))
    if found:
        return min(found, key=lambda pair: pair[0])[1]
    named = text(entry, "id") or text(entry, "guid")
    return named if named.startswith(("http://", "https://")) else ""


def rows_of(document: Document, line: int) -> Iterator[Row]:
    """A row a segment of a document, or one that is refused."""
    if document.alert is None:
        why = Refused("missing_field", shown("alert", document.link, "the entry only links to it"))
        yield Row(line, document.raw, {}, why)
        return
    try:
        found = _segments(document.alert)
    except Refused as error:
        yield Row(line, document.raw, {}, error)
        return
    for values in found:
        yield Row(line, document.raw, values)


def _segments(alert: Element) -> list[dict]:
    """The values of each segment. Raises Refused."""
    named = {"msgType": "msg_type"}
    head = {
        named.get(name, name): text(alert, name)
        for name in ("identifier", "sender", "sent", "status", "msgType", "scope", "references")
    }
    grouped: dict[tuple, list[dict]] = {}
    for info in children(alert, "info"):
        meant, language, words = _info(info)
        same = grouped.setdefault(_frozen(meant), [])
        # What says the same in the same language twice says two things.
        part = next((p for p in same if language not in p["texts"]), None)
        if part is None:
            part = meant | {"texts": {}}
            same.append(part)
        part["texts"][language] = words
    parts = [part for same in grouped.values() for part in same] or [{}]
    if len(parts) > MOST_SEGMENTS:
        raise Refused("bad_value", f"info: more than {MOST_SEGMENTS} unlike blocks")
    return [head | {"segment": number} | part for number, part in enumerate(parts, 1)]


def _info(info: Element) -> tuple[dict, str, dict]:
    """What an info block says in any language, its language, and its words."""
    told = {name: text(info, name) for name in ("urgency", "severity", "certainty")}
    told = {name: _OLD_WORDS.get(word, word) or UNTOLD for name, word in told.items()}
    told |= {name: text(info, name) for name in ("effective", "onset", "expires")}
    told["category"] = " ".join((found.text or "").strip() for found in children(info, "category"))
    areas = children(info, "area")
    told["areas"] = [_area(area) for area in areas]
    words = {name: text(info, name) for name in ("event", "headline", "description", "instruction", "web")}
    words["sender_name"] = text(info, "senderName")
    words["area"] = "; ".join(filter(None, (text(area, "areaDesc") for area in areas)))
    return told, text(info, "language") or DEFAULT_LANGUAGE, words


def _area(area: Element) -> dict:
    codes = [f"{text(code, 'valueName')}={text(code, 'value')}" for code in children(area, "geocode")]
    return {
        "polygons": [_pairs(found) for found in children(area, "polygon") if (found.text or "").strip()],
        "circles": [_circle(found) for found in children(area, "circle") if (found.text or "").strip()],
        "geocodes": codes,
    }


def _pairs(element: Element) -> list[list[float]]:
    """A polygon's corners as longitude and latitude; CAP writes latitude first."""
    written = re.sub(r"\s*,\s*", ",", element.text.strip()).split()
    return [_pair("polygon", one) for one in written]


def _circle(element: Element) -> list[float]:
    """A circle as longitude, latitude and radius in kilometres."""
    written = re.sub(r"\s*,\s*", ",", element.text.strip()).split()
    if len(written) != 2:
        raise Refused("bad_coordinates", shown("circle", element.text.strip()))
    return [*_pair("circle", written[0]), _number("circle", written[1])]


def _pair(name: str, written: str) -> list[float]:
    parts = written.split(",")
    if len(parts) != 2:
        raise Refused("bad_coordinates", shown(name, written, "not a latitude and a longitude"))
    lat, lon = (_number(name, part) for part in parts)
    return [lon, lat]


def _number(name: str, written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise Refused("bad_coordinates", shown(name, written, "not a number")) from None


def _frozen(value: object) -> object:
    """A value that can be a key."""
    if isinstance(value, dict):
        return tuple((name, _frozen(part)) for name, part in value.items())
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _written(element: Element) -> str:
    return tostring(element, encoding="unicode")
