/* Sharing: links to a moment, files of a page or a panel with their progress, print, and panels for other pages.
 *
 * components/share.py has the buttons and the words. A file is made in the server's queue; each has a card that tells how
 * far it is, saves it when it is done, and says why where it is not.
 */
(function () {
  const { ask, fill, make } = window.jingwei.boxes;
  const LOOK = 400;
  const PATIENCE = 10000;
  const PAPER = "1046px"; // A4 across, less its margins
  const texts = () => JSON.parse(document.querySelector("[data-share]")?.dataset.share ?? "{}");
  const here = () => location.pathname + location.search;

  async function call(url, method = "GET", told = null) {
    const more = told && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(told) };
    try {
      const answer = await fetch(url, { method, cache: "no-store", ...more });
      const found = await answer.json();
      return answer.ok ? found : { error: found.error ?? texts().away };
    } catch {
      return { error: texts().away, away: true };
    }
  }

  /** One card among those at the foot of the page; it is there until it is closed. */
  function card(title) {
    const bar = make("progress", { max: 1, value: 0 });
    const said = make("span", { className: "taking-said" });
    said.setAttribute("role", "status");
    const acts = make("div", { className: "taking-acts" });
    const box = make("section", { className: "taking-card" }, make("strong", { textContent: title }), bar, said, acts);
    document.getElementById("taking").append(box);
    const act = (text, go) => make("button", { type: "button", className: "button", textContent: text, onclick: go });
    return {
      tell: (text, part) => (([said.textContent] = [text]), part === undefined || (bar.value = part)),
      offer: (...pairs) => acts.replaceChildren(...pairs.map(([text, go]) => act(text, go))),
      end: (state) => box.classList.add(state),
      close: () => box.remove(),
    };
  }

  function save(order) {
    make("a", { href: order.file, download: order.name }).click();
  }

  function told(order) {
    if (order.state === "waiting") return order.before ? fill(texts().waiting, order) : texts().panels;
    return texts()[order.what] ?? texts().panels;
  }

  async function take(form, panel, title) {
    const one = card(title);
    const wanted = { address: here(), format: form, panel, moment: window.jingwei.live.moment() ?? "" };
    let order = await call("/snapshots", "POST", wanted);
    const cancel = () => (one.close(), call(`/snapshots/${order.id}`, "DELETE"));
    one.offer([texts().cancel, cancel]);
    while (order.state === "waiting" || order.state === "working") {
      one.tell(told(order), order.part);
      await next();
      const found = await call(`/snapshots/${order.id}`);
      if (!found.away) order = found;
    }
    finish(one, order, () => (one.close(), take(form, panel, title)));
  }

  function finish(one, order, again) {
    one.end(order.state === "done" ? "is-done" : "is-failed");
    if (order.state !== "done") {
      one.tell(order.error || texts().failed, 1);
      one.offer([texts().again, again], [texts().close, one.close]);
      return;
    }
    const missing = Object.keys(order.failed).join(", ");
    one.tell(missing ? `${order.name} ${fill(texts().partly, { panels: missing })}` : order.name, 1);
    one.offer([texts().save, () => save(order)], [texts().close, one.close]);
    save(order);
  }

  async function copy(text, label) {
    try {
      await navigator.clipboard.writeText(text);
      const one = card(texts().copied);
      one.end("is-told");
      one.offer([texts().close, one.close]);
      setTimeout(one.close, 4000);
    } catch {
      await ask([{ name: "text", label, value: text, readOnly: true }], { go: texts().close, cancel: texts().cancel });
    }
  }

  /** A signed link to one panel, as the code of a frame for another page. */
  async function embed(panel, title) {
    const [least, most] = texts().limits;
    const days = { name: "days", label: texts().days, type: "number", min: least, max: most, value: 30 };
    const asked = await ask([days], { go: texts().sign, cancel: texts().cancel }, title);
    if (!asked) return;
    const made = await call("/embeds", "POST", { address: here(), panel, days: Number(asked.days) });
    if (made.error) {
      finish(card(title), made, () => embed(panel, title));
      return;
    }
    const code = { name: "code", label: fill(texts().code, made), value: made.code, readOnly: true };
    const answer = await ask([code], { go: texts().copy, cancel: texts().close }, title);
    if (answer) await copy(made.code, texts().link);
  }

  /** On paper in the colours of paper; the page goes back to its own afterwards. */
  async function onPaper() {
    const { nav, whole } = window.jingwei;
    const before = here();
    if (document.documentElement.dataset.theme !== "paper") {
      nav.to(nav.but(location.href, { theme: "paper" }));
      await until(() => document.documentElement.dataset.theme === "paper" && whole());
    }
    document.body.style.width = PAPER;
    window.dispatchEvent(new Event("resize"));
    await next();
    await until(whole);
    print();
    document.body.style.width = "";
    window.dispatchEvent(new Event("resize"));
    if (here() !== before) nav.to(before);
  }

  async function until(done) {
    for (const end = performance.now() + PATIENCE; !done() && performance.now() < end; ) await next();
  }

  const next = () => new Promise((done) => setTimeout(done, LOOK));

  function panelMenu(button) {
    const { takePanel: panel, title } = button.dataset;
    const offers = texts().offers.filter(({ panels }) => panels === null || panels.includes(panel));
    const box = make("div", { className: "menu-list take-menu", popover: "auto" });
    const row = (text, help, go) => {
      const item = make("button", { type: "button", className: "menu-item", textContent: text, title: help });
      item.setAttribute("role", "menuitem");
      item.onclick = () => (box.hidePopover(), go());
      return item;
    };
    box.setAttribute("role", "menu");
    box.append(...offers.map(({ key, title: name, help }) => row(name, help, () => take(key, panel, `${title} · ${name}`))));
    box.append(row(texts().embed, "", () => embed(panel, title)));
    box.addEventListener("toggle", ({ newState }) => newState === "closed" && box.remove());
    document.body.append(box);
    box.showPopover();
    place(box, button.getBoundingClientRect());
    box.firstElementChild.focus();
  }

  /** Below the button and within the window. */
  function place(box, at) {
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
    box.style.top = `${Math.max(8, Math.min(at.bottom + 4, innerHeight - height - 8))}px`;
  }

  /** Up and down go from item to item of the open menu. */
  function walk(event) {
    const menu = event.target.closest?.(".take-menu");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!menu || !step) return;
    event.preventDefault();
    const items = [...menu.children];
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  }

  document.addEventListener("keydown", walk);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-take-panel], [data-take], [data-share-link], [data-print]");
    if (!button) return;
    const { takePanel, take: form, shareLink } = button.dataset;
    const menu = button.closest("details");
    if (menu) menu.open = false;
    if (takePanel) panelMenu(button);
    else if (form) take(form, "", button.textContent);
    else if (shareLink) copy(new URL(shareLink, location.href).href, texts().link);
    else onPaper();
  });
})();
