"""The connection pool to a store, embedded or on a server, and SQL of one's own on it."""

from sqlalchemy import Dialect, Engine, Select, create_engine, text
from sqlalchemy.engine import make_url

EMBEDDED = {"backups.allowed_path": "/"}
"""Options of the embedded engine: a backup may go to any folder that the process may write to."""


def open_engine(url: str, threads: int = 8) -> Engine:
    """A pool of `threads` connections, and as many again under load."""
    given = {"connect_args": {"chdb_options": EMBEDDED}} if embedded(url) else {}
    return create_engine(url, pool_size=threads, max_overflow=threads, **given)


def embedded(url: str) -> bool:
    """Whether the store at `url` lies in this process, not on a server."""
    return make_url(url).query.get("interface") == "chdb"


def run(engine: Engine, sql: str) -> list[tuple]:
    """The rows that `sql` gives, none of a statement that gives none."""
    with engine.connect() as connection:
        answer = connection.execute(text(sql.replace(":", "\\:")))
        return [tuple(row) for row in answer] if answer.returns_rows else []


def quoted(value: str) -> str:
    """A text as the engine's literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def spelled(dialect: Dialect, statement: Select) -> str:
    """The statement as the engine's SQL with its values written in."""
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
