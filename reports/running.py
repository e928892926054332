"""One run of a schedule: the report made as of its due time, the file kept, and handed to each target."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from components.catalogue import panels
from data_access.city import City
from data_access.errors import JingweiError
from data_access.operations import runs
from data_access.operations.runs import Run
from data_access.registry import Registry
from data_access.schedules import Schedule
from data_access.view import View
from data_access.words import T
from reports.delivery import folder, mail, webhook
from reports.delivery.sent import Sent, Undelivered
from reports.format import Format, formats
from reports.making import made
from reports.pool import Pool
from reports.report import Report, reports
from reports.snapshot import Progress, Snapshot
from reports.taking import CannotTake
from reports.telling import Told, ordered, told

log = logging.getLogger(__name__)
DELIVERED = {"folder": folder.deliver, "mail": mail.deliver, "webhook": webhook.deliver}
KEPT = 200
"""Of how many runs the file is kept, to be fetched from the page."""
GONE = T("日程 {key} 已不在声明文件中。", "The schedule {key} is declared no more.")
WHO = T("日程“{title}”", "schedule “{title}”")


class Failed(JingweiError):
    """A run that failed before it was delivered: `told` says why, `lasting` that another try would be no use."""

    def __init__(self, told: T, lasting: bool):
        super().__init__(told.en)
        self.told, self.lasting = told, lasting


class Runner:
    """Makes and delivers the runs of a city's schedules."""

    def __init__(self, city: City, pool: Pool):
        self._city, self._pool = city, pool
        self._panels, self._reports, self._forms = panels(), reports(), formats()

    def run(self, schedule: Schedule | None, run: Run) -> None:
        """Make and deliver a run. Raises Failed, Undelivered with what is still missing, OperationsFailed."""
        if schedule is None:
            raise Failed(GONE.fill(key=run.schedule), True)
        sent, done, wrong = self._sent(schedule, run), list(run.delivered), []
        for target in schedule.to:
            if target.label not in done:
                try:
                    DELIVERED[target.kind](target, sent, self._city.settings)
                except Undelivered as error:
                    wrong.append(error.told)
                    continue
                done.append(target.label)
                runs.deliver(self._city.operations, run, tuple(done))
        if wrong:
            raise Undelivered(T(" ".join(why.zh for why in wrong), " ".join(why.en for why in wrong)))

    def _sent(self, schedule: Schedule, run: Run) -> Sent:
        """The file of a run, made and kept."""
        city, chapters = self._city, []
        try:
            order = order_of(self._reports, self._forms, schedule)

            def take(progress: Progress) -> Snapshot:
                who = WHO.fill(title=schedule.title)
                taken = told(city, self._panels, order, who, run.due, city.settings.site, progress=progress)
                chapters[:] = taken.told
                return taken

            found = made(self._pool, order.form, take, schedule.lang)
        except CannotTake as error:
            raise Failed(error.told, error.status < 500) from error
        runs.name_it(city.operations, run, found.name, found.digest, found.link)
        number = f"jingwei-{schedule.key}-{run.id}-{int(run.due)}"
        named = number, schedule.key, found.title, found.name, found.media, found.digest, found.link
        sent = Sent(*named, tuple(chapters), schedule.lang, found.file)
        keep(city, run, sent)
        return sent


def order_of(known: Registry[Report], forms: Registry[Format], schedule: Schedule) -> Told:
    """What a schedule wants, in its language, as on paper. Raises CannotTake."""
    parts = urlsplit(schedule.address or "/")
    view = View.of(parts.path, parts.query)[0].but(lang=schedule.lang, theme="paper")
    found = ordered(known, forms, schedule.report, schedule.address, schedule.form, schedule.period)
    return replace(found, wanted=replace(found.wanted, view=view))


def keep(city: City, run: Run, sent: Sent) -> None:
    """Keep the file of a run with the city, and let go of the oldest; where it cannot be, the run goes on."""
    home = _home(city)
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder.put(home / f"{run.id}.file", sent)
        for old in sorted(_numbers(home), reverse=True)[KEPT:]:
            (home / f"{old}.file").unlink(missing_ok=True)
    except OSError as error:
        log.warning("the file of report %s is not kept: %s", run.schedule, error)


def kept(city: City, number: int) -> Path | None:
    """The file of a run, where it is kept."""
    path = _home(city) / f"{number}.file"
    return path if path.is_file() else None


def _home(city: City) -> Path:
    return city.settings.home / "reports"


def _numbers(home: Path) -> Iterator[int]:
    return (int(path.stem) for path in home.glob("*.file") if path.stem.isdecimal())
