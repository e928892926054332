"""Taking what a View shows into a file: `jingwei snapshot`."""

import base64
import logging
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.terminal import Bars, err, out, through_owner, with_city
from data_access.errors import JingweiError
from data_access.settings import Settings

if TYPE_CHECKING:
    from data_access.city import City

Application = Callable[[Settings], Any]
ADDRESS = typer.Argument(help="address of a View: /, /unit/ID?window=7d, or a whole URL")
FORMAT = typer.Option("--format", help="pdf, pdf-a3, pdf-slide, png, png-2x, png-4k, xlsx, csv or geojson")
OUT = typer.Option("--out", help="the file; a folder, or nothing for this one: under its own name")


Hand = Callable[[Any], dict]
"""What has a pool make a file, and hands it over as text."""


class BadTarget(JingweiError):
    """A file cannot be written where it is to go."""


def register(app: typer.Typer, application: Application) -> None:
    """Add these commands to `app`; `application` makes the web application of a city that no server has."""

    @app.command()
    def snapshot(
        address: Annotated[str, ADDRESS] = "/",
        form: Annotated[str, FORMAT] = "xlsx",
        file: Annotated[Path | None, OUT] = None,
        panel: Annotated[str, typer.Option(help="one panel of the page, by its key; empty: all")] = "",
    ) -> None:
        """Write what a View shows into a file: its numbers as of one moment, with definitions, link and digest."""
        from reports.handing import handed, whose

        folder = target(file)
        options = {"address": address, "form": form, "panel": panel, "who": whose()}

        def here(settings: Settings, bars: Bars) -> dict:
            return made_here(settings, form, lambda pool: handed(pool, **options, progress=bars), application)

        written(through_owner("snapshot", options, here), folder, file)


def made_here(settings: Settings, form: str, hand: Hand, application: Application) -> dict:
    """What `hand` makes in a format, of a city that is opened for it."""
    from reports.format import formats

    if form in formats() and formats()[form].drawing:
        return _served(settings, hand, application)
    return _alone(settings, hand)


def written(made: dict, folder: Path, file: Path | None) -> Path:
    """Write the file that was handed over, and say what it is; returns where it is. Raises BadTarget."""
    path = folder / made["name"] if file is None or file.is_dir() else file
    put(path, base64.b64decode(made["body"]))
    for key, why in made["failed"].items():
        err.print(f"Not in it: {key}. {why}", style="bold yellow", highlight=False, soft_wrap=True)
    told = f"{path}: {made['title']}. Digest {made['digest']}."
    out.print(told, highlight=False, markup=False, soft_wrap=True)
    return path


def _alone(settings: Settings, hand: Hand) -> dict:
    """The file from a city that is opened for it alone."""
    from reports.handing import pool_of

    def made(city: "City") -> dict:
        with pool_of(city) as pool:
            return hand(pool)

    return with_city(settings, made)


def _served(settings: Settings, hand: Hand, application: Application) -> dict:
    """The file from a city that is served for it, on a port of its own, since a browser has to see its pages."""
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings = settings.model_copy(update={"host": "127.0.0.1", "port": door.getsockname()[1]})
        app = application(settings)
        server = make_server(settings.host, settings.port, app.server, threaded=True, fd=door.fileno())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            return hand(app.pool)
        finally:
            app.pool.close()
            server.shutdown()
            app.city.close()


def target(file: Path | None) -> Path:
    """The folder that the file goes to. Raises BadTarget before any work where nothing can be written there."""
    folder = file if file is not None and file.is_dir() else (file or Path("x")).absolute().parent
    if not folder.is_dir():
        raise BadTarget(f"{file} cannot be written: there is no folder {folder}. Make it first.")
    there = file if file is not None and file.is_file() else folder
    if not os.access(there, os.W_OK):
        raise BadTarget(f"{file or folder} cannot be written: {there} may not be changed by you.")
    return folder


def put(path: Path, body: bytes) -> None:
    """Write a file, whole or not at all. Raises BadTarget."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(body)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadTarget(f"{path} cannot be written: {error.strerror or error}.") from error
