/* The strip above a wall's scenes: what is shown, until when, whether it is live, who steers; and the band of an alarm.
 *
 * strip(words, lang, acts) -> {draw({state, shown, now, lost, sounding})}. `shown` is the page on screen, {title, number},
 * none before the first. `acts` are what its buttons do: note(), resume(), next(), previous(), allow().
 */
const ROUND = 2 * Math.PI * 15;
const EACH = 8; // seconds for which each fault is told

export function strip(words, lang, acts) {
  const find = (name) => document.querySelector(`[data-part="${name}"]`);
  const say = (part, text) => {
    const element = find(part);
    if (element.textContent !== text) element.textContent = text;
    element.hidden = !text;
  };
  const fill = (text, told) => text.replace(/\{(\w+)\}/g, (_, name) => told[name] ?? "");
  const formats = {};

  for (const [name, act] of Object.entries(acts)) {
    for (const button of document.querySelectorAll(`[data-act="${name}"]`)) button.addEventListener("click", act);
  }

  function time(now, zone, fields) {
    const kept = (formats[JSON.stringify([zone, fields])] ??= new Intl.DateTimeFormat(
      lang === "zh" ? "zh-CN" : "en-GB",
      { ...fields, timeZone: zone, hourCycle: "h23" },
    ));
    return kept.format(now * 1000);
  }

  function length(seconds) {
    const [h, m, s] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, "0"));
    return `${h}:${m}:${s}`;
  }

  function clock({ state, now }) {
    say("day", time(now, state.wall.zone, { month: "short", day: "numeric", weekday: "short" }));
    say("time", time(now, state.wall.zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }));
  }

  function ring({ state, now, shown }) {
    const { since, until, paused } = state.turn;
    const told = !state.alarm && !state.steered;
    const left = until === null ? 1 : Math.min(1, Math.max(0, (until - now) / (until - since)));
    find("ring").toggleAttribute("hidden", !told || (state.scenes.length < 2 && !paused));
    find("ring-left").style.strokeDashoffset = ROUND * (1 - left);
    find("ring").classList.toggle("paused", Boolean(paused));
    say("count", told && shown?.number >= 0 ? `${shown.number + 1} / ${state.scenes.length}` : "");
    find("paused").hidden = !paused;
  }

  function alarm({ state, now }) {
    const { alarm } = state;
    find("alarm").hidden = !alarm;
    if (!alarm) return;
    say("alarm-what", `${alarm.type[lang]} · ${alarm.place[lang]}`);
    const holder = alarm.holder ? `${alarm.holder.role[lang]} ${alarm.holder.name}` : words.nobody;
    say("alarm-who", fill(words.holder, { holder }));
    say("alarm-clock", length(now - alarm.reported));
    say("alarm-limit", fill(words.limit, { limit: length(alarm.limit - alarm.reported) }));
    say("alarm-more", alarm.waiting ? fill(words.waiting, { n: alarm.waiting }) : "");
  }

  function link({ lost, now, state }) {
    document.documentElement.toggleAttribute("data-lost", Boolean(lost));
    if (!lost) return say("live", words.live);
    const since = time(now - lost.ago, state?.wall.zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const cause = fill(words[lost.cause] ?? words.answers, { status: lost.cause });
    return say("live", fill(words.lost, { since, cause, age: length(lost.ago) }));
  }

  function draw(told) {
    link(told);
    const { state, shown, sounding } = told;
    if (!state) return;
    say("scene", shown?.title ?? "");
    say("steered", state.steered ? fill(words.steered, { by: state.steered.by }) : "");
    say("noted", state.noted && !state.alarm ? fill(words.noted, { by: state.noted.by }) : "");
    const fault = state.faults[Math.floor(told.now / EACH) % state.faults.length]?.[lang];
    say("faults", fault ? fill(words.faults, { n: state.faults.length, fault }) : "");
    find("faults").title = state.faults.map((fault) => fault[lang]).join("\n");
    say("troubles", (state.troubles ?? []).map((trouble) => trouble[lang]).join(" "));
    find("sound").hidden = sounding;
    clock(told);
    ring(told);
    alarm(told);
  }

  return { draw };
}
