"""Batches that are being landed: each stands in a file until the store has all of it, so that none stays a half.

An insert into a table and what the engine folds from it are several steps, and so are the rows of a batch, its
refused lines and its entry. Whoever is killed or refused between two of them finds the batch here and lands it
again, under the same token.
"""

import contextlib
import hashlib
import json
import logging
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from data_access.errors import StoreFailed

log = logging.getLogger(__name__)

PATIENCE = 3
"""How often a batch is refused by a store that takes other things before that may be its own fault."""
PROBE = 1_000_000
"""Bytes that must find room for batches to be taken again."""
ABANDONED = 3600.0
"""Seconds after which a file that was begun is nobody's."""
TOLD = b"landing"
"""Under what the schema's metadata has all of a batch that is not its rows."""


@dataclass(frozen=True)
class Reject:
    """A refused line: where it stood, why (a short fixed reason, and the detail), and its text as it came.

    `cells` are its values by column as JSON, where its text does not say them.
    """

    source: str
    line: int
    reason: str
    detail: str
    raw: str
    cells: str = ""


@dataclass(frozen=True)
class Replayed:
    """What became of a refused line that was put in again: the line, as `replay` names it, and the outcome."""

    batch: str
    source: str
    line: int
    mark: int
    refused_at: float
    outcome: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Landing:
    """A validated batch. `at` is when the feed spoke, `span` the first and last event (epoch seconds)."""

    feed: str
    kind: str
    token: str
    rows: pa.Table | None
    rejects: tuple[Reject, ...]
    duplicates: int
    at: float
    span: tuple[float, float] | None
    replayed: tuple[Replayed, ...] = ()

    @property
    def accepted(self) -> int:
        """How many rows it lands."""
        return 0 if self.rows is None else self.rows.num_rows


LISTS = {"rejects": Reject, "replayed": Replayed}


class Journal:
    """The batches under way, in `folder`, one file each; what a process before this one left is there as well.

    Thread-safe.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._lock = threading.Lock()
        self._kept: dict[str, Path] = {}
        self._failures: dict[str, int] = {}
        for path in sorted(folder.glob("*.arrow")):
            self._find(path)
        for path in folder.glob("*.part"):
            self._clear(path)

    def _find(self, path: Path) -> None:
        """Take up a batch that was left; a file that a power cut left unreadable is put away, for people."""
        try:
            self._kept[read(path).token] = path
        except (pa.ArrowException, ValueError, KeyError, TypeError) as error:
            away = path.replace(path.with_suffix(".unreadable"))
            log.error("A batch that was written down cannot be read, and is put away in %s: %s", away, error)

    def _clear(self, path: Path) -> None:
        """Remove what a process that has ended began to write; what is younger, another may be writing now."""
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > ABANDONED:
                _away(path)

    def keep(self, landing: Landing) -> None:
        """Write a batch down before any of it lands. Raises StoreFailed: then nothing of it is anywhere."""
        digest = hashlib.sha256(landing.token.encode()).hexdigest()[:24]
        path = next(self._folder.glob(f"*-{digest}.arrow"), self._folder / f"{time.time_ns()}-{digest}.arrow")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write(landing, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
        except OSError as error:
            _away(path.with_suffix(".part"))
            why = error.strerror or error
            raise StoreFailed(f"The batch cannot be written down in {self._folder}: {why}.") from error
        with self._lock:
            self._kept[landing.token] = path

    def check(self) -> None:
        """That a batch could be written down now. Raises StoreFailed."""
        probe = self._folder / "probe.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(bytes(PROBE))
        except OSError as error:
            raise StoreFailed(f"Nothing can be written in {self._folder}: {error.strerror or error}.") from error
        finally:
            _away(probe)

    def done(self, token: str) -> None:
        """Forget a batch that the store has."""
        with self._lock:
            path = self._kept.pop(token, None)
        if path is not None:
            path.unlink(missing_ok=True)

    def failed(self, token: str) -> bool:
        """Note that a store that takes other things refused a batch again; returns whether it is enough."""
        with self._lock:
            self._failures[token] = self._failures.get(token, 0) + 1
            return self._failures[token] >= PATIENCE

    def set_aside(self, token: str) -> None:
        """Leave a batch for the next process that opens the city to try."""
        with self._lock:
            self._kept.pop(token, None)

    def left(self) -> list[Landing]:
        """The batches that were begun and not done, the oldest first; nobody may be landing meanwhile."""
        with self._lock:
            paths = sorted(self._kept.values())
        return [read(path) for path in paths]

    def files(self) -> list[Path]:
        """The files of all batches that the store has not had whole, those set aside too."""
        return sorted(self._folder.glob("*.arrow"))

    def __len__(self) -> int:
        with self._lock:
            return len(self._kept)


def _away(path: Path) -> None:
    """Remove what was begun to be written, where that can be done."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def write(landing: Landing, path: Path) -> None:
    """A batch as an Arrow stream. Raises OSError."""
    told = {k: v for k, v in vars(landing).items() if k not in ("rows", *LISTS)}
    told |= {name: [asdict(one) for one in getattr(landing, name)] for name in LISTS}
    told["empty"] = landing.rows is None
    rows = pa.table({}) if landing.rows is None else landing.rows
    schema = rows.schema.with_metadata({TOLD: json.dumps(told).encode()})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, schema) as stream:
        stream.write_table(
            rows.cast(schema) if rows.num_columns else rows.replace_schema_metadata(schema.metadata)
        )


def read(path: Path) -> Landing:
    """A batch that was written."""
    with pa.OSFile(str(path), "rb") as file:
        rows = pa.ipc.open_stream(file).read_all()
    told = json.loads(rows.schema.metadata[TOLD])
    lists = {name: tuple(kind(**one) for one in told.pop(name)) for name, kind in LISTS.items()}
    span = tuple(told["span"]) if told["span"] else None
    plain = None if told.pop("empty") else rows.replace_schema_metadata(None)
    return Landing(**told | lists | {"rows": plain, "span": span})
