"""A reports file: which reports are made by themselves, checked, with the line of every fault.

What is wrong with the form of the file refuses it. What a schedule names that there is not (a report, a format, a
unit) does not: it is told when the schedule would run, by the doctor and on the page, and the others go on.
"""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from data_access.profile import Text
from data_access.schedules import KEY, Schedule, Target, cron_fault
from data_access.settings import Settings
from data_access.words import LANGS, T
from ingest.cityparts import Part
from ingest.secret import Variable
from ingest.yamlfile import Lines, read_lined

ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
KINDS = ("folder", "mail", "webhook")


def _when(when: str) -> str:
    if fault := cron_fault(when):
        raise ValueError(f"{when!r} is no cron form: {fault}; every day at seven is '0 7 * * *'")
    return " ".join(when.split())


def _folder(path: str) -> str:
    if not Path(path).is_absolute():
        raise ValueError(f"{path!r}: write the folder out, from / on")
    return path


def _mails(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _mail(address: str) -> str:
    if not ADDRESS.fullmatch(address) or not address.isascii():
        raise ValueError(f"{address!r} is no e-mail address")
    return address


def _url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url.split('?', 1)[0]!r} is no address of the web: it begins with https:// or http://")
    if parts.username or parts.password:
        raise ValueError("an address with a name and password in it would stand in this file: use secret_env")
    return url


Mail = Annotated[str, AfterValidator(_mail)]


class TargetEntry(Part):
    """Where a report goes: one of a folder, e-mail addresses, or an address that it is posted to."""

    folder: Annotated[str, AfterValidator(_folder)] | None = None
    mail: Annotated[tuple[Mail, ...], BeforeValidator(_mails), Field(min_length=1, max_length=50)] | None = None
    webhook: Annotated[str, AfterValidator(_url)] | None = None
    secret_env: Variable | None = None

    @model_validator(mode="after")
    def _one(self) -> "TargetEntry":
        named = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(named) != 1:
            raise ValueError(f"a target is one of {', '.join(KINDS)}; this names {' and '.join(named) or 'none'}")
        if self.secret_env and not self.webhook:
            raise ValueError("secret_env is for a webhook: what is posted to it is signed with that")
        return self

    @property
    def target(self) -> Target:
        """The same, as it is delivered to."""
        (kind,) = (kind for kind in KINDS if getattr(self, kind) is not None)
        value = getattr(self, kind)
        return Target(kind, value if kind == "mail" else (value,), self.secret_env or "")


class ScheduleEntry(Part):
    """A schedule: what is made of which View, when, and where it goes."""

    key: Annotated[str, Field(pattern=KEY, max_length=60)]
    title: Text | None = None
    report: str = Field(max_length=60)
    view: str = Field("/", max_length=4000)
    format: str = Field("xlsx", max_length=60)
    lang: Literal[LANGS] = LANGS[0]
    period: str = Field("", max_length=60)
    when: Annotated[str, AfterValidator(_when)]
    to: tuple[TargetEntry, ...] = Field(min_length=1, max_length=20)


class ReportsFile(Part):
    """The whole file."""

    reports: tuple[ScheduleEntry, ...] = Field(min_length=1, max_length=500)


def declared_schedules(settings: Settings) -> tuple[Schedule, ...]:
    """The schedules that the file of the settings declares; none without one. Raises BadSource."""
    path = settings.reports
    return read_schedules(path) if path is not None and str(path) != "." else ()


def read_schedules(path: Path) -> tuple[Schedule, ...]:
    """The schedules that the file at `path` declares. Raises BadSource with file, line and key of each fault."""
    found, lines = read_lined(Path(path), lambda values: ReportsFile)
    lines.differ("reports", keys=[entry.key for entry in found.reports])
    return tuple(_schedule(n, entry, lines) for n, entry in enumerate(found.reports))


def _schedule(n: int, entry: ScheduleEntry, lines: Lines) -> Schedule:
    return Schedule(
        key=entry.key,
        title=entry.title or T(entry.key, entry.key),
        report=entry.report,
        address=entry.view,
        form=entry.format,
        when=entry.when,
        to=tuple(each.target for each in entry.to),
        lang=entry.lang,
        period=entry.period,
        origin=lines.origin("reports", n),
    )
