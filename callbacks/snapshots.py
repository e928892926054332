"""Snapshots to take away, and the queue that makes them.

``GET /snapshot/FORMAT`` with a View's own address behind it, path and query, is the file of that View:
``/snapshot/xlsx/unit/410105?window=7d`` the workbook of ``/unit/410105?window=7d``. The query may have two more
parts: ``panel`` for one panel of the page, ``moment`` (as the live poll tells it) for the moment a screen shows.
What a browser has to draw is queued, and the answer leads to where it will be.

``POST /snapshots`` queues any of them; ``/snapshots/ID`` tells how it stands, ``/snapshots/ID/file`` is the file.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import BinaryIO
from urllib.parse import quote

from flask import Flask, Response, redirect, request

from callbacks.caller import language, read_moment, scope, view_of, who
from components.panel import Panel
from data_access.city import City
from data_access.errors import StoreFailed
from data_access.registry import Registry
from data_access.words import T
from reports.format import Format, file_name
from reports.order import Order
from reports.paper import document
from reports.pool import AWAY, Pool
from reports.snapshot import Progress, Snapshot
from reports.taking import CannotTake, Wanted, taken, wanted, written

PIECE = 2**16
SOON = 5.0
"""Seconds for which an answer waits for a file that is still being made."""
NO_ORDER = T("没有这个快照任务，或已过期。", "There is no such snapshot, or it is gone by now.")
NOT_YET = T("尚未生成，请稍后再取。", "It is not made yet; fetch it in a moment.")


@dataclass(frozen=True)
class Desk:
    """What snapshots are taken with: the city, its panels, the formats, the pool."""

    city: City
    panels: Iterable[Panel]
    forms: Registry[Format]
    pool: Pool

    def order(self, told: dict) -> Order:
        """Queue what a request asks for. Raises CannotTake."""
        address = str(told.get("address", "/"))
        view, _ = view_of(address)
        asked = wanted(self.forms, address, str(told.get("format", "")), str(told.get("panel", "")), view)
        return self.pool.put(asked.form, self.taker(asked, str(told.get("moment", ""))), view.lang)

    def taker(self, asked: Wanted, moment: str) -> Callable[[Progress], Snapshot]:
        """What takes the snapshot when its turn comes, for whoever asks now."""
        given = who(), time.time(), site(self.city), scope(), read_moment(moment)

        def take(progress: Progress) -> Snapshot:
            return taken(self.city, self.panels, asked, *given, progress=progress)

        return take


def register(server: Flask, desk: Desk) -> None:
    """Put the endpoints on the server."""
    _direct(server, desk)
    _queued(server, desk)


def _direct(server: Flask, desk: Desk) -> None:
    @server.get("/snapshot/<form>/", strict_slashes=False)
    @server.get("/snapshot/<form>/<path:path>")
    def snapshot(form: str, path: str = "") -> Response:
        address = f"/{quote(path)}?{request.query_string.decode('utf-8', 'replace')}"
        view, _ = view_of(address)
        panel, moment = request.args.get("panel", ""), request.args.get("moment", "")
        try:
            asked = wanted(desk.forms, address, form, panel, view)
            if asked.form.drawing:
                order = desk.pool.put(asked.form, desk.taker(asked, moment), view.lang)
                return redirect(f"/snapshots/{order.id}/file", 303)
            made = desk.taker(asked, moment)(lambda what, part: None)
            body = written(desk.city, made, asked.form)
        except CannotTake as error:
            return refused(error.told, error.status, view.lang, address)
        except StoreFailed:
            return refused(AWAY, 503, view.lang, address)
        return file_answer(body, file_name(made, asked.form), asked.form.kind(made)[1], made.digest)


def _queued(server: Flask, desk: Desk) -> None:
    @server.post("/snapshots")
    def order() -> Response:
        told = request.get_json(silent=True)
        told = told if isinstance(told, dict) else {}
        address = str(told.get("address", "/"))
        lang = view_of(address)[0].lang
        try:
            return _state(desk.pool, desk.order(told), lang, 202)
        except CannotTake as error:
            return refused(error.told, error.status, lang, address)

    @server.get("/snapshots/<number>")
    @_known(desk.pool)
    def state(order: Order, lang: str) -> Response:
        return _state(desk.pool, order, lang)

    @server.delete("/snapshots/<number>")
    @_known(desk.pool)
    def cancel(order: Order, lang: str) -> Response:
        desk.pool.cancel(order)
        return _state(desk.pool, order, lang)

    @server.get("/paper/<number>")
    @_known(desk.pool)
    def paper(order: Order, lang: str) -> Response:
        made = order.snapshot
        if made is None:
            return refused(NO_ORDER, 404, lang)
        return Response(document(made, order.form.drawing), headers={"Cache-Control": "no-store"})

    _fetched(server, desk.pool)


def _fetched(server: Flask, pool: Pool) -> None:
    @server.get("/snapshots/<number>/file")
    @_known(pool)
    def file(order: Order, lang: str) -> Response:
        if not pool.soon(order, SOON):
            return refused(NOT_YET, 503, lang, again="2")
        try:
            return file_answer(order.file(), order.name, order.media, order.digest)
        except CannotTake as error:
            return refused(error.told, error.status, lang)


def _known(pool: Pool) -> Callable:
    """Answers of an order by its number, in the language of whoever asked; 404 for a number that is not known."""

    def decorated(answer: Callable[[Order, str], Response]) -> Callable[[str], Response]:
        @wraps(answer)
        def found(number: str) -> Response:
            order = pool.get(number)
            return answer(order, order.lang) if order else refused(NO_ORDER, 404, language())

        return found

    return decorated


def _state(pool: Pool, order: Order, lang: str, status: int = 200) -> Response:
    """How an order stands: state, how many are before it, what is being done and how far, why it failed."""
    told = {"id": order.id, "state": order.state, "before": pool.before(order), "what": order.what}
    told |= {"part": round(order.part, 3), "tries": order.tries, "error": order.told(lang) if order.told else ""}
    if order.state == "done":
        told |= {"file": f"/snapshots/{order.id}/file", "name": order.name, "digest": order.digest}
        told |= {"link": order.link, "failed": {key: why(lang) for key, why in order.failed.items()}}
    return _json(told, status, Location=f"/snapshots/{order.id}")


def site(city: City) -> str:
    """Where people reach this server: as the settings say, else as this request came."""
    return city.settings.url or request.host_url


def disposition(name: str) -> str:
    """The header that names a file, whatever script its name is in."""
    plain = name.encode("ascii", "ignore").decode().strip("-_ ") or "snapshot"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def file_answer(body: BinaryIO, name: str, media: str, digest: str) -> Response:
    """A file to be saved under its name, sent piece by piece."""
    headers = {
        "Content-Disposition": disposition(name),
        "Cache-Control": "no-store",
        "X-Jingwei-Digest": digest,
    }
    return Response(_pieces(body), content_type=media, headers=headers)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def refused(told: T, status: int, lang: str, address: str = "", again: str = "") -> Response:
    """The answer to what cannot be done: why, and at which address."""
    body = {"error": told(lang)} | ({"address": address} if address else {})
    return _json(body, status, **({"Retry-After": again} if again else {}))


def _json(told: dict, status: int, **headers: str) -> Response:
    body = json.dumps(told, ensure_ascii=False)
    return Response(body, status, {"Cache-Control": "no-store"} | headers, mimetype="application/json")
