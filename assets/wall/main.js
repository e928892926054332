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
const RELOAD = 30000;
const { wall, screen, lang, theme, canvas, size } = JSON.parse(document.getElementById("wall").textContent);
const words = JSON.parse(document.getElementById("words").textContent);
const place = document.querySelector(".stages");
const pages = stages(place);
const sounds = sound();
let [state, release, rung, round, renewing] = [null, null, null, 1, false];

const server = follow(`/wall/${wall}/state`, take, () => pages.wake());
const bar = strip(words, lang, {
  note,
  resume: () => tell(wall, "resume"),
  next: () => tell(wall, "next"),
  previous: () => tell(wall, "previous"),
  allow: () => sounds.allow(),
});

function take(told) {
  release ??= told.release;
  if (state && turned(state.turn, told.turn)) round += 1;
  state = told;
  document.documentElement.toggleAttribute("data-paused", Boolean(told.turn.paused));
  tick();
}

/** Whether somebody has touched the rotation: it goes on after a pause, or it is a turn neither due nor still shown. */
function turned(old, now) {
  const known = [old.since, old.until, pages.shown()?.since];
  return Boolean(old.paused && !now.paused) || !known.includes(now.since);
}

const role = () => state.wall.screens.find((each) => each.key === screen)?.layout;

/** The page of a View: in this screen's own layout, where it has one, and in its language and theme. */
function address(layout, query) {
  const asked = new URLSearchParams(query);
  asked.set("lang", lang);
  asked.set("theme", theme);
  return `/stage/${role() || layout}/${canvas}?${asked}`;
}

/** A scene by its number, as a page of the turn that begins then; loaded anew after somebody touched the rotation. */
function scene(number, since) {
  const { key, layout, query, title } = state.scenes[number];
  return { key: `${key}@${since}/${round}`, url: address(layout, query), title: title[lang], number, since, round };
}

/** What is to be on screen now. */
function wanted() {
  const { alarm, steered } = state;
  if (alarm) return { key: `alarm ${alarm.case} ${alarm.spell}`, url: address("incident", alarm.query), title: words.alarm };
  if (steered) return { key: "steered", url: address(steered.layout || "overview", steered.query), title: words.desk, steered: true };
  const { scene: number, since } = state.turn;
  return scene(number, state.scenes.length > 1 ? since : Math.floor(server.now() / RENEWED));
}

/** Load the next scene ahead, so that it comes on time; once this one has come. */
function prepare() {
  const { turn, scenes } = state;
  if (turn.until === null || scenes.length < 2 || turn.until - server.now() > AHEAD) return;
  pages.prepare(scene((turn.scene + 1) % scenes.length, turn.until));
}

function tick() {
  const lost = server.lost();
  if (!state) return bar.draw({ lost, now: server.now() });
  const now = wanted();
  if (!lost) {
    pages.show(now);
    if (!state.alarm && !state.steered && pages.shown()?.key === now.key) prepare();
    renew();
  }
  ring();
  bar.draw({ state, now: server.now(), lost, sounding: sounds.allowed(), shown: pages.shown() });
}

function note() {
  const { case: id, spell } = state.alarm;
  return tell(wall, "note", { case: id, spell, by: words.wall });
}

/** Once for each alarm; where nobody has allowed it yet, as soon as somebody does. */
function ring() {
  const name = state.alarm && `${state.alarm.case} ${state.alarm.spell}`;
  if (name && name !== rung && !sounds.allowed()) return;
  if (name && name !== rung) sounds.ring();
  rung = name;
}

/** A new release of this page itself: loaded anew while nobody is at it, where the server does give it; the scene stays. */
async function renew() {
  const busy = state.alarm || state.steered || state.turn.paused;
  if (state.release === release || busy || renewing) return;
  renewing = true;
  setTimeout(() => (renewing = false), RELOAD);
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

/** Any touch or key stops the rotation for a while; buttons do what they say. */
function touched(event) {
  sounds.allow();
  if (event.target.closest?.("[data-act]") || event.repeat) return;
  if (event.key === "ArrowRight") return tell(wall, "next");
  if (event.key === "ArrowLeft") return tell(wall, "previous");
  if (event.key === "Enter" && state?.alarm) return note();
  if (["Escape", " "].includes(event.key) && state?.turn.paused) return tell(wall, "resume");
  if (["F11", "F5", "Control", "Alt", "Shift", "Meta"].includes(event.key)) return undefined;
  return tell(wall, "pause", { by: words.wall, shown: moment() });
}

/** A moment (whole epoch seconds) of the turn whose scene is on screen; 0 where it is none of the rotation as it goes. */
function moment() {
  const page = pages.shown();
  return page?.round === round ? Math.floor(page.since) + 1 : 0;
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
