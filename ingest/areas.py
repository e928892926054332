"""What a city file says of areas: management zones, numbers by leaf, water and roads of the base map."""

from pathlib import Path

import numpy as np
import shapely

from data_access.errors import BadSource
from data_access.units import UnitTable, Zone, merged
from data_access.words import T
from ingest.boundaries import features, read_level
from ingest.cityfile import CityFile
from ingest.files import Reading
from ingest.mapping import check_columns, filled, text_of, value_of
from ingest.tree import Tree


def rows_of_ids(units: UnitTable) -> dict[str, int]:
    """The row of each unit, by id."""
    return {str(unit_id): row for row, unit_id in enumerate(units.id)}


def zones(city: CityFile, tree: Tree, warnings: list[str]) -> tuple[Zone, ...]:
    """The management zones, disjoint; what had to be left out is added to `warnings`. Raises BadSource."""
    if city.zones is None:
        return ()
    u, taken = tree.units, np.zeros(int(tree.units.hi[0]), bool)
    out = []
    for zone_id, title, leaves in [*_listed_zones(city, u), *_drawn_zones(city, tree)]:
        twice = int(taken[leaves].sum())
        if twice:
            warnings.append(f"Zone {zone_id}: {twice} of its leaves are in a zone before it, and stay there.")
        mine = leaves[~taken[leaves]]
        taken[mine] = True
        if not len(mine):
            warnings.append(f"Zone {zone_id}: holds no leaf and is left out.")
            continue
        point = shapely.point_on_surface(tree.shapes[mine[np.argmax(shapely.area(tree.shapes[mine]))]])
        out.append(Zone(zone_id, title, merged((i, i + 1) for i in mine.tolist()), (point.x, point.y)))
    clash = {z.id for z in out} & set(u.id)
    if clash:
        raise BadSource(f"Zones and units must have different ids; both have {', '.join(sorted(clash))}.")
    return tuple(out)


def _listed_zones(city: CityFile, units: UnitTable) -> list[tuple[str, T, np.ndarray]]:
    row, out = rows_of_ids(units), []
    for zone in city.zones.list:
        unknown = [unit for unit in zone.units if unit not in row]
        if unknown:
            raise BadSource(f"Zone {zone.id}: there is no unit {', '.join(unknown)}.")
        leaves = [np.arange(units.lo[row[unit]], units.hi[row[unit]]) for unit in zone.units]
        out.append((zone.id, zone.title, np.unique(np.concatenate(leaves)).astype(int)))
    return out


def _drawn_zones(city: CityFile, tree: Tree) -> list[tuple[str, T, np.ndarray]]:
    if city.zones.shapes is None:
        return []
    drawn = read_level(city.zones.shapes, lambda what, part: None)
    inside = shapely.STRtree(shapely.point_on_surface(tree.shapes))
    leaves = [np.sort(inside.query(shape, predicate="intersects")) for shape in drawn.shapes]
    return [(i, T(z, e), v) for i, z, e, v in zip(drawn.ids, drawn.zh, drawn.en, leaves, strict=True)]


def facts(city: CityFile, tree: Tree) -> dict[str, np.ndarray]:
    """One number a leaf for each measure, NaN where there is none. Raises BadSource with file and line."""
    row, u = rows_of_ids(tree.units), tree.units
    found = {measure: dict(values) for measure, values in tree.facts.items()}
    for source in city.facts:
        reading = Reading.of(source.file)
        check_columns(str(source.file), [source.unit, *source.measures.values()], reading.columns()[0])
        for line in reading.rows():
            unit = filled(source.unit, line.values)
            if line.refused or unit not in row or u.hi[row[unit]] - u.lo[row[unit]] != 1:
                why = str(line.refused or f"{source.unit}={unit} is not a leaf of this city")
                raise BadSource(f"{source.file}:{line.line}: {why}.")
            for measure, column in source.measures.items():
                found.setdefault(measure, {})[unit] = _number(source.file, line.line, column, line.values)
    out = {}
    for measure, values in found.items():
        out[measure] = np.full(int(u.hi[0]), np.nan)
        for unit, value in values.items():
            if unit in row and u.hi[row[unit]] - u.lo[row[unit]] == 1:
                out[measure][u.lo[row[unit]]] = value
    return out


def _number(file: Path, line: int, column: str, values: dict) -> float:
    text = text_of(value_of(values, column))
    try:
        return float(text) if text else float("nan")
    except ValueError:
        raise BadSource(f"{file}:{line}: {column}={text} is not a number.") from None


def base_map(city: CityFile) -> tuple[tuple[str, object], ...]:
    """Water and roads as ``(kind, shape)``."""
    return tuple(
        (source.kind, shape)
        for source in city.lines
        for _, _, _, shape in features(source.file, source.layer, source.crs)
        if shape is not None and not shape.is_empty
    )
