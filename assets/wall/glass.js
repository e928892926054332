/* A canvas of fixed size on a glass of any: scaled as a whole, in the middle, and moved by a few pixels now and then.
 *
 * fit(canvas, [width, height]) fits `canvas` into the window for as long as the page lives. It is never stretched: what
 * is left of the glass stays dark. Each minute the whole goes to the next of a ring of places, so that no line of the
 * picture burns into one row of the glass.
 */
const ORBIT = [[0, 0], [2, 0], [4, 1], [4, 3], [2, 4], [0, 4], [-2, 3], [-2, 1]];
const MINUTE = 60000;

export function fit(canvas, [width, height]) {
  function place() {
    const scale = Math.min(innerWidth / width, innerHeight / height);
    const [dx, dy] = ORBIT[Math.floor(Date.now() / MINUTE) % ORBIT.length];
    const free = [innerWidth - width * scale, innerHeight - height * scale];
    Object.assign(canvas.style, {
      width: `${width}px`,
      height: `${height}px`,
      zoom: scale,
      left: `${free[0] / 2 / scale + dx - 1}px`,
      top: `${free[1] / 2 / scale + dy - 2}px`,
    });
    canvas.dataset.scale = scale;
  }

  place();
  addEventListener("resize", place);
  setInterval(place, 5000);
}
