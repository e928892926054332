"""The two pages that the bench of the map compares: the same cells in the same colours, and figures of both."""

import numpy as np
import pytest

from bench import mapping
from bench.map_pages import OURS, SCALE
from bench.server import Server
from components.map.scales import step_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COLOURS = """(selector) => {
  const seen = {};
  for (const canvas of document.querySelectorAll(selector)) {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
      const hex = "#" + [...data.subarray(i, i + 3)].map((v) => v.toString(16).padStart(2, "0")).join("");
      if (data[i + 3] === 255) seen[hex] = (seen[hex] || 0) + 1;
    }
  }
  return seen;
}"""


@pytest.fixture(scope="module")
def pages(home):
    with Server(home, live=False, program=mapping.PAGES) as running:
        running.wait(OURS)
        yield running.url


def shares(page, side: str, selector: str, frame: int) -> np.ndarray:
    """How much of the cells has each colour of the scale, once a frame is shown."""
    page.evaluate("([side, k]) => bench.repaint(side, k)", [side, frame])
    seen = page.evaluate(COLOURS, selector)
    counts = np.array([seen.get(colour, 0) for colour in SCALE["colors"]], float)
    assert counts.sum() > 10_000
    return counts / counts.sum()


def test_both_pages_show_the_same_cells_in_the_same_colours(pages, chromium):
    with mapping.theirs(chromium, pages) as slow, mapping.ours(chromium, pages, mapping.SCREEN) as fast:
        for page, side in ((slow, "theirs"), (fast, "ours")):
            page.evaluate("([side, n]) => bench.load(side, n)", [side, 3])
        values = [fast.evaluate("(k) => [...bench.frames.get(k)]", k) for k in range(3)]
        assert [len(set(v)) for v in values] == [len(values[0])] * 3
        for frame in (1, 2):
            assert set(step_of(values[frame], SCALE["steps"])) == set(range(len(SCALE["steps"])))
            theirs = shares(slow, "theirs", ".leaflet-overlay-pane canvas", frame)
            ours = shares(fast, "ours", ".jw-cells canvas", frame)
            assert ours == pytest.approx(theirs, abs=0.02)
        assert shares(fast, "ours", ".jw-cells canvas", 0) != pytest.approx(ours, abs=1e-6)


def test_what_is_measured_of_the_map(pages, chromium, monkeypatch):
    for name, count in {
        "JOURNEYS": 1,
        "PACE": 20,
        "REPAINTS": 3,
        "THEIR_REPAINTS": 2,
        "PLAYS": 1,
        "MOUNTS": 2,
    }.items():
        monkeypatch.setattr(mapping, name, count)
    monkeypatch.setattr(mapping, "MANY", 5)
    parts = (mapping.motion, mapping.repaints, mapping.weight)
    figures = {name: figure for part in parts for name, figure in part(chromium, pages).items()}
    names = "repaint_ms repaint_4k_ms repaint_ratio geojson_repaint_ms frame_ms frame_max_ms playback_fps"
    names += " geometry_bytes heap_repaints_ratio heap_mounts_ratio"
    assert set(figures) == {f"map.{name}" for name in names.split()}
    assert all(figure.get("value", figure.get("p95")) > 0 for figure in figures.values())
    assert [figures[f"map.{name}_ms"]["n"] for name in ("repaint", "repaint_4k", "geojson_repaint")] == [3, 3, 2]
