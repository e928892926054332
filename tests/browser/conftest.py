"""The real server on a small reference city, and a browser that lets nothing pass unseen."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import screen

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = Path(__file__).parents[2]
LAPTOP = {"width": 1440, "height": 900}


class Server:
    """`jingwei serve` as a process of its own, on a free port, with the city of `home`."""

    def __init__(self, home: Path, **settings: object):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home, self.url, self.process = home, f"http://127.0.0.1:{self.port}", None
        self.start(**settings)

    def start(self, **settings: object) -> None:
        """Start it, and wait until it answers."""
        with (self.home / "serve.log").open("ab") as log:
            self.process = jingwei("serve", self.home, log, port=self.port, **settings)
        until = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < until, (self.home / "serve.log").read_text()
            time.sleep(0.1)

    def signal(self, number: int) -> None:
        """Send a signal to the server and the workers it started."""
        os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """End it in good order; at once where it does not go."""
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
    words = [sys.executable, "-c", "from cli import main; main()", *command.split()]
    named = {f"JINGWEI_{key.upper()}": str(value) for key, value in {"home": home, **settings}.items()}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JINGWEI_")}
    return subprocess.Popen(words, cwd=ROOT, env=kept | named, stdout=log, stderr=log, start_new_session=True)


def _line(message) -> str:
    return f"console {message.type}: {message.text} {message.location.get('url', '')}"


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, one for the whole run."""
    if not CHROMIUM.exists():
        pytest.skip(f"There is no browser at {CHROMIUM}; deploy/browser.sh installs one.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory, chromium):
    """A server whose moment stands still and whose city nothing is added to."""
    home = tmp_path_factory.mktemp("city")
    with (home / "demo.log").open("wb") as log:
        assert jingwei("demo --size small", home, log).wait(120) == 0, (home / "demo.log").read_text()
    running = Server(home, live=False, tick=1e9)
    yield running
    running.stop()


@pytest.fixture
def visit(chromium):
    """Open an address in a browser of its own; at the end nothing may have gone wrong in any of them.

    `visit(url, **context)` takes Playwright's context options and returns the page, settled. `visit.again(context,
    url)` opens another page of the same browser. What a test brings about on purpose it takes off `visit.faults`.
    """
    visitor = Visitor(chromium)
    yield visitor
    visitor.leave()
    assert visitor.faults == [], "\n".join(visitor.faults)


class Visitor:
    """Opens pages and notes whatever they should not do."""

    def __init__(self, chromium):
        self.chromium, self.faults, self.contexts = chromium, [], []

    def __call__(self, url: str, settle: bool = True, **options: object):
        """The page at `url`, in a new browser context."""
        context = self.chromium.new_context(**{"viewport": LAPTOP, "locale": "zh-CN", **options})
        context.add_init_script(screen.COUNT_REQUESTS)
        self.contexts.append(context)
        return self.again(context, url, settle)

    def again(self, context, url: str, settle: bool = True):
        """Another page of a context."""
        page, host = context.new_page(), "/".join(url.split("/")[:3])
        note = self.faults.append
        page.on("console", lambda m: m.type in ("error", "warning") and note(_line(m)))
        page.on("pageerror", lambda error: note(f"page error: {error}"))
        page.on("response", lambda r: r.status >= 400 and note(f"{r.status}: {r.url}"))
        local = (host + "/", "data:", "blob:", "about:")
        page.on("request", lambda r: r.url.startswith(local) or note(f"left the machine: {r.url}"))
        page.goto(url)
        if settle:
            screen.settle(page)
        return page

    def leave(self) -> None:
        """Close every context."""
        for context in self.contexts:
            context.close()
