/* Signs of points: a shape and a colour for each state, drawn once into small canvases (sprites).
 *
 * map.glyphs.of(kind, state, network, tokens, ratio) -> {canvas, side} (side in CSS pixels)
 *   case     0 small dot, 1 dot (watch), 2 triangle (warn), 3 diamond (critical)
 *   device   0 small dot (colour of its network), 1 triangle (critical), 2 hollow hatched ring (unknown)
 *   facility 0 small square, 1 square with a cut corner (warn), 2 hollow hatched square (unknown)
 * worse(kind, state) orders states by urgency; cluster(ctx, …) draws a count with the worst sign inside.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const sprites = new Map();

  const SIGNS = {
    case: [["dot", "text-2", 3], ["dot", "watch", 4.5], ["triangle", "warn", 6.5], ["diamond", "critical", 8]],
    device: [["dot", "network", 3], ["triangle", "critical", 6.5], ["ring", "unknown", 4.5]],
    facility: [["square", "text-3", 3], ["cut", "warn", 4.5], ["frame", "unknown", 4]],
  };
  const URGENCY = { case: [0, 1, 2, 3], device: [0, 2, 1], facility: [0, 2, 1] };

  const PATHS = {
    dot: (c, r) => c.arc(0, 0, r, 0, 2 * Math.PI),
    triangle: (c, r) => polygon(c, [[0, -r], [r * 0.95, r * 0.72], [-r * 0.95, r * 0.72]]),
    diamond: (c, r) => polygon(c, [[0, -r], [r, 0], [0, r], [-r, 0]]),
    square: (c, r) => c.rect(-r, -r, 2 * r, 2 * r),
    cut: (c, r) => polygon(c, [[-r, -r], [r * 0.2, -r], [r, -r * 0.2], [r, r], [-r, r]]),
  };
  PATHS.ring = PATHS.dot;
  PATHS.frame = PATHS.square;

  function polygon(ctx, corners) {
    corners.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.closePath();
  }

  function hatch(ctx, r) {
    ctx.save();
    ctx.clip();
    ctx.beginPath();
    for (let at = -2 * r; at <= 2 * r; at += 3) {
      ctx.moveTo(at - r, r);
      ctx.lineTo(at + r, -r);
    }
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.restore();
  }

  /** Draw one sign around the origin of the context. */
  function draw(ctx, [shape, , r], colour, edge) {
    const hollow = shape === "ring" || shape === "frame";
    ctx.lineJoin = "round";
    ctx.beginPath();
    PATHS[shape](ctx, r);
    ctx.lineWidth = hollow ? 4 : 2.4;
    ctx.strokeStyle = edge;
    ctx.stroke();
    ctx.fillStyle = hollow ? edge : colour;
    ctx.fill();
    if (!hollow) return;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    hatch(ctx, r);
  }

  function signOf(kind, state) {
    const signs = SIGNS[kind] || SIGNS.facility;
    return signs[Math.min(state, signs.length - 1)];
  }

  const colourOf = (sign, network, tokens) => tokens[sign[1] === "network" ? "net-" + network : sign[1]] || tokens["text-3"];

  function of(kind, state, network, tokens, ratio) {
    const sign = signOf(kind, state);
    const colour = colourOf(sign, network, tokens);
    const key = [kind, state, colour, tokens["surface-0"], ratio].join();
    if (sprites.has(key)) return sprites.get(key);
    const side = 2 * Math.ceil(sign[2] + 2);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.round(side * ratio);
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, (side * ratio) / 2, (side * ratio) / 2);
    draw(ctx, sign, colour, tokens["surface-0"]);
    sprites.set(key, { canvas, side });
    return sprites.get(key);
  }

  const worse = (kind, state) => (URGENCY[kind] || URGENCY.facility)[state] ?? 0;
  const short = (count) => (count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 9950 ? 1 : 0)}k`);

  /** A pill: the worst sign inside and how many there are. Returns its half width. */
  function cluster(ctx, { x, y, count, state }, kind, network, tokens, ratio) {
    const sprite = of(kind, state, network, tokens, ratio);
    const text = short(count);
    ctx.font = `600 14px ${tokens.font}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    const half = (sprite.side + 2 + ctx.measureText(text).width + 12) / 2;
    ctx.beginPath();
    ctx.roundRect(Math.round(x - half), Math.round(y) - 11, 2 * half, 22, 11);
    ctx.fillStyle = tokens["surface-1"];
    ctx.globalAlpha = 0.92;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = tokens.line;
    ctx.lineWidth = 1;
    ctx.stroke();
    const left = Math.round(x - half) + 5;
    ctx.drawImage(sprite.canvas, left, Math.round(y) - sprite.side / 2, sprite.side, sprite.side);
    ctx.fillStyle = tokens["text-1"];
    ctx.fillText(text, left + sprite.side + 2, Math.round(y) + 0.5);
    return half;
  }

  map.glyphs = { of, worse, cluster, colourOf, signOf };
})();
