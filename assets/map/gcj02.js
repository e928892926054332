/* Tiles drawn in GCJ-02, the offset system of Chinese web maps, laid where WGS84 puts them.
 *
 * map.gcj02.of(lat, lng) -> [lat, lng] in GCJ-02 by the published formula (eviltransform, MIT), as data_access/crs.py has
 * it; map.gcj02.layer(url, options) -> a Leaflet tile layer whose tiles are moved by the offset at the map's centre. The
 * offset is some 500 m and changes by less than a metre over a screen of streets.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const [AXIS, E2] = [6378245.0, 0.00669342162296594323];
  const { PI, sin, cos, sqrt, abs } = Math;
  const radians = (degrees) => (degrees * PI) / 180;
  const degrees = (angle) => (angle * 180) / PI;

  function of(lat, lng) {
    if (lng < 72.004 || lng > 137.8347 || lat < 0.8293 || lat > 55.8271) return [lat, lng];
    const [x, y] = [lng - 105, lat - 35];
    const root = 0.1 * sqrt(abs(x));
    const short = 20 * sin(6 * x * PI) + 20 * sin(2 * x * PI);
    let up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 2 * root;
    up += ((short + 20 * sin(y * PI) + 40 * sin((y / 3) * PI) + 160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
    let right = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + root;
    right += ((short + 20 * sin(x * PI) + 40 * sin((x / 3) * PI) + 150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
    const w2 = 1 - E2 * sin(radians(lat)) ** 2;
    const north = degrees((up * w2 * sqrt(w2)) / (AXIS * (1 - E2)));
    const east = degrees((right * sqrt(w2)) / (AXIS * cos(radians(lat))));
    return [lat + north, lng + east];
  }

  const moved = (centre) => L.latLng(of(centre.lat, centre.lng));
  let Tiles = null;

  function layer(url, options) {
    Tiles ??= L.TileLayer.extend({
      _getTiledPixelBounds(centre) {
        return L.TileLayer.prototype._getTiledPixelBounds.call(this, moved(centre));
      },

      _setZoomTransform(level, centre, zoom) {
        L.TileLayer.prototype._setZoomTransform.call(this, level, moved(centre), zoom);
      },

      /** After a pan the offset of the new centre. */
      _onMoveEnd() {
        L.TileLayer.prototype._onMoveEnd.call(this);
        if (this._map && !this._map._animatingZoom) this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
      },
    });
    return new Tiles(url, options);
  }

  map.gcj02 = { of, layer };
})();
