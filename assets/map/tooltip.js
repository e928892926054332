/* The tooltip of the map: one element that follows the pointer. Content is set as text, never as HTML.
 *
 * map.tooltip.create(container) -> {show(point, lines), hide(), remove()}; lines: [{text, kind}], kind one of
 * "title", "value", "note". It stays inside the container. Number and fraction texts: number(value, model),
 * fraction(n, m, model).
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});

  const locale = (model) => (model.lang === "zh" ? "zh-CN" : "en-GB");

  /** A value with its unit in the language of the model: "91.2 %". */
  function number(value, model) {
    const digits = model.decimals || 0;
    const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const text = new Intl.NumberFormat(locale(model), format).format(value);
    return model.unit ? `${text}\u202f${model.unit}` : text;
  }

  /** "1,310 / 1,437" by the pattern model.texts.fraction. */
  function fraction(n, m, model) {
    const format = new Intl.NumberFormat(locale(model));
    return model.texts.fraction.replace("{n}", format.format(n)).replace("{m}", format.format(m));
  }

  function create(container) {
    const box = L.DomUtil.create("div", "jw-tip", container);
    box.setAttribute("role", "status");
    box.hidden = true;

    function show(point, lines) {
      const rows = lines.map(({ text, kind }) => {
        const row = document.createElement("div");
        row.className = `jw-tip-${kind}`;
        row.textContent = text;
        return row;
      });
      box.replaceChildren(...rows);
      box.hidden = false;
      const { clientWidth: w, clientHeight: h } = container;
      const x = point.x + 16 + box.offsetWidth > w ? point.x - 16 - box.offsetWidth : point.x + 16;
      const y = Math.min(Math.max(8, point.y - box.offsetHeight / 2), h - box.offsetHeight - 8);
      box.style.transform = `translate(${Math.round(x)}px,${Math.round(y)}px)`;
    }

    return { show, hide: () => (box.hidden = true), remove: () => box.remove() };
  }

  map.tooltip = { create, number, fraction };
})();
