"""An order of a file: what is wanted, how far it is, and what became of it."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from data_access.words import Lang, T
from reports.format import Format
from reports.snapshot import Progress, Snapshot
from reports.taking import CannotTake

State = Literal["waiting", "working", "done", "failed", "cancelled"]
ENDED = T("服务正在停止。", "The server is stopping.")


@dataclass(eq=False)
class Order:
    """A file that is wanted, and what has become of it; `lang` is that of whoever asked.

    `part` is how much of it is done, 0…1, and `what` the thing that is being done: panels, picture. `told` is why
    it failed, with the `status` that HTTP has for it. `tries` counts the browsers that it took. `snapshot` is
    there while the file is made of it; `name`, `media` type, `digest`, `link`, `title` and as-of moment `at`
    are the file's, and in `failed` are the panels that it has no rows of, with the reason.
    """

    form: Format
    make: Callable[[Progress], Snapshot]
    path: Path
    lang: Lang = "zh"
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    state: State = "waiting"
    what: str = ""
    part: float = 0.0
    told: T | None = None
    status: int = 200
    snapshot: Snapshot | None = None
    name: str = ""
    media: str = ""
    digest: str = ""
    link: str = ""
    title: T | None = None
    at: float = 0.0
    failed: dict[str, T] = field(default_factory=dict)
    tries: int = 0
    since: float = field(default_factory=time.monotonic)
    over: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> bool:
        """Whether it is over, having waited so long for it at most."""
        return self.over.wait(seconds)

    def file(self) -> BinaryIO:
        """The file, open. Raises CannotTake with the reason where there is none."""
        if self.state != "done":
            raise CannotTake(self.told or ENDED, self.status)
        return self.path.open("rb")
