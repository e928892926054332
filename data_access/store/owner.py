"""Who owns an embedded store: one process at a time, by a lock the kernel drops when that process ends."""

import fcntl
import json
import os
from pathlib import Path

from sqlalchemy.engine import make_url

from data_access.errors import StoreBusy


class Owner:
    """Holds the lock file beside an embedded store's folder; does nothing for a store on a server.

    `killed` tells that the owner before this one did not give the store back.
    """

    def __init__(self, lock: Path | None):
        self._file = None
        self.store = lock.with_suffix("") if lock else None
        self.killed = False
        if lock is None:
            return
        lock.parent.mkdir(parents=True, exist_ok=True)
        self._file = lock.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise self._busy(lock) from error
        self._file.seek(0)
        self.killed = self._file.read() not in ("", "{}")
        self._write({"pid": os.getpid()})

    @classmethod
    def of(cls, url: str) -> "Owner":
        """The owner for a store URL. Raises StoreBusy when another process has it."""
        parsed = make_url(url)
        path = parsed.query.get("path")
        return cls(Path(path).with_suffix(".lock") if parsed.query.get("interface") == "chdb" and path else None)

    def announce(self, url: str, token: str) -> None:
        """Write down where this process answers for others."""
        if self._file:
            self._write({"pid": os.getpid(), "url": url, "token": token})

    def release(self) -> None:
        """Let the next process have the store."""
        if self._file:
            self._write({})
            self._file.close()
            self._file = None

    def _write(self, note: dict) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(note))
        self._file.flush()
        os.fchmod(self._file.fileno(), 0o600)

    def _busy(self, lock: Path) -> StoreBusy:
        self._file.close()
        try:
            note = json.loads(lock.read_text() or "{}")
        except ValueError:
            note = {}
        who = f"process {note['pid']}" if "pid" in note else "another process"
        where = f", which answers at {note['url']}" if "url" in note else ""
        return StoreBusy(
            f"The store beside {lock.name} is open in {who}{where}. Ask that process, or stop it first.",
            note.get("url"),
            note.get("token"),
        )
