"""From a row of a case file to the steps of a case, by the mapping of a city file."""

from pydantic import TypeAdapter, ValidationError

from ingest.cases import iso
from ingest.cityfile import CaseColumns, Mapped
from ingest.fields import Past, Planned
from ingest.files import GEOMETRY, Row
from ingest.mapping import columns_of, filled, value_of
from ingest.reasons import Refused, shown
from ingest.times import Times
from ingest.types import TypeBook

_PAST, _PLANNED = TypeAdapter(Past), TypeAdapter(Planned)


class CaseMapper:
    """Makes records of kind `case_step` of the rows of one form."""

    def __init__(self, cases: CaseColumns, times: Times, types: TypeBook, geojson: bool):
        self.cases = cases
        self._times = times
        self._types = types
        self._place = (cases.lon, cases.lat)
        if geojson and not (cases.lon or cases.lat or cases.unit):
            self._place = GEOMETRY

    def columns(self) -> tuple[list[str], list[str]]:
        """The columns or templates without which no row loads, and the others it may have."""
        c = self.cases
        must = [c.id, *(col for col, step in c.times.items() if step == "reported")]
        must += [p for p in ((c.unit,) if c.unit else self._place) if p and p not in GEOMETRY]
        must += [c.type.column] if c.type.column else []
        may = [col for col, step in c.times.items() if step != "reported"] + [c.actor, c.source.column]
        may += [c.severity.column] if c.severity else []
        may += [c.status.column, c.status.at] if c.status else []
        return must, [name for name in may if name]

    def records(self, row: Row) -> list[dict]:
        """The case's steps, `reported` first. Raises Refused."""
        c = self.cases
        case_id = filled(c.id, row.values)
        if not case_id:
            raise Refused("missing_field", " ".join(columns_of(c.id)))
        at = self._steps(row.values)
        first = {"type": self._type(row.values), "source": self._mapped(c.source, "source", row.values)}
        due = at.pop("due_at", None)
        first |= self._where(row.values) | {"due_at": None if due is None else due / 1000}
        if c.severity:
            first["severity"] = self._mapped(c.severity, "severity", row.values)
        actor = filled(c.actor, row.values)[:200] if c.actor else ""
        steps = [("reported", at.pop("reported")), *sorted(at.items(), key=lambda s: s[1])]
        records = [{"case_id": case_id, "step": s, "at": ms / 1000, "actor": actor} for s, ms in steps]
        return [records[0] | first, *records[1:]]

    def _steps(self, values: dict) -> dict[str, int]:
        """When each step was, in epoch milliseconds; `due_at` among them."""
        at: dict[str, int] = {}
        for column, step in self.cases.times.items():
            moment = self._moment(column, values, _PLANNED if step == "due_at" else _PAST)
            if moment is not None:
                at[step] = moment
        if "reported" not in at:
            missing = [c for c, step in self.cases.times.items() if step == "reported"]
            raise Refused("missing_field", " ".join(missing))
        status = self.cases.status
        word = filled(status.column, values) if status else ""
        if word:
            if word not in status.steps:
                raise Refused("unknown_status", shown(status.column, word))
            self._status_steps(word, values, at)
        self._check_order(at)
        return at

    def _check_order(self, at: dict[str, int]) -> None:
        column = {step: name for name, step in self.cases.times.items()}
        for step, moment in at.items():
            if step != "due_at" and moment < at["reported"]:
                name = column.get(step) or self.cases.status.at
                why = f"{step} before reported, {iso(at['reported'])}"
                raise Refused("bad_time", shown(name, iso(moment), why))

    def _status_steps(self, word: str, values: dict, at: dict[str, int]) -> None:
        status = self.cases.status
        when = self._moment(status.at, values, _PAST) if status.at else None
        for step in status.steps[word]:
            if step in at:
                continue
            if when is not None:
                at[step] = when
            elif step == "closed":
                # Left out, the case would stand as open for ever.
                raise Refused("missing_field", shown(status.column, word, "no column tells when it was closed"))

    def _moment(self, column: str, values: dict, kind: TypeAdapter) -> int | None:
        value = value_of(values, column)
        if value is None or value != value or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return kind.validate_python(self._times.parsed(value))
        except ValidationError as error:
            raise Refused("bad_time", shown(column, value, error.errors()[0]["msg"])) from None
        except (ValueError, OverflowError) as error:
            raise Refused("bad_time", shown(column, value, str(error))) from None

    def _type(self, values: dict) -> str:
        word = self._mapped(self.cases.type, "type", values)
        if not word:
            raise Refused("missing_field", self.cases.type.column or "type")
        return self._types.key(str(word))

    @staticmethod
    def _mapped(mapped: Mapped, field: str, values: dict) -> str | int | None:
        word = filled(mapped.column, values) if mapped.column else ""
        if not word:
            return mapped.default
        if mapped.map and word not in mapped.map and field != "type":
            if mapped.default is None:
                raise Refused("bad_value", shown(mapped.column, word, f"not in the map of {field}"))
            return mapped.default
        return mapped.map.get(word, word)

    def _where(self, values: dict) -> dict:
        if self.cases.unit:
            unit = filled(self.cases.unit, values)
            if unit:
                return {"unit": unit}
        place = [value_of(values, column) if column else None for column in self._place]
        empty = [c or n for c, n, v in zip(self._place, ("lon", "lat"), place, strict=True) if v in (None, "")]
        if empty:
            raise Refused("missing_field", " ".join(empty))
        return dict(zip(("lon", "lat"), place, strict=True))
