"""The reference city goes on living: what happens is sent as real feeds would, nothing skipped or doubled."""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from demo.batches import Batch, Stream, SubmitTable, batches, catch_up, lines, spans, streams
from demo.records import HISTORY_DAYS, Town, table

__all__ = ["Simulator", "catch_up"]

log = logging.getLogger(__name__)

LONG_GAP = 600.0
"""Seconds; a batch that spans more is handed over as a table rather than in lines."""

LONGEST_WAIT = 60.0
TURNS_OF_READINGS = 3
"""Gateways collect: readings are sent every so many turns, all else every turn."""

SubmitLines = Callable[[str, str, list[str], str], Any]
"""Takes feed key, kind, NDJSON lines and token; returns a receipt once the batch is stored, or raises."""


class Simulator:
    """A thread that sends what happens, every `every` seconds, from `since` on.

    `since`: the moment from which on nothing is stored yet (that of the newest stored record and a millisecond):
    one for all, or by stream, by feed or by kind; what it does not name begins now. A stream whose batch is
    refused with an exception sends that batch again, with the same token and ever longer waits, before anything
    newer; other streams go on.
    """

    def __init__(
        self,
        town: Town,
        submit: SubmitLines,
        submit_table: SubmitTable | None = None,
        since: Mapping[Any, float] | float | None = None,
        clock: Callable[[], float] = time.time,
        every: float = 5.0,
    ):
        self._town, self._submit, self._submit_table = town, submit, submit_table
        self._clock, self._every = clock, every
        now = clock()
        self._done: dict[Stream, float] = {stream: _since(since, stream, now) for stream in streams(town)}
        interval = {f.key: f.interval for f in town.profile.feeds}
        self._silence = {s: math.inf if s[1] == "reading" else float(interval[s[0]]) for s in self._done}
        self._heard: dict[Stream, float] = {}
        self._waiting: dict[Stream, Batch] = {}
        self._pause: dict[Stream, float] = {}
        self._retry_at: dict[Stream, float] = {}
        self._turn = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own; does nothing when it runs already."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """End after the batch that is being sent."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.step()
            except Exception:
                log.exception("The simulator missed a turn; nothing is skipped.")
            self._stop.wait(self._every)

    def step(self) -> int:
        """Send what has happened up to now, readings in every third turn; returns the records that were stored."""
        now = math.floor(self._clock() * 1000) / 1000
        sent = sum(self._send(stream, now) for stream in list(self._waiting))
        for kind in HISTORY_DAYS:
            if kind == "reading" and self._turn % TURNS_OF_READINGS:
                continue
            ready = [s for s in self._done if s[1] == kind and s not in self._waiting and self._done[s] < now]
            for begin in sorted({self._done[s] for s in ready}):
                sent += self._advance(kind, {s for s in ready if self._done[s] == begin}, begin, now)
        self._turn += 1
        return sent

    def _advance(self, kind: str, group: set[Stream], begin: float, now: float) -> int:
        """Send the records of streams that stand at the same moment, span by span while they are far behind."""
        sent = 0
        for since, until in spans(self._town, kind, begin, now):
            for batch in batches(self._town, kind, since, until):
                stream = (batch.feed, kind)
                if stream in group and stream not in self._waiting:
                    self._waiting[stream] = batch
                    sent += self._send(stream, now)
            for stream in group - set(self._waiting):
                if self._heard.get(stream, -math.inf) < until - self._silence[stream]:
                    self._say_nothing(stream, self._done[stream], until)
                self._done[stream] = until
            group = group - set(self._waiting)
            if self._stop.is_set() or not group:
                break
        return sent

    def _say_nothing(self, stream: Stream, start: float, end: float) -> None:
        """Send an empty batch, as a feed does that is well and has nothing to tell."""
        feed, kind = stream
        try:
            self._submit(feed, kind, [], Batch(feed, kind, start, end, {}).token)
            self._heard[stream] = end
        except Exception:
            log.warning("The feed %s could not say that it is well.", feed, exc_info=True)

    def _send(self, stream: Stream, now: float) -> int:
        if now < self._retry_at.get(stream, now):
            return 0
        batch = self._waiting[stream]
        try:
            self._hand_over(batch)
        except Exception:
            self._pause[stream] = min(LONGEST_WAIT, 2 * self._pause.get(stream, self._every / 2))
            self._retry_at[stream] = now + self._pause[stream]
            again = "Batch %s was not taken; again in %.0f s."
            log.warning(again, batch.token, self._pause[stream], exc_info=True)
            return 0
        del self._waiting[stream]
        self._pause.pop(stream, None)
        self._retry_at.pop(stream, None)
        self._done[stream] = self._heard[stream] = batch.end
        return len(batch.columns["at"])

    def _hand_over(self, batch: Batch) -> None:
        if self._submit_table is not None and batch.end - batch.start > LONG_GAP:
            self._submit_table(batch.feed, batch.kind, table(batch.kind, batch.columns), batch.token)
        else:
            self._submit(batch.feed, batch.kind, lines(self._town, batch.kind, batch.columns), batch.token)


def _since(since: Mapping[Any, float] | float | None, stream: Stream, now: float) -> float:
    if isinstance(since, Mapping):
        return since.get(stream, since.get(stream[0], since.get(stream[1], now)))
    return now if since is None else since
