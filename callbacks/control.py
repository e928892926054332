"""What other commands ask of the server while it owns the store: token-guarded, answered line by line as JSON."""

import json
import queue
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from flask import Flask, Response, abort, request

from callbacks.scenes import faults_of
from data_access.city import City
from data_access.doctor import census
from data_access.errors import JingweiError
from data_access.retention import keep
from ingest.backingup import backup
from ingest.feedtest import listed, tried
from ingest.load import load_into
from ingest.quarantine import rejects
from reports.checking import faults_of as schedule_faults
from reports.handing import handed, reported
from reports.listing import listed as scheduled
from reports.pool import Pool

Progress = Callable[[str, float], None]


def register(server: Flask, city: City, pool: Pool) -> str:
    """Put the control endpoint on the server; returns the token that callers must send."""
    token = secrets.token_urlsafe(24)
    commands = COMMANDS | {
        "snapshot": lambda city, options, told: handed(pool, **options, progress=told),
        "report": lambda city, options, told: reported(pool, **options, progress=told),
    }

    @server.post("/control/<command>")
    def control(command: str) -> Response:
        if not secrets.compare_digest(request.headers.get("X-Jingwei-Token", ""), token):
            abort(403)
        if command not in commands:
            abort(404)
        options = request.get_json(silent=True) or {}
        return Response(streamed(city, commands[command], options), mimetype="application/x-ndjson")

    return token


def streamed(city: City, command: Callable, options: dict) -> Iterator[str]:
    """Run a command in a thread; yields its progress, then its result or its error, one JSON object a line."""
    told: queue.Queue = queue.Queue()

    def work() -> None:
        try:
            result = command(city, options, lambda what, part: told.put({"progress": [what, part]}))
            told.put({"result": result})
        except JingweiError as error:
            told.put({"error": str(error)})
        except Exception as error:
            told.put({"error": f"{type(error).__name__}: {error}"})
        told.put(None)

    threading.Thread(target=work, daemon=True).start()
    while (item := told.get()) is not None:
        yield json.dumps(item, default=str, ensure_ascii=False) + "\n"


def _doctor(city: City, options: dict, progress: Progress) -> dict:
    return census(city)


def _rejects(city: City, options: dict, progress: Progress) -> list[dict]:
    return rejects(city, **options)


def _load(city: City, options: dict, progress: Progress) -> dict:
    return asdict(load_into(city, Path(options["path"]), progress))


def _feed(city: City, options: dict, progress: Progress) -> dict:
    return tried(city, **options)


def _feeds(city: City, options: dict, progress: Progress) -> list[dict]:
    return listed(city)


def _backup(city: City, options: dict, progress: Progress) -> dict:
    return backup(city, Path(options["folder"]), progress)


def _keep(city: City, options: dict, progress: Progress) -> list[dict]:
    return [asdict(piece) for piece in keep(city, options["drop"], progress)]


def _walls(city: City, options: dict, progress: Progress) -> list[str]:
    return faults_of(city)


def _reports(city: City, options: dict, progress: Progress) -> list[dict]:
    return scheduled(city)


def _schedules(city: City, options: dict, progress: Progress) -> list[str]:
    return schedule_faults(city)


def _sizes(city: City, options: dict, progress: Progress) -> dict:
    return {"city": city.profile.key, "sizes": city.store.sizes()}


COMMANDS: dict[str, Callable[[City, dict, Progress], object]] = {
    "doctor": _doctor,
    "rejects": _rejects,
    "load": _load,
    "feed": _feed,
    "feeds": _feeds,
    "backup": _backup,
    "keep": _keep,
    "sizes": _sizes,
    "walls": _walls,
    "reports": _reports,
    "schedules": _schedules,
}
