/* What a soak has to know of a page, and the clock of the machine that the page is on.
 *
 * soak.take() answers what was seen since the last call: {longest, task, scenes}, the longest time between two frames and
 * the longest task of scripts in milliseconds, and how many scenes came. soak.shift is by how many milliseconds the
 * machine's clock is set; it is kept over a reload, and frames go by it too. It begins with `soakBase`, which stands before.
 */
(function () {
  const own = Date;
  const shift = () => Number(localStorage.getItem("soak.shift") ?? window.soakBase);
  window.Date = class extends own {
    constructor(...given) {
      if (given.length) super(...given);
      else super(own.now() + shift());
    }
    static now() {
      return own.now() + shift();
    }
  };
  if (window !== top) return;

  let [longest, task, scenes, before] = [0, 0, 0, performance.now()];
  (function frame(at) {
    longest = Math.max(longest, at - before);
    before = at;
    requestAnimationFrame(frame);
  })(before);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) task = Math.max(task, duration);
  }).observe({ type: "longtask" });
  document.addEventListener("jingwei:scene", () => (scenes += 1), true);

  window.soak = {
    set: (milliseconds) => localStorage.setItem("soak.shift", milliseconds),
    take() {
      const seen = { longest: Math.max(longest, performance.now() - before), task, scenes };
      [longest, task, scenes] = [0, 0, 0];
      return seen;
    },
    look() {
      const frame = document.querySelector(".stage-frame.on");
      const inside = frame?.contentWindow;
      const text = (part) => document.querySelector(`[data-part=${part}]`)?.textContent ?? "";
      return {
        begun: Math.round(performance.timeOrigin),
        release: document.documentElement.dataset.soak ?? "",
        key: frame?.title ?? "",
        whole: inside?.jingwei?.whole?.() === true,
        heard: inside?.jingwei?.live?.heard() ?? 0,
        age: inside?.jingwei?.live ? inside.jingwei.live.now() : 0,
        kept: Boolean(inside?.document.querySelector(".panel")) && !inside.document.querySelector(".bone, .panel.is-failed"),
        lost: document.documentElement.hasAttribute("data-lost") || inside?.document.documentElement.dataset.link === "lost",
        told: text("live"),
        day: text("day"),
        time: text("time"),
        now: Date.now(),
      };
    },
  };
})();
