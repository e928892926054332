"""A real server in processes of its own: started, asked, weighed, ended."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from urllib.error import URLError
from urllib.request import Request, urlopen

from bench.places import ROOT, environment
from data_access.errors import JingweiError

PATIENCE = 120.0
"""Seconds until a server that does not answer is given up."""
EVERY = 0.02
SERVE = ("-c", "from cli import main; main()", "serve")
"""What Python is told to run: the command that serves a city."""


class Server:
    """A program on the city in `home`, such as `jingwei serve`, in a process group of its own; a context ends it.

    `begun` is when it was launched, by time.perf_counter; `given` is added to its environment; `where` is
    the folder of the application that it runs.
    """

    def __init__(
        self,
        home: Path,
        live: bool,
        program: Sequence[str] = SERVE,
        given: Mapping[str, str] = MappingProxyType({}),
        where: Path = ROOT,
    ):
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = home / "bench-server.log"
        command = [sys.executable, *program]
        with self._log.open("w") as log:
            self.begun = time.perf_counter()
            self._process = subprocess.Popen(
                command,
                cwd=where,
                env=environment(home, self.port, live) | given,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def wait(self, path: str = "/") -> float:
        """Seconds from launching to the first 200 of `path`. Raises JingweiError when it ends or never answers."""
        while time.perf_counter() - self.begun < PATIENCE:
            if self._process.poll() is not None:
                break
            try:
                with urlopen(self.url + path, timeout=PATIENCE):
                    return time.perf_counter() - self.begun
            except (URLError, ConnectionError, http.client.HTTPException):
                time.sleep(EVERY)
        raise JingweiError(f"The server did not come up:\n{self._told()}")

    def _told(self) -> str:
        return self._log.read_text()[-2000:]

    def answer(self, path: str, body: bytes | None = None) -> bytes:
        """What it answers to a GET, or to a POST of JSON. Raises JingweiError when it answers with an error."""
        request = Request(self.url + path, body, {"Content-Type": "application/json"} if body else {})
        try:
            with urlopen(request, timeout=PATIENCE) as found:
                return found.read()
        except URLError as error:
            raise JingweiError(f"The server failed at {path}: {error}\n{self._told()}") from error

    def peak(self) -> int:
        """The greatest memory its processes have had resident, added up, in bytes."""
        return sum(_memory(pid, "VmHWM:") for pid in _group(self._process.pid))

    def resident(self) -> int:
        """The memory its processes have resident now, added up, in bytes."""
        return sum(_memory(pid, "VmRSS:") for pid in _group(self._process.pid))

    def kill(self) -> None:
        """End it at once, as when the power fails."""
        os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it and wait until all its processes are gone; those that do not go are killed."""
        group = self._process.pid
        for ending in (signal.SIGTERM, signal.SIGKILL):
            if self._send(group, ending):
                return
        raise JingweiError(f"Processes of the group {group} do not end.")

    def _send(self, group: int, ending: signal.Signals) -> bool:
        deadline = time.perf_counter() + 20
        try:
            os.killpg(group, ending)
            while time.perf_counter() < deadline:
                self._process.poll()
                os.killpg(group, 0)
                time.sleep(EVERY)
        except ProcessLookupError:
            return True
        return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _group(number: int) -> list[int]:
    """The processes of a group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(entry.name)) == number:
                found.append(int(entry.name))
        except ProcessLookupError:
            continue
    return found


def _memory(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)
