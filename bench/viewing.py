"""Viewing: the situation page in a real Chromium, first and second time, and a click into a district."""

import importlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.apart import Progress
from bench.figures import Figure, single, spread
from bench.server import Server
from components import catalogue
from components.panel import Panel
from components.surface import OPERATIONS
from data_access.errors import JingweiError
from reports.browser import FLAGS, PATIENCE, require_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

RUNS = 6
TIMED = ("first_view.ms", "second_view.ms", "drill.ms", "drill.map.ms")
WINDOW = {"width": 1440, "height": 900}
WHOLE = """(keys) => keys.every((key) => document.querySelector(`.cell-${key}:not(.is-loading)`))
  && !document.querySelector('.bone') && document.querySelector('[data-map=ready]') && performance.now()"""
"""Milliseconds since navigation began, once every panel has its content and the map is drawn; false before."""
DRAWN = """(since) => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - since))))"""
"""Milliseconds since `since`, once what has come in is drawn."""
SETTLED = "(since) => document.querySelector('[data-map=ready]') && performance.now() - since"
"""Milliseconds since `since`; null while the map is at work."""
CLICK = "(row) => { const begun = performance.now(); row.click(); return begun; }"
FAILED = ".panel.is-failed"
ROW = ".cell-ranking a.rank"


def measure(home: Path, progress: Progress) -> dict[str, Figure]:
    """View the page several times, each in a new browser, on one server; and what memory that server had."""
    browser = require_browser("bench")
    playwright = importlib.import_module("playwright.sync_api").sync_playwright
    times: dict[str, list[float]] = {name: [] for name in TIMED}
    sizes: list[float] = []
    with Server(home, live=False) as server, playwright() as driver:
        server.wait()
        for run in range(RUNS):
            progress("view", run / RUNS)
            with driver.chromium.launch(executable_path=browser, args=FLAGS) as chromium:
                _one_run(chromium, server.url, times, sizes)
        figures = {name: spread(values, "ms") for name, values in times.items()}
        figures["first_view.bytes"] = spread(sizes, "bytes")
        return figures | {"server.rss_bytes": single(server.peak(), "bytes")}


def _one_run(chromium: "Browser", url: str, times: dict[str, list[float]], sizes: list[float]) -> None:
    context = chromium.new_context(viewport=WINDOW)
    page = context.new_page()
    transferred = _transferred(context, page)
    times["first_view.ms"].append(view(page, url))
    sizes.append(sum(transferred))
    times["second_view.ms"].append(view(page, url))
    panels, whole = drill(page)
    times["drill.ms"].append(panels)
    times["drill.map.ms"].append(whole)
    context.close()


def _transferred(context: "BrowserContext", page: "Page") -> list[float]:
    """A list that fills with the bytes of each answer, as they came over the wire, headers included."""
    sizes: list[float] = []
    session = context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    return sizes


def shown() -> list[Panel]:
    """The panels of the situation page."""
    return [panel for panel in catalogue.panels() if panel.surface == OPERATIONS]


def view(page: "Page", url: str) -> float:
    """Milliseconds from navigation to the whole page. Raises JingweiError when a panel on it failed."""
    page.goto(url, wait_until="commit")
    keys = [panel.key for panel in shown()]
    whole = page.wait_for_function(WHOLE, arg=keys, polling="raf", timeout=PATIENCE).json_value()
    if page.locator(FAILED).count():
        raise JingweiError(f"A panel failed: {page.locator(FAILED).first.inner_text()}")
    return whole


def drill(page: "Page") -> tuple[float, float]:
    """Milliseconds from a click on the first of the ranked units until every panel shows it, and the map too."""
    row = page.locator(ROW).first
    unit = row.get_attribute("href").split("?")[0]
    waiting = {panel.key for panel in shown()}

    def answered(request: "Request") -> None:
        asked = request.post_data or ""
        if "_dash-update-component" in request.url and unit in asked:
            waiting.difference_update({key for key in waiting if f'"key":"{key}"' in asked})

    page.on("requestfinished", answered)
    begun = page.evaluate(CLICK, row.element_handle())
    deadline = time.monotonic() + PATIENCE / 1000
    while waiting and time.monotonic() < deadline:
        page.wait_for_timeout(2)
    page.remove_listener("requestfinished", answered)
    if waiting:
        raise JingweiError(f"After a click on {unit} these panels did not follow: {', '.join(sorted(waiting))}.")
    panels = page.evaluate(DRAWN, begun)
    return panels, page.wait_for_function(SETTLED, arg=begun, polling="raf", timeout=PATIENCE).json_value()
