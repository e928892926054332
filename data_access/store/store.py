"""The open store: asks with SQLAlchemy Core selects, answers with numpy arrays; writes Arrow tables."""

import base64
import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.exceptions import ClickHouseError
from sqlalchemy import Engine, Select, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from data_access.errors import JingweiError, SettingsError, StoreFailed
from data_access.store import tables
from data_access.store.declare import LOCAL, metadata, rollups
from data_access.store.engine import open_engine, quoted, run, spelled
from data_access.store.gate import Gate
from data_access.store.mending import mend
from data_access.store.migrate import bring_up, clustered
from data_access.store.owner import Owner

Arrays = dict[str, np.ndarray]
Size = tuple[int, int]
"""Rows, and bytes on disk."""
READING = {
    "final": 1,
    "do_not_merge_across_partitions_select_final": 1,
    "output_format_arrow_low_cardinality_as_dictionary": 1,
    "output_format_arrow_string_as_string": 1,
}
"""Settings of every question: tables that the engine folds are read folded, and their keys never cross partitions;
words come as a dictionary and places in it."""
FAILURES = (SQLAlchemyError, ClickHouseError, OSError, RuntimeError)
"""What the engine and its driver raise where a disk is full or read-only, or a server away."""
FOLDED = tuple(rollup.target for rollup in rollups)
WRITING = {
    "distributed_foreground_insert": 1,
    "async_insert": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    "max_partitions_per_insert_block": 0,
    "parallel_view_processing": 1,
}
"""Settings of every insert: it is done when it has answered, a cluster for its shards; a repeated one is known by
each rollup on its own, so that one which was cut short before a rollup reaches it; a batch may be of any days;
rollups are made side by side."""

FILLING = {"parallel_distributed_insert_select": 0}
"""Settings of filling a table from others: a cluster would write each shard's part with names of its own."""


