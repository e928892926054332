"""Serving a city: `jingwei serve`."""

import multiprocessing
import subprocess
import sys
from pathlib import Path

import typer

from commands.terminal import out
from data_access import logs
from data_access.settings import COMPLETE, Settings, read_settings

APP = Path(__file__).parents[1] / "app.py"


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""

    @app.command()
    def serve() -> None:
        """Serve the city of JINGWEI_HOME; builds the reference city first where there is none."""
        from granian import Granian
        from granian.constants import Interfaces

        settings = read_settings()
        if settings.feeds or settings.walls or settings.reports:
            _read_declared(settings)
        if not (settings.home / COMPLETE).exists():
            _founded(settings)
        # Not a fork, which goes by this process' signals until it serves, and is not ended by what ends this one.
        multiprocessing.set_start_method("spawn")
        out.print(f"Jingwei at [bold]http://{settings.host}:{settings.port}[/] (Ctrl+C to stop)", highlight=False)
        Granian(
            f"{APP}:wsgi",
            factory=True,
            interface=Interfaces.WSGI,
            address=settings.host,
            port=settings.port,
            workers=1,
            blocking_threads=settings.threads,
            log_access=False,
            log_dictconfig=logs.configuration(settings),
            websockets=False,
        ).serve()


def _read_declared(settings: Settings) -> None:
    """Read what files declare, so that a fault is told before anything is founded or served. Raises BadSource."""
    from demo.walls import declared_walls
    from ingest.service import declared
    from reports.schedulefile import declared_schedules

    declared(settings)
    declared_walls(settings)
    declared_schedules(settings)


def _founded(settings: Settings) -> None:
    """Found the reference city, unless the store lies elsewhere."""
    from data_access.store.engine import embedded

    if not embedded(settings.store_url):
        return
    # In a process of its own: no two may have the city's engine, and this one goes on.
    command = [sys.executable, "-c", "from cli import main; main()", "demo"]
    if code := subprocess.run(command, check=False).returncode:
        raise typer.Exit(code)
