"""Work in a process of its own: a store belongs to one process, and memory goes back when that ends."""

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from data_access.errors import JingweiError

Progress = Callable[[str, float], None]
"""Told what is being done and how far it is, 0…1."""


def apart(work: Callable[..., Any], *given: Any, progress: Progress) -> Any:
    """What ``work(*given, progress)`` returns, worked out in a fresh process.

    `work` is a module's function; what goes in and comes out is pickled. Raises JingweiError with its error's
    text, or when the process ends without a word.
    """
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_told, args=(there, work, given))
    child.start()
    there.close()
    try:
        while True:
            kind, *message = here.recv()
            if kind == "progress":
                progress(*message)
            elif kind == "error":
                raise JingweiError(message[0])
            else:
                return message[0]
    except EOFError as error:
        raise JingweiError(f"{work.__name__} ended without an answer; look above for its trace.") from error
    finally:
        here.close()
        child.join()


def _told(there: Connection, work: Callable[..., Any], given: tuple) -> None:
    try:
        result = work(*given, lambda what, part: there.send(("progress", what, part)))
        there.send(("result", result))
    except Exception as error:
        there.send(("error", f"{work.__name__}: {error}"))
        raise
