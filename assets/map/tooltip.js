/* The tooltip of the map: one element that follows the pointer. Content is set as text, never as HTML.
 *
 * map.tooltip.create(container) -> {show(point, lines), hide(), remove()}; lines: [{text, kind}], kind one of
 * "title", "value", "note", "silent"; with " aged" where the text counts on, which is not read aloud each time. It stays
 * inside the container. Number and fraction texts: number(value, model), whole(n, model), fraction(n, m, model).
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

  const whole = (n, model) => new Intl.NumberFormat(locale(model)).format(n);

  /** "1,310 / 1,437" by the pattern model.texts.fraction. */
  const fraction = (n, m, model) => model.texts.fraction.replace("{n}", whole(n, model)).replace("{m}", whole(m, model));

  function rowOf({ kind, text }) {
    const row = document.createElement("div");
    const [name, aged] = kind.split(" ");
    row.className = `jw-tip-${name}`;
    if (aged) row.setAttribute("aria-live", "off");
    row.textContent = text;
    return row;
  }

  /** Put the lines in; rows of the same kinds stay, so that a screen reader hears what is new. */
  function fill(box, lines) {
    const kinds = lines.map(({ kind }) => kind).join();
    if (box.dataset.kinds !== kinds) {
      box.dataset.kinds = kinds;
      box.replaceChildren(...lines.map(rowOf));
      return;
    }
    lines.forEach(({ text }, i) => {
      if (box.children[i].textContent !== text) box.children[i].textContent = text;
    });
  }

  function create(container) {
    const box = L.DomUtil.create("div", "jw-tip", container);
    box.setAttribute("role", "status");
    box.hidden = true;

    function show(point, lines) {
      fill(box, lines);
      box.hidden = false;
      const { clientWidth: w, clientHeight: h } = container;
      const x = point.x + 16 + box.offsetWidth > w ? point.x - 16 - box.offsetWidth : point.x + 16;
      const y = Math.min(Math.max(8, point.y - box.offsetHeight / 2), h - box.offsetHeight - 8);
      box.style.transform = `translate(${Math.round(x)}px,${Math.round(y)}px)`;
    }

    return { show, hide: () => (box.hidden = true), remove: () => box.remove() };
  }

  map.tooltip = { create, number, whole, fraction };
})();
