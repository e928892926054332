/* Charts load the basic bundle of plotly.js (vendored, a quarter of the full one), and only when one is drawn.
 * Dash sets window._dashPlotlyJSURL to the full bundle before the first chart; this keeps it at ours. */
Object.defineProperty(window, "_dashPlotlyJSURL", {
  get: () => "/assets/vendor/plotly-basic-4.1.1.min.js",
  set: () => {},
});
