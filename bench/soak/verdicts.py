"""What a soak comes to: a line for each thing that is asked of a wall, with a verdict. Pure arithmetic."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import NamedTuple

from bench.soak import plan

GROWTH = {"heap": 0.10, "nodes": 0.25, "listeners": 0.25, "documents": 0.25}
"""By which share more may be held at the end. Counts depend on how often the next scene was there already; a scene
that is not let go would make a multiple of them."""
FRAME = 1000.0
"""Milliseconds that no frame may take."""
BEHIND = 10.0
"""Seconds for which a wall may show another scene than the server says, while nothing happens to it."""
WEIGHED = tuple(GROWTH)
Stretch = tuple[float, float]
"""From when to when, in seconds since the soak began."""


@dataclass(frozen=True)
class Sample:
    """What was measured at a moment (seconds since the soak began) and since the one before it.

    `weight` is what the page holds by the names of WEIGHED, None for a page that was being loaded; `resident` are
    the server's bytes; `longest` and `task` milliseconds; `behind` seconds out of step.
    """

    at: float
    scene: str
    weight: dict[str, float]
    resident: int
    longest: float
    task: float
    behind: float
    load: float
    event: str = ""


@dataclass(frozen=True)
class Happened:
    """An event: `gone` for how many seconds, whole again so many after; and what was not as it must be."""

    name: str
    at: float
    gone: float
    whole: float | None
    faults: tuple[str, ...] = ()
    told: str = ""


@dataclass
class Course:
    """All that was seen of a soak that lasted `lasted` seconds."""

    samples: list[Sample] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    page: list[str] = field(default_factory=list)
    network: list[str] = field(default_factory=list)
    loads: int = 1
    scenes: int = 0
    alarms: int = 0
    wrong_dates: list[str] = field(default_factory=list)
    lasted: float = 0.0


class Line(NamedTuple):
    """One thing that is asked of a wall; `good` is None where it is only told."""

    what: str
    seen: str
    aim: str
    good: bool | None


def growth(samples: Sequence[Sample], name: str, first: Stretch, last: Stretch) -> float | None:
    """By which share more is held in the last stretch than in the first; None where either was not reached.

    Scenes weigh differently: each is compared with itself, and the mean is taken over those that both have.
    """
    before, after = (_by_scene(samples, name, stretch) for stretch in (first, last))
    both = before.keys() & after.keys()
    if not both:
        return None
    return mean(mean(after[scene]) for scene in both) / mean(mean(before[scene]) for scene in both) - 1


def _by_scene(samples: Iterable[Sample], name: str, stretch: Stretch) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        if sample.weight and not sample.event and stretch[0] <= sample.at <= stretch[1]:
            found[sample.scene].append(sample.weight[name])
    return found


def stretches(course: Course, what: plan.Plan) -> tuple[Stretch, Stretch]:
    """The two that are compared, after warming up and the last: of what there is of a soak that was ended early.

    The first is not before a release: a page that is loaded anew has let go of everything.
    """
    length = min(what.length, course.lasted)
    anew = (one.at + one.gone + (one.whole or 0.0) for one in course.happened if one.name == plan.RELEASE)
    begun, tenth = max([plan.WARM * length, *anew]), max(length / 10, what.cycle)
    return (begun, begun + tenth), (max(course.lasted - tenth, begun + tenth), course.lasted)


def verdicts(course: Course, what: plan.Plan) -> list[Line]:
    """All lines, in the order in which they are printed; what a soak was ended before is told, and not judged."""
    early = course.lasted < what.length
    anew = sum(one.name == plan.RELEASE for one in course.happened) if early else 1
    return [
        Line("lasted", f"{course.lasted / 60:.1f} min", f"{what.length / 60:.4g} min", not early),
        *(_grown(course, what, early, name) for name in WEIGHED),
        _counted("errors of the console", course.console),
        _counted("errors of scripts", course.page),
        _told("errors of the network while it was away", len(course.network)),
        _most("longest frame", [s.longest for s in course.samples], FRAME, "ms"),
        Line(
            "longest task of scripts", f"{max([s.task for s in course.samples], default=0):.0f} ms", "told", None
        ),
        _most("longest out of step", [s.behind for s in course.samples], BEHIND, "s"),
        Line("scenes that came", str(course.scenes), "1 or more", course.scenes > 0),
        _told("alarms that came and were noted", course.alarms),
        *(_came(course, early, *asked) for asked in ASKED),
        Line("loaded anew", str(course.loads - 1), f"{anew}, one a release", course.loads == 1 + anew),
        _counted("wrong dates and times", course.wrong_dates),
        _resident(course),
        _told("load of the machine", mean([s.load for s in course.samples] or [0.0]), "processes"),
    ]


ASKED = (
    ("new release", (plan.RELEASE,), 1),
    ("server restarts", (plan.RESTART, plan.KILL), 5),
    ("network cuts", (plan.OFFLINE, plan.SILENT), 2),
    ("midnight", (plan.MIDNIGHT,), 1),
    ("clock changes, forward and back", (plan.WALL_CLOCK, plan.SERVER_CLOCK), 2),
    ("sleep", (plan.SLEEP,), 1),
)
"""What must happen, by the names of its events, and how often."""


def _grown(course: Course, what: plan.Plan, early: bool, name: str) -> Line:
    grown = growth(course.samples, name, *stretches(course, what))
    aim = f"below {100 * GROWTH[name]:.0f} %"
    if grown is None:
        return Line(f"{name}: growth", "not measured", aim, None if early else False)
    held = [s.weight[name] for s in course.samples if s.weight]
    size = f"{mean(held) / 1e6:.1f} MB" if name == "heap" else f"{mean(held):,.0f}"
    return Line(f"{name}: growth", f"{100 * grown:+.1f} % (mean {size})", aim, grown < GROWTH[name])


def _counted(what: str, found: Sequence[str]) -> Line:
    seen = f"{len(found)}: {found[0]}" if found else "0"
    return Line(what, seen, "0", not found)


def _told(what: str, value: float, unit: str = "") -> Line:
    return Line(what, f"{value:.4g} {unit}".strip(), "told", None)


def _most(what: str, values: Sequence[float], most: float, unit: str) -> Line:
    seen = max(values, default=0.0)
    return Line(what, f"{seen:.0f} {unit}", f"below {most:.0f} {unit}", bool(values) and seen < most)


def _came(course: Course, early: bool, what: str, names: Sequence[str], count: int) -> Line:
    found = [one for one in course.happened if one.name in names]
    faults = [fault for one in found for fault in one.faults]
    whole = [one.whole for one in found if one.whole is not None]
    worst = f", put right after {max(whole):.1f} s at most" if whole else ""
    wrong = f"; {'; '.join(faults)}" if faults else ""
    seen = f"{len(found)} of {count}{worst}{wrong}"
    judged = faults or len(found) == count or not early
    return Line(what, seen, f"all {count}", len(found) == count and not faults if judged else None)


def _resident(course: Course) -> Line:
    held = [s.resident / 1e6 for s in course.samples if s.resident]
    seen = (
        f"{held[0]:.0f} MB at first, {held[-1]:.0f} at last, {max(held):.0f} at most" if held else "not measured"
    )
    return Line("memory of the server", seen, "told", None)


def good(lines: Iterable[Line]) -> bool:
    """Whether nothing misses."""
    return all(line.good is not False for line in lines)
