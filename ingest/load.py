"""`jingwei load CITY.yaml`: a city built from files, and its cases taken in."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import shapely

from data_access.build import build, unpack_leaves, write_profile
from data_access.city import City
from data_access.errors import BadSource, NoCity
from data_access.opening import open_city
from data_access.outlines import box_of
from data_access.overlays import overlays
from data_access.plan import CityPlan
from data_access.profile import Profile
from data_access.settings import Settings
from data_access.units import OUTSIDE
from data_access.write import Receipt, Reject, landed
from ingest.boundaries import Progress
from ingest.caserows import CaseMapper
from ingest.cityfile import CaseFile
from ingest.citytext import read_cityfile
from ingest.files import BATCH, Reading, Row
from ingest.items import Item
from ingest.overlayfile import OverlaysFile
from ingest.overlays import drawings, refresh
from ingest.pipeline import quarantine, record_item, submit_items
from ingest.planning import Prepared, prepare
from ingest.reasons import Refused
from ingest.records import kinds
from ingest.refused import RAW
from ingest.summary import FileCounts, Summary

PACKED = 6
"""About how many bytes of text a gzipped byte holds; only for telling progress."""


def load(settings: Settings, path: Path, progress: Progress = lambda what, part: None) -> Summary:
    """Build the city of the file at `path` into the settings' store, if it is not there yet, and load its cases.

    Running it again changes nothing: units that are the same are not built again, and rows that landed count as
    duplicates. Overlays that the file names become the city's; a file with only overlays changes nothing else.
    Raises BadSource with file and line for what cannot be used, or when the store holds another city or other
    units; NoCity for overlays without a city; StoreBusy when another process has the store.
    """
    found, built = read_cityfile(Path(path)), False
    prepared = None if isinstance(found, OverlaysFile) else prepare(found, progress)
    try:
        city = open_city(settings)
    except NoCity:
        if prepared is None:
            raise
        build(settings, prepared.plan, progress)
        city, built = open_city(settings), True
    try:
        if prepared is None:
            return load_overlays(city, found, progress)
        return load_prepared(city, prepared, built, progress)
    finally:
        city.close()


def load_into(city: City, path: Path, progress: Progress = lambda what, part: None) -> Summary:
    """Load cases and overlays of a city file into `city`, which is open. Raises BadSource as `load` does."""
    found = read_cityfile(Path(path))
    if isinstance(found, OverlaysFile):
        return load_overlays(city, found, progress)
    return load_prepared(city, prepare(found, progress), False, progress)


def load_overlays(city: City, found: OverlaysFile, progress: Progress) -> Summary:
    """Give an open city the overlays of a file that has nothing else."""
    _check_key(city, found.key)
    summary = _summary(city, False, len(city.profile.types))
    summary.overlays = refresh(city, drawings(found.overlays, box_of(city, city.units.root.intervals), progress))
    return summary


def _summary(city: City, built: bool, types: int) -> Summary:
    counts = np.bincount(city.units.table.level).tolist()
    units = dict(zip([level.key for level in city.profile.levels], counts, strict=True))
    zones = sum(zone.id != OUTSIDE for zone in city.units.zones)
    return Summary(city.profile.key, built, units, city.units.leaves, zones, types)


def load_prepared(city: City, prepared: Prepared, built: bool, progress: Progress) -> Summary:
    """Load the cases of a prepared city file into an open city that has the same units."""
    plan, warnings = prepared.plan, list(prepared.warnings)
    if not built:
        _check_same(city, plan)
        city, changed = _with_profile(city, plan.profile)
        warnings += changed
    summary = _summary(city, built, len(city.profile.types))
    summary.warnings, summary.others = warnings, [reject for _, reject in prepared.rejects]
    for kind in {kind for kind, _ in prepared.rejects}:
        mine = [reject for k, reject in prepared.rejects if k == kind]
        token = _digest("others", kind, *(f"{r.source}:{r.line}:{r.reason}:{r.raw}" for r in mine))
        quarantine(city, plan.profile.feeds[0].key, kind, mine, token)
    for cases, reading, mapper in prepared.cases:
        summary.files.append(_load_file(city, cases, reading, mapper, progress))
    if prepared.city.overlays is not None:
        summary.overlays = refresh(city, prepared.overlays)
    return summary


def _load_file(
    city: City, cases: CaseFile, reading: Reading, mapper: CaseMapper, progress: Progress
) -> FileCounts:
    counts = FileCounts(reading.path.name, cases.feed)
    size = reading.path.stat().st_size * (PACKED if reading.path.suffix == ".gz" else 1)
    declared, read = kinds()["case_step"], 0
    mapping = cases.model_dump_json(exclude={"file"}) + city.profile.model_dump_json(include={"types"})
    try:
        for chunk in _chunks(reading.rows()):
            progress(counts.file, min(read / size, 0.99))
            token = _digest("cases", cases.feed, mapping, *(row.raw for row in chunk))
            receipt, items = landed(city, token), []
            if receipt is None:
                items = [_item(mapper, declared, row) for row in chunk]
                receipt = submit_items(
                    city, cases.feed, "case_step", items, token, counts.file, cases.crs, archived=True
                )
            _count(counts, len(chunk), items, receipt)
            read += sum(len(row.raw) for row in chunk)
    except BadSource as error:
        counts.error = str(error)
    progress(counts.file, 1.0)
    return counts


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows in pieces of `BATCH`; what a file gave before it broke comes as the last piece, then the error."""
    while True:
        chunk: list[Row] = []
        try:
            chunk.extend(islice(rows, BATCH))
        except BadSource:
            if chunk:
                yield chunk
            raise
        if not chunk:
            return
        yield chunk


