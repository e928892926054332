/* The style of each cell of dl.GeoJSON: bench.style, and the signs of how far it is.
 *
 * bench.put counts the cells that have been given a style; bench.styled is the frame whose colours the last cell of all
 * was given, which is when dl.GeoJSON has put all of them on the map anew. Values come from bench.frames (measure.js).
 */
(function () {
  const bench = (window.bench ??= {});
  const LINE = { color: "#121a26", weight: 0.8, opacity: 0.75, fillOpacity: 1 };
  bench.put = 0;

  bench.style = (feature, { hideout }) => {
    const { frame, steps, colors } = hideout;
    const { n } = feature.properties;
    const values = bench.frames.get(frame);
    bench.put++;
    if (n + 1 === values?.length) bench.styled = frame;
    let step = steps.length - 1;
    while (step > 0 && !(values?.[n] >= steps[step])) step--;
    return { ...LINE, fillColor: colors[step] };
  };
})();
