/* Pictures that a canvas is handed whole, instead of being drawn into.
 *
 * map.sheet.show(canvas, draw): draw(ctx) draws on an empty sheet of the canvas's size, which then is what the canvas
 * shows. A browser that composes without a graphics card copies every canvas that was drawn into at every frame in
 * which anything moves (8 ms for each of a 4K screen); a picture that was handed over costs nothing until the next.
 * map.sheet.open(width, height, pieces) -> {ctx, settle(), onto(canvas)}: an empty sheet; the canvas takes its size. Drawing
 * is only noted down until the picture is handed over; for one in `pieces` settle() has what was noted drawn now.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  let spare = null;

  function open(width, height, pieces) {
    const sheet = (!pieces && spare) || new OffscreenCanvas(width, height);
    if (sheet === spare) [spare, sheet.width, sheet.height] = [null, width, height];
    const ctx = sheet.getContext("2d", { willReadFrequently: Boolean(pieces) });
    return {
      ctx,
      settle: () => void ctx.getImageData(0, 0, 1, 1),
      onto(canvas) {
        if (canvas.width !== width) canvas.width = width;
        if (canvas.height !== height) canvas.height = height;
        canvas.getContext("bitmaprenderer").transferFromImageBitmap(sheet.transferToImageBitmap());
        if (!pieces) spare = sheet;
      },
    };
  }

  function show(canvas, draw) {
    const { width, height } = canvas;
    if (!width || !height) return;
    const sheet = open(width, height);
    draw(sheet.ctx);
    sheet.onto(canvas);
  }

  map.sheet = { show, open };
})();
