/* Pictures that a canvas is handed whole, instead of being drawn into.
 *
 * map.sheet.show(canvas, draw): draw(ctx) draws on an empty sheet of the canvas's size, which then is what the canvas
 * shows. A browser that composes without a graphics card copies every canvas that was drawn into at every frame in
 * which anything moves (8 ms for each of a 4K screen); a picture that was handed over costs nothing until the next.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  let sheet = null;

  function show(canvas, draw) {
    const { width, height } = canvas;
    if (!width || !height) return;
    sheet ??= new OffscreenCanvas(width, height);
    [sheet.width, sheet.height] = [width, height];
    draw(sheet.getContext("2d"));
    canvas.getContext("bitmaprenderer").transferFromImageBitmap(sheet.transferToImageBitmap());
  }

  map.sheet = { show };
})();
