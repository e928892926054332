/* A moment given by hand, as the city's clock tells it.
 *
 * map.moment.open(anchor, clock, texts, done) asks for one in a small window beside the element `anchor`; clock {zone,
 * first, now, at}: the city's zone, and by its clock the first moment that may be given, the last, and the one to begin
 * with, as "2026-03-18T10:34:56"; texts {label, go, incomplete}; done(moment in UTC, as an address has it).
 * map.moment.utc(text, zone): a time of the clock in a zone as that moment; of a time that the clock shows twice the first,
 * one that it leaves out as if it had not been put forward; null for what is no time.
 * A button with data-moment="<name>" asks for a moment that becomes that part of the address; texts.<name> is its label.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const DAY_MS = 86400000;
  const GAP_PX = 6;
  const formats = new Map();
  let open = null;

  /** What the clock in a zone shows at a moment, as if it were UTC; both in milliseconds. */
  function shown(at, zone) {
    if (!formats.has(zone)) {
      const numbers = Object.fromEntries(["year", "month", "day", "hour", "minute", "second"].map((name) => [name, "numeric"]));
      formats.set(zone, new Intl.DateTimeFormat("en-US", { ...numbers, hourCycle: "h23", timeZone: zone }));
    }
    const parts = Object.fromEntries(formats.get(zone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  }

  function utc(text, zone) {
    const wanted = Date.parse(`${text}Z`);
    if (Number.isNaN(wanted)) return null;
    const by = (near) => wanted - (shown(near, zone) - near);
    const [before, after] = [by(wanted - DAY_MS), by(wanted + DAY_MS)];
    const at = shown(before, zone) !== wanted && shown(after, zone) === wanted ? after : before;
    return new Date(at).toISOString().replace(".000Z", "Z");
  }

  function element(tag, attributes) {
    return Object.assign(document.createElement(tag), attributes);
  }

  /** Below the anchor where there is room, else above it; within the window. */
  function beside(box, anchor) {
    const [own, near] = [box.getBoundingClientRect(), anchor.getBoundingClientRect()];
    const below = near.bottom + GAP_PX + own.height <= window.innerHeight;
    box.style.top = `${below ? near.bottom + GAP_PX : Math.max(0, near.top - GAP_PX - own.height)}px`;
    box.style.left = `${Math.max(GAP_PX, Math.min(near.left, window.innerWidth - own.width - GAP_PX))}px`;
  }

  function ask(anchor, clock, texts, done) {
    open?.remove();
    const box = (open = element("div", { className: "moment", popover: "auto", role: "dialog", ariaLabel: texts.label }));
    const form = element("form", { noValidate: true });
    const field = element("input", { type: "datetime-local", id: "moment-field", step: 1, min: clock.first, max: clock.now });
    field.value = clock.at.replace(/:00$/, "");
    const fault = element("span", { className: "fault", role: "alert", hidden: true, textContent: texts.incomplete });
    const label = element("label", { htmlFor: field.id, textContent: texts.label });
    form.append(label, field, element("button", { type: "submit", textContent: texts.go }), fault);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const moment = utc(field.value, clock.zone);
      fault.hidden = moment !== null;
      if (moment === null) return field.focus();
      box.hidePopover();
      return done(moment);
    });
    box.append(form);
    box.addEventListener("toggle", ({ newState }) => newState === "closed" && box.remove());
    document.body.append(box);
    box.showPopover();
    beside(box, anchor);
    field.focus();
  }

  function pressed(event) {
    const button = event.target.closest?.("[data-moment]");
    const time = button && map.of("map")?.model?.time;
    if (!time) return undefined;
    const [name, menu] = [button.dataset.moment, button.closest("details")];
    const { nav } = window.jingwei;
    const done = (moment) => nav.to(nav.but(window.location.href, { [name]: moment, hidden: "" }));
    const begin = (anchor) => ask(anchor, time.clock, { ...time.texts, label: time.texts[name] }, done);
    if (!menu) return begin(button);
    const summary = menu.querySelector("summary");
    menu.addEventListener("toggle", () => begin(summary), { once: true });
    summary.focus();
    menu.open = false;
    return undefined;
  }

  document.addEventListener("click", pressed);
  map.moment = { open: ask, utc };
})();
