/* What the map fetches, each address once.
 *
 * cells(url)   GET -> the binary of data_access/cells.py (JWC2), decoded by geometry.js. Immutable: kept for ever.
 * names(url)   GET -> JSON {"ids": [str], "names": [str], "lon": [deg], "lat": [deg], "lo": [first leaf]}, one entry
 *              a cell, in cell order. Immutable: kept for ever.
 * json(url)    GET -> any immutable JSON (base map). Kept for ever.
 * values(url)  GET -> little-endian binary in cell order: "JWV1", uint32 n, float32 × n values (NaN: unknown),
 *              uint32 × n numerators, uint32 × n denominators (0xFFFFFFFF: none). The address must change with the
 *              data; the last 32 are kept.
 * frames(url)  GET -> little-endian binary: "JWF1", uint32 length of a JSON head {frames, cells, type: "u2" | "f4",
 *              steps, colors}, the head, then frames × cells values (u2: 0xFFFF unknown). Gives {frames, cells, steps,
 *              colors, at(k): Float32Array of frame k}. The last 4 are kept.
 * points(url)  GET -> JSON of one point layer (see points.js). The address must change with the data; not kept here,
 *              the browser's cache does that.
 * All return promises and reject with an Error that names the address.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const kept = new Map();
  const recent = new Map();
  const RECENT = 32;
  const played = new Map();
  const PLAYED = 4;

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

  function decodeFrames(buffer) {
    const head = new DataView(buffer);
    if (buffer.byteLength < 8 || head.getUint32(0, false) !== 0x4a574631) throw new Error("not a frames binary");
    const start = 8 + head.getUint32(4, true);
    const told = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, start - 8)));
    const small = told.type === "u2";
    const all = new (small ? Uint16Array : Float32Array)(buffer, start, told.frames * told.cells);
    const at = (k) => {
      const part = all.subarray(k * told.cells, (k + 1) * told.cells);
      return small ? Float32Array.from(part, (v) => (v === 0xffff ? NaN : v)) : part;
    };
    return { ...told, at };
  }

  /** The answer of `url`, among the `most` that were asked for last. */
  function lately(store, most, url, read) {
    const promise = once(store, url, async (answer) => read(await answer.arrayBuffer()));
    store.delete(url);
    store.set(url, promise);
    if (store.size > most) store.delete(store.keys().next().value);
    return promise;
  }

  const pause = () => new Promise((go) => setTimeout(go));

  /** Decoded, and the lines to draw chosen already, piece by piece: no frame has to wait for it, now or later. */
  async function outlines(buffer) {
    const work = map.geometry.decoding(buffer);
    let step = work.next();
    for (; !step.done; step = work.next()) await pause();
    await pause();
    map.borders.own(step.value);
    return step.value;
  }

  const json = (url) => once(kept, url, (answer) => answer.json());

  map.data = {
    cells: (url) => once(kept, url, async (answer) => outlines(await answer.arrayBuffer())),
    names: json,
    json,
    values: (url) => lately(recent, RECENT, url, decodeValues),
    frames: (url) => lately(played, PLAYED, url, decodeFrames),
    points: (url) => get(url, (answer) => answer.json()),
    NONE: 0xffffffff,
  };
})();
