/* The pages that a screen shows, one in the place of the other: each scene is a document of its own in a frame.
 *
 * stages(place) -> {show(wanted), prepare(wanted), shown(), wake()}; `wanted` is {key, url, title, number, since,
 * steered, round}. What is shown stays until the next page is whole, then both are cross-faded and the old one is let
 * go: a page that does not come is never shown, and nothing of a scene is kept in memory after it. A scene that is still
 * being loaded when its turn ends is waited for, a minute in all, and shown late rather than never: `round` is the same
 * while scenes follow one another by themselves; whatever else is wanted does not wait. A steered page goes to another
 * address within itself, so that what an operator does is seen at once. A page that has not been whole for a minute is
 * taken for dead, and loaded anew behind what there is of it.
 */
const FADE = 700;
const PATIENCE = 25000;
const LONGEST = 60000;
const DEAD = 60000;

export function stages(place) {
  let [front, back, tries] = [null, null, 0];

  function open({ key, url, title, number, since }) {
    const frame = document.createElement("iframe");
    Object.assign(frame, { src: url, className: "stage-frame", title: key, tabIndex: -1 });
    place.append(frame);
    const begun = performance.now();
    return { key, url, title, number, since, frame, begun, first: begun, round: null };
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
  function insist(patience = Math.min(LONGEST, PATIENCE * 2 ** tries)) {
    if (performance.now() - back.begun < patience) return;
    const { first, round } = back;
    drop(back);
    back = Object.assign(open(back), { first, round });
    tries += 1;
  }

  const inside = ({ frame }) => {
    try {
      return frame.contentWindow.jingwei;
    } catch {
      return undefined; // The browser's own page for a server that does not answer.
    }
  };
  const whole = (page) => inside(page)?.whole?.() === true;

  function swap() {
    const old = front;
    [front, back] = [back, null];
    front.seen = performance.now();
    front.frame.classList.add("on");
    place.dispatchEvent(new CustomEvent("jingwei:scene", { detail: front }));
    setTimeout(() => drop(old), old ? FADE : 0);
  }

  /** Go on within the page shown. */
  function steer({ key, url, title, number, since, round }) {
    Object.assign(front, { key, url, title, number, since, round });
    front.frame.contentWindow.jingwei.nav.to(url, true);
    drop(back);
    back = null;
  }

  /** Whether the page shown is alive; where it is not, another is made of it, unless the next is on its way. */
  function watch() {
    if (whole(front)) front.seen = performance.now();
    const [dead, mending] = [performance.now() - front.seen > DEAD, back?.key === front.key];
    if (dead && !back) {
      back = open(front);
      tries = 0;
    } else if (mending && !dead) {
      drop(back);
      back = null;
    } else if (mending && whole(back)) swap();
    else if (mending) insist();
  }

  /** Whether a scene of the same round that has had its turn is still to come. */
  const late = ({ round }) => back?.round && back.round === round && performance.now() - back.first < LONGEST;

  function show(wanted) {
    if (front?.key === wanted.key) {
      if (wanted.steered && front.url !== wanted.url) steer(wanted);
      return watch();
    }
    if (wanted.steered && front && whole(front)) return steer(wanted);
    if (!late(wanted)) prepare(wanted);
    if (back.key === wanted.key) back.round = wanted.round;
    if (whole(back)) swap();
    else insist();
  }

  /** Have what is shown ask at once for what it has missed, and load anew what was being loaded meanwhile. */
  function wake() {
    if (back && !whole(back)) insist(0);
    if (!front) return;
    front.seen = performance.now();
    inside(front)?.live?.wake();
  }

  return { show, prepare, shown: () => front, wake };
}
