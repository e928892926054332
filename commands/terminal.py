"""What all commands share: the terminal, bars of progress, a city to ask or the server that has it."""

from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from data_access.settings import Settings, read_settings
from data_access.through import through

out, err = Console(), Console(stderr=True)


class Bars:
    """Progress on the terminal: one bar for each thing that is being done."""

    def __enter__(self) -> "Bars":
        columns = TextColumn("{task.description:<14}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%")
        self._bars = Progress(*columns, TimeElapsedColumn(), console=err)
        self._tasks: dict[str, TaskID] = {}
        self._bars.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._bars.__exit__(*error)

    def __call__(self, what: str, part: float) -> None:
        """Show that `what` is done to `part`, 0…1."""
        if what not in self._tasks:
            for task in self._tasks.values():
                self._bars.update(task, completed=1.0)
            self._tasks[what] = self._bars.add_task(what, total=1.0)
        self._bars.update(self._tasks[what], completed=part)


def with_city(settings: Settings, question: Callable, feeds: tuple = (), **options: object) -> object:
    """What `question` answers of the settings' city, opened for it alone, with the `feeds` declared for it."""
    from data_access.opening import open_city

    city = open_city(settings, feeds=feeds)
    try:
        return question(city, **options)
    finally:
        city.close()


def through_owner(command: str, options: dict, here: Callable[[Settings, Bars], object]) -> object:
    """What `here` does with the settings, or the server that owns their store; with bars of its progress."""
    with Bars() as bars:
        return through(command, options, lambda: here(read_settings(), bars), bars)
