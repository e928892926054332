/* A screen of a wall: scenes in turn, in step with the wall's other screens; alarms and whoever steers come first.
 *
 * The document says which wall and screen it is, and in which words it speaks (components/wall.py). Which scene it is
 * comes from the server (assets/wall/poll.js), so that all screens are at the same; what each shows is a page of its
 * own (assets/wall/stages.js).
 */
import { fit } from "./glass.js";
import { follow, tell } from "./poll.js";
import { sound } from "./sound.js";
import { stages } from "./stages.js";
import { strip } from "./strip.js";

const TICK = 200;
const AHEAD = 8;
const RENEWED = 1800;
const { wall, screen, lang, theme, canvas, size } = JSON.parse(document.getElementById("wall").textContent);
const words = JSON.parse(document.getElementById("words").textContent);
const place = document.querySelector(".stages");
const pages = stages(place);
const sounds = sound();
let [state, release, rung, shown, paused] = [null, null, null, Date.now(), 0];

const server = follow(`/wall/${wall}/state`, take);
const bar = strip(words, lang, {
  note: () => state.alarm && tell(wall, "note", { case: state.alarm.case, spell: state.alarm.spell, by: words.wall }),
  resume: () => tell(wall, "resume"),
  next: () => tell(wall, "next"),
  previous: () => tell(wall, "previous"),
  allow: () => sounds.allow(),
});

function take(told) {
  release ??= told.release;
  if (state?.turn.paused && !told.turn.paused) paused += 1;
  state = told;
  document.documentElement.toggleAttribute("data-paused", Boolean(told.turn.paused));
  tick();
}

const role = () => state.wall.screens.find((each) => each.key === screen)?.layout;

/** The page of a View: in this screen's own layout, where it has one, and in its language and theme. */
function address(layout, query) {
  const asked = new URLSearchParams(query);
  asked.set("lang", lang);
  asked.set("theme", theme);
  return `/stage/${role() || layout}/${canvas}?${asked}`;
}

/** A scene by its number, as a page; loaded anew now and then where it stays, and after somebody touched it. */
function scene(number) {
  const { key, layout, query } = state.scenes[number];
  const { since } = state.turn;
  const again = state.scenes.length > 1 ? since : Math.floor(server.now() / RENEWED);
  return { key: `${key}@${again}/${paused}`, url: address(layout, query), title: state.scenes[number].title[lang] };
}

/** What is to be on screen now. */
function wanted() {
  const { alarm, steered } = state;
  if (alarm) return { key: `alarm ${alarm.case} ${alarm.spell}`, url: address("incident", alarm.query), title: words.alarm };
  if (steered) return { key: "steered", url: address(steered.layout || "overview", steered.query), title: words.desk, steered: true };
  return state.scenes.length ? scene(state.turn.scene) : null;
}

/** Load the next scene ahead, so that it comes on time; once this one has come. */
function prepare() {
  const { turn, scenes } = state;
  if (turn.until === null || scenes.length < 2 || turn.until - server.now() > AHEAD) return;
  const next = (turn.scene + 1) % scenes.length;
  const { key, layout, query } = scenes[next];
  pages.prepare({ key: `${key}@${turn.until}/${paused}`, url: address(layout, query) });
}

function tick() {
  if (!state) return bar.draw({ lost: server.lost(), shown });
  const now = wanted();
  if (!server.lost()) {
    shown = Date.now();
    if (now) pages.show(now);
    if (now && !state.alarm && !state.steered && pages.shown()?.key === now.key) prepare();
    renew();
  }
  ring();
  document.querySelector(".wall-empty").hidden = Boolean(now);
  const told = { state, now: server.now(), lost: server.lost(), shown, sounding: sounds.allowed() };
  bar.draw({ ...told, title: now?.title ?? "" });
}

function ring() {
  const name = state.alarm && `${state.alarm.case} ${state.alarm.spell}`;
  if (name && name !== rung) sounds.ring();
  rung = name;
}

/** A new release of this page itself: taken over between two scenes. */
function renew() {
  if (state.release !== release && !state.alarm && !state.steered) location.reload();
}

/** Any touch or key stops the rotation for a while; buttons do what they say. */
function touched(event) {
  sounds.allow();
  if (event.target.closest?.("[data-act]") || event.repeat) return;
  if (event.key === "ArrowRight") return tell(wall, "next");
  if (event.key === "ArrowLeft") return tell(wall, "previous");
  if (event.key === "Enter" && state?.alarm) return tell(wall, "note", { case: state.alarm.case, spell: state.alarm.spell, by: words.wall });
  if (["Escape", " "].includes(event.key) && state?.turn.paused) return tell(wall, "resume");
  if (["F11", "F5", "Control", "Alt", "Shift", "Meta"].includes(event.key)) return undefined;
  return tell(wall, "pause", { by: words.wall });
}

async function stayAwake() {
  try {
    if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen");
  } catch {
    // Where a browser does not grant it, the machine's own settings decide.
  }
}

for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touched);
place.addEventListener("jingwei:scene", ({ detail: { frame } }) => {
  for (const kind of ["pointerdown", "keydown"]) frame.contentWindow.addEventListener(kind, touched);
});
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
fit(document.querySelector(".wall"), size);
setInterval(tick, TICK);
