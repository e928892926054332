"""Whole columns through the way in, into a real store."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from test_ingest_support import NOW, city, reasons, spells

from data_access.errors import BadSource
from data_access.write import schema
from ingest.pipeline import submit_table

__all__ = ["city"]


def rows(*changes):
    """A case table, one row for each dictionary of changes; the column feed left out."""
    at = datetime.fromtimestamp(NOW, UTC)
    base = {"spell": 1, "step": "reported", "at": at, "actor": "", "leaf": 1, "type": "01", "source": "patrol"}
    base |= {"severity": 0, "lon": 113.6, "lat": 34.7, "opened_at": at, "due_at": at}
    named = [{"case_id": f"t{n}", **base, **change} for n, change in enumerate(changes)]
    shape = schema("case_step")
    return pa.Table.from_pylist(named, schema=shape.remove(shape.get_field_index("feed")))


def test_good_rows_land_and_bad_rows_are_told(city):
    early = datetime(1980, 1, 1, tzinfo=UTC)
    never = datetime(2100, 1, 1, tzinfo=UTC)
    changes = [{}, {"leaf": 8}, {"type": "99"}, {"at": early}, {"at": never}, {"step": "x"}, {"severity": 4}]
    changes += [{"case_id": None}, {"due_at": datetime(2090, 1, 1, tzinfo=UTC)}]
    receipt = submit_table(city, "desk", "case_step", rows(*changes), "table", at=NOW + 5, span=(NOW, NOW + 1))
    assert (receipt.accepted, receipt.rejected) == (2, 7)
    told = ["unknown_unit", "unknown_type", "bad_time", "bad_time", "bad_value", "bad_value", "missing_field"]
    assert reasons(city, "table") == list(zip(range(2, 9), told, strict=True))
    assert spells(city, "t0")[0]["source"] == "patrol"
    assert submit_table(city, "desk", "case_step", rows({}), "table").repeated


def test_a_table_of_another_shape_is_an_error(city):
    with pytest.raises(BadSource, match="needs the columns opened_at"):
        submit_table(city, "desk", "case_step", rows({}).drop_columns("opened_at"), "shape-1")
    wrong = rows({}).drop_columns("leaf").append_column("leaf", pa.array(["north"]))
    with pytest.raises(BadSource, match="wrong type"):
        submit_table(city, "desk", "case_step", wrong, "shape-2")


def test_readings(city):
    at = pa.array([NOW, NOW, NOW], pa.timestamp("s", "UTC"))
    values = {"device": [1, 8, 9], "at": at, "value": [1.0, 2.0, 3.0], "alarm": [0, 0, 1], "leaf": [0, 7, 7]}
    table = pa.table(values)
    receipt = submit_table(city, "iot", "reading", table, "readings")
    assert (receipt.accepted, receipt.rejected) == (2, 1)
    assert reasons(city, "readings") == [(3, "unknown_device")]
