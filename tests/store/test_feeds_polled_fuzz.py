"""What polled servers may send when it is not what it should be: nothing raises, every row is accounted for."""

import json
import time
from pathlib import Path

import pytest
from cap_messages import box, info, message
from doors import opened, small_city
from feed_servers import GeoReport, SensorThings
from mutations import mutated
from test_feeds_polled import CASES, PLAIN, many
from test_ingest_support import SOUTH, WEST

from data_access.lookup import rejected
from ingest import cap, georeport, observations
from ingest.files import Row
from ingest.handing import digest

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "data/cap").glob("*.cap"))]
NOW = int(time.time()) - 7200


def _alerts():
    places = box(WEST, SOUTH, WEST + 0.01, SOUTH + 0.01), f"<circle>{SOUTH},{WEST} 2</circle>"
    both = info("Flood", places[0]), info("暴雨", places[0], "zh-CN"), info("Heat", places[1], onset="")
    one = message("m1", NOW, *both)
    entries = "".join(f"<entry><content>{one.partition('?>')[2]}</content></entry>" for _ in range(2))
    feed = f'<?xml version="1.0" encoding="UTF-8"?><feed>{entries}<entry><link href="a.cap"/></entry></feed>'
    off = message("m2", NOW, kind="Cancel", references=[("m1", NOW)])
    return [*SAMPLES, one.encode(), feed.encode(), off.encode()]


def _requests():
    site = GeoReport(many("fuzz", 5))
    closed = GeoReport([r | {"status": "closed"} for r in many("shut", 3)])
    return [s.answer(f"/requests.{form}", {})[2] for s in (site, closed) for form in ("json", "xml")]


def _observations():
    site = SensorThings({"1": ("W0", [(NOW + n, n / 3) for n in range(5)]), "2": ("W1", [(NOW, "7")])})
    query = {"$filter": "phenomenonTime gt 2020-01-01T00:00:00Z", "$top": "4"}
    asked = query, query | {"$resultFormat": "dataArray"}
    plain, arrays = (site.answer("/v1.1/Observations", q)[2] for q in asked)
    arrays = arrays.replace(b"s(1)", b"s(W0)").replace(b"s(2)", b"s(W1)")
    under = {"@iot.id": 1, "name": "W0", "Observations": json.loads(plain)["value"]}
    return [plain, arrays, json.dumps({"value": [under]}).encode(), json.dumps(under).encode()]


READERS = {
    "cap": (
        cap.rows,
        _alerts(),
        PLAIN.format(key="weather", carries="alert", adapter="cap", more="url: http://x"),
    ),
    "open311": (georeport.rows, _requests(), CASES.format(url="http://x", more="days: 1")),
    "sensorthings": (
        observations.rows,
        _observations(),
        PLAIN.format(key="gauges", carries="reading", adapter="sensorthings", more="url: http://x"),
    ),
}


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    found = small_city(tmp_path_factory.mktemp("fuzz"))
    yield found
    found.close()


def read(name, seed):
    """The rows of a mutation; what none of them may be."""
    reader, good, _ = READERS[name]
    found = list(reader(mutated(good, seed)))
    for row in found:
        assert isinstance(row, Row) and isinstance(row.raw, str) and row.line >= 1, seed
        assert row.refused is None or row.values == {}, seed
    digest(found)
    return found


def account(city, folder, name, seeds):
    """Mutations handed in one by one: each row is in the store, known already, or refused with its raw text."""
    intake, _, _ = opened(city, folder, READERS[name][2])
    counts = [0, 0, 0]
    for seed in seeds:
        found = read(name, seed)
        token = f"{name}-{seed}"
        receipt = intake.take_rows(found, token, "fuzz")
        refused = receipt.rejected
        assert refused >= sum(row.refused is not None for row in found), seed
        if name == "open311":
            assert refused + receipt.accepted + receipt.duplicates >= len(found), seed
        else:
            assert refused + receipt.accepted + receipt.duplicates == len(found), seed
        kept = [r for r in rejected(city, refused) if r["token"].endswith(token)] if refused else []
        assert len(kept) == refused, seed
        counts = [a + b for a, b in zip(counts, (receipt.accepted, refused, receipt.duplicates), strict=True)]
    return counts


@pytest.mark.parametrize("name", READERS)
def test_good_documents_land(city, tmp_path, name):
    reader, good, text = READERS[name]
    intake, _, _ = opened(city, tmp_path, text)
    receipts = [intake.take_rows(list(reader(body)), f"good-{n}", "fuzz") for n, body in enumerate(good)]
    assert sum(r.accepted for r in receipts) >= len(good)
    assert sum(r.rejected for r in receipts) <= 1, "but for the entry that only links"


@pytest.mark.parametrize("name", READERS)
def test_a_hundred_bad_ones(city, tmp_path, name):
    accepted, refused, duplicates = account(city, tmp_path, name, range(100))
    assert refused > 20
    assert accepted + duplicates > 5, "and what is good in them lands"


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_many_thousand_bad_ones(city, tmp_path, name):
    account(city, tmp_path, name, range(1000, 2500))
    for seed in range(10_000, 35_000):
        read(name, seed)
