"""What is known of cases while a batch is taken in: their spells, and what the next step means for them."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime

from data_access.store.tables import STEP_ORDER
from ingest.reasons import Refused, shown

PLACE = {step: n for n, step in enumerate(STEP_ORDER)}
MOST_SPELLS = 255

Entry = tuple[int, int, int, int]
"""One step of a spell: at, place in STEP_ORDER, deadline in force after it, severity; moments in epoch ms."""


@dataclass
class Spell:
    """One time a case was open: from `opened_at` on, with its steps in order of time."""

    number: int
    opened_at: int
    trail: list[Entry] = field(default_factory=list)

    def holds(self, step: str, at: int) -> bool:
        """Whether this very step is known."""
        return any(entry[:2] == (at, PLACE[step]) for entry in self.trail)

    def closed_by(self, at: int) -> bool:
        """Whether the spell was closed at the moment `at`."""
        return any(entry[1] == PLACE["closed"] and entry[0] <= at for entry in self.trail)

    def before(self, at: int) -> Entry:
        """The last entry up to `at`: its deadline and severity are those in force."""
        return self.trail[max(bisect_right(self.trail, at, key=lambda e: e[0]) - 1, 0)]

    def add(self, entry: Entry) -> None:
        """Put a step into its place in time."""
        self.trail.insert(bisect_right(self.trail, entry[:2], key=lambda e: e[:2]), entry)


@dataclass
class Case:
    """A case: what never changes, and its spells."""

    leaf: int
    lon: float
    lat: float
    type: str
    source: str
    spells: list[Spell]

    def copy(self) -> "Case":
        """A copy whose spells can be changed without changing these."""
        spells = [Spell(s.number, s.opened_at, list(s.trail)) for s in self.spells]
        return Case(self.leaf, self.lon, self.lat, self.type, self.source, spells)

    def spell_at(self, at: int) -> Spell:
        """The spell a step at `at` belongs to. Raises Refused when the case was not reported by then."""
        if at < self.spells[0].opened_at:
            raise Refused("bad_time", shown("at", iso(at), "before the case was reported"))
        return next(s for s in reversed(self.spells) if s.opened_at <= at)

    def take(
        self, step: str, at: int, due: int | None, severity: int | None, due_again: int | None = None
    ) -> Spell | None:
        """Add a step and return its spell, or None when it is known already.

        `due` and `severity` None: as they were. A `reopened` after the closing begins a spell, due `due_again`
        unless `due` says otherwise; one while the case is open is a step like others, so that no case counts
        as open twice. Raises Refused.
        """
        if any(spell.holds(step, at) for spell in self.spells):
            return None
        if step == "reported":
            opened = iso(self.spells[0].opened_at)
            raise Refused("duplicate_id", shown("at", iso(at), f"this id was reported at {opened}"))
        spell = self.spell_at(at)
        _, _, old_due, old_severity = spell.before(at)
        if step == "reopened" and spell is self.spells[-1] and spell.closed_by(at):
            if spell.number >= MOST_SPELLS:
                raise Refused("bad_value", shown("step", step, f"{MOST_SPELLS} times are the most"))
            spell = Spell(spell.number + 1, at)
            self.spells.append(spell)
            old_due = old_due if due_again is None else due_again
        due = old_due if due is None else due
        spell.add((at, PLACE[step], due, old_severity if severity is None else severity))
        return spell


def from_rows(rows: list[dict]) -> dict[str, Case]:
    """Cases by id from the rows of `data_access.lookup.known_cases`."""
    cases: dict[str, Case] = {}
    for row in sorted(rows, key=lambda r: (r["case_id"], r["spell"])):
        same = (row[n] for n in ("leaf", "lon", "lat", "type", "source"))
        case = cases.setdefault(row["case_id"], Case(*same, []))
        trail = sorted((ms(e["1"]), e["2"], ms(e["3"]), e["4"]) for e in row["trail"])
        case.spells.append(Spell(row["spell"], ms(row["opened_at"]), trail))
    return cases


def ms(at: object) -> int:
    """An aware datetime as epoch milliseconds."""
    return round(at.timestamp() * 1000)


def iso(at: int) -> str:
    """Epoch milliseconds for people: ISO 8601 to the second, UTC."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
