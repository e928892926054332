/* What is to be read from the window in frames: model.time of the map, see time.js.
 *
 * map.frames.ambiguous(time): whether the frame that is shown is the same however frames count.
 * map.frames.lasting(known, time): whether the address is the newest step of the live window `known`, which has become
 * longer than a step since.
 * map.frames.found(known, time, mode, at): the frame that ends when `at` did among those of `known`; where there is none,
 * the one before what the View shows.
 * map.frames.told(time, at) -> {there, past, text}: whether the View shows what is at `at`, whether that is past, and how
 * it is called.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const ambiguous = ({ at, views }) => at === 0 && String(views.cumulative[0]) === String(views.moving[0]);
  const newest = (time) => Boolean(time && !time.past && time.mode === "moving" && time.at === time.labels.length - 1);

  function lasting(known, time) {
    if (!newest(known) || newest(time) || time.past) return false;
    return new URLSearchParams(window.location.search).get("since") === known.views.moving.at(-1)[1];
  }

  function found(known, { views, place }, mode, at) {
    const [end] = known?.views[mode][at] || [];
    const k = views[mode].findIndex(([as_of]) => as_of === end);
    return k >= 0 ? k : Math.max(0, Math.floor(place));
  }

  function told(time, at) {
    const there = at === time.place;
    const past = there ? time.past : !time.live || at < time.labels.length - 1;
    return { there, past, text: past ? (there ? time.moment : time.labels[at]) : time.texts.now };
  }

  map.frames = { ambiguous, lasting, found, told };
})();
