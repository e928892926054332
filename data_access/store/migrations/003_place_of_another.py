"""Holds the place of a migration that comes from elsewhere; it does nothing."""

from data_access.store.migration import Migration

MIGRATION = Migration(
    number=3,
    title="a place that is held",
    steps=("ALTER TABLE reject ADD COLUMN IF NOT EXISTS cells String",),
)
