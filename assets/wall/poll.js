/* What the server says of a wall, asked for again and again; with the server's clock, and whether the link is lost.
 *
 * follow(url, take, back) calls take(state) with each new state, and back() with the first answer after one that was
 * missed. It returns {now(), lost()}: the server's clock in epoch seconds; and {ago, cause} where there has been no good
 * answer for a while: for how many seconds, and why ("offline", "silent", or the status of the answer), else null.
 *
 * Every answer tells the time. A clock that is set, or a machine that slept, is put right by the next one.
 */
const EVERY = 300;
const STEERED = 100;
const SLOWEST = 10000;
const PATIENCE = 8000;
const FREE_MISSES = 10;

export function follow(url, take, back) {
  let [etag, misses, skew, heard, cause] = [null, 0, 0, moments(), ""];
  let [timer, asking, every] = [null, false, EVERY];

  async function poll() {
    asking = true;
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const signal = AbortSignal.timeout(PATIENCE);
      const answer = await fetch(url, { headers, signal, cache: "no-store", priority: "high" });
      if (![200, 304].includes(answer.status)) throw new Error(url, { cause: answer.status });
      skew = Number(answer.headers.get("Jingwei-At")) - Date.now() / 1000;
      if (answer.status === 200) await renew(answer);
      if (misses) back();
      [misses, heard] = [0, moments()];
    } catch (error) {
      misses += 1;
      cause = navigator.onLine ? (error.cause ?? "silent") : "offline";
    }
    asking = false;
    timer = setTimeout(poll, Math.min(SLOWEST, every * 2 ** Math.max(0, misses - FREE_MISSES)));
  }

  async function renew(answer) {
    const state = await answer.json();
    every = state.steered ? STEERED : EVERY;
    take(state);
    etag = answer.headers.get("ETag");
  }

  addEventListener("online", () => {
    if (asking) return;
    clearTimeout(timer);
    poll();
  });
  poll();
  return {
    now: () => Date.now() / 1000 + skew,
    lost: () => (misses && since(heard) > PATIENCE ? { ago: since(heard) / 1000, cause } : null),
  };
}

/** This moment by both clocks there are: one may be set, the other may stand still while the machine sleeps. */
function moments() {
  return [Date.now(), performance.now()];
}

const since = ([set, run]) => Math.max(Date.now() - set, performance.now() - run);

let before = Promise.resolve();

/** Tell the server of a wall what somebody wants, one thing after the other; returns whether it took it.
 *
 * What had to wait too long for what was told before is not told: whoever wanted it does so no more.
 */
export function tell(wall, what, told = {}) {
  const asked = moments();
  before = before.then(() => since(asked) < PATIENCE && sent(`/wall/${wall}/${what}`, told));
  return before;
}

async function sent(url, told) {
  const headers = { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(told), signal });
    return answer.ok;
  } catch {
    return false;
  }
}
