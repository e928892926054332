"""Alerts in CAP: polled from an address or a file, which is an alert or an Atom or RSS feed of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pydantic import Field, model_validator

from data_access.words import T
from ingest import cap
from ingest.adapters import Adapter
from ingest.cityparts import FilePath, Part
from ingest.files import Row
from ingest.handing import Seen, hand_in, spoke
from ingest.polling import Fetched, Fetcher, Poller, Unfetched
from ingest.reasons import Refused

if TYPE_CHECKING:
    from ingest.intake import Intake


class CapSource(Part):
    """An address or a file.

    Entries that only link to their alerts are followed on the feed's own host, and on `hosts`, `most` of them a
    try. `areas` gives codes (``value`` or ``name=value``) the unit they mean, for alerts without shapes.
    """

    url: str = Field("", pattern=r"^(https?://.+)?$")
    file: FilePath | None = None
    hosts: tuple[str, ...] = ()
    most: int = Field(500, gt=0)
    areas: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_of_both(self) -> "CapSource":
        if bool(self.url) == (self.file is not None):
            raise ValueError("needs either `url` or `file`")
        return self


class CapPoller:
    """Asks for one feed of alerts."""

    def __init__(self, intake: "Intake", settings: CapSource):
        self._intake, self._settings = intake, settings
        self._fetcher, self._seen = Fetcher(), Seen()
        self._state: tuple | None = None

    def close(self) -> None:
        """Ask nothing more."""
        self._fetcher.close()

    def once(self) -> str:
        """Take in what is new; returns what that was. Raises Unfetched, Refused."""
        try:
            return self._once()
        except Exception:
            self._forget()
            raise

    def _forget(self) -> None:
        """Have all of it told again: something of it was not taken in."""
        self._fetcher.forget()
        self._state = None

    def _once(self) -> str:
        found = self._read()
        if found.body is None:
            spoke(self._intake)
            return "unchanged"
        try:
            documents = cap.documents(found.body)
        except Refused:
            hand_in(self._intake, list(cap.rows(found.body)), found.url)
            raise
        held = [document for document in documents if not document.link]
        fresh = [document for document in held if self._seen.new(document.raw, document.raw)]
        rows, errors = list(self._numbered(fresh)), []
        linked = [d for d in documents if d.link and self._seen.new(d.link, d.raw)][: self._settings.most]
        for document in linked:
            try:
                rows += self._followed(found.url, document.link)
            except Unfetched as error:
                errors.append((document, error))
        return self._taken(found.url, rows, [*fresh, *linked], errors)

    def _taken(self, url: str, rows: list[Row], documents: list[cap.Document], errors: list) -> str:
        receipt = hand_in(self._intake, rows, url)
        failed = {id(document) for document, _ in errors}
        for document in documents:
            if id(document) not in failed:
                self._seen.keep(document.link or document.raw, document.raw)
        if errors:
            self._forget()
            if len(errors) == len(documents):
                raise errors[0][1]
        new = receipt.accepted if receipt and not receipt.repeated else 0
        missing = f", {len(errors)} not reached: {errors[0][1]}" if errors else ""
        return f"{new} new{missing}"

    def _read(self) -> Fetched:
        if self._settings.file is None:
            return self._fetcher.get(self._settings.url)
        return self._of_file(self._settings.file)

    def _of_file(self, path: Path) -> Fetched:
        try:
            told = path.stat()
            state = (told.st_mtime_ns, told.st_size)
            if state == self._state:
                return Fetched(path.name, None)
            body = path.read_bytes()
        except OSError as error:
            raise Unfetched(f"{path.name}: {error.strerror}") from error
        self._state = state
        return Fetched(path.name, body)

    def _followed(self, url: str, link: str) -> list[Row]:
        address = urljoin(url, link)
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or parts.netloc not in (
            urlsplit(url).netloc,
            *self._settings.hosts,
        ):
            raise Unfetched(f"{address}: on another host; name it in `hosts` to follow it")
        body = self._fetcher.get(address, fresh=True).body
        return [self._placed(row) for row in cap.rows(body)]

    def _numbered(self, documents: list[cap.Document]) -> Iterator[Row]:
        for line, document in enumerate(documents, 1):
            yield from (self._placed(row) for row in cap.rows_of(document, line))

    def _placed(self, row: Row) -> Row:
        """The row, with the units that its codes mean."""
        if not self._settings.areas or row.refused:
            return row
        areas = [area | {"units": self._units(area)} for area in row.values.get("areas", ())]
        return replace(row, values=row.values | {"areas": areas})

    def _units(self, area: dict) -> list[str]:
        if area["polygons"] or area["circles"]:
            return []
        named = self._settings.areas
        found = (named.get(code) or named.get(code.partition("=")[2]) for code in area["geocodes"])
        return sorted({unit for unit in found if unit})


def start(intake: "Intake", settings: CapSource) -> Poller:
    """Begin to ask, as often as the feed should speak."""
    asking = CapPoller(intake, settings)
    return Poller(intake.key, intake.definition.interval, asking.once, asking.close).start()


ADAPTER = Adapter(
    key="cap",
    title=T("CAP 预警", "CAP alerts"),
    help=T(
        "轮询 CAP 1.1/1.2 预警文档或其 Atom、RSS 目录",
        "Polls alerts in CAP 1.1 or 1.2, or a feed of them in Atom or RSS",
    ),
    settings=CapSource,
    start=start,
    rows=cap.rows,
)
