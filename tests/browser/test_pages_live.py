"""What changes on a screen by itself: silence, a link that is lost and comes back, and the live city."""

import re
import subprocess
import sys
from signal import SIGCONT, SIGSTOP

import pytest
import screen
from serving import ROOT, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOUND_EARLIER = """
import sys, time
from pathlib import Path
from data_access.settings import Settings
from demo.reference import SEED, found
home = Path(sys.argv[1])
found(Settings(home=home), "small", SEED, lambda what, part: None, now=time.time() - 6 * 3600).close()
(home / "complete").touch()
"""
LOST, FOUND = "html[data-link=lost]", "html:not([data-link=lost])"
DEVICES = ".kpi[href*=devices_online]"
SAMPLE = """() => {
  const cells = [...document.querySelectorAll(".panel, #map")];
  if (cells.length < 9) throw new Error("no panels");
  window.seen = { faults: new Set(), at: new Set(), restarts: 0 };
  let before = Infinity;
  (function look() {
    const { faults, at } = window.seen;
    if (document.querySelector(".bone")) faults.add("a skeleton");
    if (document.querySelectorAll(".kpi").length !== 6) faults.add("key figures gone");
    if (!document.querySelector(".rank") || !document.querySelector(".net")) faults.add("rows gone");
    if (document.querySelector(".panel:not(.cell-map) .panel-body:empty")) faults.add("an empty panel");
    if (!document.querySelector(".body-trend .main-svg")) faults.add("no chart");
    if (!cells.every((e) => e.isConnected)) faults.add("a panel put anew");
    at.add(document.querySelector(".headline-at")?.textContent);
    const age = [...document.querySelectorAll(".age[data-seen]")].map((e) => parseInt(e.textContent, 10));
    const youngest = Math.min(...age);
    if (youngest < before) window.seen.restarts += 1;
    before = youngest;
    requestAnimationFrame(look);
  })();
}"""


@pytest.fixture(scope="module")
def aged(tmp_path_factory, chromium):
    """A server on a city whose feeds all fell silent six hours ago; its moment stands still while a test looks."""
    home = tmp_path_factory.mktemp("aged")
    subprocess.run([sys.executable, "-c", FOUND_EARLIER, str(home)], cwd=ROOT, check=True, timeout=120)
    running = Server(home, live=False, tick=3600)
    yield running
    running.stop()


@pytest.mark.parametrize(("lang", "word"), [("zh", r"静默 \d+ 小时"), ("en", r"silent \d+ h")])
def test_silence_is_told_with_its_cause(aged, visit, lang, word):
    page = visit(f"{aged.url}/?lang={lang}")
    stale = page.locator(".age-stale").evaluate_all("badges => badges.map((b) => b.title)")
    assert len(stale) >= 6 and all(re.search(word, text) for text in stale)
    heads = page.locator(".panel-head .age-stale").all_inner_texts()
    assert heads and all(re.search(word, text) for text in heads)
    assert page.locator(".is-stale:is(.cell-stream, .cell-ranking, .cell-trend, .cell-map)").count() == 4
    outside = page.evaluate(screen.OUTSIDE)
    assert outside == [], "\n".join(outside)


def test_a_link_that_hangs_is_lost_and_recovers(server, visit):
    page = visit(f"{server.url}/?lang=en")
    before = screen.picture(page)
    server.signal(SIGSTOP)
    try:
        page.wait_for_selector(LOST, timeout=20000, state="attached")
        page.wait_for_function("document.querySelector('.live').textContent.startsWith('Link lost ')")
        assert screen.picture(page) == before
    finally:
        server.signal(SIGCONT)
    page.wait_for_selector(FOUND, timeout=10000, state="attached")
    page.wait_for_function("document.querySelector('.live').textContent === 'Live'")
    screen.settle(page)
    assert screen.picture(page) == before


def test_a_restarted_server_is_found_again_and_brings_the_city_alive(aged, visit):
    page = visit(f"{aged.url}/?lang=en")
    page.wait_for_selector(f"{DEVICES}.is-stale")
    screen.settle(page)
    before = screen.picture(page)
    aged.stop()
    page.wait_for_selector(LOST, timeout=20000, state="attached")
    assert screen.picture(page) == before
    aged.start(live=True, tick=3)
    page.wait_for_selector(FOUND, timeout=30000, state="attached")
    page.wait_for_selector(f"{DEVICES}:not(.is-stale)", timeout=40000)
    screen.settle(page)
    assert screen.kpis(page) != before["kpis"]
    refused = [fault for fault in visit.faults if "ERR_CONNECTION_REFUSED" in fault]
    assert refused and all(fault.endswith("/live") for fault in refused)
    visit.faults = [fault for fault in visit.faults if fault not in refused]


def test_a_live_screen_moves_on_without_flicker_or_growth(aged, visit):
    aged.stop()
    aged.start(live=True, tick=2)
    page = visit(f"{aged.url}/?lang=en")
    probe = page.context.new_cdp_session(page)
    page.evaluate(SAMPLE)
    page.wait_for_timeout(6000)
    first = used(probe)
    page.wait_for_timeout(14000)
    page.wait_for_function("seen.at.size >= 4 && seen.restarts >= 2", timeout=60000)
    last = used(probe)
    assert page.evaluate("[...seen.faults]") == []
    assert last["JSHeapUsedSize"] - first["JSHeapUsedSize"] < 4e6
    assert last["Nodes"] - first["Nodes"] < 2000
    assert last["JSEventListeners"] - first["JSEventListeners"] < 200


def used(probe) -> dict[str, float]:
    """What the page holds, after a thorough clearing up."""
    probe.send("Performance.enable")
    for _ in range(2):
        probe.send("HeapProfiler.collectGarbage")
    return {m["name"]: m["value"] for m in probe.send("Performance.getMetrics")["metrics"]}
