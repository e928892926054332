"""What the networks' pages tell, against every raw row counted in Python."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moments import EPOCH, KNOTS
from sqlalchemy import select

from data_access.ask import ask
from data_access.queries import device as of_device
from data_access.queries import feed as of_feed
from data_access.queries.feeds import asked_feed, feed_line, feed_lines
from data_access.scope import Scope
from data_access.store import tables
from data_access.store.engine import run
from data_access.view import View
from data_access.words import NETWORKS

HOUR = 3600


@pytest.fixture(scope="module")
def rows(city):
    """Every reading by device, and every other record by feed, as seconds in order."""
    r, out = tables.reading.c, defaultdict(list)
    for row in city.store.rows(select(r.device, r.at, r.value)):
        out[row["device"]].append((int(row["at"]), row["value"]))
    told = {device: sorted(members) for device, members in out.items()}
    records = defaultdict(list)
    for table in (tables.case_step, tables.facility_step, tables.alert):
        for row in city.store.rows(select(table.c.feed, table.c.at)):
            at = row["at"] if isinstance(row["at"], int) else row["at"].timestamp()
            records[row["feed"]].append(float(at))
    return told, records


@pytest.fixture(scope="module")
def devices(city):
    """The devices as plain dictionaries."""
    d = city.devices
    return [{name: d[name][n] for name in d} for n in range(len(d["id"]))]


def members(city, devices, feed, unit):
    lo, hi = unit.intervals[0]
    return [one for one in devices if one["feed"] == feed and lo <= one["leaf"] < hi]


def units(city):
    root = city.units.root
    district = city.units.children(root)[0]
    return [root, district, city.units.children(district)[0]]


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("at", [EPOCH, KNOTS[1], KNOTS[4] + 1800])
def test_rates_and_coverage_are_those_of_the_raw_rows(city, rows, devices, depth, at):
    unit = units(city)[depth]
    moment = None if at == EPOCH else datetime.fromtimestamp(at, UTC)
    asked = ask(city, View(page="networks", unit="" if depth == 0 else unit.id, as_of=moment))
    told, records = rows
    end = at - at % HOUR
    seen = 0
    for line in (line for lines in feed_lines(city, asked).values() for line in lines):
        mine = members(city, devices, line.feed.key, unit)
        n, m, hours = line.course.rate
        if mine:
            times = [t for one in mine for t, _ in told.get(one["id"], [])]
            assert m == pytest.approx(sum(hours * HOUR / int(one["interval"]) for one in mine))
            assert hours == max(1, max(-(-int(one["interval"]) // HOUR) for one in mine))
            online = sum(
                any(at - 3 * int(one["interval"]) <= t < at for t, _ in told.get(one["id"], [])) for one in mine
            )
            if line.coverage is not None:
                assert line.coverage == (online, len(mine)), line.feed.key
                seen += 1
        else:
            assert line.coverage is None, line.feed.key
            if city.devices_of("feed", (line.feed.key,)).any():
                continue
            assert m is None
            times = records[line.feed.key]
        assert n == sum(end - hours * HOUR <= t < end for t in times), line.feed.key
    assert seen > 5 or depth


def test_courses_and_gaps_are_those_of_the_raw_rows(city, rows, devices):
    asked = ask(city, View(page="networks"))
    end = EPOCH - EPOCH % HOUR
    gaps = 0
    for line in (line for lines in feed_lines(city, asked).values() for line in lines):
        mine = members(city, devices, line.feed.key, city.units.root)
        if not mine:
            continue
        count = Counter(int((t - end) // HOUR) for one in mine for t, _ in rows[0].get(one["id"], []))
        assert line.course.received.tolist() == [count[n] for n in range(-48, 0)], line.feed.key
        reach = 3 * max(line.feed.interval, min(int(one["interval"]) for one in mine))
        empty, run = [], 0
        for n in range(-48, 1):
            if n < 0 and not count[n]:
                run += 1
                continue
            if run * HOUR > reach:
                empty.append((end + (n - run) * HOUR, end + n * HOUR))
            run = 0
        assert list(line.course.gaps) == empty, line.feed.key
        gaps += len(empty)
    assert gaps, "the reference city has a feed that fell silent"


def test_every_feed_is_there_once_in_the_networks_order(city):
    found = feed_lines(city, ask(city, View(page="networks")))
    assert list(found) == [n for n in NETWORKS if n in found]
    keys = [line.feed.key for lines in found.values() for line in lines]
    assert sorted(keys) == sorted(city.live.feeds())
    only = feed_lines(city, ask(city, View(page="networks", networks=("iot",))))
    assert list(only) == ["iot"]


def test_devices_stand_worst_first_and_are_found_by_code_or_kind(city, devices):
    asked = ask(city, View(page="networks/iot_waterlogging"))
    page = of_feed.devices(city, asked)
    mine = members(city, devices, "iot_waterlogging", city.units.root)
    assert page.total == page.found == len(mine)
    rank = {"offline": 0, "alarm": 1, "unknown": 2, "ok": 3}
    key = [(rank[d.state], (d.last or 0) if d.state == "offline" else 0, d.code) for d in page.lines]
    assert key == sorted(key)
    code = page.lines[-1].code
    assert [d.code for d in of_feed.devices(city, _but(city, asked, match=code.lower())).lines] == [code]
    for text in ("积水", "WATERLOGGING gauge"):
        assert of_feed.devices(city, _but(city, asked, match=text)).found == page.total
    assert of_feed.devices(city, _but(city, asked, match="nothing is called so")).found == 0
    last = of_feed.devices(city, _but(city, asked, skip=10**6))
    assert last.lines
    assert last.skip + len(last.lines) == last.found


def _but(city, asked, **changes):
    return ask(city, asked.view.but(**changes))


@settings(max_examples=25)
@given(st.data())
def test_a_device_reads_as_its_raw_rows_do(city, rows, devices, data):
    one = data.draw(st.sampled_from(devices))
    window = data.draw(st.sampled_from(["1h", "today", "7d", "30d"]))
    asked = ask(city, View(page=f"networks/{one['feed']}/{one['code']}", window=window))
    found = of_device.readings(city, asked)
    a, b = asked.span
    mine = [(t, v) for t, v in rows[0].get(int(one["id"]), []) if a <= t < b]
    if not found.by_hour:
        assert found.at.tolist() == [t for t, _ in mine]
        assert found.value.tolist() == pytest.approx([v for _, v in mine])
    else:
        hours = defaultdict(list)
        for t, v in [(t, v) for t, v in rows[0][int(one["id"])] if a - a % HOUR <= t < b]:
            hours[t - t % HOUR].append(v)
        assert found.at.tolist() == sorted(hours)
        told = zip(found.at, found.low, found.value, found.high, strict=True)
        for at, *values in told:
            own = hours[at]
            assert values == pytest.approx([min(own), sum(own) / len(own), max(own)], rel=1e-5)
    reach = 3 * int(one["interval"])
    for begins, ends in found.gaps:
        assert not [t for t, _ in mine if begins < t < ends]
        assert ends - begins > reach or begins == a
    pairs = zip(mine, mine[1:], strict=False)
    wide = [(p[0], q[0]) for p, q in pairs if q[0] - p[0] > reach]
    assert set(wide) <= set(found.gaps)
    heard = [t for t, _ in rows[0].get(int(one["id"]), []) if a - reach <= t < b]
    if heard and heard[0] < a:
        ends = [min(after, at + reach, b) for at, after in zip(heard, [*heard[1:], b], strict=True)]
        slow = sum(max(end - max(at, a), 0) for at, end in zip(heard, ends, strict=True)) / (b - a)
        assert found.uptime == pytest.approx(slow)


def test_the_device_page_names_place_and_people(city, devices):
    one = next(d for d in devices if d["feed"] == "iot_manhole")
    asked = ask(city, View(page=f"networks/iot_manhole/{one['code']}"))
    found = of_device.device(city, asked)
    assert (found.code, found.interval) == (one["code"], one["interval"])
    lo, hi = found.unit.intervals[0]
    assert lo <= one["leaf"] < hi
    holders = of_device.holders(city, asked)
    assert holders
    assert {h.unit.id for h in holders} <= {u.id for u in [*city.units.ancestors(found.unit), found.unit]}


@pytest.mark.parametrize(
    ("page", "feed", "device"),
    [("networks", "", ""), ("networks/a", "a", ""), ("networks/a/b/c", "a", "b/c"), ("other/a", "", "")],
)
def test_a_page_names_a_feed_and_a_device(city, page, feed, device):
    assert asked_feed(ask(city, View(page=page))) == (feed, device)


def test_what_is_not_there_is_none_and_has_neighbours(city, devices):
    assert feed_line(city, ask(city, View(page="networks/iot_waterloging"))) is None
    one = next(d for d in devices if d["feed"] == "iot_manhole")
    other = ask(city, View(page=f"networks/iot_waterlogging/{one['code']}"))
    assert of_device.device(city, other) is None, "a device of another feed"
    near = of_device.near_devices(city, ask(city, View(page=f"networks/iot_manhole/{one['code']}X")))
    assert one["code"] in near


def test_a_scope_hides_devices_elsewhere_and_all_refused_lines(city, devices):
    district = city.units.children(city.units.root)[0]
    scope = Scope(district.intervals)
    lo, hi = district.intervals[0]
    asked = ask(city, View(page="networks", unit=district.id), scope)
    lines = [line for members_ in feed_lines(city, asked).values() for line in members_]
    assert {line.refused for line in lines} == {None}
    for line in lines:
        own = [d for d in devices if d["feed"] == line.feed.key and lo <= d["leaf"] < hi]
        assert (line.coverage or (0, len(own)))[1] == len(own)
    outside = next(d for d in devices if not lo <= d["leaf"] < hi)
    hidden = replace(asked, view=View(page=f"networks/{outside['feed']}/{outside['code']}"))
    assert of_device.device(city, hidden) is None


def test_a_devices_page_reads_its_own_rows_and_not_the_table(city, devices, monkeypatch):
    """However many devices and days there are: of the readings only those granules that the device's can be in."""
    asked_sql, arrow = [], type(city.store).arrow

    def noted(store, statement, folded=True):
        asked_sql.append(store.sql(statement))
        return arrow(store, statement, folded)

    monkeypatch.setattr(type(city.store), "arrow", noted)
    one = devices[len(devices) // 2]
    asked = ask(city, View(page=f"networks/{one['feed']}/{one['code']}", window="1h"))
    of_device._readings(city, asked, devices.index(one))
    assert len(asked_sql) == 2
    total = city.store.counts()
    for sql in asked_sql:
        for row in run(city.store.engine, f"EXPLAIN ESTIMATE {sql}"):
            assert int(row[3]) < total[row[1]] / 2, sql
