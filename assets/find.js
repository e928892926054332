/* The search box: what is typed is asked of GET /find, which answers a list of items
 * {kind, word, name, mark: [begin, end) | null, path, note, href | null}; one without href is a message.
 *
 * "/" or Ctrl+K goes to the box, the arrows choose, Enter goes (to the first where none is chosen), Escape closes and
 * clears. What is pressed before the answer is done when it comes. components/finder.py makes the elements; they stay
 * while the header beside them is drawn anew.
 */
(function () {
  const PAUSE = 120;
  const root = document.documentElement;
  const part = (name) => document.querySelector(`#finder ${name}`);
  const box = () => part("input");
  const texts = () => JSON.parse(part("")?.dataset.texts || "{}")[root.lang.startsWith("zh") ? "zh" : "en"];
  const text = () => box().value.trim();
  /* `current`: the items are of what stands in the box; `asked`: what waits for an answer; `after`: what it lets do. */
  const state = { items: [], chosen: -1, current: false, asked: null, after: [], timer: 0, asking: null };

  /** Put the language's words on the box. */
  function name() {
    if (!box()) return;
    const { label, prompt } = texts();
    box().placeholder = prompt;
    for (const element of [box(), part(".finder-list")]) element.setAttribute("aria-label", label);
  }

  /** Tell the styles where the box ends, so that it widens no further than the window. */
  function fit() {
    part("").style.setProperty("--end", `${part("").getBoundingClientRect().right}px`);
  }

  function open(shown) {
    if (shown) fit();
    part(".finder-sheet").hidden = !shown;
    box().setAttribute("aria-expanded", String(shown && state.items.length > 0));
    if (!shown) choose(-1);
  }

  function say(words) {
    part(".finder-status").textContent = words;
  }

  /** The list is not of what stands in the box; `is`: but will be. */
  function pending(is) {
    state.current = false;
    part(".finder-list").setAttribute("aria-busy", String(is));
  }

  function choose(n) {
    state.chosen = n;
    [...part(".finder-list").children].forEach((option, k) => option.setAttribute("aria-selected", String(k === n)));
    const option = part(".finder-list").children[n];
    if (option) box().setAttribute("aria-activedescendant", option.id);
    else box().removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function element(tag, className, ...children) {
    const made = Object.assign(document.createElement(tag), { className });
    made.append(...children);
    return made;
  }

  /** The name with what was asked for in it marked. */
  function named({ name: whole, mark }) {
    if (!mark) return [whole];
    const letters = [...whole];
    const cut = (begin, end) => letters.slice(begin, end).join("");
    return [cut(0, mark[0]), element("mark", "", cut(...mark)), cut(mark[1])];
  }

  function option(item, n) {
    const about = [item.note, item.path].filter(Boolean).join(" · ");
    const made = element(
      "a",
      `found found-${item.kind}`,
      element("span", "found-name", ...named(item)),
      element("span", "found-word", item.word),
      element("span", "found-path", about),
    );
    Object.assign(made, { id: `found-${n}`, href: item.href, tabIndex: -1 });
    made.setAttribute("role", "option");
    return made;
  }

  function show(items) {
    state.items = items.filter((item) => item.href);
    part(".finder-list").replaceChildren(...state.items.map(option));
    const message = items.find((item) => !item.href);
    say(message ? message.name : texts().count.replace("{n}", state.items.length));
    part(".finder-status").classList.toggle("unseen", !message);
    choose(-1);
    open(true);
  }

  async function found(view, signal) {
    const answer = await fetch(`/find?${view}`, { signal });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  /** Ask for what stands in the box. What was asked before is not waited for any more. */
  async function ask() {
    clearTimeout(state.timer);
    state.asking?.abort();
    const mine = (state.asking = new AbortController());
    const asked = (state.asked = text());
    const view = new URLSearchParams(location.search);
    view.set("q", asked);
    pending(true);
    if (!state.items.length) wait();
    const items = await found(view, mine.signal).catch(() => null);
    if (mine.signal.aborted) return;
    state.asked = null;
    show(items ?? [{ name: texts().failed, href: null }]);
    if (asked !== text()) return;
    clearTimeout(state.timer);
    pending(false);
    state.current = Boolean(items);
    const after = state.after.splice(0);
    if (items) after.forEach((what) => what());
  }

  /** Act on the list of what stands in the box: at once where it is there, else when it comes. */
  function act(what) {
    if (state.current) return what();
    state.after.push(what);
    if (state.asked !== text()) ask();
  }

  function wait() {
    say(texts().busy);
    part(".finder-status").classList.remove("unseen");
    open(true);
  }

  function typed() {
    clearTimeout(state.timer);
    state.after = [];
    pending(true);
    state.timer = setTimeout(ask, PAUSE);
  }

  function stop() {
    clearTimeout(state.timer);
    state.asking?.abort();
    Object.assign(state, { asked: null, after: [] });
    pending(false);
  }

  function clear() {
    stop();
    box().value = "";
    show([]);
    open(false);
  }

  function go() {
    const item = state.items[Math.max(0, state.chosen)];
    if (!item) return;
    leave();
    window.jingwei.nav.to(item.href);
  }

  function leave() {
    clear();
    box().blur();
  }

  function move(by) {
    const { length } = state.items;
    if (length) choose((state.chosen + by + length + (state.chosen < 0 && by < 0 ? 1 : 0)) % length);
  }

  const KEYS = {
    ArrowDown: () => act(() => move(1)),
    ArrowUp: () => act(() => move(-1)),
    Enter: () => text() && act(go),
    Escape: () => (box().value || !part(".finder-sheet").hidden ? clear() : box().blur()),
  };

  function onKey(event) {
    if (event.target === box()) {
      if (event.isComposing || !KEYS[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      return KEYS[event.key]();
    }
    const slash = ["/", "、"].includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
    const letter = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!box() || !(letter || (slash && !window.jingwei.typing(event.target)))) return;
    event.preventDefault();
    box().focus();
    box().select();
  }

  document.addEventListener("keydown", onKey, true);
  document.addEventListener("input", (event) => event.target === box() && !event.isComposing && typed());
  document.addEventListener("compositionend", (event) => event.target === box() && typed());
  document.addEventListener("focusin", (event) => event.target === box() && ask());
  document.addEventListener("focusout", (event) => {
    if (event.target !== box()) return;
    stop();
    open(false);
  });
  document.addEventListener("mousedown", (event) => event.target.closest?.(".finder-sheet") && event.preventDefault());
  document.addEventListener("click", (event) => event.target.closest?.(".found") && setTimeout(leave));
  new MutationObserver(name).observe(root, { attributes: true, attributeFilter: ["lang"] });
})();
