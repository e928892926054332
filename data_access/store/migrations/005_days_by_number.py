"""What devices said last on a day is found by comparing numbers."""

from data_access.store.migration import Migration

MIGRATION = Migration(
    number=5,
    title="the days of devices are folded by numbers, not by tuples",
    steps=("DROP VIEW IF EXISTS device_day_fold",),
)
