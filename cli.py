"""The `jingwei` command: build, serve, load, look after a city."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from commands import feeds, reports, serving, snapshots, soak, upkeep
from commands.terminal import Bars, err, out, through_owner, with_city
from data_access.errors import JingweiError
from data_access.settings import Settings, read_settings

if TYPE_CHECKING:
    from dash import Dash


def application(settings: Settings) -> "Dash":
    """The web application on the settings' city."""
    from app import create_app

    return create_app(settings)


app = typer.Typer(
    help="Jingwei: the operations map of a city.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
serving.register(app)
upkeep.register(app)
feeds.register(app)
snapshots.register(app, application)
soak.register(app)
reports.register(app, application)


@app.command()
def demo(
    size: str = typer.Option("city", help="small, city, 10m, 100m or billion (readings)"),
    again: bool = typer.Option(False, "--again", help="remove the city that is there, and build anew"),
) -> None:
    """Build the reference city with its history, without serving it."""
    from demo.standing import ensure, remove

    settings = read_settings()
    if again:
        remove(settings)
    with Bars() as bars:
        ensure(settings, size, bars)
    out.print(f"The reference city is in {settings.home}.", highlight=False)


@app.command()
def load(path: Annotated[Path, typer.Argument(help="the city file, CITY.yaml")]) -> None:
    """Build a city from files, or add its cases and overlays; running it again changes nothing."""
    from ingest.load import load as load_city
    from ingest.printed import printed

    def here(settings: Settings, bars: Bars) -> dict:
        return asdict(load_city(settings, path, bars))

    summary = through_owner("load", {"path": str(path.absolute())}, here)
    out.print(printed(summary), markup=False, highlight=False)
    if any(f["error"] for f in (*summary["files"], *summary["overlays"])):
        raise typer.Exit(1)


@app.command()
def rejects(
    limit: int = typer.Option(50, help="how many, the newest first"),
    feed: str = typer.Option(None, help="of one feed only"),
    reason: str = typer.Option(None, help="of one reason only"),
    everything: bool = typer.Option(False, "--all", help="all that was ever refused, landed since or not"),
    as_json: bool = typer.Option(False, "--json", help="as JSON lines, with the raw text whole"),
) -> None:
    """List refused lines that have not landed since: where they stood, why, and their text."""
    from ingest.quarantine import rejects as refused

    options = {"limit": limit, "feed": feed, "reason": reason, "everything": everything}
    rows = through_owner("rejects", options, lambda settings, bars: with_city(settings, refused, **options))
    if as_json:
        for row in rows:
            print(json.dumps(row, default=str, ensure_ascii=False))
        return
    table = Table("source", "line", "reason", "detail", "raw", title=f"{len(rows)} refused lines")
    for row in rows:
        cells = (row["source"], str(row["line"]), row["reason"], row["detail"], row["raw"][:60])
        table.add_row(*map(escape, cells))
    out.print(table)


@app.command()
def doctor(
    as_json: bool = typer.Option(False, "--json", help="as one JSON object, with the city's counts"),
) -> None:
    """Check Python, engine, store, fonts, browser, disk and clock, and say what to do about each failure."""
    from data_access.doctor import Check, census, census_check, machine, report, reports_check, walls_check

    settings = read_settings()
    checks, found = machine(settings), None
    try:
        found = through_owner("doctor", {}, lambda settings, bars: with_city(settings, census))
        checks.append(census_check(found))
        checks.append(walls_check(_wall_faults()))
        checks.append(reports_check(_schedule_faults()))
    except JingweiError as error:
        checks.append(Check("store", False, str(error), "Run `make run`, or `jingwei load CITY.yaml`."))
    if as_json:
        print(json.dumps(report(checks, found), ensure_ascii=False, indent=1))
    else:
        for check in checks:
            sign = "[green]ok  [/]" if check.ok else "[red]fail[/]"
            todo = "" if check.ok else f"\n             → {check.todo}"
            out.print(f"{sign} {check.name:<8} {escape(check.seen)}{todo}", highlight=False)
    raise typer.Exit(0 if all(c.ok for c in checks) else 1)


def _wall_faults() -> list[str]:
    """What keeps scenes of the city's walls from being shown, or the walls file from being read."""
    from callbacks.scenes import faults_of

    try:
        return through_owner("walls", {}, lambda settings, bars: with_city(settings, faults_of))
    except JingweiError as error:
        return str(error).splitlines()


def _schedule_faults() -> list[str]:
    """What keeps scheduled reports from running, or the reports file from being read."""
    from reports.checking import faults_of

    try:
        return through_owner("schedules", {}, lambda settings, bars: with_city(settings, faults_of))
    except JingweiError as error:
        return str(error).splitlines()


@app.command()
def bench(
    path: Annotated[Path | None, typer.Option("--json", help="also write the figures to this file")] = None,
    size: str = typer.Option("city", help="small, city, 10m, 100m or billion (readings)"),
) -> None:
    """Measure building, starting, asking and the first view, and print each as a distribution."""
    from bench.run import run

    with Bars() as bars:
        figures = run(size, bars)
    _print_figures(figures, path)


@app.command("bench-scale")
def bench_scale(
    path: Annotated[Path | None, typer.Option("--json", help="also write the figures to this file")] = None,
    keep: Annotated[Path | None, typer.Option(help="folder to keep the cities in, or to find them in")] = None,
) -> None:
    """Measure the same questions of 10 million, 100 million and a billion readings; takes an hour and 25 GB."""
    from bench.scale import run

    with Bars() as bars:
        figures = run(keep, bars)
    _print_figures(figures, path)


def _print_figures(figures: dict[str, dict], path: Path | None) -> None:
    table = Table("figure", "p50", "p95", "n", "unit")
    for name, figure in figures.items():
        middle = figure.get("p50", figure.get("value"))
        cells = (f"{middle:,.4g}", f"{figure['p95']:,.4g}" if "p95" in figure else "", str(figure.get("n", "")))
        table.add_row(name, *cells, figure["unit"])
    out.print(table)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


@app.command()
def gallery(
    url: str = typer.Option("", help="address of a running city; empty: that of the settings"),
    into: Annotated[Path, typer.Option(help="folder for gallery.md and gallery/")] = Path("docs"),
) -> None:
    """Take pictures of every layer and way of looking from a running city, and write a page of them."""
    from reports.gallery import gallery as take

    settings = read_settings()
    with Bars() as bars:
        taken = take((url or f"http://{settings.host}:{settings.port}").rstrip("/"), into, bars)
    out.print(f"{len(taken)} pictures in {into / 'gallery'}, the page in {into / 'gallery.md'}.")


def main() -> None:
    """Run the command; an error a person can act on is one line, not a trace."""
    try:
        app()
    except JingweiError as error:
        err.print(f"[bold red]jingwei:[/] {escape(str(error))}", highlight=False)
        sys.exit(2)
