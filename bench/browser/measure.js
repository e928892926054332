/* What the bench of the map measures with, on both of its pages.
 *
 * bench.repaint(side, k) puts the values of frame k on the map of "ours" or "theirs" and gives the milliseconds until
 * the frame in which all that is in view has the new colours has been drawn: the same of both. It ends with the first
 * animation frame after the one that found the change done. bench.scale is set from outside: {steps, colors}.
 */
(function () {
  const bench = (window.bench ??= {});
  const PATIENCE_MS = 60000;
  const frame = () => new Promise(requestAnimationFrame);

  /** Wait for the frame that finds it done. Throws when that takes too long. */
  async function until(done, what) {
    const begun = performance.now();
    do {
      if (performance.now() - begun > PATIENCE_MS) throw new Error(`${what}: not done after ${PATIENCE_MS / 1000} s`);
      await frame();
    } while (!done());
  }
  bench.frames = new Map();

  /** Make all values of frames 0…n - 1 ready in memory, where each side takes them from. */
  bench.load = async (side, n) => {
    for (let k = 0; k < n; k++) {
      const { values } = side === "ours" ? await jingwei.map.data.values(`/frames/${k}`) : await read(`/frames/${k}`);
      bench.frames.set(k, values);
    }
  };

  async function read(url) {
    const buffer = await (await fetch(url)).arrayBuffer();
    return { values: new Float32Array(buffer, 8, new DataView(buffer).getUint32(4, true)) };
  }

  const box = () => document.getElementById("map");

  /** The model that the page came with, pinned to its finest level, without points, in the colours of frame k. */
  function pinned(k) {
    bench.model ??= jingwei.map.of("map").model;
    const { levels } = bench.model;
    const { steps, colors } = bench.scale;
    const leaves = { ...levels.at(-1), steps, colors: { night: colors, paper: colors }, values: `/frames/${k}` };
    return { ...bench.model, level: leaves.level, levels: [...levels.slice(0, -1), leaves], points: [] };
  }

  const sides = {
    ours: {
      change: (k) => jingwei.map.update(pinned(k)),
      done: () => box().dataset.map === "ready",
    },
    theirs: {
      change: (k) => dash_clientside.set_props("cells", { hideout: { frame: k, ...bench.scale } }),
      done: (k) => bench.styled === k,
    },
  };

  bench.repaint = async (side, k) => {
    const begun = performance.now();
    sides[side].change(k);
    await until(() => sides[side].done(k), `Frame ${k} of ${side}`);
    await frame();
    return performance.now() - begun;
  };

  /** Show frames 0…n - 1 one after the other, as fast as they come; frames a second. */
  bench.play = async (n) => {
    const begun = performance.now();
    for (let k = 0; k < n; k++) {
      sides.ours.change(k);
      await until(() => sides.ours.done(k), `Frame ${k}`);
    }
    return (1000 * n) / (performance.now() - begun);
  };

  let watching = null;

  /** Note how long each frame takes, from now on. */
  bench.watch = () => {
    const taken = (watching = []);
    let last = null;
    const note = (now) => {
      if (last !== null) taken.push(now - last);
      last = now;
      if (watching === taken) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  };

  /** The milliseconds of each frame since then; the end of the watch. */
  bench.watched = () => {
    const taken = watching;
    watching = null;
    return taken;
  };

  /** Fetch the outlines of all levels that the map can draw, past every cache; how many there are. */
  bench.outlines = async () => {
    const { levels, frames = [] } = jingwei.map.of("map").model;
    const urls = new Set([...levels, ...frames].map((level) => level.cells));
    await Promise.all([...urls].map(async (url) => (await fetch(url, { cache: "no-store" })).arrayBuffer()));
    return urls.size;
  };

  /** Where the cells are smallest and most: the place in the middle of all, in pixels of the window. */
  bench.middle = async () => {
    const { map, model } = jingwei.map.of("map");
    const { lon, lat } = await jingwei.map.data.names(model.levels.at(-1).names);
    const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
    const { x, y } = map.latLngToContainerPoint([median(lat), median(lon)]);
    return [x, y];
  };

  /** Take the map off the page and put it there again, n times. */
  bench.mount = async (n) => {
    const layout = await (await fetch("_dash-layout")).json();
    const [stage] = layout.props.children;
    for (let k = 0; k < n; k++) {
      dash_clientside.set_props(stage.props.id, { children: null });
      await until(() => !box(), "Taking the map away");
      dash_clientside.set_props(stage.props.id, { children: stage.props.children });
      await until(() => box()?.dataset.map === "ready", "Drawing the map");
    }
  };
})();
