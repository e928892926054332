"""Reading a GeoJSON file of bounded size: its features as they stand, each fault with its line or its feature."""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import shapely

from data_access.errors import BadSource
from ingest.files import Reading
from ingest.reasons import Refused, shown

LIMIT = 20 * 2**20
"""Bytes, unpacked."""
SIMPLER = "simplify it (as `ogr2ogr -simplify 0.00002 small.geojson large.geojson` does), or split it"
GEOMETRIES = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)


@dataclass(frozen=True)
class Document:
    """The features of a file, and the coordinate system it names itself, if any."""

    features: list
    crs: str | None


def read_geojson(path: Path) -> Document:
    """The features of the GeoJSON file at `path`, gzipped or not.

    Raises BadSource for a file that is not there or cannot be read, that holds more than LIMIT bytes (no more are
    read), or that is not GeoJSON: with its line, where there is one.
    """
    text = _text(path)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        cut = " The file ends there: it may have been cut short." if error.pos >= len(text.rstrip()) else ""
        raise BadSource(f"{path}:{error.lineno}: not JSON: {error.msg}.{cut}") from error
    except RecursionError:
        raise BadSource(f"{path}: not GeoJSON: it is nested too deeply.") from None
    except ValueError as error:
        raise BadSource(f"{path}: not GeoJSON: {error}.") from error
    return Document(_features(path, document), _declared_crs(document))


def _text(path: Path) -> str:
    if not path.is_file():
        raise BadSource(f"{path}: there is no such file.")
    try:
        size = path.stat().st_size
        if size > LIMIT:
            raise BadSource(f"{path}: {_mb(size)}, and an overlay may have {_mb(LIMIT)} at most: {SIMPLER}.")
        with Reading(path, "geojson").open() as body:
            read = body.read(LIMIT + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadSource(f"{path}: cannot be read: {error}") from error
    if len(read) > LIMIT:
        raise BadSource(f"{path}: more than {_mb(LIMIT)} when unpacked, which is the most: {SIMPLER}.")
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = read.count(b"\n", 0, error.start) + 1
        raise BadSource(f"{path}:{line}: not UTF-8; save it as UTF-8.") from error


def _mb(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


def _features(path: Path, document: object) -> list:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return document["features"]
    if kind == "Feature":
        return [document]
    if kind in GEOMETRIES:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    raise BadSource(f"{path}: not GeoJSON: it should be a FeatureCollection with a list `features`.")


def _declared_crs(document: dict) -> str | None:
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return None
    return "wgs84" if name.endswith(("CRS84", "EPSG::4326", "EPSG:4326")) else name


def geometry_of(feature: object) -> dict:
    """The geometry of a feature, as it stands. Raises Refused for none, or one of a type that GeoJSON has not."""
    if not isinstance(feature, dict):
        raise Refused("not_json", "not a feature")
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        raise Refused("no_geometry", shown("geometry", geometry))
    if geometry.get("type") not in GEOMETRIES:
        raise Refused("unknown_geometry", shown("type", geometry.get("type")))
    return geometry


def shape_of(geometry: dict) -> object:
    """A geometry as a shape, in the file's own coordinates, flat. Raises Refused with the first fault."""
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.GEOSException, OverflowError) as error:
        number = _bad_number(geometry)
        if number is not None:
            raise Refused("bad_coordinates", shown("coordinate", number, "not a number")) from error
        open_ring = "do not form a closed" in str(error)
        why = (
            "a ring does not end where it begins" if open_ring else f"not the coordinates of a {geometry['type']}"
        )
        raise Refused("bad_geometry", why) from error
    if shape is None or shape.is_empty:
        raise Refused("no_geometry", f"an empty {geometry['type']}")
    return shape


def _bad_number(geometry: dict) -> object | None:
    """The first thing among the coordinates that is no finite number; None for none."""
    left = [geometry.get("coordinates"), geometry.get("geometries")]
    while left:
        part = left.pop()
        if isinstance(part, list):
            left += reversed(part)
        elif isinstance(part, dict):
            left += [part.get("coordinates"), part.get("geometries")]
        elif part is not None and not _finite(part):
            return part
    return None


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
