"""The city counted the slow way: every raw row in Python, the steps of each case replayed in order.

Shares nothing with the code it checks but the table names and the profile. Moments are UTC epoch milliseconds.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field, replace
from statistics import median_low

import pyarrow as pa
from sqlalchemy import select

from data_access.store import tables

ORDER = [
    "reported",
    "accepted",
    "dispatched",
    "handling",
    "returned",
    "verified",
    "closed",
    "reopened",
    "extended",
    "escalated",
]
USUAL_RESPONSE = 7200


@dataclass
class Spell:
    """One time a case was open, as its steps tell."""

    case_id: str
    number: int
    leaf: int
    type: str
    opened: int
    closed: int | None = None
    accepted: int | None = None
    deadlines: list = field(default_factory=list)
    steps: list = field(default_factory=list)

    def open_at(self, t):
        return self.opened < t and (self.closed is None or self.closed >= t)

    def due_at(self, t):
        """The deadline set last before `t`; of two that were set in one moment the later."""
        told = [(since, due) for since, due in self.deadlines if since < t]
        return max(told)[1] if told else None

    def stood_at(self, t):
        """Step and severity after the last thing that happened before `t`."""
        return [(step, severity) for at, step, severity in self.steps if at < t][-1]


def replayed(rows):
    """The spells of one case from its rows of case_step."""
    spells = []
    for row in sorted(rows, key=lambda r: (r["at"], ORDER.index(r["step"]))):
        at, step = row["at"], row["step"]
        again = step == "reopened" and spells[-1].closed is not None
        if step == "reported" or again:
            spells.append(Spell(row["case_id"], len(spells) + 1, row["leaf"], row["type"], at))
        spell = spells[-1]
        if step in ("reported", "reopened", "extended"):
            spell.deadlines.append((at, row["due_at"]))
        if step == "closed" and spell.closed is None:
            spell.closed = at
        if step == "accepted" and spell.accepted is None:
            spell.accepted = at
        spell.steps.append((at, step, row["severity"]))
    return spells


class Replay:
    """All that the store holds, as plain lists, and each metric counted over them."""

    def __init__(self, city):
        self.types = {t.key: t for t in city.profile.types}
        cases = defaultdict(list)
        for row in _rows(city, tables.case_step, "case_id step at leaf type severity due_at"):
            cases[row["case_id"]].append(row)
        self.spells = [spell for rows in cases.values() for spell in replayed(rows)]
        self.devices = _rows(city, tables.device, "id kind network leaf interval")
        self.readings = defaultdict(list)
        for row in sorted(_rows(city, tables.reading, "device at alarm"), key=lambda r: r["at"]):
            self.readings[row["device"]].append((row["at"], row["alarm"]))
        self.facilities = _rows(city, tables.facility, "id code leaf")
        self.states = defaultdict(list)
        for row in sorted(
            _rows(city, tables.facility_step, "facility at state leaf"), key=lambda r: (r["at"], r["state"])
        ):
            self.states[row["facility"]].append(row)
        self.facts = _rows(city, tables.fact_day, "measure day leaf value")

    def ask(self, leaves, start, end, types=(), networks=()):
        """The question as this module takes it: a set of leaf numbers, a window in seconds, the filters."""
        wanted = {k for k, t in self.types.items() if k in types or f"group:{t.group.en}" in types}
        return Question(self, set(leaves), int(start * 1000), int(end * 1000), wanted if types else None, networks)


@dataclass
class Question:
    """What is asked of the rows."""

    all: Replay
    leaves: set
    start: int
    end: int
    types: set | None
    networks: tuple
    known: int | None = None
    """From when it is judged what became of what happened in the window; at its end where None."""

    def seen_from(self, at):
        """The same question, judged at `at` (epoch seconds)."""
        return replace(self, known=int(at * 1000))

    @property
    def judged(self):
        return self.end if self.known is None else self.known

    def spells(self):
        return [s for s in self.spells_judged() if s.opened < self.end]

    def spells_judged(self):
        for s in self.all.spells:
            if s.leaf in self.leaves and (self.types is None or s.type in self.types) and s.opened < self.judged:
                yield s

    def within(self, moment):
        return moment is not None and self.start <= moment < self.end

    def respond_by(self, spell):
        kind = self.all.types.get(spell.type)
        return spell.opened + 1000 * (kind.response if kind else USUAL_RESPONSE)

    def heard(self):
        """Each device of the filter in the leaves, with its last reading before the moment, or None."""
        for d in self.all.devices:
            if d["leaf"] in self.leaves and (not self.networks or d["network"] in self.networks):
                told = self.all.readings[d["id"]]
                before = bisect_left(told, self.end, key=lambda r: r[0])
                yield d, told[before - 1] if before else None

    def online(self, device, last):
        return last is not None and self.end - last[0] <= 3 * 1000 * device["interval"]

    def machines(self):
        return [(d, last) for d, last in self.heard() if d["network"] in ("iot", "video")]

    def terminals(self):
        return [(d, last) for d, last in self.heard() if d["kind"] == "grid_terminal"]

    def fact(self, measure):
        """The newest value of each leaf up to the moment's day, or the first there is."""
        found = {}
        for row in sorted(self.all.facts, key=lambda r: r["day"]):
            if row["measure"] == measure and row["leaf"] in self.leaves:
                known = found.get(row["leaf"])
                if known is None or row["day"] <= self.end:
                    found[row["leaf"]] = row["value"]
        return sum(found.values())

    # What each metric says it is. Counts: a number. Ratios: (n, m). Medians: the durations in seconds.

    def open_cases(self):
        return sum(s.open_at(self.end) for s in self.spells())

    def opened(self):
        return sum(self.within(s.opened) for s in self.spells())

    def closed(self):
        return sum(self.within(s.closed) for s in self.spells())

    def due(self):
        return sum(self.within(s.due_at(self.judged)) for s in self.spells_judged())

    def overdue(self):
        return sum(s.open_at(self.end) and s.due_at(self.judged) < self.end for s in self.spells())

    def on_time_rate(self):
        now = self.judged
        due = [s for s in self.spells_judged() if self.within(s.due_at(now))]
        done = [s for s in due if s.closed is not None and s.closed < now and s.closed <= s.due_at(now)]
        return len(done), len(due)

    def reopened_rate(self):
        return sum(s.number > 1 and self.within(s.opened) for s in self.spells()), self.closed()

    def accepted_in_time(self):
        due = [s for s in self.spells_judged() if self.within(self.respond_by(s))]
        done = [s for s in due if s.accepted is not None and s.accepted < self.judged]
        return sum(s.accepted <= self.respond_by(s) for s in done), len(due)

    def handling_time(self):
        return [(s.closed - s.opened) / 1000 for s in self.spells() if self.within(s.closed)]

    def cases_per_thousand(self):
        return self.opened(), self.fact("households")

    def told(self, machines=True):
        """Whether nine of ten of those devices, wherever they stand, would have been missed by now if silent."""
        mine = [d for d in self.all.devices if (d["network"] in ("iot", "video")) == machines]
        mine = mine if machines else [d for d in mine if d["kind"] == "grid_terminal"]
        missed = sum(self.missed(d) for d in mine)
        return missed > int(0.9 * (len(mine) - 1))

    def missed(self, device):
        """Whether the first of the device's kind was heard three of its intervals ago."""
        kin = [d for d in self.all.devices if (d["network"], d["kind"]) == (device["network"], device["kind"])]
        first = min((self.all.readings[d["id"]][0][0] for d in kin if self.all.readings[d["id"]]), default=None)
        return first is not None and self.end - 3000 * device["interval"] >= first

    def devices_online(self):
        if not self.told():
            return None
        return sum(self.online(d, last) for d, last in self.machines()), len(self.machines())

    def by_hours(self, devices):
        """Online as the hourly rollup can tell: a reading counts as if it came at the end of its hour."""
        online = 0
        for d, _ in devices:
            hours = {at // 3_600_000 for at, _ in self.all.readings[d["id"]] if at < self.end}
            latest = max(hours, default=-(10**9)) * 3_600_000 + 3_599_999
            online += self.end - latest <= 3 * 1000 * d["interval"]
        return online, len(devices)

    def devices_online_by_hours(self):
        return self.by_hours(self.machines())

    def grids_reporting_by_hours(self):
        return self.by_hours(self.terminals())

    def devices_in_alarm(self):
        if not self.told():
            return None
        return sum(self.online(d, last) and last[1] == 1 for d, last in self.machines())

    def grids_reporting(self):
        if not self.told(machines=False):
            return None
        return sum(self.online(d, last) for d, last in self.terminals()), len(self.terminals())

    def reading_age(self):
        return [(self.end - last[0]) / 1000 for _, last in self.machines() if last is not None]

    def facilities_damaged(self):
        broken = 0
        for f in self.all.facilities:
            told = [r["state"] for r in self.all.states[f["id"]] if r["at"] < self.end]
            broken += f["leaf"] in self.leaves and bool(told) and told[-1] in ("damaged", "lost", "abandoned")
        return broken, sum(f["leaf"] in self.leaves for f in self.all.facilities)


_read = {}


def replay_of(city):
    """The Replay of an open city, read once a run."""
    home = city.settings.home
    if home not in _read:
        _read[home] = Replay(city)
    return _read[home]


def middle(durations):
    """The median as this project means it: the lower of the two in the middle; None of nothing."""
    return median_low(durations) if durations else None


def _rows(city, table, names):
    """All rows of a table with moments as epoch milliseconds."""
    columns = [table.c[n] for n in names.split()]
    found = city.store.arrow(select(*columns).select_from(table))
    lists = [_plain(found.column(n)) for n in found.column_names]
    if table in (tables.reading, tables.facility_step):
        place = found.column_names.index("at")
        lists[place] = [1000 * second for second in lists[place]]
    return [dict(zip(found.column_names, row, strict=True)) for row in zip(*lists, strict=True)]


def _plain(column):
    kind = str(column.type)
    if kind.startswith("timestamp"):
        return column.cast(pa.int64()).to_pylist()
    if kind.startswith("date32"):
        return [86_400_000 * day for day in column.cast(pa.int32()).to_pylist()]
    return column.to_pylist()
