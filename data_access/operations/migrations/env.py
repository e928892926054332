"""Alembic's entry: runs the revisions on the connection it is given."""

from alembic import context

from data_access.operations.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
