"""The wire between a browser and a server: passes bytes on, and can be cut so that nobody is told of it."""

import selectors
import socket
import threading
from contextlib import suppress

LOOK = 0.1
"""Seconds between two looks at whether the wire is cut or ended."""
CHUNK = 65_536


class Wire:
    """Listens at a port of its own, and passes what comes there on to `target`, a port of this machine.

    While it is `cut`, connections stay open and nothing goes through: a switch on the way has died.
    """

    def __init__(self, target: int):
        self.target, self.cut = target, False
        self._ended = False
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._door.settimeout(LOOK)
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._admit, name="wire", daemon=True).start()

    def end(self) -> None:
        """Close everything."""
        self._ended = True
        self._door.close()

    def _admit(self) -> None:
        while not self._ended:
            with suppress(OSError):
                near, _ = self._door.accept()
                threading.Thread(target=self._pass, args=(near,), daemon=True).start()

    def _pass(self, near: socket.socket) -> None:
        with near, suppress(OSError):
            self._wait()
            with (
                socket.create_connection(("127.0.0.1", self.target)) as far,
                selectors.DefaultSelector() as ways,
            ):
                ways.register(near, selectors.EVENT_READ, far)
                ways.register(far, selectors.EVENT_READ, near)
                while not self._ended:
                    for way, _ in ways.select(LOOK):
                        self._wait()
                        heard = way.fileobj.recv(CHUNK)
                        if not heard:
                            return
                        way.data.sendall(heard)

    def _wait(self) -> None:
        """Until the wire is whole."""
        while self.cut and not self._ended:
            threading.Event().wait(LOOK)
