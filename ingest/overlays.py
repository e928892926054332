"""Overlays: each GeoJSON read, checked shape by shape, brought to WGS84, made small enough, and kept."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from data_access.city import City
from data_access.crs import shapes_to_wgs84, to_wgs84
from data_access.errors import BadSource
from data_access.outlines import Box
from data_access.overlays import digest_of, keep_overlays, overlays
from data_access.profile import Overlay
from data_access.write import Reject
from ingest.boundaries import Progress
from ingest.geojson import SIMPLER, geometry_of, read_geojson, shape_of
from ingest.guess import converted, guessed, in_box
from ingest.overlayfile import OverlayFile
from ingest.pipeline import quarantine
from ingest.reasons import Refused
from ingest.refused import RAW
from ingest.summary import OverlayCounts

EARTH = (-180.0, -90.0, 180.0, 90.0)
MOST_CORNERS = 200_000
FINE, COARSE = 0.00001, 0.003
"""How far a simplified line may lie from the one in the file, in degrees: about 1 m, 300 m where it must be."""
KEPT = 1000
"""How many refused shapes of an overlay the quarantine keeps."""
TITLE = ("name", "title")
LONGEST = 200


@dataclass
class Drawing:
    """An overlay as it was read: `overlay` and `body` (GeoJSON) are None where it could not be taken."""

    spec: OverlayFile
    counts: OverlayCounts
    overlay: Overlay | None = None
    body: bytes | None = None
    rejects: list[Reject] = field(default_factory=list)


@dataclass(frozen=True)
class _Feature:
    number: int
    feature: dict
    shape: object


def drawings(specs: Iterable[OverlayFile], box: Box, progress: Progress) -> list[Drawing]:
    """Each overlay, read."""
    out = []
    for spec in specs:
        progress(spec.file.name, 0.0)
        out.append(draw(spec, box))
        progress(spec.file.name, 1.0)
    return out


def refresh(city: City, read: list[Drawing]) -> list[OverlayCounts]:
    """Make what was read the city's overlays, and quarantine what was refused; returns the counts.

    One that could not be taken stays as it was before, and the others of the city are gone.
    """
    before, listed = {overlay.key: overlay for overlay in overlays(city)}, []
    for drawing in read:
        if drawing.overlay is not None:
            listed.append((drawing.overlay, drawing.body))
        elif drawing.spec.key in before:
            listed.append((before[drawing.spec.key], None))
            drawing.counts.notes.append("the overlay that was loaded before is still shown")
        told = [f"{r.source}:{r.line}:{r.reason}:{r.raw}" for r in drawing.rejects]
        token = "load:overlay:" + digest_of("\0".join([drawing.spec.key, *told]).encode("utf-8", "replace"))
        quarantine(city, "overlay", "overlay", drawing.rejects, token)
    keep_overlays(city, listed)
    return [drawing.counts for drawing in read]


def draw(spec: OverlayFile, box: Box) -> Drawing:
    """Read an overlay for a city with that box (west, south, east, north); the counts say what is wrong."""
    drawing = Drawing(spec, OverlayCounts(spec.key, spec.file.name))
    try:
        document = read_geojson(spec.file)
        drawing.counts.shapes = len(document.features)
        found = _shapes(drawing, document.features)
        near = _near(drawing, found, spec.crs or document.crs or "wgs84", box)
        _finish(drawing, _mended(drawing, near))
    except BadSource as error:
        drawing.counts.error = str(error)
    except RecursionError:
        drawing.counts.error = f"{spec.file}: a shape is nested too deeply."
    return drawing


def _shapes(drawing: Drawing, features: list) -> list[_Feature]:
    """The features that have a shape, in the file's own coordinates."""
    found = []
    for number, feature in enumerate(features, 1):
        try:
            found.append(_Feature(number, feature, shape_of(geometry_of(feature))))
        except Refused as error:
            _refuse(drawing, number, feature, error)
    return _some(drawing, found)


def _some(drawing: Drawing, found: list[_Feature]) -> list[_Feature]:
    """The same; raises BadSource for none."""
    if not found:
        told = "no shape in it can be drawn" if drawing.counts.shapes else "there is no shape in it"
        raise BadSource(f"{drawing.spec.file}: {told}.")
    return found


def _near(drawing: Drawing, found: list[_Feature], crs: str, box: Box) -> list[_Feature]:
    """The shapes in WGS84, without those that are not on the earth or nowhere near the city."""
    given = np.array([f.shape for f in found], object)
    placed = _in_wgs84(drawing, given, crs)
    bounds = shapely.bounds(placed)
    on_earth, near = in_box(*bounds.T[:2], EARTH) & in_box(*bounds.T[2:], EARTH), _touching(bounds, _widened(box))
    corner = _first_corners(given)
    turned = in_box(*converted(corner[:, 1], corner[:, 0], crs), box)
    for i in np.flatnonzero(~(near & on_earth)):
        reason = "swapped_coordinates" if turned[i] else "outside_city" if on_earth[i] else "bad_coordinates"
        detail = f"x={corner[i, 0]:.10g} y={corner[i, 1]:.10g} ({crs})"
        _refuse(drawing, found[i].number, found[i].feature, Refused(reason, detail))
    good = [replace(f, shape=shape) for f, shape, ok in zip(found, placed, near & on_earth, strict=True) if ok]
    if not good:
        why = guessed(*corner.T, crs, box)
        raise BadSource(f"{drawing.spec.file}: no shape in it lies in the city. {why}")
    return good


