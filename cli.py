"""The `jingwei` command."""

import sys

import typer
from rich.console import Console

from data_access.errors import JingweiError

app = typer.Typer(help="Jingwei: the operations map of a city.", no_args_is_help=True, pretty_exceptions_enable=False)
out, err = Console(), Console(stderr=True)


@app.command()
def serve(live: bool = typer.Option(True, help="keep the reference city alive with its simulator")) -> None:
    """Serve the city of JINGWEI_HOME; builds the reference city first where there is none."""
    from server import run

    run(live)


def main() -> None:
    """Run the command; errors a person can act on are one line, not a trace."""
    try:
        app()
    except JingweiError as error:
        err.print(f"[bold red]jingwei:[/] {error}", highlight=False)
        sys.exit(2)
