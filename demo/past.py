"""The long past of a large city: what happened lately, told again for the years before, inside the engine."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from data_access.city import City
from data_access.retelling import Told, retell_cases, retell_readings
from demo.case_lives import LOOK_BACK_DAYS
from demo.records import Town
from demo.tree import Past

WEEK = 7
Progress = Callable[[str, float], None]


def tell_past(city: City, town: Town, past: Past, progress: Progress) -> None:
    """Tell readings and cases again, day before day, until the store of `city` holds as many as `past` says."""
    _readings(city, town, past.readings, progress)
    _cases(city, town, past, progress)


def _readings(city: City, town: Town, wanted: int, progress: Progress) -> None:
    begin, end = (datetime.fromtimestamp(at, UTC).date() for at in (town.begin("reading"), town.epoch))
    whole = [begin + timedelta(days=n) for n in range(1, (end - begin).days)]
    first = there = city.store.counts()["reading"]
    day = begin
    while there < wanted:
        retell_readings(city.store, day, whole, wanted - there)
        there = city.store.counts()["reading"]
        progress("reading, earlier", (there - first) / (wanted - first))
        day -= timedelta(days=1)


def _cases(city: City, town: Town, past: Past, progress: Progress) -> None:
    """By whole weeks, so that each day's cases are those of such a day of the week."""
    begin = date.fromordinal(town.local_day(town.begin("case_step")))
    over = (date.fromordinal(town.local_day(town.epoch)) - begin).days - LOOK_BACK_DAYS
    days = (over - WEEK) // WEEK * WEEK
    told = Told.of(city.store, begin + timedelta(days=WEEK), begin + timedelta(days=WEEK + days - 1))
    there = Told.of(city.store, date.min, date.max)
    missing = past.cases - there.cases
    returned = ((past.steps - there.steps) * told.cases / missing - told.always) / told.returned
    done, shift = 0, days + WEEK
    while done < missing:
        # The last stretch is as long as it needs to be, up to where the one before begins.
        part = min(1.0, (missing - done) / told.cases)
        first = told.last - timedelta(days=round(part * days) - 1)
        retell_cases(city.store, first, told.last, shift, float(returned))
        done, shift = done + round(part * told.cases), shift + days
        progress("case_step, earlier", done / missing)
