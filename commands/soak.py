"""Keeping a wall for hours in a real browser, with all that happens to one in a night: `jingwei soak`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from commands.terminal import Bars, out

SIGNS = {True: "[green]good[/]", False: "[bold red]misses[/]", None: ""}


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command()(soak)


def soak(
    hours: Annotated[float, typer.Option(min=0.02, help="for how long")] = 1.0,
    minutes: Annotated[float, typer.Option(help="for how long, in minutes; instead of hours")] = 0.0,
    path: Annotated[Path | None, typer.Option("--json", help="also write all that was seen to this file")] = None,
) -> None:
    """Keep a wall in Chromium through restarts, cuts, midnight, clock changes, sleep and a new release.

    It has a small city and a server of its own. Ctrl-C ends it and prints what there is so far.
    """
    from bench.soak.run import soak as keep

    with Bars() as bars:
        lines, told = keep(60 * minutes or 3600 * hours, bars)
    table = Table("what", "seen", "aim", "verdict", title=f"A wall for {told['lasted'] / 60:.1f} minutes")
    for line in lines:
        table.add_row(escape(line.what), escape(line.seen), escape(line.aim), SIGNS[line.good])
    out.print(table)
    for how, what in told["how"].items():
        out.print(f"{how}: {what}.", highlight=False, markup=False, soft_wrap=True)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    raise typer.Exit(0 if all(line.good is not False for line in lines) else 1)
