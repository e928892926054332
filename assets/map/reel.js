/* The frames of one map: all fetched in one matrix (data.js), one of them put over what is drawn.
 *
 * map.reel.create(controller, came) -> {load(mode), fits(parts, k), ready(k), loading(), paint(parts, k, label), forget()}.
 * level.frames of the map's model: address of the frames by what a frame counts (`mode`); a map without it stands still.
 * came(reel, error | null) is told when a matrix is here, or failed; one that failed is asked for again after `forget`.
 * While other values of the same frames are on their way, the ones that are here are good.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});

  class Reel {
    constructor(controller, came) {
      Object.assign(this, { controller, came });
      this.forget();
    }

    get parts() {
      return this.controller.pointer.parts;
    }

    forget() {
      this.matrix = this.asked = this.failed = null;
    }

    loading() {
      return this.asked !== null && !this.here;
    }

    async load(mode) {
      const url = this.parts?.level.frames?.[mode];
      if (!url || url === this.asked || url === this.failed) return;
      [this.asked, this.here] = [url, false];
      let error = null;
      const matrix = await map.data.frames(url).catch((told) => map.warn((error = told)));
      if (this.asked !== url) return;
      this.here = true;
      this.matrix = matrix;
      if (error) [this.asked, this.failed] = [null, url];
      this.came(this, error);
    }

    fits(parts, k) {
      const { matrix } = this;
      return Boolean(matrix && parts && matrix.cells === parts.geometry.cells && k < matrix.frames);
    }

    /** Whether nothing is to be waited for before frame `k` is shown. */
    ready(k) {
      const stands = this.parts && !this.parts.level.frames;
      return stands || this.failed !== null || this.fits(this.parts, k);
    }

    /** Put frame `k` into what is drawn; whether it could be. */
    paint(parts, k, label) {
      if (!this.fits(parts, k)) return false;
      const { steps, colors } = this.matrix;
      parts.frame = { values: this.matrix.at(k), steps, colors, label };
      return true;
    }

    show(k, label) {
      const { controller, parts } = this;
      if (this.paint(parts, k, label)) controller.picture.show(controller.model, parts);
    }
  }

  map.reel = { create: (controller, came) => new Reel(controller, came) };
})();
