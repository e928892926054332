/* Signs of points: a shape and a colour for each state, drawn once into small canvases (sprites).
 *
 * What signs there are is declared in components/map/signs.py and comes with the model; a sign is
 *   {outline, lines, hollow, colour, size}: SVG paths around the origin, one unit far, of which size CSS pixels are the
 *   radius; a hollow one is drawn as its edge, with its lines inside; colour is the name of a token
 * map.glyphs.of(sign, tokens, ratio) -> {canvas, side} (side in CSS pixels); reach(sign) -> half of that side
 * cluster(ctx, {x, y, count}, sign, tokens, ratio) draws a count beside the worst sign inside.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const sprites = new Map();

  /** Draw one sign around the origin of the context. */
  function draw(ctx, { outline, lines, hollow, size }, colour, edge) {
    const shape = new Path2D(outline);
    ctx.scale(size, size);
    ctx.lineJoin = "round";
    ctx.lineWidth = (hollow ? 4 : 2.4) / size;
    ctx.strokeStyle = edge;
    ctx.stroke(shape);
    ctx.fillStyle = hollow ? edge : colour;
    ctx.fill(shape);
    if (!hollow) return;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5 / size;
    ctx.stroke(shape);
    ctx.lineWidth = 1 / size;
    ctx.stroke(new Path2D(lines));
  }

  const colourOf = (sign, tokens) => tokens[sign.colour] || tokens["text-3"];

  const reach = ({ size }) => Math.ceil(size + 2);

  function of(sign, tokens, ratio) {
    const colour = colourOf(sign, tokens);
    const key = [sign.outline, sign.lines, sign.hollow, sign.size, colour, tokens["surface-0"], ratio].join();
    if (sprites.has(key)) return sprites.get(key);
    const side = 2 * reach(sign);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.round(side * ratio);
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, (side * ratio) / 2, (side * ratio) / 2);
    draw(ctx, sign, colour, tokens["surface-0"]);
    sprites.set(key, { canvas, side });
    return sprites.get(key);
  }

  const short = (count) => (count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 9950 ? 1 : 0)}k`);

  /** A pill: the worst sign inside and how many there are. Returns its half width. */
  function cluster(ctx, { x, y, count }, sign, tokens, ratio) {
    const sprite = of(sign, tokens, ratio);
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

  map.glyphs = { of, reach, cluster, colourOf };
})();
