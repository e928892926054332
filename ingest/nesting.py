"""Finding the unit above each unit: by its code, by the beginning of its code, or by where it lies."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from data_access.errors import BadSource
from data_access.write import Reject
from ingest.boundaries import Outlines
from ingest.cityfile import LevelFile
from ingest.reasons import shown


@dataclass
class Tier:
    """The units of one level: parallel lists; `parent` is the place in the level above; groups have no shape."""

    ids: list[str]
    zh: list[str]
    en: list[str]
    shapes: list[object | None]
    parent: np.ndarray
    lines: list[int] = field(default_factory=list)
    file: str = ""
    warnings: list[str] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def drop(self, keep: np.ndarray) -> None:
        """Keep the units where `keep` is true."""
        for name in ("ids", "zh", "en", "shapes", "lines"):
            values = getattr(self, name)
            setattr(self, name, [v for v, k in zip(values, keep, strict=True) if k])
        self.parent = self.parent[keep]


def nested(level: LevelFile, outlines: Outlines, tiers: list[Tier], above: LevelFile | None) -> Tier:
    """The units of `level` with their parents in the last of `tiers`, to which groups for orphans are added.

    `above` is the declaration of the level above, None for the root. An orphan is a unit for which no parent is
    found; it joins a group under its grandparent, or is refused (`orphans: drop`, or no grandparent either).
    Raises BadSource when no unit at all finds a parent, or the two levels look swapped against each other.
    """
    tier = Tier(outlines.ids, outlines.zh, outlines.en, list(outlines.shapes), np.empty(0, int), outlines.lines)
    tier.file, tier.warnings, tier.rejects = outlines.file, outlines.warnings, outlines.rejects
    if len(tiers) == 1 and level.parent is None:
        tier.parent = np.zeros(len(tier.ids), int)
        return tier
    tier.parent = _parents(level, outlines, tiers[-1])
    orphans = np.flatnonzero(tier.parent < 0)
    if len(orphans) == len(tier.ids):
        raise BadSource(_nobody(level, outlines, tiers[-1]))
    if len(orphans):
        if level.orphans == "group" and above is not None:
            _group(tier, orphans, tiers, above)
        _refuse(tier)
    return tier


def _parents(level: LevelFile, outlines: Outlines, above: Tier) -> np.ndarray:
    how = level.nest or ("code" if level.parent else "overlap")
    if how == "code":
        place = {unit_id: n for n, unit_id in enumerate(above.ids)}
        return np.array([place.get(code, -1) for code in outlines.parents])
    if how == "prefix":
        place = {unit_id: n for n, unit_id in enumerate(above.ids)}
        codes = outlines.parents if level.parent else outlines.ids
        return np.array([_longest(code, place) for code in codes])
    _check_turned(level, outlines, above)
    if how == "point":
        return _holding(shapely.point_on_surface(np.array(outlines.shapes, object)), above.shapes)
    return overlapping(outlines.shapes, above.shapes, level.least)


def _longest(code: str, place: dict[str, int]) -> int:
    return next((place[code[:n]] for n in range(len(code), 0, -1) if code[:n] in place), -1)


def overlapping(shapes: list, parents: list, least: float) -> np.ndarray:
    """For each shape the parent it shares most area with; -1 where that is less than `least` of its own."""
    mine = np.array(shapes, object)
    best = np.full(len(mine), -1)
    share = np.full(len(mine), max(least, 1e-9))
    theirs = np.array(parents, object)
    child, parent = shapely.STRtree(theirs).query(mine, predicate="intersects")
    area = shapely.area(shapely.intersection(mine[child], theirs[parent])) / shapely.area(mine[child])
    for c, p, a in zip(child, parent, area, strict=True):
        if a > share[c]:
            best[c], share[c] = p, a
    return best


def _holding(points: np.ndarray, parents: list) -> np.ndarray:
    found = np.full(len(points), -1)
    child, parent = shapely.STRtree(np.array(parents, object)).query(points, predicate="intersects")
    found[child[::-1]] = parent[::-1]
    return found


def _group(tier: Tier, orphans: np.ndarray, tiers: list[Tier], above: LevelFile) -> None:
    mid, top = tiers[-1], tiers[-2]
    shapes = [tier.shapes[i] for i in orphans]
    grand = overlapping(shapes, top.shapes, 0.0) if len(tiers) > 2 else np.zeros(len(shapes), int)
    title, plural = above.title, above.plural or above.title
    groups: dict[int, int] = {}
    for i, g in zip(orphans, grand, strict=True):
        if g < 0:
            continue
        if g not in groups:
            groups[g] = len(mid.ids)
            mid.ids.append(f"{top.ids[g]}~{above.key}")
            mid.zh.append(f"{top.zh[g]}·未划入{title.zh}")
            mid.en.append(f"{top.en[g]}, outside {plural.en.lower()}")
            mid.shapes.append(None)
            mid.lines.append(0)
            mid.parent = np.append(mid.parent, g)
        tier.parent[i] = groups[g]
    kept = [tier.ids[i] for i, g in zip(orphans, grand, strict=True) if g >= 0]
    if kept:
        tier.warnings.append(
            f"{tier.file}: {len(kept)} units lie in no {title.en.lower()} and are grouped apart: {_few(kept)}."
        )


def _refuse(tier: Tier) -> None:
    lost = tier.parent < 0
    for i in np.flatnonzero(lost):
        detail = shown("id", tier.ids[i])
        tier.rejects.append(Reject(tier.file, tier.lines[i], "no_parent", detail, tier.ids[i]))
    tier.drop(~lost)


def _check_turned(level: LevelFile, outlines: Outlines, above: Tier) -> None:
    west, south, east, north = shapely.total_bounds(np.array(outlines.shapes, object))
    theirs = shapely.box(*shapely.total_bounds(np.array(above.shapes, object)))
    if not theirs.intersects(shapely.box(west, south, east, north)) and theirs.intersects(
        shapely.box(south, west, north, east)
    ):
        raise BadSource(f"{level.boundary}: longitude and latitude are swapped against the level above.")


def _nobody(level: LevelFile, outlines: Outlines, above: Tier) -> str:
    mine = _few(outlines.parents if level.parent else outlines.ids)
    return (
        f"{level.boundary}: no unit finds its parent. Codes here: {mine}; units above: {_few(above.ids)}."
        " Look at `parent` and `nest`."
    )


def _few(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
