"""Taking what a View shows into a file: `jingwei snapshot`."""

import base64
import os
from pathlib import Path
from typing import Annotated

import typer

from commands.terminal import Bars, err, out, through_owner, with_city
from data_access.errors import JingweiError
from data_access.settings import Settings

ADDRESS = typer.Argument(help="address of a View: /, /unit/ID?window=7d, or a whole URL")
OUT = typer.Option("--out", help="the file; a folder, or nothing for this one: under its own name")


class BadTarget(JingweiError):
    """A file cannot be written where it is to go."""


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command()(snapshot)


def snapshot(
    address: Annotated[str, ADDRESS] = "/",
    form: Annotated[str, typer.Option("--format", help="xlsx, csv or geojson")] = "xlsx",
    file: Annotated[Path | None, OUT] = None,
    panel: Annotated[str, typer.Option(help="one panel of the page, by its key; empty: all")] = "",
) -> None:
    """Write what a View shows into a file: its numbers as of one moment, with definitions, link and digest."""
    from reports.handing import handed, whose

    folder = target(file)
    options = {"address": address, "form": form, "panel": panel, "who": whose()}

    def here(settings: Settings, bars: Bars) -> dict:
        return with_city(settings, handed, progress=bars, **options)

    made = through_owner("snapshot", options, here)
    path = folder / made["name"] if file is None or file.is_dir() else file
    put(path, base64.b64decode(made["body"]))
    for key, why in made["failed"].items():
        err.print(f"Not in it: {key}. {why}", style="bold yellow", highlight=False, soft_wrap=True)
    told = f"{path}: {made['title']}. Digest {made['digest']}."
    out.print(told, highlight=False, markup=False, soft_wrap=True)


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
