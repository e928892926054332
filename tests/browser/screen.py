"""What a person sees and does on the screen, as functions of a page."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

COUNT_REQUESTS = """
window.asking = 0;
window.quietSince = performance.now();
const fetched = window.fetch;
window.fetch = async (...args) => {
  if (String(args[0]?.url ?? args[0]).includes("/live")) return fetched(...args);
  window.asking += 1;
  try { return await fetched(...args); }
  finally { window.asking -= 1; window.quietSince = performance.now(); }
};
let beat = performance.now();
setInterval(() => {
  const now = performance.now();
  if (now - beat > 150) window.quietSince = now;
  beat = now;
}, 50);
for (const name of ["click", "popstate", "keydown"]) {
  window.addEventListener(name, () => (window.quietSince = performance.now()), true);
}
"""
NAMES = """() => {
  const drawn = [];
  const kinds = [CanvasRenderingContext2D.prototype, OffscreenCanvasRenderingContext2D.prototype];
  const own = kinds.map((kind) => kind.strokeText);
  kinds.forEach((kind, i) => {
    kind.strokeText = function (text, x, y) {
      const [width, size] = [this.measureText(text).width, parseFloat(this.font.match(/([\\d.]+)px/)[1])];
      drawn.push([text, x - width / 2, y - size / 2, x + width / 2, y + size / 2]);
      return own[i].call(this, text, x, y);
    };
  });
  jingwei.map.of("map").labels.redraw();
  kinds.forEach((kind, i) => (kind.strokeText = own[i]));
  return drawn;
}"""
SETTLED = """() => {
  if (window.asking || performance.now() - window.quietSince < 250) return false;
  if (document.querySelector("._dash-loading-callback, ._dash-loading")) return false;
  if (!document.querySelector("#header a")) return false;
  const map = document.querySelector("#map");
  if (!map && document.querySelector(".listing")) {
    const charts = [...document.querySelectorAll(".chart")];
    return !document.querySelector(".bone") && charts.every((chart) => chart.querySelector(".main-svg"));
  }
  if (!map) return Boolean(document.querySelector(".document h1"));
  if (map.dataset.map !== "ready" || document.querySelector(".bone")) return false;
  const { map: leaflet, model } = jingwei.map.of("map");
  const kept = ([key]) => !["level", "hidden"].includes(key);  // what a click into a cell leaves behind
  const query = (url) => [...new URL(url, location).searchParams].filter(kept).sort().join();
  const unit = decodeURIComponent(location.pathname.split("/")[2] || "");
  const same = query(model.href) === query(location) && (!unit || model.fit_key.startsWith(`${unit}|`));
  if (!same && !document.querySelector(".notice")) return false;
  const view = `${leaflet.getCenter()} ${leaflet.getZoom()}`;
  if (view !== window.viewBefore) {
    [window.viewBefore, window.quietSince] = [view, performance.now()];
    return false;
  }
  if (document.querySelector(".jw-cells").getAnimations({ subtree: true }).length) return false;
  const trends = [...document.querySelectorAll(".body-trend")];
  return trends.every((b) => b.querySelector(".main-svg, .panel-empty, .panel-message"));
}"""
PLACE = """async (id) => {
  const { map, pointer } = jingwei.map.of("map");
  const names = await pointer.parts.names;
  const n = names.ids.indexOf(id);
  if (n < 0) return null;
  const { x, y } = map.latLngToContainerPoint([names.lat[n], names.lon[n]]);
  const box = map.getContainer().getBoundingClientRect();
  return [x + box.left, y + box.top];
}"""
READ = """
  const scratch = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const read = (canvas) => {
    [scratch.canvas.width, scratch.canvas.height] = [canvas.width, canvas.height];
    scratch.drawImage(canvas, 0, 0);
    return scratch.getImageData(0, 0, canvas.width, canvas.height).data;
  };