def _in_wgs84(drawing: Drawing, shapes: np.ndarray, crs: str) -> np.ndarray:
    try:
        to_wgs84(0.0, 0.0, crs)
    except BadSource as error:
        raise BadSource(f"{drawing.spec.file}: {error} Set `crs` in the city file.") from error
    with np.errstate(all="ignore"):
        return shapes_to_wgs84(shapes, crs)


def _widened(box: Box) -> Box:
    """The box with half its size around it."""
    west, south, east, north = box
    x, y = (east - west) / 2, (north - south) / 2
    return west - x, south - y, east + x, north + y


def _touching(bounds: np.ndarray, box: Box) -> np.ndarray:
    west, south, east, north = box
    with np.errstate(invalid="ignore"):
        x, y = (bounds[:, 0] <= east) & (bounds[:, 2] >= west), (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    return x & y


def _first_corners(shapes: np.ndarray) -> np.ndarray:
    places, of = shapely.get_coordinates(shapes, return_index=True)
    return places[np.searchsorted(of, np.arange(len(shapes)))]


def _mended(drawing: Drawing, found: list[_Feature]) -> list[_Feature]:
    """The shapes made valid, without those of which nothing is left."""
    out = []
    for f, valid in zip(found, shapely.is_valid([f.shape for f in found]), strict=True):
        if valid:
            out.append(f)
            continue
        shape = _repaired(f.shape)
        if shape is None:
            why = shapely.is_valid_reason(f.shape)
            _refuse(drawing, f.number, f.feature, Refused("bad_geometry", f"{f.shape.geom_type}: {why}"))
        else:
            drawing.counts.repaired += 1
            out.append(replace(f, shape=shape))
    return _some(drawing, out)


def _repaired(shape: object) -> object | None:
    """The valid part of a shape that has its dimension: an area stays an area; None for none."""
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(shapely.get_parts(mended))
    parts = parts[~shapely.is_empty(parts) & (shapely.get_dimensions(parts) == shapely.get_dimensions(shape))]
    return shapely.union_all(parts) if len(parts) else None


def _finish(drawing: Drawing, found: list[_Feature]) -> None:
    """Simplify the shapes and write them as GeoJSON."""
    spec, counts = drawing.spec, drawing.counts
    shapes = shapely.transform(_simplified(drawing, np.array([f.shape for f in found], object)), _rounded)
    rows = [
        f'{{"type":"Feature","properties":{_properties(f.feature)},"geometry":{shape}}}'
        for f, shape in zip(found, shapely.to_geojson(shapes), strict=True)
    ]
    drawing.body = f'{{"type":"FeatureCollection","features":[{",".join(rows)}]}}'.encode()
    counts.drawn = len(rows)
    drawing.overlay = Overlay(
        key=spec.key,
        title=spec.title,
        digest=digest_of(drawing.body),
        shapes=len(rows),
        network=spec.network,
        colour=spec.colour,
    )


def _rounded(places: np.ndarray) -> np.ndarray:
    return places.round(6)


def _simplified(drawing: Drawing, shapes: np.ndarray) -> np.ndarray:
    """The shapes without the corners that nobody sees; coarser where there are still too many."""
    away = FINE
    while away <= COARSE:
        out = shapely.simplify(shapes, away)
        corners = int(shapely.get_num_coordinates(out).sum())
        if corners <= MOST_CORNERS:
            if away > FINE:
                drawing.counts.notes.append(f"simplified to about {away * 111_000:.0f} m, to draw it fast")
            return out
        away *= 2
    raise BadSource(
        f"{drawing.spec.file}: has {corners:,} corners even when simplified, and {MOST_CORNERS:,} can be drawn:"
        f" {SIMPLER}."
    )


def _properties(feature: dict) -> str:
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    titles = [str(properties[name]) for name in TITLE if isinstance(properties.get(name), str | int | float)]
    return json.dumps({"title": titles[0][:LONGEST]} if titles else {}, ensure_ascii=False)


def _refuse(drawing: Drawing, number: int, feature: object, why: Refused) -> None:
    raw = json.dumps(feature, ensure_ascii=False)[:RAW]
    reject = Reject(drawing.counts.file, number, why.reason, why.detail, raw)
    drawing.counts.refuse(reject)
    if len(drawing.rejects) < KEPT:
        drawing.rejects.append(reject)
