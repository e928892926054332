"""What keeps schedules from running, found before they are due: for the page, the command and the doctor."""

from collections.abc import Iterator
from pathlib import Path

from data_access.city import City
from data_access.errors import StoreFailed
from data_access.operations.runs import Known
from data_access.schedules import Schedule, Target
from data_access.scope import EVERYTHING
from data_access.settings import Settings
from data_access.words import T
from reports.delivery import folder, mail, webhook
from reports.format import formats
from reports.report import reports
from reports.running import order_of
from reports.schedulefile import declared_schedules
from reports.taking import CannotTake
from reports.telling import asked

LEFT_OUT = T("{where}：日程 {key} 不能运行。{what}", "{where}: the schedule {key} cannot run. {what}")
UNKNOWN = T("未声明的报告 {key}", "unknown report {key}")


def faults(city: City, schedule: Schedule) -> Iterator[T]:
    """All that keeps a schedule from running as things stand."""
    try:
        order = order_of(reports(), formats(), schedule)
        asked(city, order, EVERYTHING, city.live.moment(), None)
    except CannotTake as error:
        yield error.told
    except StoreFailed:
        pass
    for target in schedule.to:
        if wrong := _fault(target, city.settings):
            yield wrong


def _fault(target: Target, settings: Settings) -> T | None:
    if target.kind == "folder":
        path = Path(target.to[0])
        return None if path.is_dir() else folder.NO_FOLDER.fill(folder=path)
    return mail.fault(settings) if target.kind == "mail" else webhook.fault(target)


def faults_of(city: City) -> list[str]:
    """All that keeps the declared schedules from running, each with its line. Raises BadSource."""
    return [
        LEFT_OUT.fill(where=schedule.origin, key=schedule.key, what=fault).en
        for schedule in declared_schedules(city.settings)
        for fault in faults(city, schedule)
    ]


def known_as(city: City, schedule: Schedule) -> Known:
    """A schedule as it is shown."""
    report = reports().get(schedule.report)
    wrong = list(faults(city, schedule))
    return Known(
        schedule.key,
        schedule.title,
        report.title if report else UNKNOWN.fill(key=schedule.report),
        schedule.address,
        schedule.form,
        schedule.lang,
        schedule.when,
        tuple(target.label for target in schedule.to),
        schedule.origin,
        T(" ".join(text.zh for text in wrong), " ".join(text.en for text in wrong)) if wrong else None,
    )