"""
COLOURS = f"""() => {{
  {READ}
  const seen = new Set();  // of the tiles in view: those around them come when there is time
  const box = document.querySelector("#map").getBoundingClientRect();
  for (const canvas of document.querySelectorAll(".jw-cells canvas")) {{
    const own = canvas.getBoundingClientRect();
    if (own.right <= box.left || own.left >= box.right || own.bottom <= box.top || own.top >= box.bottom) continue;
    const words = read(canvas);
    for (let k = 0; k < words.length; k += 4 * 7) {{
      if (words[k + 3] === 255) seen.add((words[k] << 16) | (words[k + 1] << 8) | words[k + 2]);
    }}
  }}
  return [...seen];
}}"""
INKED = f"""(panes) => {{
  {READ}
  let n = 0;
  for (const canvas of document.querySelectorAll(panes.map((p) => `.leaflet-jw-${{p}}-pane canvas`).join())) {{
    const words = read(canvas);
    for (let k = 3; k < words.length; k += 4) n += words[k] > 128;
  }}
  return n;
}}"""
OUTSIDE = """() => {
  const faults = [];
  const name = (e) => `${e.tagName}.${e.className?.baseVal ?? e.className}: ${e.textContent.slice(0, 30)}`;
  const beyond = (e, box) => {
    const own = e.getBoundingClientRect();
    if (!own.width || !own.height) return false;
    const over = [box.left - own.left, own.right - box.right, box.top - own.top, own.bottom - box.bottom];
    return Math.max(...over) > 1;
  };
  const whole = (selector, parts) => {
    for (const frame of document.querySelectorAll(selector)) {
      const box = frame.getBoundingClientRect();
      for (const e of frame.querySelectorAll(parts)) if (beyond(e, box)) faults.push(`${selector} > ${name(e)}`);
    }
  };
  whole(".shell-header", "*");
  whole(".kpi", "div, span, small");
  whole(".panel-head", "*");
  whole(".panel", ".panel-head, .panel-body, .panel-body .chart, .map-stage, .map-controls");
  whole(".map-stage", ".jw-legend, .jw-signs, .layer-list");
  const words = document.querySelectorAll(".kpi-title, .panel-title, .kpi-value, .segment, .pages a, .clock-time");
  for (const e of words) if (e.clientWidth && e.scrollWidth > e.clientWidth + 1) faults.push(`cut: ${name(e)}`);
  const cells = [...document.querySelectorAll(".panel:not(.cell-kpis), .kpi, .shell-header")];
  for (const name of [".panel", ".panel-head", ".kpi", ".map-stage", ".jw-legend", ".layer-list", ".chart"]) {
    if (!document.querySelector(name)) faults.push(`no ${name}`);
  }
  const boxes = cells.map((e) => [e, e.getBoundingClientRect()]);
  boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
    const apart = p.right <= q.left + 1 || q.right <= p.left + 1 || p.bottom <= q.top + 1 || q.bottom <= p.top + 1;
    if (!apart) faults.push(`${a.className} over ${b.className}`);
  }));
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) faults.push(`page ${page.scrollWidth} wide in ${page.clientWidth}`);
  return faults;
}"""


def settle(page: Page) -> None:
    """Wait until everything that was asked has come and is drawn."""
    page.wait_for_function(SETTLED, timeout=30000, polling=50)


def click(page: Page, selector: str) -> None:
    """Click, and wait for what comes of it."""
    page.click(selector)
    settle(page)


def back(page: Page) -> None:
    """One step back in the history."""
    page.go_back()
    settle(page)


def forward(page: Page) -> None:
    """One step forward in the history."""
    page.go_forward()
    settle(page)


def click_cell(page: Page, unit: str) -> None:
    """Click on a cell of the drawn level, at its label point."""
    page.mouse.click(*page.evaluate(PLACE, unit))
    page.wait_for_url(f"**/unit/{unit}?*")
    settle(page)


def address(page: Page) -> tuple[str, dict[str, str]]:
    """Path and query of the page."""
    parts = urlsplit(page.url)
    return parts.path, {key: values[-1] for key, values in parse_qs(parts.query).items()}


def kpis(page: Page) -> list[str]:
    """Titles and values of the key figures."""
    return page.locator(".kpi-title, .kpi-value").all_inner_texts()


def ranking(page: Page) -> list[str]:
    """The rows of the ranking."""
    return page.locator(".rank").all_inner_texts()


def crumbs(page: Page) -> list[str]:
    """The breadcrumb, the unit itself last."""
    return page.locator(".crumbs a, .crumbs strong").all_inner_texts()


def picture(page: Page) -> dict[str, object]:
    """What two people who look at the same must see alike."""
    texts = {
        name: page.locator(name).all_inner_texts() for name in (".crumbs", ".headline", ".case", ".jw-legend")
    }
    drawn = page.locator("#map").get_attribute("data-level")
    return texts | {"kpis": kpis(page), "ranking": ranking(page), "level": drawn, "title": page.title()}


LAYERS = ("points", "density", "borders", "shapes")
"""The panes that layers draw in."""


def inked(page: Page, *panes: str) -> int:
    """How many pixels are covered in some panes of layers, or in all of them."""
    return page.evaluate(INKED, panes or LAYERS)


def names(page: Page) -> list[list]:
    """The names on the map, drawn anew: [[text, left, top, right, bottom]…], in pixels of their canvas."""
    return page.evaluate(NAMES)
