"""Observations of an OGC SensorThings 1.1 service: polled from the last reading on."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import Field, model_validator

from data_access.lookup import last_readings
from data_access.words import T
from ingest.adapters import Adapter
from ingest.cityparts import Part
from ingest.files import Row
from ingest.georeport import stamped
from ingest.handing import hand_in, spoke
from ingest.observations import next_link, rows
from ingest.polling import Fetcher, Poller, Unfetched, same_host
from ingest.records.reading import register_of
from ingest.secret import Variable, secret

if TYPE_CHECKING:
    from ingest.intake import Intake

MOST_PAGES = 10_000


class SensorThingsSource(Part):
    """A service, named by its root.

    `devices` gives datastreams, by id or by name, the code of their device; each is then asked for by itself, from
    its device's last reading on. Without, all observations are asked for, from the newest reading of the feed on
    less `overlap` minutes, and a datastream's name is the code. `days` is how far back the first question goes,
    `top` how many observations a page has, `arrays` asks for the short form. `token_env` names the variable with
    a bearer token.
    """

    url: str = Field(pattern=r"^https?://.+")
    devices: dict[str, str] = {}
    days: float = Field(1, gt=0, le=3660)
    overlap: float = Field(60, ge=0)
    top: int = Field(1000, gt=0, le=100_000)
    arrays: bool = False
    token_env: Variable | None = None

    @model_validator(mode="after")
    def _arrays_have_no_names(self) -> "SensorThingsSource":
        if self.arrays and not self.devices:
            raise ValueError("`arrays` tell no names of datastreams: give them their `devices`")
        return self


@dataclass(frozen=True)
class Question:
    """One question: where, what it is limited to, from which epoch second on, and whose observations it brings."""

    path: str
    limit: str
    since: float
    device: str = ""


class SensorThingsPoller:
    """Asks one service."""

    def __init__(self, intake: "Intake", settings: SensorThingsSource):
        self._intake, self._settings = intake, settings
        named, key = settings.token_env, intake.definition.key
        token = secret(named, f"the token of the feed {key!r}") if named else ""
        self._fetcher = Fetcher({"Authorization": f"Bearer {token}"} if token else None)

    def close(self) -> None:
        """Ask nothing more."""
        self._fetcher.close()

    def once(self) -> str:
        """Take in what is new; returns what that was. Raises Unfetched, after the others were asked for."""
        taken, errors = 0, []
        for question in self._questions(time.time()):
            try:
                taken += sum(self._take(question, url, found) for url, found in self._pages(question))
            except Unfetched as error:
                errors.append(error)
        if errors:
            raise errors[0]
        spoke(self._intake)
        return f"{taken} readings"

    def _questions(self, now: float) -> Iterator[Question]:
        first = now - self._settings.days * 86_400
        if not self._settings.devices:
            newest = self._intake.city.live.feeds()[self._intake.definition.key].watermark
            since = first if newest is None else min(newest, now) - self._settings.overlap * 60
            yield Question("Observations", "", max(since, first))
            return
        city, wanted = self._intake.city, self._settings.devices
        known = register_of(city).rows
        ids = {code: int(city.devices["id"][known[code]]) for code in wanted.values() if code in known}
        last = last_readings(city, list(ids.values()))
        for stream, code in wanted.items():
            path, limit = _stream(stream)
            yield Question(path, limit, last.get(ids.get(code), first), code)

    def _pages(self, question: Question) -> Iterator[tuple[str, list[Row]]]:
        url, query = f"{self._settings.url.rstrip('/')}/{question.path}", self._query(question)
        for _ in range(MOST_PAGES):
            found = self._fetcher.get(url, query, fresh=True)
            yield found.url, list(rows(found.body))
            link = next_link(found.body)
            if not link:
                return
            following = same_host(self._settings.url, link)
            if following == found.url:
                raise Unfetched(f"{url}: a page leads to itself")
            url, query = following, None

    def _query(self, question: Question) -> dict[str, str]:
        since = f"phenomenonTime gt {stamped(question.since)}"
        query = {
            "$filter": f"{question.limit} and {since}" if question.limit else since,
            "$orderby": "phenomenonTime asc",
            "$top": str(self._settings.top),
            "$expand": "Datastream($select=id,name)",
        }
        return query | ({"$resultFormat": "dataArray"} if self._settings.arrays else {})

    def _take(self, question: Question, url: str, found: list[Row]) -> int:
        if question.device:
            for row in found:
                row.values["device"] = question.device
        receipt = hand_in(self._intake, found, url)
        return 0 if receipt is None or receipt.repeated else receipt.accepted


def _stream(named: str) -> tuple[str, str]:
    """Where the observations of a datastream are, by its id, or which they are, by its name."""
    if named.isdigit():
        return f"Datastreams({named})/Observations", ""
    if named.startswith("'") and named.endswith("'") and len(named) > 2:
        return f"Datastreams({quote(named)})/Observations", ""
    return "Observations", "Datastream/name eq '{}'".format(named.replace("'", "''"))


def start(intake: "Intake", settings: SensorThingsSource) -> Poller:
    """Begin to ask, as often as the feed should speak."""
    asking = SensorThingsPoller(intake, settings)
    return Poller(intake.key, intake.definition.interval, asking.once, asking.close).start()


ADAPTER = Adapter(
    key="sensorthings",
    title=T("SensorThings 观测", "SensorThings observations"),
    help=T("轮询 OGC SensorThings 1.1 服务的观测值", "Polls observations of an OGC SensorThings 1.1 service"),
    settings=SensorThingsSource,
    start=start,
    rows=rows,
)