class Store:
    """One connection pool to the analytics store. Thread-safe. Asking and inserting raise StoreFailed.

    Batches land inside its `gate`; `schema` is the number of the newest migration it has been through.
    Opening creates what is missing and brings what is there up to date; where a newer release has done so it
    raises NewStore. An embedded store belongs to one process: opening it in a second raises StoreBusy, which says
    where the first one answers.
    """

    def __init__(self, url: str, threads: int = 8):
        self._owner = Owner.of(url)
        self.gate = Gate()
        self._engine: Engine | None = None
        try:
            if self._owner.killed:
                mend(self._owner.store)
            self._engine = open_engine(url, threads)
            self.schema = bring_up(self._engine)
        except JingweiError:
            self.close()
            raise
        except (SQLAlchemyError, ValueError) as error:
            self.close()
            raise SettingsError(f"The store at {url} cannot be opened: {error}") from error

    def announce(self, url: str, token: str) -> None:
        """Tell other processes where the owner of this embedded store answers."""
        self._owner.announce(url, token)

    def close(self) -> None:
        """Give the store back. Asking afterwards is an error."""
        if self._engine:
            self._engine.dispose()
        self._owner.release()

    @property
    def engine(self) -> Engine:
        """The connection pool, for what is not a question or a batch: backups, retention."""
        return self._engine

    def sql(self, statement: Select) -> str:
        """The statement as the engine's SQL with its values written in."""
        return spelled(self._engine.dialect, statement)

    @contextlib.contextmanager
    def _client(self) -> Iterator[object]:
        try:
            connection = self._engine.raw_connection()
            try:
                yield connection.driver_connection.client
            finally:
                connection.close()
        except FAILURES as error:
            raise StoreFailed(f"The store cannot be used now: {str(error).strip()[:300]}") from error

    def arrow(self, statement: Select, folded: bool = True) -> pa.Table:
        """The answer to `statement` as an Arrow table.

        Unfolded where that is the same: the engine knows the edges of what a table is parted by without reading.
        """
        with self._client() as client:
            # Settings in the text: given apart, the embedded engine is told each by a question of its own, twice.
            told = ", ".join(f"{name} = {value}" for name, value in (READING | {"final": int(folded)}).items())
            answer = client.raw_query(f"{self.sql(statement)} SETTINGS {told}", fmt="Arrow")
        return pa.ipc.open_file(pa.py_buffer(answer)).read_all()

    def arrays(self, statement: Select, folded: bool = True) -> Arrays:
        """The answer to `statement` by column: numbers and ``datetime64[ms]`` as arrays, texts as objects.

        `folded` as in `arrow`.
        """
        answer = self.arrow(statement, folded)
        return {name: column_array(answer.column(name)) for name in answer.column_names}

    def rows(self, statement: Select, folded: bool = True) -> list[dict]:
        """The answer to `statement` as dictionaries: for short lists. `folded` as in `arrow`."""
        return self.arrow(statement, folded).to_pylist()

    def insert(self, table: str, rows: pa.Table, token: str | None = None) -> None:
        """Append `rows`; under a `token` used before for this table nothing is added."""
        settings = WRITING | ({"insert_deduplication_token": token} if token else {})
        with self._client() as client:
            client.insert_arrow(table, rows, settings=settings)

    def fill(self, table: str, statement: Select) -> None:
        """Append what `statement` gives, the columns of `table` in their order; nothing leaves the engine."""
        names = ", ".join(column.name for column in metadata.tables[table].columns)
        with self._client() as client:
            client.command(
                f"INSERT INTO {table} ({names}) {self.sql(statement)}", settings=READING | WRITING | FILLING
            )

    def empty(self, table: str) -> None:
        """Remove all rows of `table`: what an interrupted build left."""
        with self._engine.connect() as connection:
            connection.execute(text(f"TRUNCATE TABLE {table}"))

    def counts(self) -> dict[str, int]:
        """Rows of each table, as the engine's part list has them."""
        return {name: rows for name, (rows, _) in self.sizes().items()}

    def sizes(self) -> dict[str, Size]:
        """Rows and bytes on disk of each table, as the engine's part list has them: on a cluster, of one node."""
        parts = text(
            "SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts "
            "WHERE active AND database = currentDatabase() GROUP BY 1"
        )
        with self._engine.connect() as connection:
            found = {row[0].removesuffix(LOCAL): (int(row[1]), int(row[2])) for row in connection.execute(parts)}
        return {table.name: found.get(table.name, (0, 0)) for table in metadata.sorted_tables}

    def newest(self, name: str) -> dict[str, float]:
        """The newest moment in a table of facts by feed, UTC epoch seconds."""
        c = metadata.tables[name].c
        rows = self.rows(select(c.feed, func.toFloat64(func.max(c.at)).label("at")).group_by(c.feed))
        return {row["feed"]: row["at"] for row in rows}

    def bytes(self) -> int:
        """Bytes on disk of all tables."""
        parts = text("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase()")
        with self._engine.connect() as connection:
            return int(connection.execute(parts).scalar() or 0)

    def fold(self, progress: Callable[[float], None] = lambda part: None, tables: Sequence[str] = FOLDED) -> None:
        """Merge the parts of `tables` now, as the engine would do in time; after a bulk load, not on a cluster."""
        if clustered(self._engine):
            return
        active = "active AND database = currentDatabase()"
        targets = ", ".join(map(quoted, tables))
        parts = run(
            self._engine,
            f"SELECT table, partition_id, sum(rows) FROM system.parts WHERE {active} AND table IN ({targets}) "
            "GROUP BY 1, 2 HAVING count() > 1 OR min(level) = 0",
        )
        whole, done = sum(rows for _, _, rows in parts), 0
        for table, partition, rows in parts:
            run(self._engine, f"OPTIMIZE TABLE {table} PARTITION ID {quoted(partition)} FINAL")
            done += rows
            progress(done / whole)

    def put_blob(self, key: str, digest: str, body: bytes) -> None:
        """Keep an immutable binary under `key`."""
        row = {"key": [key], "digest": [digest], "body": [base64.b64encode(body).decode()], "at": [now_ms()]}
        self.insert("blob", pa.table(row | {"at": pa.array(row["at"], pa.timestamp("ms", "UTC"))}))

    def probe(self) -> None:
        """Write a few bytes that nobody reads. Raises StoreFailed where the store takes nothing."""
        self.put_blob("probe", "", b"")

    def blob(self, key: str) -> tuple[str, bytes] | None:
        """The digest and the bytes kept under `key`, or None."""
        b = tables.blob.c
        found = self.rows(select(b.digest, b.body).where(b.key == key).order_by(b.at.desc()).limit(1))
        return (found[0]["digest"], base64.b64decode(found[0]["body"])) if found else None


def column_array(column: pa.ChunkedArray) -> np.ndarray:
    """One Arrow column as numpy: times without their zone, texts as objects."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("ms")).to_numpy()
    return column.to_numpy()


def now_ms() -> int:
    """This moment in UTC epoch milliseconds."""
    return int(datetime.now(UTC).timestamp() * 1000)
