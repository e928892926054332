/* What the map fetches, each address once.
 *
 * cells(url)   GET -> the binary of data_access/cells.py (JWC1), decoded by geometry.js. Immutable: kept for ever.
 * names(url)   GET -> JSON {"ids": [str], "names": [str], "lon": [deg], "lat": [deg], "lo": [first leaf]}, one entry
 *              a cell, in cell order. Immutable: kept for ever.
 * json(url)    GET -> any immutable JSON (base map). Kept for ever.
 * values(url)  GET -> little-endian binary in cell order: "JWV1", uint32 n, float32 × n values (NaN: unknown),
 *              uint32 × n numerators, uint32 × n denominators (0xFFFFFFFF: none). The address must change with the
 *              data; the last 32 are kept.
 * points(url)  GET -> JSON of one point layer (see points.js). The address must change with the data; not kept here,
 *              the browser's cache does that.
 * All return promises and reject with an Error that names the address.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const kept = new Map();
  const recent = new Map();
  const RECENT = 32;

  async function get(url, read) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return read(answer);
  }

  function once(store, url, read) {
    const held = store.get(url);
    if (held) return held;
    const promise = get(url, read);
    store.set(url, promise);
    promise.catch(() => store.delete(url));
    return promise;
  }

  function decodeValues(buffer) {
    const head = new DataView(buffer);
    if (buffer.byteLength < 8 || head.getUint32(0, false) !== 0x4a575631) throw new Error("not a values binary");
    const n = head.getUint32(4, true);
    return {
      values: new Float32Array(buffer, 8, n),
      n: new Uint32Array(buffer, 8 + 4 * n, n),
      m: new Uint32Array(buffer, 8 + 8 * n, n),
    };
  }

  function values(url) {
    const promise = once(recent, url, async (answer) => decodeValues(await answer.arrayBuffer()));
    recent.delete(url);
    recent.set(url, promise);
    if (recent.size > RECENT) recent.delete(recent.keys().next().value);
    return promise;
  }

  const json = (url) => once(kept, url, (answer) => answer.json());

  map.data = {
    cells: (url) => once(kept, url, async (answer) => map.geometry.decode(await answer.arrayBuffer())),
    names: json,
    json,
    values,
    points: (url) => get(url, (answer) => answer.json()),
    NONE: 0xffffffff,
  };
})();
