"""Layouts on the canvases of walls: everything in its place, whole rows only, and nothing too small to be read."""

import itertools

import pytest

from components.catalogue import layouts
from data_access.walls.declared import CANVASES

pytestmark = pytest.mark.browser
STRIP = 60
"""Pixels of the canvas that the wall's own strip takes."""
BOXES = """() => [...document.querySelectorAll(".stage-cell")].map((cell) => {
  const { left, top, right, bottom } = cell.getBoundingClientRect();
  return { key: cell.firstElementChild.className, box: [left, top, right, bottom].map(Math.round) };
})"""
CUT = """() => {
  const seen = (own, frame) => own.left < frame.right && own.right > frame.left && own.top < frame.bottom;
  const out = [];
  for (const body of document.querySelectorAll(".stage .panel-body")) {
    const frame = body.getBoundingClientRect();
    for (const row of body.querySelectorAll(".case, .rank, .post, .net-head, .kpi, .camera")) {
      const own = row.getBoundingClientRect();
      const whole = own.bottom <= frame.bottom + 1 && own.right <= frame.right + 1;
      if (seen(own, frame) && !whole) out.push(`${row.className}: ${row.textContent}`);
    }
  }
  return out;
}"""
SMALL = """() => {
  const out = [];
  const walker = document.createTreeWalker(document.querySelector(".stage"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: element, textContent: text } = walker.currentNode;
    if (!text.trim() || !element.checkVisibility()) continue;
    if (parseFloat(getComputedStyle(element).fontSize) < 14) out.push(text);
  }
  return out;
}"""
LOST = """() => {
  const parts = ".stage :is(.headline, .kpi-value, .panel-title, .rank-value, .case-left, .case-what b)";
  const lost = (e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1;
  return [...document.querySelectorAll(parts)].filter(lost).map((e) => e.textContent);
}"""
UNCREDITED = """() => [...document.querySelectorAll(".stage .credit")].map((credit) => {
  const { clientWidth, clientHeight, scrollHeight, textContent } = credit;
  return clientWidth < 150 || scrollHeight > clientHeight + 1 ? textContent : "";
}).filter(Boolean)"""


def staged(visit, server, layout, canvas, query="lang=zh&theme=night"):
    """The page of a layout on a canvas, whole."""
    width, height = CANVASES[canvas]
    viewport = {"width": width, "height": height - STRIP}
    page = visit(f"{server.url}/stage/{layout}/{canvas}?{query}", settle=False, viewport=viewport)
    page.wait_for_function("() => window.jingwei?.whole?.()")
    return page


@pytest.mark.parametrize(
    ("layout", "canvas"), list(itertools.product([layout.key for layout in layouts()], CANVASES))
)
def test_a_layout_fills_its_canvas_without_overlap_or_cut_rows(visit, server, layout, canvas):
    lang = "en" if canvas in ("16x9", "4x1") else "zh"
    page = staged(visit, server, layout, canvas, f"lang={lang}&theme=night&unit=410105")
    width, height = CANVASES[canvas]
    boxes = page.evaluate(BOXES)
    assert len(boxes) == len(layouts()[layout].grids[canvas].panels)
    for left, top, right, bottom in (each["box"] for each in boxes):
        assert left >= 0 and top >= 0 and right <= width and bottom <= height - STRIP
        assert right - left > 300 and bottom - top > 30
    for one, other in itertools.combinations(boxes, 2):
        (a, b, c, d), (e, f, g, h) = one["box"], other["box"]
        assert c <= e or g <= a or d <= f or h <= b, (one, other)
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        height - STRIP,
    ]
    assert page.evaluate(CUT) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate(LOST) == []
    assert page.evaluate(UNCREDITED) == []


def test_a_case_beside_a_camera_is_shortened_before_its_sign_is(visit, server):
    page = staged(visit, server, "video", "16x9", "lang=en&theme=night")
    told = page.locator(".camera-case span").first
    told.evaluate("told => { told.textContent = 'Reclaimed water manhole cover defect, '.repeat(9); }")
    shortened = "told => told.scrollWidth > told.clientWidth && getComputedStyle(told).textOverflow"
    assert told.evaluate(shortened) == "ellipsis"
    assert page.locator(".camera-case .mark").first.bounding_box()["width"] == 15


def test_a_layout_that_is_not_there_is_told_with_those_that_are(visit, server):
    page = visit(f"{server.url}/stage/nothing/16x9?lang=en", settle=False)
    page.wait_for_function("() => window.jingwei?.whole?.()")
    told = page.locator(".stage-missing").inner_text()
    assert "nothing" in told and "overview" in told and "32x9" in told


def test_a_drawing_on_a_scaled_canvas_is_as_sharp_as_the_glass(visit, server):
    """A frame within something zoomed has the device pixels of what it is scaled to."""
    page = visit(f"{server.url}/catalogue?lang=en", settle=False, viewport={"width": 1440, "height": 810})
    page.evaluate(
        """(url) => {
          document.body.innerHTML = "<div style='position:absolute;inset:0;zoom:1.5'><iframe></iframe></div>";
          const frame = document.querySelector("iframe");
          Object.assign(frame.style, { width: "960px", height: "540px", border: 0 });
          frame.src = url;
        }""",
        f"{server.url}/stage/map/16x9?lang=zh",
    )
    page.wait_for_function("() => document.querySelector('iframe').contentWindow.jingwei?.whole?.()")
    inside = page.frames[1]
    assert inside.evaluate("[innerWidth, devicePixelRatio]") == [960, 1.5]
    tile = "(() => { const c = document.querySelector('.jw-cells canvas'); return c.width / c.clientWidth; })()"
    assert inside.evaluate(tile) == pytest.approx(1.5, rel=0.02)
