/* What keeps a screen true: polls the live moment, counts ages on, and tells when the link is lost.
 *
 * GET /live answers {moment, at, troubles} with an ETag; 304 while nothing has changed. A new moment goes into the
 * store "moment", which every panel listens to; it waits, for a while, until the page has drawn what came before and
 * rested. What is away on the server's side is told above everything else. Whether the link is lost is decided here, not
 * by the server: when a question has had no good answer for eight seconds <html data-link="lost"> is set, the last
 * picture stays, and asking goes on with growing pauses. The first answer after that renews every panel. Each answer
 * tells the time, so that a clock that is set is put right by the next. A page that a script did not come to is loaded
 * anew as soon as there is an answer; where that does not help, once a minute, and it says so.
 *
 * jingwei.live.moment() is the moment that the screen shows, as ``version-second``, null before the first answer;
 * jingwei.live.now() is the server's clock in epoch seconds, by which everything is as old as it is told to be, and
 * jingwei.live.age(seconds) an age as a text. jingwei.live.wake() asks at once; heard() is when the last good answer came,
 * in epoch milliseconds of this browser. Once a second, when ages are counted on, the document is sent "jingwei:tick".
 */
(function () {
  const jingwei = (window.jingwei ??= {});
  const EVERY = 1000;
  const SLOWEST = 30000;
  const PATIENCE = 8000;
  const FREE_MISSES = 5;
  const LOOK = 100;
  const SOON = 200;
  const [LATEST, SELDOM] = [4000, 64000];
  const REST = 1000;
  const AGAIN = 60000;
  const BROKEN = {
    zh: "本页有一部分没有加载成功，正在自动重新加载。",
    en: "Part of this page did not load; it is being loaded again.",
  };
  const SPANS = [[86400, "天", "d"], [3600, "小时", "h"], [60, "分钟", "min"], [1, "秒", "s"]];
  const root = document.documentElement;
  const lost = () => root.dataset.link === "lost";
  const now = () => Date.now() / 1000 + skew;
  /* `heard` and `asked`: when the last good answer came, and when the first question without one was put. */
  let [etag, misses, skew, heard, asked] = [null, 0, 0, Date.now(), null];
  let [shown, troubles, timer, asking] = [null, [], null, false];
  /* `fresh` is a moment still to be shown, that came at `came`; the page began to draw at `begun`, until `drawn`. */
  let [fresh, came, begun, drawn, latest] = [null, 0, 0, 0, LATEST];
  /* Opened at a moment of the past that its address names, as for a snapshot: until it goes on, nothing new changes it. */
  let held = ["as_of", "moment"].every((part) => new URLSearchParams(location.search).has(part));

  async function poll() {
    asked ??= Date.now();
    asking = true;
    try {
      const headers = etag && !lost() ? { "If-None-Match": etag } : {};
      const answer = await fetch("/live", { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status !== 200 && answer.status !== 304) throw new Error(answer.status);
      skew = Number(answer.headers.get("Jingwei-At")) - Date.now() / 1000;
      if (answer.status === 200) await take(answer);
      renew();
      [misses, heard, asked] = [0, Date.now(), null];
      delete root.dataset.link;
      mend();
    } catch {
      misses += 1;
    }
    asking = false;
    const every = fresh ? SOON : EVERY;
    timer = setTimeout(poll, Math.min(SLOWEST, every * 2 ** Math.max(0, misses - FREE_MISSES)));
  }

  function wake() {
    if (asking) return;
    clearTimeout(timer);
    poll();
  }

  function went() {
    [begun, held] = [performance.now(), false];
  }

  async function take(answer) {
    const told = await answer.json();
    const news = shown !== null && told.moment !== (fresh ?? shown) && !held;
    etag = answer.headers.get("ETag");
    troubles = told.troubles ?? [];
    if (lost()) show(told.moment);
    else if (news) [fresh, came] = [told.moment, fresh ? came : performance.now()];
    else shown ??= told.moment;
    tell();
  }

  function show(moment) {
    [shown, fresh, begun] = [moment, null, performance.now()];
    window.dash_clientside.set_props("moment", { data: moment });
  }

  function look() {
    if (!jingwei.whole?.()) drawn = performance.now();
  }

  /** Show a new moment once the page is whole and has rested: asked for more than it can draw, it would never be.
   *
   * What is not whole by then is asked anew all the same, and its answer on the way is dropped: each time later, so that
   * what takes long does come.
   */
  function renew() {
    look();
    const now = performance.now();
    const rested = now - drawn >= Math.max(LOOK, Math.min(REST, drawn - begun));
    const due = now - came > latest;
    if (rested) latest = LATEST;
    if (!fresh || !(rested || due)) return;
    if (!rested) latest = Math.min(SELDOM, 2 * latest);
    show(fresh);
  }

  /** Load the page anew where a script did not come to it; again only after a while, and under nobody's hands. */
  function mend() {
    const [{ type }] = performance.getEntriesByType("navigation");
    const typing = jingwei.typing?.(document.activeElement);
    if (jingwei.broken?.() && !typing && (type !== "reload" || performance.now() > AGAIN)) location.reload();
  }

  /** Say what is away, in the language of the page. */
  function tell() {
    const place = document.getElementById("troubles");
    if (!place) return;
    const away = jingwei.broken?.() ? [...troubles, BROKEN] : troubles;
    const lines = away.map((trouble) => trouble[root.lang.startsWith("zh") ? "zh" : "en"]);
    if (lines.join() === [...place.children].map((line) => line.textContent).join()) return;
    place.replaceChildren(...lines.map(line));
  }

  function line(text) {
    const made = document.createElement("p");
    made.className = "notice trouble";
    made.setAttribute("role", "status");
    made.textContent = made.title = text;
    return made;
  }

  function age(seconds) {
    const [size, zh, en] = SPANS.find(([least]) => seconds >= least) ?? SPANS.at(-1);
    return `${Math.max(0, Math.floor(seconds / size))} ${root.lang.startsWith("zh") ? zh : en}`;
  }

  /** Count every age on, and the clock, once a second. */
  function tick() {
    if (asked && Date.now() - asked > PATIENCE) root.dataset.link = "lost";
    for (const badge of document.querySelectorAll(".age[data-seen]")) badge.textContent = age(now() - badge.dataset.seen);
    for (const clock of document.querySelectorAll(".clock-time")) clock.textContent = timeIn(clock.dataset.zone);
    for (const sign of document.querySelectorAll("[data-live]")) {
      sign.textContent = lost() ? `${sign.dataset.lost} ${age((Date.now() - heard) / 1000)}` : sign.dataset.live;
    }
    tell();
    document.dispatchEvent(new Event("jingwei:tick"));
  }

  const formats = new Map();
  function timeIn(zone) {
    if (!formats.has(zone)) {
      const fields = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone };
      formats.set(zone, new Intl.DateTimeFormat("en-GB", fields));
    }
    return formats.get(zone).format(now() * 1000);
  }

  jingwei.live = { age, now, wake, heard: () => heard, moment: () => shown };
  addEventListener("online", wake);
  for (const gone of ["_dashprivate_pushstate", "popstate"]) addEventListener(gone, went);
  setInterval(tick, 1000);
  setInterval(look, LOOK);
  poll();
})();
