"""Runs a client of MQTT by poll: its own loop asks select, which refuses a file numbered above 1,023.

A server that answers a thousand browsers beside its store has more files than that open.
"""

import contextlib
import logging
import select
import socket
import threading
from collections import deque
from collections.abc import Callable

from paho.mqtt.client import Client

log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
TURN = 1.0
"""Seconds after which the client may look after its keepalive."""


class MqttLoop:
    """A thread that connects, converses, and connects again, with growing pauses while there is no broker.

    `connect` opens the connection and raises OSError where it cannot; `away` is told why. The client is only ever
    used in this thread: others hand their calls in with `soon`.
    """

    def __init__(self, client: Client, connect: Callable[[], object], away: Callable[[str], None], name: str):
        self._client, self._connect, self._away = client, connect, away
        self._wanted: deque[Callable[[], object]] = deque()
        self._woken, self._wake = socket.socketpair()
        self._wake.setblocking(False)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; a broker that is away is tried again and again."""
        self._thread.start()

    def soon(self, call: Callable[[], object]) -> None:
        """Have `call` made in the thread of the client; not at all while there is no connection."""
        self._wanted.append(call)
        with contextlib.suppress(OSError):  # It has been woken more often than it has looked, or has ended.
            self._wake.send(b"\0")

    def stop(self) -> None:
        """End the connection after what was handed in, and wait for the thread."""
        self._stop.set()
        self.soon(lambda: None)
        if self._thread.is_alive():
            self._thread.join(30)
        self._woken.close()
        self._wake.close()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            self._wanted.clear()
            try:
                self._connect()
                if self._converse():
                    pause = FIRST_PAUSE
            except OSError as error:
                self._away(f"the broker does not answer: {error}")
            except Exception as error:
                log.exception("The connection of %s ended.", self._thread.name)
                self._away(str(error))
            if self._stop.wait(pause):
                return
            pause = min(2 * pause, LONGEST_PAUSE)

    def _converse(self) -> bool:
        """Read and write until the connection ends; whether the broker had taken the client in."""
        taken_in = False
        while (line := self._client.socket()) is not None:
            waiting = line.pending() if hasattr(line, "pending") else 0  # What TLS has read ahead.
            ready = self._ready(line, 0 if waiting else TURN)
            if self._woken.fileno() in ready:
                self._woken.recv(4096)
            if waiting or ready.get(line.fileno(), 0) & ~select.POLLOUT:
                self._client.loop_read()
            taken_in = taken_in or self._client.is_connected()
            while self._wanted:
                self._wanted.popleft()()
            if self._stop.is_set():
                self._client.disconnect()
            if self._client.want_write():
                self._client.loop_write()
            self._client.loop_misc()
        return taken_in

    def _ready(self, line: socket.socket, seconds: float) -> dict[int, int]:
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        poll.register(line, select.POLLIN | (select.POLLOUT if self._client.want_write() else 0))
        return dict(poll.poll(seconds * 1000))
