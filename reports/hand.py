"""A browser in the hand of one thread: opened when it is needed, opened anew when it was killed."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psutil

from data_access.errors import JingweiError
from data_access.words import T
from reports.browser import FLAGS, PATIENCE, require_browser
from reports.format import Drawing
from reports.paper import PX

if TYPE_CHECKING:
    from playwright.sync_api import Page

log = logging.getLogger(__name__)
LOOK = 50
"""Milliseconds between two looks at whether a document is whole."""
LONGEST = 150.0
"""Seconds after which a browser that is still at a drawing is taken for frozen."""
WORN = 50
"""Drawings after which a page is opened anew."""
LARGE = "() => ({ width: document.body.offsetWidth, height: document.body.offsetHeight })"
STATE = "() => window.jingwei?.paper?.() ?? null"
LATE = T(
    "{seconds} 秒内没有画完：{waits} 仍未就绪。请稍后再试，或缩小范围。",
    "Not drawn within {seconds} s: {waits} was still not whole. Try again later, or ask for less.",
)
UNREACHED = T("浏览器打不开 {url}：{why}。", "The browser cannot open {url}: {why}.")
NO_BROWSER = T(
    "没有可用的浏览器：运行 deploy/browser.sh 安装 Chromium。",
    "There is no browser to draw with: run deploy/browser.sh, which installs Chromium.",
)


class NotDrawn(JingweiError):
    """A document did not become a file: `told` why, in both languages."""

    def __init__(self, told: T):
        super().__init__(told.en)
        self.told = told


class Killed(JingweiError):
    """The browser ended, or lost its page, while it drew."""


class Hand:
    """One browser, used by the thread that made it and no other."""

    def __init__(self) -> None:
        self._driver = self._browser = None
        self._pages: dict[float, Page] = {}
        self._drawings = 0
        self.mark = f"--jingwei-hand={secrets.token_hex(8)}"

    def draw(self, url: str, drawing: Drawing, progress: Callable[[float], None]) -> bytes:
        """The document at `url` as a PDF or PNG. Raises NotDrawn, Killed; whatever `progress` raises ends it."""
        from playwright.sync_api import Error

        late = threading.Timer(LONGEST, self._kill)
        late.start()
        try:
            self._open()
            with self._page(drawing.scale) as page:
                return _drawn(page, url, drawing, progress)
        except Error as error:
            why = error.message.splitlines()[0]
            if self._alive() and "crash" not in why and "closed" not in why:
                raise NotDrawn(UNREACHED.fill(url=url, why=why)) from error
            self.close()
            raise Killed(why) from error
        finally:
            late.cancel()

    def _kill(self) -> None:
        """End a browser that answers no more: nothing that is asked of a frozen one has a limit of its own."""
        log.warning("a browser did not answer for %.0f s and is ended", LONGEST)
        for process in psutil.process_iter(["cmdline"]):
            if self.mark in (process.info["cmdline"] or ()):
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    @contextmanager
    def _page(self, scale: float) -> "Iterator[Page]":
        """A page to draw on, kept for the next of its scale: scripts and styles are there, compiled."""
        page = self._pages.pop(scale, None) or self._browser.new_page(device_scale_factor=scale)
        try:
            yield page
            self._drawings += 1
            if self._drawings % WORN:
                page.goto("about:blank")
                self._pages[scale] = page
        finally:
            if scale not in self._pages:
                page.close()

    def _alive(self) -> bool:
        return self._browser is not None and self._browser.is_connected()

    def _open(self) -> None:
        if self._alive():
            return
        from playwright.sync_api import Error, sync_playwright

        self.close()
        try:
            path = require_browser("gallery")
        except JingweiError as error:
            raise NotDrawn(NO_BROWSER) from error
        self._driver = sync_playwright().start()
        try:
            self._browser = self._driver.chromium.launch(executable_path=path, args=[*FLAGS, self.mark])
        except Error as error:
            self.close()
            raise Killed(error.message.splitlines()[0]) from error

    def close(self) -> None:
        """End the browser, whatever state it is in."""
        browser, driver = self._browser, self._driver
        self._browser = self._driver = None
        self._pages.clear()
        for end in (browser and browser.close, driver and driver.stop):
            try:
                if end:
                    end()
            except Exception as error:
                log.debug("ending a browser: %s", error)


def viewport(drawing: Drawing) -> dict[str, int]:
    """The browser's window for a drawing, in CSS pixels."""
    wide, high = drawing.size if drawing.paper is None else (round(mm / PX) for mm in drawing.paper)
    return {"width": wide, "height": high}


def _drawn(page: "Page", url: str, drawing: Drawing, progress: Callable[[float], None]) -> bytes:
    page.set_viewport_size(viewport(drawing))
    page.goto(url, wait_until="domcontentloaded", timeout=PATIENCE)
    _wait(page, progress)
    if drawing.paper is None:
        page.set_viewport_size(page.evaluate(LARGE))
        return page.screenshot(type="png")
    page.emulate_media(media="screen")
    return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def _wait(page: "Page", progress: Callable[[float], None]) -> None:
    """Until all pictures of the document are whole, twice in a row. Raises NotDrawn."""
    began, before = time.monotonic(), False
    while True:
        state = page.evaluate(STATE)
        ready = state is not None and state["done"] == state["of"]
        if ready and before:
            return
        before = ready
        progress(state["done"] / (state["of"] + 1) if state else 0.0)
        if time.monotonic() - began > PATIENCE / 1000:
            waits = state["waits"] if state else page.url
            raise NotDrawn(LATE.fill(seconds=round(PATIENCE / 1000), waits=waits))
        page.wait_for_timeout(LOOK)
