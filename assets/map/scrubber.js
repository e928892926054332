/* The bar of time under the map: play, step, slide, the moment that is shown, speed, loop, and what a frame counts.
 *
 * map.scrubber.create(element) -> {on(handlers), show(time, {at, mode, playing, past, text, played}), hide(), busy(whether),
 * tell(text), speed(): frames a second, loops(), remove()}; at: a frame's number, or half way between two, when the thumb
 * stands on the one before; text: of the moment; played: which window the frames are of, where that has to be told.
 * handlers {toggle(), step(by: ±1 or ±Infinity), slide(k), release(), choose(mode), ask(the button that tells the moment)}.
 * Keys, while the focus is in it: space plays, arrows step, Home and End go to the ends.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const SPEEDS = { "1×": 2, "2×": 4, "4×": 8, "8×": 16 };
  const TICK_PX = 56;
  const ICONS = {
    play: "M4 2.5v11l9.5-5.5z",
    pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z",
    back: "M11.5 2.5v11L4.5 8zM2.5 2.5h2v11h-2z",
    on: "M4.5 2.5v11l7-5.5zM11.5 2.5h2v11h-2z",
    loop: "M8 3V.8L11.6 4 8 7.2V5a3.3 3.3 0 1 0 3.3 3.3H13A5 5 0 1 1 8 3z",
  };

  /** From between two frames the arrows go to one of them, not past it. */
  const BETWEEN = (to) => ({ ArrowLeft: to(-1), ArrowDown: to(-1), ArrowRight: to(1), ArrowUp: to(1) });

  function make(tag, name, attributes = {}) {
    const element = document.createElement(tag);
    element.className = name;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  function button(name, icon) {
    const element = make("button", `time-button time-${name}`, { type: "button" });
    draw(element, icon);
    return element;
  }

  function draw(element, icon) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", ICONS[icon]);
    svg.append(path);
    element.replaceChildren(svg);
  }

  function called(element, text) {
    element.setAttribute("aria-label", text);
    element.title = text;
  }

  function create(place) {
    const parts = {
      back: button("back", "back"), play: button("play", "play"), on: button("on", "on"),
      slider: make("input", "time-slider", { type: "range", min: 0, step: 1 }),
      ticks: make("div", "time-ticks", { "aria-hidden": "true" }),
      label: make("button", "time-label", { type: "button", "aria-haspopup": "dialog" }),
      told: make("span", "time-told"),
      note: make("small", "time-note", { hidden: "" }),
      mode: make("div", "segments", { role: "group" }),
      speed: make("select", "time-speed"),
      loop: button("loop", "loop"),
      bar: make("div", "time-busy", { hidden: "" }),
    };
    const track = make("div", "time-track");
    track.append(parts.slider, parts.ticks);
    const { back, play, on, label, told, note, mode, speed, loop, bar } = parts;
    label.append(told, note);
    for (const [text, rate] of Object.entries(SPEEDS)) speed.append(new Option(text, rate));
    place.replaceChildren(back, play, on, track, label, mode, speed, loop, bar);
    place.setAttribute("role", "group");
    place.hidden = true;
    loop.setAttribute("aria-pressed", "false");
    loop.addEventListener("click", () => loop.setAttribute("aria-pressed", String(!loops())));
    const loops = () => loop.getAttribute("aria-pressed") === "true";
    let [last, width] = [null, 0];

    /** Marks of the scale, as many as there is room for, the last one always. */
    function ticks(texts) {
      const room = parts.ticks.clientWidth;
      if (String(last) === String(texts) && room === width) return;
      [last, width] = [texts, room];
      const named = texts.map((text, k) => ({ text, share: texts.length > 1 ? k / (texts.length - 1) : 1 })).filter((t) => t.text);
      const every = Math.max(1, Math.ceil((named.length * TICK_PX) / Math.max(TICK_PX, room)));
      const shown = named.filter((_, n) => (named.length - 1 - n) % every === 0);
      const marks = shown.map(({ text, share }) => {
        const mark = make("span", "time-tick");
        mark.textContent = text;
        mark.style.left = `${100 * share}%`;
        return mark;
      });
      parts.ticks.replaceChildren(...marks);
    }

    function modes(time, chosen, choose) {
      const names = Object.keys(time.views);
      if (mode.children.length !== names.length) {
        mode.replaceChildren(...names.map((name) => make("button", "segment", { type: "button", "data-mode": name })));
        for (const each of mode.children) each.addEventListener("click", () => choose(each.dataset.mode));
      }
      for (const each of mode.children) {
        each.textContent = time.texts[each.dataset.mode];
        each.classList.toggle("on", each.dataset.mode === chosen);
        each.setAttribute("aria-pressed", String(each.dataset.mode === chosen));
      }
    }

    let [handlers, between] = [{}, false];
    const listen = (element, event, act) => element.addEventListener(event, act);
    listen(play, "click", () => handlers.toggle());
    listen(back, "click", () => handlers.step(-1));
    listen(on, "click", () => handlers.step(1));
    listen(label, "click", () => handlers.ask(label));
    listen(parts.slider, "input", () => handlers.slide(Number(parts.slider.value)));
    listen(parts.slider, "change", () => handlers.release());
    listen(place, "keydown", (event) => {
      const to = (by) => () => handlers.step(by);
      const acts = { " ": () => handlers.toggle(), Home: to(-Infinity), End: to(Infinity) };
      if (between && event.target === parts.slider) Object.assign(acts, BETWEEN(to));
      const typed = event.target === speed || (event.key === " " && event.target.matches("button:not(.time-play)"));
      if (typed || !acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    });
    const resized = new ResizeObserver(() => last && ticks(last));
    resized.observe(parts.ticks);

    return {
      on: (given) => (handlers = given),
      show(time, { at, mode: counted, playing, past, text, played }) {
        place.hidden = false;
        const { texts, labels } = time;
        called(place, texts.title);
        for (const name of ["back", "on", "slider", "speed", "loop", "mode"]) called(parts[name], texts[name]);
        called(play, texts[playing ? "pause" : "play"]);
        draw(play, playing ? "pause" : "play");
        parts.slider.max = labels.length - 1;
        parts.slider.value = Math.max(0, Math.floor(at));
        parts.slider.setAttribute("aria-valuetext", text);
        between = !Number.isInteger(at);
        told.textContent = text;
        called(label, `${texts.choose}: ${text}`);
        note.textContent = played || "";
        note.hidden = !played;
        place.classList.toggle("past", past);
        back.disabled = at <= 0;
        on.disabled = at === labels.length - 1;
        modes(time, counted, (name) => handlers.choose(name));
        ticks(time.ticks);
      },
      hide: () => (place.hidden = true),
      busy: (whether) => (bar.hidden = !whether),
      tell: (text) => (told.textContent = text),
      speed: () => Number(speed.value),
      loops,
      remove() {
        resized.disconnect();
        place.replaceChildren();
        place.hidden = true;
      },
    };
  }

  map.scrubber = { create };
})();
