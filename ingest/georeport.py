"""Open311 GeoReport v2: service requests taken apart to rows, from JSON and from XML."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ingest.documents import json_of, written
from ingest.files import Row
from ingest.reasons import Refused, shown
from ingest.xmltree import local, parsed

LISTS = ("service_requests", "requests", "response")
"""Names that servers wrap their list in."""


def rows(body: bytes) -> Iterator[Row]:
    """A row a request, its fields as the standard calls them and its status in small letters. Never raises."""
    try:
        found = _of_xml(body) if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else _of_json(body)
    except Refused as error:
        yield Row(1, body.decode("utf-8", "replace"), {}, error)
        return
    for line, (raw, values) in enumerate(found, 1):
        if isinstance(values, Refused):
            yield Row(line, raw, {}, values)
        else:
            yield Row(line, raw, values | {"status": str(values.get("status") or "").strip().lower()})


def stamped(at: float) -> str:
    """An epoch second as questions write it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _of_xml(body: bytes) -> list[tuple[str, dict]]:
    root = parsed(body)
    if local(root) == "errors":
        raise Refused("unreadable", shown("error", " ".join(root.itertext()).strip()))
    if local(root) not in ("service_requests", "request"):
        raise Refused("unreadable", shown("root", local(root), "not a list of service requests"))
    requests = [root] if local(root) == "request" else [e for e in root if local(e) == "request"]
    found = [{local(field): (field.text or "").strip() for field in request} for request in requests]
    return [(written(values), values) for values in found]


def _of_json(body: bytes) -> list[tuple[str, dict | Refused]]:
    document = json_of(body)
    if isinstance(document, dict):
        document = next((document[n] for n in LISTS if isinstance(document.get(n), list)), [document])
    if not isinstance(document, list):
        raise Refused("unreadable", "not a list of service requests")
    if any(isinstance(value, dict) and _is_error(value) for value in document):
        raise Refused("unreadable", shown("error", document[0]))
    return [(written(v), v if isinstance(v, dict) else Refused("not_json", "not an object")) for v in document]


def _is_error(value: dict) -> bool:
    return "code" in value and "description" in value and "service_request_id" not in value
