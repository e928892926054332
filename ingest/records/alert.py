"""Alerts, one a segment: ``{"identifier": …, "sender": …, "sent": …, "msg_type": "Alert", "areas": [{…}], …}``."""

import json
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pydantic import BaseModel, Field

from data_access.city import City
from data_access.crs import shapes_to_wgs84
from data_access.errors import UnknownUnit
from data_access.leaf_lookup import leaf_lookup
from data_access.lookup import known_alerts
from data_access.outlines import unit_shape
from data_access.units import Intervals, merged
from data_access.words import ALERT_SEVERITIES, ALERT_STATUSES, T
from ingest.fields import Number, Past, Planned, Record, epoch_ms
from ingest.items import Batch, Draft
from ingest.reasons import Refused, shown
from ingest.records import RecordKind
from ingest.shapes import circle, joined, polygon

MESSAGES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
LASTS = 24 * 3_600_000
"""Milliseconds for which an alert is in force that tells no end."""

Key = Annotated[str, Field(min_length=1, max_length=1000)]
Long = Annotated[str, Field(max_length=100_000)]


class Words(BaseModel):
    """What an alert says in one language."""

    event: Long = ""
    headline: Long = ""
    description: Long = ""
    instruction: Long = ""
    area: Long = ""
    sender_name: Long = ""
    web: Long = ""


class Area(BaseModel):
    """A place: rings of (lon, lat), circles of (lon, lat, km), ids of units, and codes (``name=value``)."""

    polygons: list[list[tuple[Number, Number]]] = []
    circles: list[tuple[Number, Number, Number]] = []
    units: list[str] = []
    geocodes: list[Annotated[str, Field(max_length=1000)]] = []


class Alert(Record):
    """One segment of a CAP message, its moments and places as the city takes them.

    `references` is as CAP writes it; `received` is now where it is not told. A code that is the id of a unit
    stands for that unit in an area without any shape.
    """

    identifier: Key
    sender: Key
    sent: Past
    status: Literal[tuple(ALERT_STATUSES)]
    msg_type: Literal[MESSAGES]
    scope: Literal[SCOPES] = "Public"
    references: Long = ""
    segment: Annotated[int, Field(ge=1, le=65_535)] = 1
    category: Annotated[str, Field(max_length=200)] = ""
    urgency: Literal[URGENCIES] = "Unknown"
    severity: Literal[tuple(ALERT_SEVERITIES)] = "Unknown"
    certainty: Literal[CERTAINTIES] = "Unknown"
    effective: Planned | None = None
    onset: Planned | None = None
    expires: Planned | None = None
    texts: dict[Annotated[str, Field(max_length=50)], Words] = {}
    areas: list[Area] = []
    received: Past | None = None


def enrich(city: City, batch: Batch) -> None:
    """Find the leaves each alert touches; the same sender, identifier, moment and segment is a duplicate."""
    seen = known_alerts(city, [d.record.identifier for _, d in batch.drafts()])
    now = round(city.live.moment().at * 1000)
    for item, draft in batch.drafts():
        record = draft.record
        key = (record.sender, record.identifier, record.sent, record.segment)
        draft.duplicate = key in seen
        try:
            if not draft.duplicate:
                _complete(city, batch, draft, now)
            seen.add(key)
        except Refused as error:
            item.refuse(error)


def _complete(city: City, batch: Batch, draft: Draft, now: int) -> None:
    record = draft.record
    if record.msg_type == "Alert" and not any(words.event for words in record.texts.values()):
        raise Refused("missing_field", "event")
    shape, leaves = _places(city, batch.crs, record.areas)
    begin = record.effective or record.sent
    end = record.expires or max(record.sent, begin, record.onset or 0) + LASTS
    plain = ("identifier", "sender", "sent", "segment", "status", "msg_type", "scope", "category")
    draft.row = {name: getattr(record, name) for name in (*plain, "urgency", "severity", "certainty")} | {
        "at": now if record.received is None else record.received,
        "refers": "\n".join(references(record.references)),
        "effective": begin,
        "onset": record.onset or begin,
        "expires": end,
        "ends": int(record.expires is not None),
        "texts": json.dumps({lang: w.model_dump() for lang, w in record.texts.items()}, ensure_ascii=False),
        "geocodes": json.dumps([code for area in record.areas for code in area.geocodes], ensure_ascii=False),
        "geometry": "" if shape is None else shapely.to_geojson(shape),
        "lo": [lo for lo, _ in leaves],
        "hi": [hi for _, hi in leaves],
        "feed": batch.feed,
    }


def references(written: str) -> list[str]:
    """CAP's references as ``sender,identifier,sent`` with `sent` in epoch ms, empty where it is no moment.

    What has not three parts is left out: it names nothing.
    """
    found = []
    for one in written.split():
        parts = one.split(",")
        if len(parts) < 3:
            continue
        try:
            sent = str(epoch_ms(parts[-1]))
        except (ValueError, OverflowError):
            sent = ""
        found.append(f"{parts[0]},{','.join(parts[1:-1])},{sent}")
    return found


def _places(city: City, crs: str, areas: list[Area]) -> tuple[shapely.Geometry | None, Intervals]:
    """What the areas cover together: as a geometry in WGS84, and as leaves. Raises Refused."""
    told = [polygon(ring) for area in areas for ring in area.polygons]
    told += [circle(*one) for area in areas for one in area.circles]
    if crs != "wgs84" and told:
        told = list(shapes_to_wgs84(np.array(told, object), crs))
    units = [unit for area in areas for unit in _units(city, area)]
    shapes = told + [unit_shape(city, unit) for unit in units]
    if not shapes:
        return None, ()
    leaves = leaf_lookup(city).touched(joined(told)) if told else ()
    spans = [(leaf, leaf + 1) for leaf in leaves] + [span for unit in units for span in unit.intervals]
    return joined(shapes), merged(spans)


def _units(city: City, area: Area) -> list:
    """The units an area names, by its codes only where it has nothing else. Raises Refused for an unknown one."""
    found = []
    for name in area.units:
        try:
            found.append(city.units.get(name))
        except UnknownUnit:
            raise Refused("unknown_unit", shown("units", name)) from None
    if not (found or area.polygons or area.circles):
        codes = {code.rpartition("=")[2] for code in area.geocodes}
        found = [city.units.get(code) for code in sorted(codes) if code and city.units.has(code)]
    return found


def doubts(city: City, table: pa.Table) -> dict[str, pa.Array]:
    """Rows whose words are not CAP's."""
    known = {"status": ALERT_STATUSES, "msg_type": MESSAGES, "scope": SCOPES, "severity": ALERT_SEVERITIES}
    good = [pc.is_in(table[name], pa.array(list(words), pa.string())) for name, words in known.items()]
    return {"bad_value": pc.invert(pc.and_(pc.and_(good[0], good[1]), pc.and_(good[2], good[3])))}


RECORD = RecordKind("alert", T("预警", "Alert"), Alert, enrich, doubts)
