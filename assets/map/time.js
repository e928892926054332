/* Time: the View's window played back, and gone through by hand.
 *
 * A part of the map (see controller.js). model.time = {key, labels: one text a frame, ticks, views: {cumulative, moving}:
 * one [as_of, since] a frame as a View's address has them, mode, at: the frame that the View shows or absent, place: its
 * moment among the frames (half way between two, −0.5 before the first), moment: text of it, past: whether it is not now,
 * live: whether the last frame is now, played: text of the window that is played where the View has another, or absent,
 * clock: see moment.js, texts}. What is read from it: frames.js; the frames themselves: reel.js. The bar (scrubber.js) stands in the element with
 * data-time="<id of the map>"; a map without one goes along with the one that has it.
 *
 * While it plays or a hand is on the slider, cells of all maps are coloured from their matrices, frame by frame. The
 * address follows, so that every panel does: at once when the hand leaves or play stops, and while it plays as often as
 * the server answers. Whoever goes to another moment meanwhile ends the play; to another unit, takes it along.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const FOLLOW_MS = 400;
  /** After this long no answer is waited for any more. */
  const PATIENCE_MS = 5000;
  const reels = new Set();
  let player = null;

  class Player {
    constructor(reel, bar) {
      Object.assign(this, { reel, bar, time: null, at: 0, mode: "cumulative", timer: null, since: 0 });
      this.playing = this.held = this.waiting = this.going = this.entered = false;
      bar.on(this);
      this.listened = new AbortController();
      const listen = (name, act) => window.addEventListener(name, act, { signal: this.listened.signal });
      listen("jingwei:now", () => this.end());
      listen("popstate", () => this.end());
      listen("_dashprivate_pushstate", () => this.taken());
    }

    set({ time }) {
      const known = this.time;
      this.time = time;
      this.waiting = false;
      if (!time) {
        this.stop();
        return this.bar.hide();
      }
      if (known?.key !== time.key) this.forget();
      if (this.busy) this.at = map.frames.found(known, time, this.mode, this.at);
      else if (map.frames.lasting(known, time)) return this.go(time.labels.length - 1, true);
      else [this.at, this.mode] = [time.place, map.frames.ambiguous(time) ? this.mode : time.mode];
      return this.show();
    }

    get busy() {
      return this.playing || this.held;
    }

    get last() {
      return this.time.labels.length - 1;
    }

    /** Other frames: what is here of the old ones is of no use, and play goes on when the maps are drawn anew. */
    forget() {
      this.rest();
      for (const reel of reels) reel.forget();
    }

    /** A map is about to be drawn: another level of it, or other values of the same. */
    drawn(reel, parts) {
      if (!this.time || !this.busy) return;
      reel.load(this.mode);
      reel.paint(parts, this.at, this.label());
      if (this.playing && !this.timer) this.timer = setTimeout(() => this.tick());
    }

    /** A matrix is here, or will not come. */
    came(reel, error) {
      this.bar.busy([...reels].some((each) => each.loading()));
      if (error && reel === this.reel) {
        this.held = false;
        this.stop();
        this.show();
        this.bar.tell(this.time.texts.failed);
      }
      if (this.held) reel.show(this.at, this.label());
      if (this.playing && !this.timer) this.tick();
    }

    remove() {
      this.listened.abort();
      this.rest();
      this.playing = false;
      this.bar.remove();
    }

    label() {
      return this.time.labels[this.at];
    }

    show(played = this.time.played) {
      const { time, at, mode, playing } = this;
      const told = map.frames.told(time, at);
      this.bar.show(time, { ...told, at, mode, playing, played: told.there && !playing ? played : null });
    }

    paint() {
      for (const reel of reels) reel.show(this.at, this.label());
    }

    load() {
      for (const reel of reels) reel.load(this.mode);
      this.bar.busy([...reels].some((reel) => reel.loading()));
    }

    toggle() {
      return this.playing ? this.pause() : this.play();
    }

    play() {
      this.at = this.at >= this.last ? 0 : Math.max(0, Math.ceil(this.at));
      this.playing = true;
      this.entered = false;
      this.path = window.location.pathname;
      for (const reel of reels) reel.failed = null;
      this.tick();
    }

    /** Show a frame on all maps and come back for the next one when its time is up, or when it is here. */
    tick() {
      this.rest();
      if (!this.playing) return;
      const begun = performance.now();
      this.load();
      this.show();
      if (![...reels].every((reel) => reel.ready(this.at))) return;
      this.paint();
      this.follow();
      const wait = 1000 / this.bar.speed() - (performance.now() - begun);
      this.timer = setTimeout(() => this.next(), Math.max(0, wait));
    }

    next() {
      if (this.at < this.last) this.at += 1;
      else if (this.bar.loops()) this.at = 0;
      else return this.pause();
      return this.tick();
    }

    rest() {
      clearTimeout(this.timer);
      this.timer = null;
    }

    stop() {
      this.rest();
      this.playing = this.waiting = false;
    }

    /** Play no more, and leave the address where it is. */
    end() {
      if (!this.playing) return;
      this.stop();
      this.at = this.time.place;
      this.show();
    }

    pause() {
      this.stop();
      this.go(this.at);
    }

    /** To a frame beside the one that is shown; from between two frames to one of them. */
    step(by) {
      this.stop();
      const k = by < 0 ? Math.ceil(this.at) + by : Math.floor(this.at) + by;
      this.go(Math.max(0, Math.min(this.last, k)));
    }

    slide(k) {
      this.stop();
      this.held = true;
      this.at = k;
      this.load();
      this.paint();
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
      const pause = this.waiting ? PATIENCE_MS : FOLLOW_MS;
      if (now - this.since < pause || this.at === this.time.at) return;
      [this.since, this.waiting] = [now, true];
      this.go(this.at);
    }

    choose(mode) {
      if (mode === this.mode) return;
      this.mode = mode;
      for (const reel of reels) reel.forget();
      this.go(Math.max(0, Math.floor(this.at)));
    }

    ask(anchor) {
      if (this.playing) this.pause();
      const { clock, texts } = this.time;
      map.moment.open(anchor, clock, { ...texts, label: texts.as_of }, (as_of) => this.to({ as_of, since: "" }, false));
    }

    /** Take the address to a frame: one entry of the history, however many frames are gone through. */
    go(k, replace = false) {
      const frame = this.time.at !== undefined || this.at !== this.time.place;
      const past = new URLSearchParams(window.location.search).has("as_of");
      this.at = k;
      this.show(null);
      const [as_of, since] = this.time.views[this.mode][k];
      this.to({ as_of, since }, replace || this.entered || (frame && past));
    }

    to(moment, replace) {
      const { nav } = window.jingwei;
      this.entered = this.playing;
      this.going = true;
      nav.to(nav.but(window.location.href, moment), replace);
      this.going = false;
    }

    /** Somebody else took the address elsewhere: to a moment that is no frame, or to another unit and the like. */
    taken() {
      if (this.going || !this.playing) return;
      const { pathname, search } = window.location;
      const as_of = new URLSearchParams(search).get("as_of");
      const frame = as_of && this.time.views[this.mode].some(([end]) => end === as_of);
      if (pathname === this.path && !frame) this.end();
      [this.path, this.entered] = [pathname, false];
    }
  }

  function create(controller) {
    const { id } = controller.box.closest("[id]") || {};
    const place = document.querySelector(`[data-time="${id}"]`);
    const reel = map.reel.create(controller, (each, error) => player?.came(each, error));
    reels.add(reel);
    const own = place ? (player = new Player(reel, map.scrubber.create(place))) : null;
    return {
      set: (model) => own?.set(model),
      drawn: (parts) => player?.drawn(reel, parts),
      remove() {
        reels.delete(reel);
        own?.remove();
        if (player === own) player = null;
      },
    };
  }

  (map.parts ??= []).push(create);
})();
