"""The wall of a soak in a real Chromium: what it shows, takes, and complains of; put to sleep, and woken."""

import importlib
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.mapping import heap
from reports.browser import FLAGS, PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Playwright

GLASS = {"width": 1920, "height": 1080}
SCRIPT = Path(__file__).parents[1] / "browser" / "soak.js"
OF_THE_NETWORK = (
    "the server did not respond",
    "net::ERR_",
    "Failed to fetch",
    "Failed to load resource",
    "ChunkLoadError",
    "signal timed out",
)
"""What a browser, or a fetch that nobody waits for, says of a network that is away."""


@dataclass
class Complaints:
    """What a page complained of: errors of its console, of its scripts, and of the network while that was away."""

    console: list[str] = field(default_factory=list)
    page: list[str] = field(default_factory=list)
    network: list[str] = field(default_factory=list)


class Wall:
    """One screen of a wall in a browser of its own; `away` says that the network is cut, or the server gone."""

    def __init__(self, driver: "Playwright", program: str, url: str, shift: float):
        self.complaints, self.away = Complaints(), False
        self._broken = importlib.import_module("playwright.sync_api").Error
        known = set(_family(os.getpid()))
        self._browser = driver.chromium.launch(executable_path=program, args=FLAGS, handle_sigint=False)
        self._processes = [pid for pid in _family(os.getpid()) if pid not in known]
        self.context = self._browser.new_context(viewport=GLASS, locale="zh-CN")
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(f"window.soakBase = {round(1000 * shift)};")
        self.context.add_init_script(path=SCRIPT)
        self.page = self.context.new_page()
        self._session = self.context.new_cdp_session(self.page)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._note(f"{error}", self.complaints.page))
        self.page.goto(url)

    def look(self) -> dict:
        """What it shows now, as soak.js tells it; empty while the page is being loaded."""
        return self._told("soak.look()", {})

    def take(self) -> dict:
        """The longest frame and task (milliseconds) and how many scenes came, since it was last asked."""
        return self._told("soak.take()", {"longest": 0, "task": 0, "scenes": 0})

    def weigh(self) -> dict[str, float]:
        """Bytes of the heap without what can be given back; how many nodes, listeners and documents there are.

        All frames of a wall are pages of one site: they share one process and one heap.
        """
        held = heap(self._session)
        counted = self._session.send("Memory.getDOMCounters")
        names = {"nodes": "nodes", "listeners": "jsEventListeners", "documents": "documents"}
        return {"heap": held} | {name: counted[key] for name, key in names.items()}

    def set_clock(self, seconds: float) -> None:
        """Set the clock of its machine by so many seconds against the real one."""
        self.page.evaluate("(by) => soak.set(by)", round(1000 * seconds))

    def sleep(self) -> None:
        """Stop every process of the browser: nothing of it runs until it wakes."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """End it."""
        self.wake()
        self._browser.close()

    def _told(self, asked: str, otherwise: dict) -> dict:
        """What the page answers; `otherwise` while another is being loaded in its place."""
        try:
            return self.page.evaluate(f"() => window.soak && {asked}") or otherwise
        except self._broken as error:
            if "context was destroyed" not in str(error):
                raise
            return otherwise

    def _signal(self, number: int) -> None:
        children = [pid for first in self._processes for pid in _family(first)]
        for pid in {*self._processes, *children}:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _heard(self, message: "ConsoleMessage") -> None:
        if message.type == "error":
            self._note(f"{message.text} {message.location.get('url', '')}", self.complaints.console)

    def _note(self, text: str, where: list[str]) -> None:
        of_network = self.away and any(sign in text for sign in OF_THE_NETWORK)
        (self.complaints.network if of_network else where).append(text[:400])


def _family(first: int) -> list[int]:
    """The processes that one started, and theirs."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    found, left = [], [first]
    while left:
        children = [pid for pid, parent in parents.items() if parent == left[0]]
        found, left = found + children, left[1:] + children
    return found
