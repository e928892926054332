/* What the server says of a wall, asked for again and again; with the server's clock, and whether the link is lost.
 *
 * follow(url, take) calls take(state) with each new state. It returns {now(), lost()}: the server's clock in epoch
 * seconds, and since when (epoch milliseconds of this browser) there has been no good answer, or null.
 */
const EVERY = 300;
const SLOWEST = 10000;
const PATIENCE = 8000;
const FREE_MISSES = 10;

export function follow(url, take) {
  let [etag, misses, skew, heard] = [null, 0, 0, Date.now()];

  async function poll() {
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const answer = await fetch(url, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 200) await renew(answer);
      else if (answer.status !== 304) throw new Error(`${url}: ${answer.status}`);
      [misses, heard] = [0, Date.now()];
    } catch {
      misses += 1;
    }
    setTimeout(poll, Math.min(SLOWEST, EVERY * 2 ** Math.max(0, misses - FREE_MISSES)));
  }

  async function renew(answer) {
    const state = await answer.json();
    skew = state.at - Date.now() / 1000;
    take(state);
    etag = answer.headers.get("ETag");
  }

  poll();
  return {
    now: () => Date.now() / 1000 + skew,
    lost: () => (Date.now() - heard > PATIENCE ? heard : null),
  };
}

/** Tell the server of a wall what somebody wants; returns whether it took it. */
export async function tell(wall, what, told = {}) {
  const headers = { "Content-Type": "application/json" };
  try {
    const answer = await fetch(`/wall/${wall}/${what}`, { method: "POST", headers, body: JSON.stringify(told) });
    return answer.ok;
  } catch {
    return false;
  }
}
