"""A city file turned into a plan: profile, units, zones, facts, devices, facilities, base map."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from data_access.errors import BadSource
from data_access.plan import DEVICE_COLUMNS, FACILITY_COLUMNS, CityPlan
from data_access.profile import Feed, Level, Profile
from data_access.words import T
from data_access.write import Reject
from ingest.areas import base_map, facts, zones
from ingest.boundaries import Progress
from ingest.caserows import CaseMapper
from ingest.cityfile import CaseFile, CityFile, LevelFile
from ingest.files import Reading
from ingest.mapping import check_columns
from ingest.members import Members
from ingest.overlays import Drawing, drawings
from ingest.times import Times
from ingest.tree import Tree, read_tree
from ingest.types import TypeBook, read_types

IMPORT = Feed(key="import", network="government", title=T("文件导入", "Files"), interval=86_400)


@dataclass
class Prepared:
    """A city file read whole, but for the rows of its cases."""

    city: CityFile
    plan: CityPlan
    types: TypeBook
    cases: list[tuple[CaseFile, Reading, CaseMapper]]
    warnings: list[str] = field(default_factory=list)
    rejects: list[tuple[str, Reject]] = field(default_factory=list)
    overlays: list[Drawing] = field(default_factory=list)


def prepare(city: CityFile, progress: Progress) -> Prepared:
    """Read all that a city file names, checking every column before anything is written.

    Raises BadSource with file, line where known, and what was expected; but not for overlays: what is wrong with
    one of them is told in the end, and keeps nothing else from loading.
    """
    warnings: list[str] = []
    sources = [(cases, reading) for cases in city.cases for reading in _readings(cases)]
    for cases, reading in sources:
        mapper = CaseMapper(cases, _times(city, cases), TypeBook(), reading.format == "geojson")
        warnings += _check_case_columns(reading, mapper)
    tree, levels = read_tree(city, progress)
    progress("types", 0.0)
    types = read_types(city, sources)
    mapped = [(c, r, CaseMapper(c, _times(city, c), types, r.format == "geojson")) for c, r in sources]
    members = Members(tree)
    plan = _plan(city, tree, _profile(city, levels, types), members, warnings)
    rejects = [("unit", r) for r in tree.rejects] + members.rejects
    box = tuple(shapely.total_bounds(tree.shapes).tolist())
    overlays = drawings(city.overlays or (), box, progress)
    return Prepared(city, plan, types, mapped, tree.warnings + warnings, rejects, overlays)


def _plan(city: CityFile, tree: Tree, profile: Profile, members: Members, warnings: list[str]) -> CityPlan:
    devices = members.read(city.devices, "device", {k.key for k in city.device_kinds})
    facilities = members.read(city.facilities, "facility", {k.key for k in city.facility_types})
    return CityPlan(
        profile,
        tree.units,
        tree.shapes,
        zones(city, tree, warnings),
        outlines={0: {str(tree.units.id[0]): _union(tree.shapes)}},
        lines=base_map(city),
        leaf_facts=facts(city, tree),
        devices=pd.DataFrame(devices, columns=DEVICE_COLUMNS),
        facilities=pd.DataFrame(facilities, columns=FACILITY_COLUMNS),
    )


def _times(city: CityFile, cases: CaseFile) -> Times:
    return Times(cases.timezone or city.timezone, cases.time_format)


def _readings(cases: CaseFile) -> list[Reading]:
    paths: list[Path] = []
    for path in cases.file:
        found = sorted(path.parent.glob(path.name)) if "*" in path.name else [path]
        if not found:
            raise BadSource(f"{path}: there is no such file.")
        paths += found
    return [Reading.of(p, cases.format, cases.encoding, cases.delimiter) for p in paths]


def _check_case_columns(reading: Reading, mapper: CaseMapper) -> list[str]:
    there, all_of_them = reading.columns()
    must, may = mapper.columns()
    check_columns(str(reading.path), must + (may if all_of_them else []), there)
    try:
        check_columns(str(reading.path), may, there)
    except BadSource as error:
        return [f"{error} Taken as empty, since the first 1,000 rows do not have it."]
    return []


def _profile(city: CityFile, levels: tuple[LevelFile, ...], types: TypeBook) -> Profile:
    return Profile(
        key=city.key,
        title=city.title,
        zone=city.timezone,
        levels=tuple(Level(key=v.key, title=v.title, plural=v.plural or v.title) for v in levels),
        calendar=city.calendar,
        zone_title=city.zones.title if city.zones else None,
        attribution=city.attribution,
        types=tuple(types.types.values()),
        feeds=city.feeds or (IMPORT,),
        device_kinds=city.device_kinds,
        facility_types=city.facility_types,
        kpis=city.kpis,
        epoch=float(int(time.time())),
    )


def _union(shapes: np.ndarray) -> object:
    if shapely.coverage_is_valid(shapes):
        return shapely.coverage_union_all(shapes)
    return shapely.union_all(shapes)
