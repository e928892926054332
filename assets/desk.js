/* A desk that steers walls and adds scenes to them; components/desk.py has the buttons and the words.
 *
 * While a wall is steered, whatever View this page shows is what the wall shows; the hold is renewed, and ends by itself
 * when this page does. The name of who steers is asked for once and kept by the browser.
 */
(function () {
  const { ask, fill, make } = window.jingwei.boxes;
  const NAME = "jingwei.name";
  const LOOK = 100;
  const RENEW = 6000;
  const PATIENCE = 8000;
  let [steering, before] = [null, Promise.resolve()];

  const texts = () => JSON.parse(document.querySelector("[data-desk]")?.dataset.desk ?? "{}");
  const go = (text) => ({ go: text, cancel: texts().cancel });
  const here = () => location.pathname + location.search;

  /** Tell the server one thing after the other; of a page that goes there is nothing to wait for. */
  function tell(wall, what, told, last = false) {
    before = last ? sent(wall, what, told) : before.then(() => sent(wall, what, told));
    return before;
  }

  async function sent(wall, what, told) {
    const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told) };
    const signal = AbortSignal.timeout(PATIENCE);
    try {
      const answer = await fetch(`/wall/${wall}/${what}`, { ...post, signal, keepalive: true, priority: "high" });
      return { status: answer.status, told: await answer.json() };
    } catch {
      return { status: 0, told: {} };
    }
  }

  async function person(words) {
    const kept = localStorage.getItem(NAME);
    const told = kept ? { by: kept } : await ask([{ name: "by", label: texts().name, maxLength: 40 }], go(words));
    const by = told?.by.trim();
    if (by) localStorage.setItem(NAME, by);
    return by;
  }

  function say(text, act) {
    const bar = document.getElementById("desk");
    bar.replaceChildren();
    if (!text) return;
    const line = make("p", { className: "notice desk-bar" }, text);
    line.setAttribute("role", "status");
    if (act) line.append(make("button", { type: "button", className: "button", textContent: act.text, onclick: act.go }));
    bar.append(line);
  }

  async function take(wall, title, over = false) {
    const by = await person(texts().take);
    if (!by) return;
    const address = here();
    const { status, told } = await tell(wall, "steer", { by, address, take: over });
    if (status === 200) {
      hold({ wall, title, by, address });
    } else if (status === 409) {
      const agreed = await ask([], go(texts().take_over), fill(texts().taken, { by: told.by }));
      if (agreed) await take(wall, title, true);
    } else {
      refused(told);
    }
  }

  function hold(what) {
    letGo();
    steering = { ...what, told: performance.now() };
    say(fill(texts().steering, { wall: what.title }), { text: texts().let_go, go: () => letGo() });
  }

  function letGo(last = false) {
    if (!steering) return;
    tell(steering.wall, "let-go", { by: steering.by }, last);
    steering = null;
    say("");
  }

  const lang = () => (document.documentElement.lang.startsWith("zh") ? "zh" : "en");
  const refused = (told) => say(told.error?.[lang()] ?? texts().away);

  /** Tell the wall where this page is now, at once when that changes, else now and then. */
  async function follow() {
    if (!steering) return;
    const address = here();
    const due = address !== steering.address || performance.now() - steering.told > RENEW;
    if (!due || steering.busy) return;
    const one = Object.assign(steering, { address, told: performance.now(), busy: true });
    const { status, told } = await tell(one.wall, "steer", { by: one.by, address });
    one.busy = false;
    if (steering !== one) return;
    if (status === 409) {
      steering = null;
      say(fill(texts().lost, { wall: one.title, by: told.by }));
    } else if (status === 0 || status >= 500) {
      one.address = null;
    }
  }

  async function add(wall, title) {
    const [least, most] = texts().limits;
    const by = await person(texts().add);
    const fields = [
      { name: "title", label: texts().title, maxLength: 60 },
      { name: "seconds", label: texts().seconds, type: "number", min: least, max: most, value: 30 },
    ];
    const scene = by && (await ask(fields, go(texts().add)));
    if (!scene) return;
    const wanted = { by, title: scene.title, seconds: Number(scene.seconds), address: here() };
    const { status, told } = await tell(wall, "scenes", wanted);
    if (status === 201) say(fill(texts().added, { wall: title }));
    else refused(told);
  }

  /** Take note of the alarm that has a wall, under the name of whoever sits here. */
  async function note(wall, title) {
    const state = await fetch(`/wall/${wall}/state`).then((answer) => answer.json()).catch(() => ({}));
    const { alarm } = state;
    if (!alarm) return say(state.turn ? fill(texts().calm, { wall: title }) : texts().away);
    const by = await person(texts().note);
    const about = fill(texts().alarm, { type: alarm.type[lang()], place: alarm.place[lang()] });
    if (!by || !(await ask([], go(texts().note), about))) return;
    const { status, told } = await tell(wall, "note", { case: alarm.case, spell: alarm.spell, by });
    if (status === 200) say(fill(texts().noted, { case: alarm.case }));
    else refused(told);
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-wall-take], [data-wall-add], [data-wall-note]");
    if (!button) return;
    const { wallTake, wallAdd, wallNote, title } = button.dataset;
    const menu = button.closest("details");
    const act = wallTake ? take : wallAdd ? add : note;
    menu.addEventListener("toggle", () => act(wallTake ?? wallAdd ?? wallNote, title), { once: true });
    menu.open = false;
  });
  addEventListener("pagehide", () => letGo(true));
  // At once, before all that the page itself now asks for.
  for (const gone of ["_dashprivate_pushstate", "popstate"]) addEventListener(gone, follow);
  setInterval(follow, LOOK);
})();
