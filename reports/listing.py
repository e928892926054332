"""The schedules for the command line: what each makes, when it runs next, what became of the last run."""

from datetime import datetime
from zoneinfo import ZoneInfo

from data_access.city import City
from data_access.operations import runs
from data_access.schedules import next_due
from reports.checking import known_as
from reports.schedulefile import declared_schedules


def listed(city: City) -> list[dict]:
    """A row a schedule, in the file's order, moments by the city's clock. Raises BadSource."""
    zone, now = city.profile.zone, city.live.present()
    last = runs.newest(city.operations)
    out = []
    for schedule in declared_schedules(city.settings):
        known, run = known_as(city, schedule), last.get(schedule.key)
        out.append(
            {
                "key": schedule.key,
                "report": f"{schedule.report} {schedule.address}",
                "format": schedule.form,
                "when": schedule.when,
                "next": _at(next_due(schedule.when, now, zone), zone),
                "to": "; ".join(known.to),
                "last": f"{_at(run.due, zone)} {run.state}" if run else "",
                "why": known.fault.en if known.fault else run.why.en if run else "",
            }
        )
    return out


def _at(at: float | None, zone: str) -> str:
    return "" if at is None else datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
