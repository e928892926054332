"""The real server as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")


COMMAND = ("-c", "from cli import main; main()")
STANDING = ("-m", "standing")
"""What Python is told to run: the `jingwei` command, or a city whose clock stands still."""


class Server:
    """`serve` of a program as a process of its own, on a free port, with the city of `home`."""

    def __init__(self, home: Path, program: tuple[str, ...] = COMMAND, **settings: object):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home, self.url, self.process = home, f"http://127.0.0.1:{self.port}", None
        self._program = program
        self._serve = f"serve {self.port}" if program is STANDING else "serve"
        self.start(**settings)

    def start(self, **settings: object) -> None:
        """Start it, and wait until it answers."""
        with (self.home / "serve.log").open("ab") as log:
            self.process = run(self._program, self._serve, self.home, log, port=self.port, **settings)
        until = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < until, (self.home / "serve.log").read_text()
            time.sleep(0.1)

    def signal(self, number: int) -> None:
        """Send a signal to the server and the workers it started."""
        os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """End it in good order; at once where it does not go. One that has ended is left alone."""
        if self.process.poll() is not None:
            return
        self.signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


def jingwei(command: str, home: Path, log: object, **settings: object) -> subprocess.Popen:
    """The `jingwei` command with its settings, in a process group of its own."""
    return run(COMMAND, command, home, log, **settings)


def run(program: tuple[str, ...], command: str, home: Path, log: object, **settings: object) -> subprocess.Popen:
    """A command of a program with its settings, in a process group of its own."""
    named = {f"JINGWEI_{key.upper()}": str(value) for key, value in {"home": home, **settings}.items()}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JINGWEI_")}
    kept["PYTHONPATH"] = os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "browser")))
    words = [sys.executable, *program, *command.split()]
    return subprocess.Popen(words, cwd=ROOT, env=kept | named, stdout=log, stderr=log, start_new_session=True)


def standing(home: Path) -> Path:
    """Found the small reference city in `home`, at the moment all tests stand at."""
    with (home / "build.log").open("wb") as log:
        assert run(STANDING, "build", home, log).wait(120) == 0, (home / "build.log").read_text()
    return home
