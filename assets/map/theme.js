/* Colours of the map: read from the page's design tokens (CSS custom properties), never written here.
 *
 * tokens(element) -> {"surface-1": "#121A26", …, font: the font family}; surface(element) -> "night" | "paper";
 * watch(fn) calls fn when <html data-theme> changes and returns the function that ends the watch; pixel("#rrggbb") -> the colour as the
 * little-endian RGBA word of ImageData; blend(a, b, share) mixes two such words; calm() tells whether the reader wants
 * no motion.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const NAMES = [
    "surface-0", "surface-1", "surface-2", "line", "text-1", "text-2", "text-3", "accent",
    "ok", "watch", "warn", "critical", "unknown", "net-party", "net-government", "net-video", "net-iot",
  ];

  function surface(element) {
    const marked = element.closest("[data-theme]");
    return marked && marked.dataset.theme === "paper" ? "paper" : "night";
  }

  function tokens(element) {
    const style = getComputedStyle(element);
    const read = (name) => [name, style.getPropertyValue("--" + name).trim() || "#808080"];
    return { ...Object.fromEntries(NAMES.map(read)), font: style.fontFamily };
  }

  function watch(fn) {
    const observer = new MutationObserver(fn);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => observer.disconnect();
  }

  function channels(colour) {
    const hex = colour.replace("#", "");
    const full = hex.length === 3 ? [...hex].map((c) => c + c).join("") : hex;
    return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16));
  }

  function pixel(colour) {
    const [r, g, b] = channels(colour);
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }

  function blend(a, b, share) {
    let out = 255;
    for (const shift of [16, 8, 0]) {
      const from = (a >>> shift) & 255;
      const to = (b >>> shift) & 255;
      out = (out << 8) | Math.round(from + (to - from) * share);
    }
    return out >>> 0;
  }

  /** Device pixels a CSS pixel of the element, with the scale of a page that is enlarged as a whole. */
  function ratio(element) {
    const scale = element.offsetWidth ? element.getBoundingClientRect().width / element.offsetWidth : 1;
    return Math.round((window.devicePixelRatio || 1) * scale * 1000) / 1000 || 1;
  }

  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  map.theme = { tokens, surface, watch, pixel, blend, ratio, calm };
})();
