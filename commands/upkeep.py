"""Looking after a city: `jingwei backup`, `restore`, `ddl`."""

from pathlib import Path
from typing import Annotated

import typer

from commands.terminal import Bars, out, through_owner, with_city
from data_access.settings import Settings, read_settings


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (backup, restore, ddl):
        app.command()(command)


def backup(
    folder: Annotated[Path, typer.Argument(help="a new folder, on the machine of the store")],
) -> None:
    """Back up both databases into a folder, while the city is served or not."""
    from data_access.backup.run import backup as write

    def here(settings: Settings, bars: Bars) -> dict:
        return with_city(settings, write, folder=folder, progress=bars)

    made = through_owner("backup", {"folder": str(folder.absolute())}, here)
    _told(f"Backed up into {folder}", made)


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


def _told(what: str, made: dict) -> None:
    size = f"{made['bytes'] / 1024**2:,.1f} MiB"
    text = f"{what}: {made['city']} as of {made['at']}, {made['tables']} tables, {made['rows']:,} rows, {size}."
    out.print(text, highlight=False, soft_wrap=True)
