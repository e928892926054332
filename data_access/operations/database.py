"""Opening the operations database and bringing its tables up to date."""

from pathlib import Path

import pandas as pd
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, delete, insert, select
from sqlalchemy.engine import make_url

from data_access.errors import NewStore
from data_access.operations.models import Post

CHUNK = 20_000
PATIENCE = 3
"""Seconds until a PostgreSQL server that does not answer is given up."""


def open_operations(url: str) -> Engine:
    """An engine on the operations database at `url`, migrated to the newest revision.

    Raises NewStore when a newer release has migrated it further.
    """
    database = make_url(url).database
    if url.startswith("sqlite") and database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    given = {"connect_timeout": PATIENCE} if url.startswith("postgresql") else {}
    engine = create_engine(url, pool_pre_ping=True, connect_args=given)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        engine.dispose()
        raise NewStore(
            f"The operations database was migrated by another release of Jingwei ({error}). Use that release, or "
            "restore a backup taken before the upgrade into a new home."
        ) from error
    return engine


def replace_posts(engine: Engine, posts: pd.DataFrame) -> None:
    """Put `posts` (columns of data_access.plan.POST_COLUMNS) in the place of all posts there are."""
    with engine.begin() as connection:
        connection.execute(delete(Post))
        for start in range(0, len(posts), CHUNK):
            connection.execute(insert(Post), posts.iloc[start : start + CHUNK].to_dict("records"))


def posts_of(engine: Engine, units: list[str]) -> list[Post]:
    """The posts of the units named, by id of the post."""
    with engine.connect() as connection:
        return list(connection.execute(select(Post.__table__).where(Post.unit.in_(units)).order_by(Post.id)))
