"""Snapshots to take away: ``GET /snapshot/FORMAT`` with a View's own address behind it, path and query.

``/snapshot/xlsx/unit/410105?window=7d`` is the workbook of ``/unit/410105?window=7d``. The query may have two more
parts: ``panel`` for one panel of the page, ``moment`` (as the live poll tells it) for the moment a screen shows.
"""

import json
import time
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from urllib.parse import quote

from flask import Flask, Response, request

from callbacks.caller import read_moment, scope, view_of, who
from components.panel import Panel
from data_access.city import City
from data_access.errors import StoreFailed
from data_access.registry import Registry
from data_access.words import T
from reports.format import Format, file_name
from reports.taking import CannotTake, taken, wanted, written

PIECE = 2**16
AWAY = T("数据库没有应答，请稍后再试。", "The store does not answer; try again in a moment.")


def register(server: Flask, city: City, panels: Iterable[Panel], forms: Registry[Format]) -> None:
    """Put the endpoint on the server."""

    @server.get("/snapshot/<form>/", strict_slashes=False)
    @server.get("/snapshot/<form>/<path:path>")
    def snapshot(form: str, path: str = "") -> Response:
        address = f"/{quote(path)}?{request.query_string.decode('utf-8', 'replace')}"
        view, _ = view_of(address)
        try:
            order = wanted(forms, address, form, request.args.get("panel", ""), view)
            moment = read_moment(request.args.get("moment"))
            made = taken(city, panels, order, who(), time.time(), site(city), scope(), moment)
            body = written(city, made, order.form)
        except CannotTake as error:
            return _refused(error.told, error.status, view.lang, address)
        except StoreFailed:
            return _refused(AWAY, 503, view.lang, address)
        headers = {
            "Content-Disposition": disposition(file_name(made, order.form)),
            "Cache-Control": "no-store",
            "X-Jingwei-Digest": made.digest,
        }
        return Response(_pieces(body), content_type=order.form.kind(made)[1], headers=headers)


def site(city: City) -> str:
    """Where people reach this server: as the settings say, else as this request came."""
    return city.settings.url or request.host_url


def disposition(name: str) -> str:
    """The header that names a file, whatever script its name is in."""
    plain = name.encode("ascii", "ignore").decode().strip("-_ ") or "snapshot"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _refused(told: T, status: int, lang: str, address: str) -> Response:
    body = json.dumps({"error": told(lang), "address": address}, ensure_ascii=False)
    return Response(body, status, {"Cache-Control": "no-store"}, mimetype="application/json")
