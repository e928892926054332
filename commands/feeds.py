"""The feeds that come into a server: `jingwei feed list`, `feed test`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from commands.terminal import Bars, out, through_owner, with_city
from data_access.settings import Settings


def register(app: typer.Typer) -> None:
    """Add these commands to `app`, as those of `feed`."""
    feed = typer.Typer(help="Try and list the feeds that come into a server.", no_args_is_help=True)
    feed.command("list")(list_feeds)
    feed.command("test")(try_feed)
    app.add_typer(feed, name="feed")


def list_feeds() -> None:
    """List the feeds that JINGWEI_FEEDS declares: how each comes in, and when it last spoke."""
    from ingest.feedtest import listed
    from ingest.service import declared

    def here(settings: Settings, bars: Bars) -> list[dict]:
        return with_city(settings, listed, tuple(found.feed for found in declared(settings)))

    rows = through_owner("feeds", {}, here)
    table = Table("feed", "title", "adapter", "carries", "last spoke", "accepted", "rejected")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row.values()))
    out.print(table)


def try_feed(
    path: Annotated[Path, typer.Argument(help="the feeds file")],
    sample: Annotated[Path, typer.Argument(help="a file as the feed sends it")],
    key: str = typer.Option(None, "--feed", help="which of its feeds; may be left out when there is one"),
) -> None:
    """Say what would become of a sample: how many rows load, are known, are refused and why. Writes nothing."""
    from ingest.feedtest import printed, tried

    options = {"path": str(path.absolute()), "sample": str(sample.absolute()), "key": key}
    found = through_owner("feed", options, lambda settings, bars: with_city(settings, tried, **options))
    out.print(printed(found), markup=False, highlight=False)
    raise typer.Exit(1 if found["rejected"] else 0)
