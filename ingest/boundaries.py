"""Reading outlines: GeoJSON, GeoPackage, Shapefile, all that GDAL reads, in bounded steps, repaired and told."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from pydantic_core import to_json

from data_access.crs import to_wgs84
from data_access.errors import BadSource
from data_access.write import Reject
from ingest.cityfile import LevelFile, Shapes
from ingest.mapping import check_columns, columns_of, filled, text_of
from ingest.reasons import shown

STEP = 1000
Progress = Callable[[str, float], None]
Feature = tuple[int, int, dict, object]


@dataclass
class Outlines:
    """The units of one file: parallel lists of shape (WGS84), id, names, parent's id, facts, feature's number.

    `place` finds a unit by its id; `more` holds further outlines of a unit that are to be joined to its first.
    """

    file: str
    shapes: list[object] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    zh: list[str] = field(default_factory=list)
    en: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    facts: dict[str, list[float]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)
    more: dict[int, list[object]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)


def features(
    path: Path, layer: str | None = None, crs: str | None = None, encoding: str | None = None
) -> Iterator[Feature]:
    """Each feature of a file: its number from 1, how many there are, its columns, its WGS84 shape.

    A shape is None where the file has none. Raises BadSource for a file that cannot be read or has no known CRS.
    """
    if not path.is_file():
        raise BadSource(f"{path}: there is no such file.")
    number = 0
    try:
        total = pyogrio.read_info(_gdal_path(path), layer=layer, encoding=encoding)["features"]
        options = {"layer": layer, "encoding": encoding, "batch_size": STEP, "use_pyarrow": True}
        with pyogrio.open_arrow(_gdal_path(path), **options) as (meta, reader):
            name = meta["geometry_name"] or "wkb_geometry"
            system = crs or meta["crs"]
            for batch in reader:
                columns = [n for n in batch.schema.names if n != name]
                shapes = shapely.from_wkb(batch.column(name).to_numpy(zero_copy_only=False), on_invalid="ignore")
                shapes = _in_wgs84(path, shapes, system)
                for values, shape in zip(batch.select(columns).to_pylist(), shapes, strict=True):
                    number += 1
                    yield number, total, values, shape
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise BadSource(f"{path}: cannot be read{_json_fault(path)}: {error}") from error


def _gdal_path(path: Path) -> str:
    if path.suffix == ".gz":
        return f"/vsigzip/{path.absolute()}"
    return f"/vsizip/{path.absolute()}" if path.suffix == ".zip" else str(path)


def _json_fault(path: Path) -> str:
    if path.suffix not in (".geojson", ".json"):
        return ""
    try:
        json.loads(path.read_bytes())
    except json.JSONDecodeError as error:
        return f" at line {error.lineno}"
    except (OSError, UnicodeDecodeError):
        pass
    return ""


def _in_wgs84(path: Path, shapes: np.ndarray, crs: str | None) -> np.ndarray:
    if crs is None:
        raise BadSource(f"{path}: does not say its coordinate system; set `crs`, as to wgs84, gcj02 or EPSG:4547.")
    present = np.flatnonzero(~shapely.is_missing(shapes))
    flat = shapely.force_2d(shapes)
    if crs.lower() not in ("wgs84", "cgcs2000", "epsg:4326", "epsg:4490"):
        flat[present] = shapely.transform(flat[present], lambda xy: np.column_stack(to_wgs84(*xy.T, crs)))
    if len(present):
        west, south, east, north = shapely.total_bounds(flat[present])
        if west < -181 or east > 181 or south < -90 or north > 90:
            raise BadSource(
                f"{path}: coordinates go from {west:g} {south:g} to {east:g} {north:g}, which are no longitudes"
                " and latitudes: set `crs` to the system they are in; or they are swapped."
            )
    return flat


def read_level(level: LevelFile | Shapes, progress: Progress) -> Outlines:
    """The units of a level's file, or of the zones' file. Features without id or area are refused, others kept.

    Raises BadSource for an unreadable file, a missing column, or one without a single good feature.
    """
    out = Outlines(level.boundary.name)
    parent, facts = getattr(level, "parent", None), getattr(level, "facts", {})
    where = getattr(level, "where", {})
    out.facts = {measure: [] for measure in facts}
    names = (level.name.zh, level.name.en) if level.name else (level.id, level.id)
    for number, total, values, shape in features(level.boundary, level.layer, level.crs, level.encoding):
        if number == 1:
            check_columns(str(level.boundary), [level.id, *names, parent, *facts.values(), *where], values)
        if number % STEP == 0:
            progress(out.file, number / max(total, number))
        if _chosen(where, values) and _take(out, level, number, values, shape):
            out.zh.append(filled(names[0], values) or out.ids[-1])
            out.en.append(filled(names[1], values) or out.ids[-1])
            out.parents.append(filled(parent, values) if parent else "")
            for measure, column in facts.items():
                out.facts[measure].append(_number(values.get(column)))
    for i, shapes in out.more.items():
        out.shapes[i] = shapely.union_all([out.shapes[i], *shapes])
    if not len(out):
        raise BadSource(f"{level.boundary}: has no feature with an outline and an id.")
    return out


def _chosen(where: dict[str, tuple[str, ...]], values: dict) -> bool:
    return all(text_of(values.get(column)) in wanted for column, wanted in where.items())


def _take(out: Outlines, level: LevelFile | Shapes, number: int, values: dict, shape: object) -> bool:
    unit_id, dissolve = filled(level.id, values), getattr(level, "dissolve", False)
    reason, detail = "", ""
    if not unit_id:
        reason, detail = "missing_field", " ".join(columns_of(level.id))
    elif unit_id in out.place and not dissolve:
        reason, detail = "duplicate_id", shown("id", unit_id, "the first is kept")
    else:
        shape, why = _polygon(shape)
        if shape is None:
            reason, detail = "bad_shape", shown("id", unit_id, why)
        elif why:
            out.warnings.append(f"{out.file}: feature {number} ({unit_id}): {why}; repaired.")
    if reason:
        out.rejects.append(Reject(out.file, number, reason, detail, to_json(values, fallback=str).decode()))
        return False
    if unit_id in out.place:
        out.more.setdefault(out.place[unit_id], []).append(shape)
        return False
    out.shapes.append(shape)
    out.ids.append(unit_id)
    out.lines.append(number)
    out.place[unit_id] = len(out.ids) - 1
    return True


def _polygon(shape: object) -> tuple[object | None, str]:
    """The areal part of a shape, valid, and what was wrong with it; None when nothing areal is left."""
    if shape is None or shape.is_empty:
        return None, "no outline"
    why = ""
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [p for p in shapely.get_parts(shape, return_index=False) if p.geom_type in ("Polygon", "MultiPolygon")]
    if not parts or sum(p.area for p in parts) == 0:
        return None, why or f"{shape.geom_type}, not an area"
    return (shape if shape.geom_type in ("Polygon", "MultiPolygon") else shapely.union_all(parts)), why


def _number(value: object) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
