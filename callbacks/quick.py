"""What screens ask most is answered before Flask: the live moment, and values whose bytes are ready.

A thousand screens ask a thousand times a second whether there is anything new, and then all for the same bytes.
Flask would take ten times as long over such an answer as the answer itself takes.
"""

import gzip
import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from callbacks.caller import scope
from components.troubles import told
from data_access.city import City
from data_access.logs import request_id

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Note = Callable[[str, str, float], None]
"""Told of an answer: its route, its status, and the seconds it took."""

BRIEFLY = "private, max-age=120"
VALUES = "/values/<key>/<int:level>"
SMALL = 500
"""Bytes up to which packing is not worth it."""


class Quick:
    """Stands before the WSGI application `behind` of a server, and answers by itself what it can."""

    def __init__(self, behind: Callable, city: City, note: Note):
        self._behind, self._city, self._note = behind, city, note

    def __call__(self, environ: Environ, start: Callable) -> Iterable[bytes]:
        """Answer a request."""
        begun, path = time.perf_counter(), environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "GET":
            return self._behind(environ, start)
        if path == "/live":
            route, (status, headers, body) = path, live(self._city, environ.get("HTTP_IF_NONE_MATCH", ""))
        elif path.startswith("/values/") and (body := self._city.cache.peek(ready(environ))) is not None:
            route, status, headers = VALUES, "200 OK", value_headers(packs(environ))
        else:
            return self._behind(environ, start)
        start(
            status,
            [
                *headers,
                ("Content-Length", str(len(body))),
                ("X-Request-ID", request_id(environ.get("HTTP_X_REQUEST_ID", ""))),
            ],
        )
        self._note(route, status[:3], time.perf_counter() - begun)
        return [body]


def live(city: City, known: str) -> tuple[str, Headers, bytes]:
    """The live moment, the time and what is away: status, headers, body; `known` are the tags the browser has."""
    moment = city.live.moment()
    tag = f'"{moment}.{city.troubles.changes}"'
    headers = [("ETag", tag), ("Cache-Control", "no-cache"), ("Jingwei-At", f"{city.live.present():.3f}")]
    if tag in known:
        return "304 NOT MODIFIED", headers, b""
    found = {"moment": str(moment), "at": city.live.now()}
    body = json.dumps(found | {"troubles": told(city)} if city.troubles.changes else found).encode()
    return "200 OK", [*headers, ("Content-Type", "application/json")], body


def ready(environ: Environ) -> tuple:
    """Under what the bytes of an answer to this address are kept: the address names the moment it is of."""
    return "ready", environ["PATH_INFO"], environ["QUERY_STRING"], packs(environ), scope()


def packs(environ: Environ) -> bool:
    """Whether whoever asks takes gzip."""
    return "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")


def packed(body: bytes, environ: Environ) -> bytes:
    """A body as it is sent to whoever asks."""
    return gzip.compress(body, 1, mtime=0) if packs(environ) else body


def value_headers(gzipped: bool) -> Headers:
    """The headers of values: they are of one moment and do not change, and they are this caller's."""
    packing = [("Content-Encoding", "gzip")] if gzipped else []
    told = [("Content-Type", "application/octet-stream"), ("Cache-Control", BRIEFLY), ("Vary", "Accept-Encoding")]
    return [*told, *packing]
