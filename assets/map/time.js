/* Time: the View's window played back, and gone through by hand.
 *
 * A part of the map (see controller.js). model.time = {key, labels: one text a frame, views: {cumulative, moving}: one
 * [as_of, since] a frame as a View's address has them, mode, at: the frame that the View shows or absent, live: whether
 * the last one is now, texts}; level.frames: address of the frames' values of a level, all in one matrix (data.js).
 * The bar (scrubber.js) stands in the element with data-time="<id of the map>"; without one the part does nothing.
 *
 * While it plays or a hand is on the slider, cells are coloured from the matrix, frame by frame. The address follows, so
 * that every panel does: at once when the hand leaves or play stops, and while it plays as often as the server answers.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const FOLLOW_MS = 400;

  class Player {
    constructor(controller, bar) {
      this.controller = controller;
      this.bar = bar;
      this.time = null;
      this.at = 0;
      this.mode = "cumulative";
      this.playing = this.held = false;
      this.asked = this.matrix = null;
      this.pending = null;
      this.since = 0;
      bar.on({
        play: () => (this.playing ? this.pause() : this.play()),
        step: (by) => this.step(by),
        slide: (k) => this.slide(k),
        release: () => this.release(),
        mode: (mode) => this.choose(mode),
      });
    }

    set({ time }) {
      const other = !time || !this.time || time.key !== this.time.key || time.mode !== this.time.mode;
      this.time = time;
      if (time && !ambiguous(time)) this.mode = time.mode;
      if (other) this.forget();
      if (!time) return this.bar.hide();
      const busy = this.playing || this.held;
      if (!busy) this.at = time.at ?? time.labels.length - 1;
      if (this.pending === time.at) this.pending = null;
      this.show();
      if (this.playing) this.follow();
      return undefined;
    }

    forget() {
      this.matrix = this.asked = this.pending = null;
      if (this.playing) this.load();
    }

    /** Another level is about to be drawn, or other values of the same. */
    drawn(parts) {
      if (!this.time) return;
      if (this.playing || this.held) this.paint(parts, false);
    }

    remove() {
      clearTimeout(this.timer);
      this.playing = false;
      this.bar.remove();
    }

    show() {
      const { time, at, playing } = this;
      this.bar.show(time, { at, mode: this.mode, playing, past: !time.live || at < time.labels.length - 1 });
    }

    /** The matrix of the level that is drawn; null until it is here. */
    load() {
      const url = this.controller.pointer.parts?.level.frames;
      if (!url || this.asked === url) return;
      this.asked = url;
      this.matrix = null;
      this.bar.busy(true);
      map.data.frames(url).then(
        (matrix) => {
          if (this.asked !== url) return;
          this.matrix = matrix;
          this.bar.busy(false);
          this.paint(this.controller.pointer.parts, true);
          if (this.playing) this.tick();
        },
        (error) => {
          if (this.asked !== url) return;
          map.warn(error);
          this.asked = null;
          this.playing = false;
          this.bar.busy(false);
          this.show();
          this.bar.tell(this.time.texts.failed);
        },
      );
    }

    /** Put the frame into what is drawn; `now` draws it. */
    paint(parts, now) {
      if (!parts) return;
      if (this.asked !== parts.level.frames) this.load();
      const { matrix, controller, at } = this;
      if (!matrix || matrix.cells !== parts.geometry.cells || at >= matrix.frames) return;
      const { steps, colors } = matrix;
      parts.frame = { values: matrix.at(at), steps, colors, label: this.time.labels[at] };
      if (now) controller.picture.show(controller.model, parts);
    }

    play() {
      const last = this.time.labels.length - 1;
      if (this.at >= last) this.at = 0;
      this.playing = true;
      this.show();
      if (this.matrix && this.asked === this.controller.pointer.parts.level.frames) this.tick();
      else this.load();
    }

    /** Show a frame and come back for the next one when its time is up. */
    tick() {
      clearTimeout(this.timer);
      if (!this.playing) return;
      const begun = performance.now();
      this.paint(this.controller.pointer.parts, true);
      this.show();
      this.follow();
      const wait = 1000 / this.bar.speed() - (performance.now() - begun);
      this.timer = setTimeout(() => this.next(), Math.max(0, wait));
    }

    next() {
      const last = this.time.labels.length - 1;
      if (this.at < last) this.at += 1;
      else if (this.bar.loops()) this.at = 0;
      else return this.pause();
      return this.tick();
    }

    pause() {
      this.playing = false;
      clearTimeout(this.timer);
      this.show();
      this.go(this.at);
    }

    step(by) {
      const last = this.time.labels.length - 1;
      if (this.playing) this.pause();
      this.go(Math.max(0, Math.min(last, by === Infinity ? last : by === -Infinity ? 0 : this.at + by)));
    }

    slide(k) {
      if (this.playing) this.pause();
      this.held = true;
      this.at = k;
      this.paint(this.controller.pointer.parts, true);
      this.show();
    }

    release() {
      if (!this.held) return;
      this.held = false;
      this.go(this.at);
    }

    /** While playing: let the address, and with it every panel, follow as often as answers come. */
    follow() {
      const now = performance.now();
      if (this.pending !== null || now - this.since < FOLLOW_MS || this.at === this.time.at) return;
      this.since = now;
      this.pending = this.at;
      this.go(this.at);
    }

    choose(mode) {
      this.mode = mode;
      this.go(this.at);
    }

    /** Take the address to a frame: one entry of the history, however many frames are gone through. */
    go(k) {
      this.at = k;
      this.show();
      const before = new URLSearchParams(window.location.search).has("as_of");
      const [as_of, since] = this.time.views[this.mode][k];
      const { nav } = window.jingwei;
      nav.to(nav.but(window.location.href, { as_of, since }), before);
    }
  }

  /** Whether the frame that is shown is the same however frames count. */
  const ambiguous = ({ at, views }) => at === 0 && String(views.cumulative[0]) === String(views.moving[0]);

  (map.parts ??= []).push((controller) => {
    const id = (controller.box.closest("[id]") || {}).id;
    const place = document.querySelector(`[data-time="${id}"]`);
    if (!place) return { set() {}, remove() {} };
    return new Player(controller, map.scrubber.create(place));
  });
})();
