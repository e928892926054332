"""Capacity: bytes a record from what is measured, machines from disk and rate, and every assumption told."""

from dataclasses import fields, replace

import pytest

from data_access.capacity import LABELS, SCALES, Assumptions, bytes_a_record, need, page, rate
from data_access.errors import SettingsError
from data_access.store.declare import metadata
from data_access.store.tables import reading  # noqa: F401 - declares the tables

SIZES = dict.fromkeys(metadata.tables, (0, 0)) | {"reading": (9_000, 27_000), "case_step": (1_000, 50_000)}
SIZES |= {"reading_hour": (800, 23_000)}


def test_a_record_takes_its_share_of_rollups():
    assert bytes_a_record(SIZES) == 10.0
    assert bytes_a_record(dict.fromkeys(metadata.tables, (0, 0))) == 0.0


def test_machines_follow_from_disk_and_from_rate():
    given = Assumptions(disk_tb=1, fill=0.5, years=1000, records_a_shard=10**12)
    assert need(10**9, 10.0, given).machines == 1
    hundred = need(10**11, 10.0, given)
    assert (hundred.shards, hundred.machines, hundred.copy_tb, hundred.disk_tb) == (2, 4, 1.0, 2.0)
    assert hundred.cost == 4 * given.machine_month + given.keepers * given.keeper_month
    assert need(10**11, 10.0, replace(given, records_a_shard=10**10)).shards == 10
    busy = need(10**11, 10.0, replace(given, years=0.001, rows_a_second=2_000_000))
    assert busy.shards == -(-busy.peak_rows // 2_000_000) > 2


def test_the_page_tells_what_it_stands_on():
    made = page(SIZES, Assumptions(), "the store of here")
    assert set(LABELS) == {field.name for field in fields(Assumptions)}
    assert all(f"{scale:,}" in made for scale in SCALES)
    assert "| reading | 9,000 | 27,000 | 3.0 |" in made
    assert "These are few" in made
    for text in ("2 copies", "4.0 TB", "70%", "1,000,000 rows a second"):
        assert text in made


def test_rates_come_from_the_bench():
    assert rate({"records.reading": {"value": 300}, "build.reading.s": {"value": 2}}) == 150
    with pytest.raises(SettingsError):
        rate({})
