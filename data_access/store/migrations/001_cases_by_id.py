"""A case is found by its id without reading all of them."""

from data_access.store.migration import Migration

INDEX = "ADD INDEX IF NOT EXISTS by_case case_id TYPE bloom_filter GRANULARITY 1"

MIGRATION = Migration(
    number=1,
    title="cases are found by id",
    steps=(f"ALTER TABLE case_step {INDEX}", f"ALTER TABLE case_now {INDEX}"),
)
