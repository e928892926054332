"""Sentences about open cases one by one: how many are critical, which, and which nobody has accepted in time."""

import numpy as np
import pandas as pd

from components import fmt
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.alarms import CRITICAL
from data_access.queries.stream import CaseLine, case_lines
from data_access.sources.listed import open_cases_at, within
from data_access.sources.spells import RESPONSE
from data_access.words import LANGS, STEPS, T
from reports.places import listed
from reports.report import Asked
from reports.wording import stamped

NAMED = 10
"""How many critical cases are told one by one."""
NONE_OPEN = T("没有在办案件。", "Nothing is open.")
SOME = T("危急的在办案件：{n}/{m}。", "Critical among the open cases: {n} of {m}.")
WAIT = T(
    "其中超过响应时限仍未立案：{k}/{n}。",
    "Of those, not accepted within the response limit: {k} of {n}.",
)
LATE = T(
    "{case} {type}，{place}，{at} 上报，{step}，超期 {left}。",
    "{case}, {type}, {place}: reported {at}, {step}, overdue by {left}.",
)
LEFT = T(
    "{case} {type}，{place}，{at} 上报，{step}，距时限 {left}。",
    "{case}, {type}, {place}: reported {at}, {step}, due in {left}.",
)
MORE = T(
    "未逐一列出的危急案件：{n} 件，见案件表。", "Critical cases not told one by one: {n}; they are in the list."
)


def count(city: City, asked: Asked) -> tuple[T, ...]:
    """How many of the open cases are critical, and how many of those wait to be accepted."""
    frame, critical = _frames(city, asked.ask)
    if frame.empty:
        return (NONE_OPEN,)
    n = fmt.number(len(critical))
    waits = _waits(city, asked.ask, critical)
    told = SOME.fill(n=n, m=fmt.number(len(frame)))
    return (told, WAIT.fill(n=n, k=fmt.number(waits))) if waits else (told,)


def each(city: City, asked: Asked) -> tuple[T, ...]:
    """The critical cases one by one, the oldest first."""
    critical = _frames(city, asked.ask)[1].sort_values(["opened_at", "case_id"], kind="stable")
    told = [_line(line, asked.ask, city.profile.zone) for line in case_lines(city, critical.head(NAMED))]
    more = [MORE.fill(n=fmt.number(len(critical) - NAMED))] if len(critical) > NAMED else []
    return (*told, *more)


def _frames(city: City, ask: Ask) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All open cases of the unit, and the critical ones among them."""
    frame = within(open_cases_at(city, ask), ask.intervals)
    return frame, frame[frame["severity"] == CRITICAL]


def _waits(city: City, ask: Ask, frame: pd.DataFrame) -> int:
    """How many are not accepted though the response limit of their type has run out."""
    response = {kind.key: kind.response for kind in city.profile.types}
    limits = np.array([response.get(key, RESPONSE) for key in frame["type"]], float)
    late = frame["opened_at"].to_numpy() + limits < ask.at
    return int((late & (frame["accepted_at"].to_numpy() >= ask.at)).sum())


def _line(line: CaseLine, ask: Ask, zone: str) -> T:
    left = line.due_at - ask.at
    step = STEPS[line.step]
    named = {
        "case": line.case_id,
        "type": line.title,
        "place": listed([*line.path[-3:-1], line.unit.title]),
        "at": stamped(line.opened_at, zone),
        "step": T(step.zh, step.en.lower()),
        "left": T(*(fmt.span(abs(left), lang) for lang in LANGS)),
    }
    return (LATE if left < 0 else LEFT).fill(**named)
