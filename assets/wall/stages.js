/* The pages that a screen shows, one in the place of the other: each scene is a document of its own in a frame.
 *
 * stages(place) -> {show(wanted), prepare(wanted), shown(), frame()}; `wanted` is {key, url, steered}. What is shown
 * stays until the next page is whole, then both are cross-faded and the old one is let go: a page that does not come
 * is never shown, and nothing of a scene is kept in memory after it. A steered page goes to another address within
 * itself, so that what an operator does is seen at once.
 */
const FADE = 700;
const PATIENCE = 25000;
const LONGEST = 60000;

export function stages(place) {
  let [front, back, tries] = [null, null, 0];

  function open({ key, url }) {
    const frame = document.createElement("iframe");
    Object.assign(frame, { src: url, className: "stage-frame", title: key, tabIndex: -1 });
    place.append(frame);
    return { key, url, frame, begun: performance.now(), again: 0 };
  }

  function drop(page) {
    page?.frame.remove();
  }

  function prepare(wanted) {
    if (front?.key === wanted.key || back?.key === wanted.key) return;
    drop(back);
    back = open(wanted);
    tries = 0;
  }

  /** Load it anew where it has not become whole in time, each time later than before. */
  function insist() {
    const waited = performance.now() - back.begun;
    if (waited < Math.min(LONGEST, PATIENCE * 2 ** tries)) return;
    const { key, url } = back;
    drop(back);
    back = open({ key, url });
    tries += 1;
  }

  const whole = ({ frame }) => {
    try {
      return frame.contentWindow.jingwei?.whole?.() === true;
    } catch {
      return false; // The browser's own page for a server that does not answer.
    }
  };

  function swap() {
    const old = front;
    [front, back] = [back, null];
    front.frame.classList.add("on");
    place.dispatchEvent(new CustomEvent("jingwei:scene", { detail: front }));
    setTimeout(() => drop(old), old ? FADE : 0);
  }

  function steer(url) {
    front.url = url;
    front.frame.contentWindow.jingwei.nav.to(url, true);
  }

  function show(wanted) {
    if (front?.key === wanted.key) {
      if (wanted.steered && front.url !== wanted.url) steer(wanted.url);
      return;
    }
    if (wanted.steered && front && whole(front)) {
      front.key = wanted.key;
      steer(wanted.url);
      return;
    }
    prepare(wanted);
    if (whole(back)) swap();
    else insist();
  }

  return { show, prepare, shown: () => front, frame: () => front?.frame };
}
