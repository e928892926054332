"""What a format of files is: a declaration, found in reports/formats, that writes a snapshot."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from data_access.city import City
from data_access.registry import Registry, discover
from data_access.view import View
from data_access.words import T
from reports.snapshot import Snapshot
from reports.wording import stamped

Kind = tuple[str, str]
"""What a file's name ends in, and its media type."""
STRANGE = re.compile(r'[\s/\\:*?"<>|%;,·]+')
LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What a browser draws of a snapshot: a document, with a picture of the View `size` CSS pixels large.

    On `paper` (width and height in mm) a PDF of pages; else a picture, of `scale` pixels to each CSS pixel.
    """

    size: tuple[int, int]
    scale: float = 2.0
    paper: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Format:
    """A declared format: `write` puts a snapshot into an open file, or a browser makes a `drawing` of it.

    `suffix` and `media` are the file's; `packed` those where it holds several panels, if they differ. `carries`
    tells which panels it can hold of a View; None for all.
    """

    key: str
    title: T
    help: T
    suffix: str
    media: str
    write: Callable[[Snapshot, City, BinaryIO], None] | None = None
    drawing: Drawing | None = None
    packed: Kind | None = None
    carries: Callable[[View], tuple[str, ...] | None] = lambda view: None
    order: int = 100

    def kind(self, snapshot: Snapshot) -> Kind:
        """What a snapshot's file is."""
        return self.packed if self.packed and len(snapshot.parts) > 1 else (self.suffix, self.media)

    def faults(self) -> Iterator[str]:
        """What is missing for it to be offered."""
        for name in ("title", "help"):
            text = getattr(self, name)
            if not (text.zh and text.en):
                yield f"needs a {name} in both languages"
        for name in ("suffix", "media"):
            if not getattr(self, name):
                yield f"needs a {name}"
        if (self.write is None) == (self.drawing is None):
            yield "needs either what writes it or a drawing"


def formats() -> Registry[Format]:
    """All formats. Raises DeclarationError for one declared twice or wrongly."""
    return Registry(discover("reports.formats", "FORMAT"), _faults)


def _faults(entry: object) -> Iterator[str]:
    if not isinstance(entry, Format):
        yield "is not a Format"
        return
    yield from entry.faults()


def file_name(snapshot: Snapshot, form: Format) -> str:
    """What the file is called: what of, and as of when."""
    title = STRANGE.sub("-", snapshot.title(snapshot.view.lang)).strip("-")[:LONGEST]
    at = re.sub(r"\D", "", stamped(snapshot.ask.at, snapshot.zone))
    return f"{title}-{at[:8]}-{at[8:]}.{form.kind(snapshot)[0]}"
