"""Reports: `jingwei report` makes one, `jingwei reports` lists those that are made by themselves."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from commands.snapshots import ADDRESS, FORMAT, OUT, Application, made_here, target, written
from commands.terminal import Bars, out, through_owner, with_city
from data_access.settings import Settings

KEY = typer.Argument(help="daily, weekly or incident")
PERIOD = typer.Option(help="day, 24h, 7d, week or 1h, as the report has them; empty: the usual one")


def register(app: typer.Typer, application: Application) -> None:
    """Add these commands to `app`; `application` as for snapshots."""
    app.command("reports")(schedules)

    @app.command()
    def report(
        key: Annotated[str, KEY],
        address: Annotated[str, ADDRESS] = "/",
        form: Annotated[str, FORMAT] = "xlsx",
        file: Annotated[Path | None, OUT] = None,
        period: Annotated[str, PERIOD] = "",
        say: Annotated[bool, typer.Option("--say", help="also print what it says")] = False,
    ) -> None:
        """Write a report of a View into a file: what changed, where, how much, and the rows behind it."""
        from reports.handing import reported, whose

        folder = target(file)
        options = {"key": key, "address": address, "form": form, "period": period, "who": whose()}

        def here(settings: Settings, bars: Bars) -> dict:
            return made_here(settings, form, lambda pool: reported(pool, **options, progress=bars), application)

        made = through_owner("report", options, here)
        written(made, folder, file)
        if say:
            _say(made["told"])


def _say(told: list) -> None:
    """The chapters, as the file has them in English."""
    for title, sentences in told:
        out.print(f"\n{title}", style="bold", highlight=False, markup=False)
        for sentence in sentences:
            out.print(sentence, highlight=False, markup=False, soft_wrap=True)


def schedules() -> None:
    """List the reports that JINGWEI_REPORTS declares: when each runs next, and what became of its last run."""
    from reports.listing import listed

    rows = through_owner("reports", {}, lambda settings, bars: with_city(settings, listed))
    table = Table("schedule", "report", "format", "when", "next", "to", "last run")
    wrong = {row["key"]: why for row in rows if (why := row.pop("why"))}
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row.values()))
    out.print(table if rows else "No report is scheduled: JINGWEI_REPORTS names no file (docs/reports.md).")
    for key, why in wrong.items():
        out.print(f"{key}: {why}", style="bold yellow", highlight=False, markup=False, soft_wrap=True)
