"""Looking after a city: `jingwei backup`, `restore`, `keep`, `ddl`, `capacity`."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from commands.terminal import Bars, err, out, through_owner, with_city
from data_access.settings import Settings, read_settings

NOT_IN_IT = (
    "Not in this backup, as the store does not take them: {n} batches, which wait in the home's folder landing. "
    "Keep that folder too; the log says why."
)


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (backup, restore, keep, ddl, capacity):
        app.command()(command)


def backup(
    folder: Annotated[Path, typer.Argument(help="a new folder, on the machine of the store")],
) -> None:
    """Back up both databases into a folder, served or not; batches that were cut short are landed first."""
    from ingest.backingup import backup as write

    def here(settings: Settings, bars: Bars) -> dict:
        return with_city(settings, write, folder=folder, progress=bars)

    made = through_owner("backup", {"folder": str(folder.absolute())}, here)
    _told(f"Backed up into {folder}", made)
    if made["waiting"]:
        err.print(NOT_IN_IT.format(n=made["waiting"]), style="bold yellow", highlight=False, soft_wrap=True)


def restore(folder: Annotated[Path, typer.Argument(help="the folder of a backup")]) -> None:
    """Put a backup into an empty JINGWEI_HOME; checks every file before and every table after."""
    from data_access.backup.run import restore as bring_back

    settings = read_settings()
    with Bars() as bars:
        made = bring_back(settings, folder, bars)
    _told(f"Restored into {settings.home}", made)


def ddl(
    cluster: Annotated[str, typer.Option(help="name of the cluster in the servers' configuration")],
    database: Annotated[str, typer.Option(help="name of the database")] = "jingwei",
) -> None:
    """Print the statements that make the store on a ClickHouse cluster, from the same declarations."""
    from data_access.store.cluster import cluster_ddl, form

    print(f"-- {form()}")
    for statement in cluster_ddl(cluster, database):
        print(f"{statement};\n")


def keep(
    drop: Annotated[bool, typer.Option("--drop", help="drop them; without it they are only listed")] = False,
) -> None:
    """List, or drop, the partitions that are older than JINGWEI_KEEP says; rollups and open cases stay."""
    from data_access.retention import keep as kept

    def here(settings: Settings, bars: Bars) -> list[dict]:
        return [asdict(piece) for piece in with_city(settings, kept, drop=drop, progress=bars)]

    pieces = through_owner("keep", {"drop": drop}, here)
    table = Table("table", "partition", "rows", "MiB", "newest (UTC)")
    for p in pieces:
        newest = datetime.fromtimestamp(p["newest"], UTC).isoformat(" ", "seconds")[:19]
        table.add_row(p["table"], p["partition"], f"{p['rows']:,}", f"{p['bytes'] / 1024**2:,.1f}", newest)
    if pieces:
        out.print(table)
    done = "Dropped" if drop else "Would drop (run again with --drop)"
    out.print(f"{done}: {len(pieces)} partitions, {sum(p['rows'] for p in pieces):,} rows.", highlight=False)


def capacity(
    into: Annotated[Path | None, typer.Option(help="write the page to this file; otherwise print it")] = None,
    bench: Annotated[Path | None, typer.Option(help="figures of `jingwei bench --json`, for rates")] = None,
    machine: Annotated[float, typer.Option(help="what a machine costs a month")] = 400.0,
    disk: Annotated[float, typer.Option(help="disk of a machine, in TB")] = 4.0,
    years: Annotated[float, typer.Option(help="of how many years the records are")] = 3.0,
) -> None:
    """Work out machines, disk and cost of 1, 10 and 100 billion records from what the store's rows take."""
    from data_access.capacity import Assumptions, page, rate
    from data_access.city import City

    def sizes(city: City) -> dict:
        return {"city": city.profile.key, "sizes": city.store.sizes()}

    found = through_owner("sizes", {}, lambda settings, bars: with_city(settings, sizes))
    given = Assumptions(machine_month=machine, disk_tb=disk, years=years)
    if bench:
        given = replace(given, rows_a_second=rate(json.loads(bench.read_text(encoding="utf-8"))))
    made = page(
        {name: tuple(size) for name, size in found["sizes"].items()}, given, f"the store of {found['city']}"
    )
    if into:
        into.write_text(made, encoding="utf-8")
    else:
        print(made)


def _told(what: str, made: dict) -> None:
    size = f"{made['bytes'] / 1024**2:,.1f} MiB"
    text = f"{what}: {made['city']} as of {made['at']}, {made['tables']} tables, {made['rows']:,} rows, {size}."
    out.print(text, highlight=False, soft_wrap=True)
