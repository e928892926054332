"""Refused lines keep their values by column, so that they can be put through the way in again."""

from data_access.store.migration import Migration

MIGRATION = Migration(
    number=4,
    title="refused lines keep their values by column",
    steps=("ALTER TABLE reject ADD COLUMN IF NOT EXISTS cells String",),
)
