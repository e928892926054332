"""Refused lines to take away: ``GET /quarantine/FEED.ndjson`` or ``.csv``, with the query of a View."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from flask import Flask, Response, abort, request

from callbacks.caller import scope, view_of
from data_access.ask import ask
from data_access.city import City
from data_access.errors import JingweiError, OutOfScope, StoreFailed
from data_access.quarantine import Kept
from data_access.queries.refused import exported
from data_access.words import reason_title

COLUMNS = ("at", "source", "line", "reason", "zh", "en", "detail", "raw")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


def register(server: Flask, city: City) -> None:
    """Put the endpoint on the server."""

    @server.get("/quarantine/<feed>.<any(ndjson, csv):form>")
    def taken_away(feed: str, form: str) -> Response:
        if feed not in city.live.feeds():
            abort(404)
        view = view_of(f"/networks/{feed}?{request.query_string.decode('utf-8', 'replace')}")[0]
        try:
            question = ask(city, view, scope())
            rows = map(_row, exported(city, question))
            body = _csv(rows) if form == "csv" else _ndjson(rows)
        except OutOfScope:
            abort(403)
        except StoreFailed:
            abort(503)
        except JingweiError as error:
            abort(404, str(error))
        kind = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
        named = f"attachment; filename=quarantine-{feed}.{form}"
        return Response(
            body, content_type=kind, headers={"Content-Disposition": named, "Cache-Control": "no-store"}
        )


def _row(line: Kept) -> dict:
    title = reason_title(line.reason)
    told = {"at": datetime.fromtimestamp(line.at, UTC).isoformat(), "zh": title.zh, "en": title.en}
    return {name: told.get(name, getattr(line, name, "")) for name in COLUMNS}


def _ndjson(rows: Iterable[dict]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _csv(rows: Iterable[dict]) -> Iterator[str]:
    """With a mark of UTF-8 in front, which spreadsheets need."""
    yield "\ufeff" + _line(COLUMNS)
    for row in rows:
        yield _line([_plain(value) for value in row.values()])


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _plain(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
