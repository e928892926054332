"""Doing something to a city in this process, or, where a server owns its store, having that server do it."""

import json
from collections.abc import Callable
from urllib.error import URLError
from urllib.request import Request, urlopen

from data_access.errors import JingweiError, StoreBusy

Progress = Callable[[str, float], None]


def through(command: str, options: dict, here: Callable[[], object], progress: Progress) -> object:
    """What `here` returns; or, when it finds the store busy, what the owner's control endpoint returns.

    Raises JingweiError with the owner's words when it could not do it, StoreBusy when it told no address.
    """
    try:
        return here()
    except StoreBusy as busy:
        if not busy.url:
            raise
        return _ask_owner(busy, command, options, progress)


def _ask_owner(busy: StoreBusy, command: str, options: dict, progress: Progress) -> object:
    headers = {"X-Jingwei-Token": busy.token or "", "Content-Type": "application/json"}
    request = Request(f"{busy.url}/control/{command}", json.dumps(options).encode(), headers)
    try:
        with urlopen(request) as answer:
            for line in answer:
                told = json.loads(line)
                if "progress" in told:
                    progress(*told["progress"])
                elif "error" in told:
                    raise JingweiError(told["error"])
                else:
                    return told["result"]
    except URLError as error:
        raise JingweiError(f"{busy} It does not answer: {error.reason}.") from error
    raise JingweiError("The server ended its answer early; look at its log.")
