"""A batch that came before is found by its token without reading all of them."""

from data_access.store.migration import Migration

MIGRATION = Migration(
    number=2,
    title="batches are found by token",
    steps=(
        "ALTER TABLE batch ADD INDEX IF NOT EXISTS by_token token TYPE bloom_filter GRANULARITY 1",
        "ALTER TABLE batch MATERIALIZE INDEX by_token",
    ),
)
