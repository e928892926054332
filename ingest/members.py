"""Devices and facilities of a city file: read from CSV, each put into its leaf."""

import numpy as np

from data_access.crs import to_wgs84
from data_access.leaf_lookup import LeafLookup
from data_access.write import Reject
from ingest.areas import rows_of_ids
from ingest.cityfile import MemberFile
from ingest.files import Reading, Row
from ingest.mapping import check_columns, filled, text_of
from ingest.reasons import Refused, shown
from ingest.tree import Tree


class Members:
    """Devices and facilities read from CSV, each put into its leaf."""

    def __init__(self, tree: Tree):
        self._tree = tree
        self._row = rows_of_ids(tree.units)
        self.rejects: list[tuple[str, Reject]] = []

    def read(self, source: MemberFile | None, what: str, kinds: set[str]) -> list[tuple]:
        """Rows with the columns of the plan's frame; what cannot be taken is in `rejects`."""
        if source is None:
            return []
        reading, lookup = Reading.of(source.file), LeafLookup(self._tree.shapes)
        place = (source.unit,) if source.unit else (source.lon, source.lat)
        check_columns(str(source.file), [source.code, source.kind, source.interval, *place], reading.columns()[0])
        rows, seen = [], set()
        for line in reading.rows():
            try:
                code, kind = self._named(source, line, kinds, seen)
                where = self._where(source, line.values, lookup)
                every = int(float(text_of(line.values.get(source.interval)) or source.every))
            except (Refused, ValueError) as error:
                bad = error if isinstance(error, Refused) else Refused("bad_value", str(error))
                self.rejects.append((what, Reject(source.file.name, line.line, bad.reason, bad.detail, line.raw)))
                continue
            seen.add(code)
            head = (len(rows) + 1, code, kind)
            rows.append((*head, source.feed, *where, every) if what == "device" else (*head, *where))
        return rows

    @staticmethod
    def _named(source: MemberFile, line: Row, kinds: set[str], seen: set[str]) -> tuple[str, str]:
        if line.refused:
            raise line.refused
        code, kind = filled(source.code, line.values), filled(source.kind, line.values)
        if not code or not kind:
            raise Refused("missing_field", source.kind if code else source.code)
        if code in seen:
            raise Refused("duplicate_id", shown(source.code, code))
        if kind not in kinds:
            raise Refused("unknown_type", shown(source.kind, kind))
        return code, kind

    def _where(self, source: MemberFile, values: dict, lookup: LeafLookup) -> tuple[int, float, float]:
        u = self._tree.units
        if source.unit:
            row = self._row.get(filled(source.unit, values))
            if row is None or u.hi[row] - u.lo[row] != 1:
                raise Refused("unknown_unit", shown(source.unit, filled(source.unit, values), "not a leaf"))
            return int(u.lo[row]), float(u.lon[row]), float(u.lat[row])
        given = [float(text_of(values.get(c)) or "nan") for c in (source.lon, source.lat)]
        lon, lat = (np.atleast_1d(v) for v in to_wgs84(*given, source.crs))
        leaf = int(lookup.leaves(lon, lat)[0])
        if leaf < 0:
            swapped = lookup.leaves(lat, lon)[0] >= 0
            reason = "swapped_coordinates" if swapped else "outside_city"
            raise Refused(reason, f"{source.lon}={given[0]:g} {source.lat}={given[1]:g}")
        return leaf, float(lon[0]), float(lat[0])
