"""Where feeds send to: ``POST /ingest/{feed}``; answered once the store has the batch, or with why not."""

import hashlib
import json
import logging
import secrets
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from flask import Flask, Response, request

from data_access.errors import StoreFailed
from data_access.settings import Settings
from data_access.write import Receipt
from ingest.intake import Intake
from ingest.secret import secret

log = logging.getLogger(__name__)

FORMS = {
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "text/csv": "csv",
    "application/json": "json",
    "application/geo+json": "geojson",
    "application/vnd.apache.parquet": "parquet",
}
PLAIN = ("", "application/octet-stream")
"""Content types that say nothing: the body is in the feed's own format."""
AGAIN = 1
STORE_AGAIN = 10
"""Seconds after which a sender that was turned away may try again."""
LONGEST_KEY = 200


class Turned(Exception):
    """A request that is not taken: its status, what is wrong and what to do, and headers."""

    def __init__(self, status: int, told: str, **headers: str):
        super().__init__(told)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Gate:
    """Lets only so many batches, and rows in them, be under way at once; one batch alone may have any number."""

    def __init__(self, batches: int, rows: int):
        self._most = batches, rows
        self._lock = threading.Lock()
        self._batches = self._rows = 0

    @contextmanager
    def entered(self, rows: int) -> Iterator[None]:
        """Be under way with a batch. Raises Turned when there are too many."""
        with self._lock:
            full = self._batches >= self._most[0] or (self._batches and self._rows + rows > self._most[1])
            if full:
                told = f"{self._batches} batches with {self._rows} rows are waiting; send this one again."
                raise Turned(429, told, Retry_After=str(AGAIN))
            self._batches, self._rows = self._batches + 1, self._rows + rows
        try:
            yield
        finally:
            with self._lock:
                self._batches, self._rows = self._batches - 1, self._rows - rows


def register(server: Flask, settings: Settings, intakes: dict[str, Intake]) -> None:
    """Put the endpoint on the server. Raises SettingsError when the token of a feed is not set."""
    sent = {key: intake for key, intake in intakes.items() if intake.definition.source.adapter == "http"}
    tokens = {
        key: secret(intake.definition.source.token_env, f"the token that senders of the feed {key!r} show")
        for key, intake in sent.items()
    }
    # Some threads are left to answer screens, however few there are.
    gate = Gate(min(settings.ingest_batches, max(settings.threads - 1, 1)), settings.ingest_rows)

    @server.post("/ingest/<feed>")
    def ingest(feed: str) -> Response:
        try:
            if feed not in sent:
                raise Turned(404, f"There is no feed {feed!r} that is sent by HTTP; look at the feeds file.")
            _check_token(feed, tokens[feed])
            receipt = _taken(sent[feed], settings, gate)
            sent[feed].tries.note(f"{receipt.accepted} + {receipt.duplicates} + {receipt.rejected}")
            return _answer(200, told(receipt))
        except Turned as error:
            if feed in sent:
                sent[feed].tries.note(f"HTTP {error.status}", str(error))
            return _answer(error.status, {"error": str(error)}, error.headers)
        except StoreFailed as error:
            sent[feed].tries.note("HTTP 503", str(error))
            log.error("The feed %s could not land a batch: %s", feed, error)
            again = {"Retry-After": str(STORE_AGAIN)}
            return _answer(503, {"error": f"{error} Nothing was taken; send it again."}, again)


def told(receipt: Receipt) -> dict:
    """A receipt as its sender gets it."""
    reasons = [asdict(reject) for reject in receipt.reasons]
    return asdict(receipt) | {"reasons": [{k: v for k, v in r.items() if k != "cells"} for r in reasons]}


def _taken(intake: Intake, settings: Settings, gate: Gate) -> Receipt:
    form = _form()
    body = _body(settings)
    token = request.headers.get("Idempotency-Key", "").strip()
    if len(token) > LONGEST_KEY:
        raise Turned(400, f"The Idempotency-Key is longer than {LONGEST_KEY} letters.")
    token = f"key:{token}" if token else f"body:{hashlib.sha256(body).hexdigest()[:32]}"
    with gate.entered(body.count(b"\n") + 1):
        return intake.take(body, token, "http", form)


def _check_token(feed: str, token: str) -> None:
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not shown.strip():
        told = f"Send the token of the feed {feed!r} as `Authorization: Bearer TOKEN`."
        raise Turned(401, told, WWW_Authenticate="Bearer")
    if not secrets.compare_digest(shown.strip().encode("utf-8", "replace"), token.encode()):
        raise Turned(403, f"This is not the token of the feed {feed!r}; ask who runs this server for it.")


def _form() -> str | None:
    kind = request.mimetype
    if kind in PLAIN:
        return None
    if kind not in FORMS:
        raise Turned(415, f"Bodies of type {kind} are not taken; send one of {', '.join(FORMS)}.")
    return FORMS[kind]


def _body(settings: Settings) -> bytes:
    most = settings.ingest_bytes
    packed = request.headers.get("Content-Encoding", "identity").strip().lower()
    if packed not in ("identity", "gzip"):
        raise Turned(415, f"Bodies packed by {packed} are not taken; send them plain or by gzip.")
    if (request.content_length or 0) > most:
        raise _too_long(most)
    body = request.stream.read(most + 1)
    if len(body) > most:
        raise _too_long(most)
    return unpacked(body, settings.ingest_unpacked) if packed == "gzip" else body


def unpacked(body: bytes, most: int) -> bytes:
    """A gzipped body unpacked. Raises Turned for one that is cut short, no gzip, or longer than `most` bytes."""
    parts, length = [], 0
    try:
        while body:
            one = zlib.decompressobj(wbits=31)
            part = one.decompress(body, most - length + 1)
            length += len(part)
            if length > most:
                raise _too_long(most)
            if not one.eof:
                raise Turned(400, "The gzipped body is cut short.")
            parts.append(part)
            body = one.unused_data
    except zlib.error as error:
        raise Turned(400, f"The body is no gzip: {error}.") from error
    return b"".join(parts)


def _too_long(most: int) -> Turned:
    return Turned(413, f"A batch may have {most:,} bytes at most; send it in pieces.")


def _answer(status: int, body: dict, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, {"Cache-Control": "no-store", **(headers or {})}, mimetype="application/json")
