"""The real server on a city whose clock stands still, at the moment that all tests stand at.

``python -m standing build`` founds the small reference city in the settings' home, ``python -m standing serve``
serves it. What a test sees then depends on no hour of the day. The server's own process imports nothing of the
city: the engine does not survive the fork of its worker.
"""

import sys
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces


def wsgi() -> Flask:
    """What the server's worker loads."""
    from moments import EPOCH

    import app

    return app.wsgi(lambda: EPOCH)


def build() -> None:
    """Found the city, with its history up to the moment."""
    from moments import EPOCH, SEED, quiet

    from data_access.settings import read_settings
    from demo.reference import found

    settings = read_settings()
    found(settings, "small", SEED, quiet, now=EPOCH).close()


def serve(port: str, threads: int = 8) -> None:
    """Serve it at a port until the process is ended."""
    target = f"{Path(__file__)}:wsgi"
    Granian(
        target, factory=True, interface=Interfaces.WSGI, port=int(port), blocking_threads=threads, websockets=False
    ).serve()


if __name__ == "__main__":
    {"build": build, "serve": serve}[sys.argv[1]](*sys.argv[2:])
