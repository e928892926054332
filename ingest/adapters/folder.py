"""Feeds that drop files into a folder: taken once they are complete, then moved to ``done`` or ``failed``."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pydantic import Field

from data_access.errors import BadSource, SettingsError
from data_access.words import T
from ingest.adapters import Adapter
from ingest.cityparts import FilePath, Part
from ingest.feedrows import moved, reading_of, sound
from ingest.fields import Number
from ingest.intake import Intake
from ingest.pieces import Piece, pieces
from ingest.tries import Tries

log = logging.getLogger(__name__)

GROWING = (".part", ".tmp", ".filepart", ".crdownload")
"""How the names of files end that are still being written."""
LONGEST_PAUSE = 60.0
EXAMPLES = 20


class FolderSource(Part):
    """`path` is the folder, `pattern` which files in it are the feed's, `every` the seconds between two looks."""

    path: FilePath
    pattern: str = "*"
    every: Number = Field(2.0, gt=0, le=3600)


@dataclass
class Report:
    """What became of a file, with the first of its refused lines; written beside it."""

    file: str
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    examples: list[dict] = field(default_factory=list)
    error: str = ""


class Folder:
    """A thread that takes in the files of one folder, one after the other, the oldest first."""

    def __init__(self, intake: Intake, source: FolderSource):
        self.tries = Tries()
        self._intake, self._source = intake, source
        self._seen: dict[Path, tuple[int, int, int]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"folder-{intake.key}", daemon=True)
        try:
            for folder in (source.path, self._into("done"), self._into("failed")):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"The folder of the feed {intake.key!r} cannot be used: {error}") from error

    def start(self) -> "Folder":
        """Begin; returns itself."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End after the piece that is being taken in; what is left of its file is taken up at the next start."""
        self._stop.set()
        self._thread.join(60)

    def _into(self, name: str) -> Path:
        return self._source.path / name

    def _run(self) -> None:
        failures = 0
        while not self._stop.wait(min(self._source.every * 2**failures, max(LONGEST_PAUSE, self._source.every))):
            try:
                for path in self.complete():
                    self.take(path)
                failures = 0
            except Exception as error:
                failures = min(failures + 1, 10)
                self.tries.note("look", str(error))
                log.warning("The folder of the feed %s waits: %s", self._intake.key, error)

    def complete(self) -> list[Path]:
        """The files that have not changed since the last look, the oldest first; a look is made."""
        found = {}
        for path in self._source.path.glob(self._source.pattern):
            if path.is_file() and not path.name.startswith(".") and not path.name.endswith(GROWING):
                told = path.stat()
                found[path] = (told.st_size, told.st_mtime_ns, told.st_ino)
        same = [path for path, told in found.items() if self._seen.get(path) == told]
        self._seen = found
        return sorted(same, key=lambda path: (found[path][1], path.name))

    def take(self, path: Path) -> Report | None:
        """Take in one file and move it away; None when stopped before its end. Raises StoreFailed: it stays."""
        report = Report(path.name)
        try:
            for piece in self._pieces(path):
                if self._stop.is_set():
                    return None
                self._land(piece, path.name, report)
        except BadSource as error:
            report.error = str(error)
        self._away(path, report)
        told = f"{report.accepted} accepted, {report.rejected} rejected, {report.duplicates} duplicates"
        self.tries.note(f"{path.name}: {told}", report.error)
        return report

    def _pieces(self, path: Path) -> Iterator[Piece]:
        self._reading = reading_of(self._intake.definition, path)
        yield from pieces(self._reading)

    def _land(self, piece: Piece, name: str, report: Report) -> None:
        reading, token = self._reading, f"piece:{piece.first}:{piece.digest}"
        if piece.rows is not None:
            receipt = self._intake.take_rows(piece.rows, token, name)
        elif reading.delimiter != self._intake.definition.delimiter:
            rows = moved(sound(replace(reading, body=piece.body)), piece.first - 1)
            receipt = self._intake.take_rows(rows, token, name)
        else:
            receipt = self._intake.take(piece.body, token, name, reading.format, piece.first)
        whole = [reject for reject in receipt.reasons if reject.reason == "unreadable"]
        report.error = report.error or "".join(reject.detail for reject in whole[:1])
        report.accepted += receipt.accepted
        report.rejected += receipt.rejected
        report.duplicates += receipt.duplicates
        report.examples += [asdict(reject) for reject in receipt.reasons][: EXAMPLES - len(report.examples)]
        self.tries.note(f"{name}: {report.accepted + report.rejected + report.duplicates} rows")

    def _away(self, path: Path, report: Report) -> None:
        """The report first, then the file: one that is still there is taken again, which changes nothing."""
        folder, number = self._into("failed" if report.error else "done"), 1
        name = path.name
        while (folder / name).exists():
            number += 1
            name = f"{path.name}.{number}"
        text = json.dumps(asdict(report), ensure_ascii=False, indent=1)
        (folder / f"{name}.report.json").write_text(text + "\n", "utf-8")
        path.replace(folder / name)
        self._seen.pop(path, None)


def start(intake: Intake, source: FolderSource) -> Folder:
    """Begin to look into the folder. Raises SettingsError when it cannot be used."""
    return Folder(intake, source).start()


ADAPTER = Adapter(
    key="folder",
    title=T("文件夹", "Folder"),
    help=T(
        "放进文件夹的 CSV、NDJSON、Parquet、GeoJSON 文件写完后自动读入",
        "Files of CSV, NDJSON, Parquet or GeoJSON dropped in a folder are taken in once they are complete",
    ),
    settings=FolderSource,
    start=start,
)
