"""OGC SensorThings 1.1: observations taken apart to rows, by themselves, under their datastreams, or as arrays."""

import re
from collections.abc import Iterator

from ingest.documents import json_of, written
from ingest.files import Row
from ingest.reasons import Refused, shown

NEXT = "@iot.nextLink"
_STREAM = re.compile(r"Datastreams\(([^()]{1,200})\)/?$")


def rows(body: bytes) -> Iterator[Row]:
    """A row an observation: ``device`` (the name of its datastream, else its id), ``at`` and ``value``, and what
    they come from: ``datastream``, ``name``, ``phenomenonTime``, ``resultTime``, ``result``. Never raises.
    """
    try:
        found = list(_observations(_listed(json_of(body))))
    except Refused as error:
        yield Row(1, body.decode("utf-8", "replace"), {}, error)
        return
    for line, (value, stream, name) in enumerate(found, 1):
        raw = written(value)
        if isinstance(value, dict):
            yield Row(line, raw, _values(value, stream, name))
        else:
            yield Row(line, raw, {}, Refused("not_json", "not an observation"))


def next_link(body: bytes) -> str:
    """Where the next page is; empty where this is the last."""
    try:
        document = json_of(body)
    except Refused:
        return ""
    link = document.get(NEXT) if isinstance(document, dict) else None
    return link if isinstance(link, str) else ""


def _listed(document: object) -> list:
    if isinstance(document, list):
        return document
    if isinstance(document, dict) and isinstance(document.get("value"), list):
        return document["value"]
    if isinstance(document, dict) and ("Observations" in document or "result" in document):
        return [document]
    raise Refused("unreadable", shown("document", written(document)[:60], "no list `value` of observations"))


def _observations(entries: list) -> Iterator[tuple[object, str, str]]:
    """Each observation with the id and the name of its datastream, as far as they are told above it."""
    for entry in entries:
        if not isinstance(entry, dict):
            yield entry, "", ""
        elif isinstance(entry.get("dataArray"), list):
            yield from _of_array(entry)
        elif isinstance(entry.get("Observations"), list):
            yield from ((one, _id(entry), str(entry.get("name") or "")) for one in entry["Observations"])
        elif "result" in entry or "phenomenonTime" in entry or "resultTime" in entry:
            yield entry, "", ""
        elif "Observations@iot.navigationLink" not in entry:
            yield from ((part, "", "") for part in (written(entry),))


def _of_array(group: dict) -> Iterator[tuple[object, str, str]]:
    stream = group.get("Datastream")
    stream = stream if isinstance(stream, dict) else {}
    number = _id(stream) or _linked(group)
    names = group.get("components")
    names = [str(name) for name in names] if isinstance(names, list) else []
    for values in group["dataArray"]:
        if isinstance(values, list) and len(values) == len(names):
            yield dict(zip(names, values, strict=True)), number, str(stream.get("name") or "")
        else:
            yield written(values), number, ""


def _values(value: dict, stream: str, name: str) -> dict:
    above = value.get("Datastream")
    above = above if isinstance(above, dict) else {}
    stream = _id(above) or stream or _linked(value)
    name = str(above.get("name") or "") or name
    at = value.get("phenomenonTime") or value.get("resultTime")
    told = {key: value.get(key) for key in ("phenomenonTime", "resultTime", "result")}
    told |= {"datastream": stream, "name": name}
    # An interval is a reading of its end.
    at = at.rpartition("/")[2] if isinstance(at, str) else at
    return told | {"device": name or stream, "at": at, "value": value.get("result")}


def _id(entity: dict) -> str:
    found = entity.get("@iot.id", "")
    return "" if found is None else str(found)


def _linked(entity: dict) -> str:
    """The datastream's id as a link to it tells it."""
    found = _STREAM.search(str(entity.get("Datastream@iot.navigationLink") or ""))
    return found[1].strip("'") if found else ""
