"""Service requests of Open311 GeoReport v2: polled in windows of time, told again when they change."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from data_access.lookup import known_cases
from data_access.words import T
from ingest.adapters import Adapter
from ingest.cases import from_rows
from ingest.cityfile import CaseColumns
from ingest.cityparts import Part
from ingest.fields import epoch_ms
from ingest.files import Row
from ingest.georeport import rows, stamped
from ingest.handing import Seen, hand_in, spoke
from ingest.mapping import filled
from ingest.polling import Fetcher, Poller, Unfetched
from ingest.secret import Variable, secret
from ingest.times import Times

if TYPE_CHECKING:
    from ingest.intake import Intake

DAY = 86_400.0
SHORTEST = 60.0
"""Seconds of a window that is not halved any more."""
MOST_PAGES = 10_000


class Open311Source(Part):
    """A GeoReport v2 server.

    An answer of `most` requests is taken as cut short, and its window asked for in halves; with `page_size` pages
    are asked for instead. `days` is how far back requests are followed, `window` how many days one question spans.
    Each try asks for what is newer than the newest update seen less `overlap` minutes; every `again` hours for
    all of the `days`, since the standard cannot ask for what has changed. A server that knows ``updated_after``
    can: `updated_after: yes`.
    """

    url: str = Field(pattern=r"^https?://.+")
    format: Literal["json", "xml"] = "json"
    jurisdiction_id: str = ""
    api_key_env: Variable | None = None
    service_code: str = ""
    most: int = Field(1000, gt=1)
    page_size: int = Field(0, ge=0, le=10_000)
    days: float = Field(90, gt=0, le=3660)
    window: float = Field(7, gt=0, le=90)
    overlap: float = Field(120, ge=0)
    again: float = Field(6, gt=0)
    updated_after: bool = False


class Open311Poller:
    """Asks one server."""

    def __init__(self, intake: "Intake", settings: Open311Source):
        self._intake, self._settings = intake, settings
        self._fetcher, self._seen = Fetcher(), Seen()
        definition = intake.definition
        self._times = Times(definition.timezone or intake.city.profile.zone, definition.time_format)
        self._newest = intake.city.live.feeds()[definition.key].watermark
        self._whole_at = float("-inf")
        named = settings.api_key_env
        self._key = secret(named, f"the key of the feed {definition.key!r}") if named else ""
        self._address = settings.url.rstrip("/") + f"/requests.{settings.format}"

    def close(self) -> None:
        """Ask nothing more."""
        self._fetcher.close()

    def once(self) -> str:
        """Take in what is new or has changed; returns what that was. Raises Unfetched."""
        now, taken = time.time(), 0
        whole = self._whole(now)
        for begin, end in self._windows(self._since(now, whole), now):
            for found in self._answers(begin, end):
                taken += self._take(found)
        if whole:
            self._whole_at = now
        spoke(self._intake)
        return f"{taken} steps"

    def _whole(self, now: float) -> bool:
        due = now - self._whole_at >= self._settings.again * 3600
        return self._newest is None or (due and not self._settings.updated_after)

    def _since(self, now: float, whole: bool) -> float:
        first = now - self._settings.days * DAY
        return first if whole else max(first, min(self._newest, now) - self._settings.overlap * 60)

    def _windows(self, begin: float, end: float) -> Iterator[tuple[float, float]]:
        step = self._settings.window * DAY
        while begin < end:
            yield begin, min(begin + step, end)
            begin += step

    def _answers(self, begin: float, end: float) -> Iterator[list[Row]]:
        """The requests of a window, in as many answers as it takes."""
        if self._settings.page_size:
            yield from self._pages(begin, end)
            return
        found = self._ask(begin, end)
        if len(found) >= self._settings.most and end - begin > SHORTEST:
            middle = (begin + end) / 2
            yield from self._answers(begin, middle)
            yield from self._answers(middle, end)
        else:
            yield found

    def _pages(self, begin: float, end: float) -> Iterator[list[Row]]:
        size, before = self._settings.page_size, None
        for page in range(1, MOST_PAGES + 1):
            found = self._ask(begin, end, page=str(page), page_size=str(size))
            if [row.raw for row in found] == before:
                raise Unfetched(f"{self._address}: page {page} is the one before: the server has no pages")
            yield found
            if len(found) < size:
                return
            before = [row.raw for row in found]

    def _ask(self, begin: float, end: float, **more: str) -> list[Row]:
        settings = self._settings
        names = ("updated_after", "updated_before") if settings.updated_after else ("start_date", "end_date")
        query = dict(zip(names, (stamped(begin), stamped(end)), strict=True)) | more
        query |= {name: v for name in ("jurisdiction_id", "service_code") if (v := getattr(settings, name))}
        if self._key:
            query["api_key"] = self._key
        return list(rows(self._fetcher.get(self._address, query, fresh=True).body))

    def _take(self, found: list[Row]) -> int:
        """Hand in what is new or has changed of an answer; returns how many steps were new."""
        names = [str(row.values.get("service_request_id") or row.raw) for row in found]
        fresh = [(n, row) for n, row in zip(names, found, strict=True) if self._seen.new(n, row.raw)]
        if not fresh:
            return 0
        self._reopen([row for _, row in fresh])
        receipt = hand_in(self._intake, [row for _, row in fresh], self._address)
        for name, row in fresh:
            self._seen.keep(name, row.raw)
        moments = [m for _, row in fresh if (m := self._updated(row)) is not None]
        self._newest = max([*moments, *([self._newest] if self._newest is not None else [])], default=None)
        return 0 if receipt.repeated else receipt.accepted

    def _updated(self, row: Row) -> float | None:
        """When a request was last changed, in epoch seconds, as far as it tells."""
        told = row.values.get("updated_datetime") or row.values.get("requested_datetime")
        try:
            return epoch_ms(self._times.parsed(told)) / 1000 if told else None
        except (ValueError, OverflowError, TypeError):
            return None

    def _reopen(self, fresh: list[Row]) -> None:
        """Call those requests reopened that are open now, and closed in the store since before their update."""
        columns = self._intake.definition.columns
        steps = columns.status.steps if isinstance(columns, CaseColumns) and columns.status else {}
        opened = [row for row in fresh if row.values.get("status") == "open"]
        if "reopened" not in steps or not opened:
            return
        ids = {id(row): filled(columns.id, row.values) for row in opened}
        cases = from_rows(known_cases(self._intake.city, sorted(set(ids.values()))))
        for row in opened:
            case, at = cases.get(ids[id(row)]), self._updated(row)
            if case and at and case.spells[-1].closed_by(round(at * 1000) - 1):
                row.values["status"] = "reopened"


def start(intake: "Intake", settings: Open311Source) -> Poller:
    """Begin to ask, as often as the feed should speak."""
    asking = Open311Poller(intake, settings)
    return Poller(intake.key, intake.definition.interval, asking.once, asking.close).start()


ADAPTER = Adapter(
    key="open311",
    title=T("Open311 诉求", "Open311 requests"),
    help=T("轮询 Open311 GeoReport v2 服务的诉求", "Polls service requests of an Open311 GeoReport v2 server"),
    settings=Open311Source,
    start=start,
    rows=rows,
)