def _item(mapper: CaseMapper, declared: object, row: Row) -> Item:
    if row.refused:
        return Item(row.line, row.raw, refused=row.refused)
    try:
        return record_item(declared, row.line, row.raw, mapper.records(row))
    except Refused as error:
        return Item(row.line, row.raw, refused=error)


def _count(counts: FileCounts, rows: int, items: list[Item], receipt: Receipt) -> None:
    counts.rows += rows
    if receipt.repeated:
        counts.rejected += receipt.rejected
        counts.duplicates += rows - receipt.rejected
        return
    counts.steps += receipt.accepted
    for item in items:
        if item.refused:
            counts.rejected += 1
            reason, detail = item.refused.reason, item.refused.detail
            counts.refuse(Reject(counts.file, item.line, reason, detail, item.raw[:RAW]))
        elif item.duplicate:
            counts.duplicates += 1
        else:
            counts.loaded += 1


def _digest(*parts: str) -> str:
    body = hashlib.sha256()
    for part in parts:
        body.update(part.encode("utf-8", "replace") + b"\0")
    return f"load:{parts[0]}:{body.hexdigest()[:32]}"


def _check_key(city: City, key: str) -> None:
    if city.profile.key != key:
        raise BadSource(
            f"The store holds the city {city.profile.key!r}, the file is of {key!r}."
            " Set JINGWEI_HOME to another folder."
        )


def _check_same(city: City, plan: CityPlan) -> None:
    _check_key(city, plan.profile.key)
    there, here = city.units.table, plan.units
    same = len(there) == len(here) and all(
        np.array_equal(getattr(there, n), getattr(here, n)) for n in ("id", "level", "parent", "lo", "hi")
    )
    if same:
        stored = unpack_leaves(city.store.blob("leaves")[1])
        mine, theirs = shapely.get_coordinates(plan.shapes), shapely.get_coordinates(stored)
        same = mine.shape == theirs.shape and np.allclose(mine, theirs, rtol=0, atol=1e-7)
    if not same:
        raise BadSource(
            f"The boundaries of {city.profile.key!r} differ from those the store was built with, and records are"
            " kept by leaf number: build the city anew, with JINGWEI_HOME set to an empty folder."
        )


def _with_profile(city: City, profile: Profile) -> tuple[City, list[str]]:
    """The city with what the file has changed in its profile; types that are gone stay, since cases have them."""
    kept = [t for t in city.profile.types if t.key not in {new.key for new in profile.types}]
    there = {"epoch": city.profile.epoch, "overlays": city.profile.overlays}
    merged = profile.model_copy(update=there | {"types": (*profile.types, *kept)})
    merged = merged.with_feeds(feed for feed in city.profile.feeds if feed.declared)
    if {t.key: t for t in merged.types} == city.types:
        merged = merged.model_copy(update={"types": city.profile.types})
    if merged == city.profile:
        return city, []
    write_profile(city.store, merged.model_copy(update={"overlays": overlays(city)}))
    told = "Types, feeds or titles have changed; a server shows them when restarted."
    return replace(city, profile=merged), [told]
