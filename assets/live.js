/* What keeps a screen true: polls the live moment, counts ages on, and tells when the link is lost.
 *
 * GET /live answers {moment, at} with an ETag; 304 while nothing has changed. A new moment goes into the store
 * "moment", which every panel listens to. Whether the link is lost is decided here, not by the server: after three
 * misses <html data-link="lost"> is set, the last picture stays, and asking goes on with growing pauses.
 */
(function () {
  const jingwei = (window.jingwei ??= {});
  const EVERY = 2000;
  const SLOWEST = 30000;
  const MISSES = 3;
  const root = document.documentElement;
  let [etag, misses, skew, since] = [null, 0, 0, null];

  async function poll() {
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const answer = await fetch("/live", { headers, cache: "no-store", signal: AbortSignal.timeout(8000) });
      if (answer.status !== 200 && answer.status !== 304) throw new Error(answer.status);
      if (answer.status === 200) await take(answer);
      heard();
    } catch {
      missed();
    }
    setTimeout(poll, Math.min(SLOWEST, EVERY * 2 ** Math.max(0, misses - MISSES)));
  }

  async function take(answer) {
    const { moment, at } = await answer.json();
    skew = at - Date.now() / 1000;
    const first = etag === null;
    etag = answer.headers.get("ETag");
    if (!first || root.dataset.link === "lost") window.dash_clientside.set_props("moment", { data: moment });
  }

  function heard() {
    misses = 0;
    since = null;
    delete root.dataset.link;
  }

  function missed() {
    misses += 1;
    since ??= Date.now();
    if (misses >= MISSES) root.dataset.link = "lost";
  }

  function age(seconds) {
    if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
    return `${Math.floor(seconds / 86400)} d`;
  }

  /** Count every age on, and the clock, once a second. */
  function tick() {
    const now = Date.now() / 1000 + Math.min(0, skew);
    for (const badge of document.querySelectorAll(".age[data-seen]")) badge.textContent = age(now - badge.dataset.seen);
    for (const clock of document.querySelectorAll(".clock-time")) clock.textContent = timeIn(clock.dataset.zone);
    for (const sign of document.querySelectorAll("[data-live]")) {
      const lost = root.dataset.link === "lost";
      sign.textContent = lost ? `${sign.dataset.lost} ${age((Date.now() - since) / 1000)}` : sign.dataset.live;
    }
  }

  const formats = new Map();
  function timeIn(zone) {
    if (!formats.has(zone)) {
      const fields = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone };
      formats.set(zone, new Intl.DateTimeFormat("en-GB", fields));
    }
    return formats.get(zone).format(new Date());
  }

  jingwei.live = { age };
  setInterval(tick, 1000);
  setTimeout(poll, EVERY);
})();
