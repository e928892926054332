"""Steps of cases: ``{"case_id": …, "step": "reported", "at": …, "lon": …, "lat": …, "type": …}``."""

from typing import Annotated, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from data_access.city import City
from data_access.lookup import known_cases
from data_access.words import CASE_SOURCES, STEPS, T
from data_access.worktime import deadlines
from ingest.cases import PLACE, Case, Spell, from_rows
from ingest.fields import Name, Past, Planned
from ingest.items import Batch, Draft, Item
from ingest.places import Placed, locate
from ingest.reasons import Refused, shown
from ingest.records import RecordKind

Cases = dict[str, Case]


class CaseStep(Placed):
    """One step of a case. All but `case_id`, `step` and `at` are needed for `reported` only.

    `due_at` comes from the type's limit and the city's calendar, `severity` from the type, where not sent.
    """

    case_id: Name
    step: Literal[tuple(STEPS)]
    at: Past
    type: Name | None = None
    source: Literal[tuple(CASE_SOURCES)] = "import"
    severity: Annotated[int, Field(ge=0, le=3)] | None = None
    actor: Annotated[str, Field(max_length=200)] = ""
    due_at: Planned | None = None


def enrich(city: City, batch: Batch) -> None:
    """Complete each step from what the store and the batch know of its case."""
    cases = from_rows(known_cases(city, [d.record.case_id for _, d in batch.drafts()]))
    opening = [(i, d) for i, d in batch.drafts() if d.record.step == "reported"]
    _check_types(city, batch)
    locate(city, batch, [(i, d) for i, d in opening if d.record.case_id not in cases])
    _set_deadlines(city, batch, cases)
    for item in sorted((i for i in batch.items if i.refused is None), key=_turn):
        _take(batch.feed, item, cases)


def _turn(item: Item) -> tuple[int, int]:
    return min((d.record.at, PLACE[d.record.step]) for d in item.drafts)


def _check_types(city: City, batch: Batch) -> None:
    for item, draft in batch.drafts():
        record = draft.record
        if record.type is not None and record.type not in city.types:
            item.refuse(Refused("unknown_type", shown("type", record.type)))
        elif record.step == "reported" and record.type is None:
            item.refuse(Refused("missing_field", "type"))
        elif record.step == "reported" and record.severity is None:
            record.severity = city.types[record.type].severity


def _set_deadlines(city: City, batch: Batch, cases: Cases) -> None:
    """Set `due` of each step that may begin a spell: as sent, or by the limit of the case's type."""
    told = {d.record.case_id: d.record.type for _, d in batch.drafts() if d.record.step == "reported"}
    told |= {case_id: case.type for case_id, case in cases.items()}
    wanted = []
    for _, draft in batch.drafts():
        draft.due = draft.record.due_at
        kind = city.types.get(told.get(draft.record.case_id))
        if draft.due is None and kind is not None and draft.record.step in ("reported", "reopened"):
            wanted.append((draft, kind))
    at = np.array([d.record.at / 1000 for d, _ in wanted])
    limit = np.array([k.limit for _, k in wanted], float)
    working = np.array([k.working for _, k in wanted], bool)
    due = deadlines(city.profile.calendar, city.profile.zone, at, limit, working)
    for (draft, _), moment in zip(wanted, due, strict=True):
        draft.due = round(float(moment) * 1000)


def _take(feed: str, item: Item, cases: Cases) -> None:
    ids = {d.record.case_id for d in item.drafts}
    kept = {i: cases[i].copy() for i in ids if i in cases} if len(item.drafts) > 1 else {}
    try:
        for draft in item.drafts:
            _take_one(feed, draft, cases)
    except Refused as error:
        item.refuse(error)
        if len(item.drafts) > 1:
            for case_id in ids:
                cases.pop(case_id, None)
            cases.update(kept)


def _take_one(feed: str, draft: Draft, cases: Cases) -> None:
    record = draft.record
    case = cases.get(record.case_id)
    if case is None:
        if record.step != "reported":
            raise Refused("unknown_case", shown("case_id", record.case_id))
        spell = Spell(1, record.at, [(record.at, PLACE["reported"], draft.due, record.severity)])
        case = cases[record.case_id] = Case(*draft.place, record.type, record.source, [spell])
    else:
        spell = case.take(record.step, record.at, record.due_at, record.severity, draft.due)
        if spell is None:
            draft.duplicate = True
            return
    draft.row = _row(feed, record, case, spell)


def _row(feed: str, record: CaseStep, case: Case, spell: Spell) -> dict:
    entry = next(e for e in spell.trail if e[:2] == (record.at, PLACE[record.step]))
    return {
        "case_id": record.case_id,
        "spell": spell.number,
        "step": record.step,
        "at": record.at,
        "actor": record.actor,
        "leaf": case.leaf,
        "type": case.type,
        "source": case.source,
        "severity": entry[3],
        "lon": case.lon,
        "lat": case.lat,
        "opened_at": spell.opened_at,
        "due_at": entry[2],
        "feed": feed,
    }


def doubts(city: City, table: pa.Table) -> dict[str, pa.Array]:
    """Rows of unknown type, of an unknown step, severity or source, or with times out of order."""
    known = {
        "unknown_type": pc.is_in(table["type"], pa.array(list(city.types), pa.string())),
        "bad_value": pc.and_(
            pc.and_(pc.is_in(table["step"], pa.array(list(STEPS))), pc.less_equal(table["severity"], 3)),
            pc.and_(pc.is_in(table["source"], pa.array(list(CASE_SOURCES))), pc.greater(table["spell"], 0)),
        ),
        "bad_time": pc.greater_equal(table["at"], table["opened_at"]),
    }
    return {reason: pc.invert(good) for reason, good in known.items()}


RECORD = RecordKind("case_step", T("案件环节", "Case step"), CaseStep, enrich, doubts)
