"""A server killed at any moment under load: what it acknowledged is there once, rollups are what the rows give."""

import random
import socket
import threading
from collections import Counter

import numpy as np
import pytest
from broker import Broker
from broker import Sender as Publisher
from crashing import Sender, Supervisor, crashes, fortune, readings, steps, taken
from feeds import WATER, written
from sqlalchemy import func, select
from test_ingest_support import NOW, centre, plan

from data_access.build import build
from data_access.opening import open_city
from data_access.settings import COMPLETE, Settings
from data_access.store.declare import metadata, rollups
from data_access.store.tables import batch, case_step, reading

FEEDS = (
    WATER
    + """\
  - key: hotline
    title: Hotline
    network: government
    interval: 1 min
    carries: case_step
    time_format: epoch
    source: {adapter: http, token_env: HOTLINE_TOKEN}
  - key: levels
    title: Levels
    network: iot
    interval: 1 min
    carries: reading
    time_format: epoch
    source: {adapter: mqtt, url: "URL", topic: "levels/#", within: 0.1, most: 50}
"""
)
START = NOW - 90 * 86_400
"""Senders go on about three quarters of an hour a batch; none of them may reach the present."""
SENDERS = {"a": ["W0", "W1"], "b": ["W2", "W3"], "c": ["W4", "W5"]}


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_at_any_moment_it_loses_and_doubles_nothing(tmp_path, capsys, kills):
    home = tmp_path / "home"
    build(Settings(home=home), plan())
    (home / COMPLETE).touch()
    broker, seed = Broker(tmp_path), random.randrange(10**6)
    supervisor = Supervisor(home, _free_port(), written(tmp_path, FEEDS.replace("URL", broker.url)))
    try:
        sent, published = _load(supervisor, broker, kills, seed)
    finally:
        supervisor.stop()
        broker.stop()
    cut = sum(one.cut for one in sent.values())
    batches = sum(len(one.acknowledged) for one in sent.values())
    with capsys.disabled():
        middle, high, most = np.percentile(supervisor.starts, (50, 95, 100))
        print(f"\n{kills} kills (seed {seed}): {batches} batches, {cut} answers cut off, {published} messages; "
              f"starts p50 {middle:.2f} s, p95 {high:.2f} s, max {most:.2f} s")  # fmt: skip
    assert cut, "nobody was in the middle of anything"
    city = open_city(Settings(home=home))
    try:
        _check(city, sent, published)
    finally:
        city.close()


def _load(supervisor, broker, kills, seed):
    """Kill the server while three send readings, one sends steps, and one publishes; then let all of them end."""
    enough, port = threading.Event(), supervisor.port
    sent = {
        key: Sender(port, "water", "w", readings(key, codes, START, fortune(seed + n)), enough)
        for n, (key, codes) in enumerate(SENDERS.items())
    }
    centres = [centre(leaf) for leaf in range(8)]
    sent["d"] = Sender(port, "hotline", "h", steps("d", START, fortune(seed + 9), centres), enough)
    client, published = Publisher(broker.port), []
    publisher = threading.Thread(target=_publish, args=(client, published, enough), daemon=True)
    supervisor.start()
    supervisor.ready()
    for thread in (*sent.values(), publisher):
        thread.start()
    supervisor.kill()
    crashes(supervisor, kills - 1, fortune(seed))
    enough.set()
    for thread in (*sent.values(), publisher):
        thread.join(60)
        assert not thread.is_alive()
    assert taken(port, "levels", len(published)) == len(published)
    client.stop()
    return sent, len(published)


def _publish(client, published, enough):
    """Publish readings of two devices, a few at a time, each until the broker has it."""
    while not enough.wait(0.05):
        n = len(published)
        lines = [
            f'{{"device": "W{6 + (n + k) % 2}", "at": {START + 3 * (n + k)}, "value": {(n + k) % 50}}}'
            for k in range(10)
        ]
        client.deliver("levels/1", lines)
        published += lines


def _check(city, sent, published):
    _check_batches(city, sent)
    r, told = reading.c, Counter()
    for key, codes in SENDERS.items():
        for _, lines in sent[key].acknowledged.values():
            told |= Counter((int(row["device"][1:]) + 1, row["at"]) for row in lines if row["device"] in codes)
    kept = city.store.rows(select(r.device, func.toUnixTimestamp(r.at).label("at")).where(r.feed == "water"))
    assert Counter((row["device"], row["at"]) for row in kept) == told
    message = city.store.rows(select(func.count().label("n"), func.uniqExact(r.device, r.at).label("u")).where(
        r.feed == "levels"))  # fmt: skip
    assert message == [{"n": published, "u": published}]
    s = case_step.c
    steps_told = Counter((x["case_id"], x["step"]) for _, x_s in sent["d"].acknowledged.values() for x in x_s)
    steps_kept = Counter((row["case_id"], row["step"]) for row in city.store.rows(select(s.case_id, s.step)))
    assert steps_kept == steps_told
    for rollup in rollups:
        assert _folded(city, select(metadata.tables[rollup.target])) == _folded(city, rollup.select), rollup.name


def _check_batches(city, sent):
    """Each acknowledged batch has one entry, which accounts for every line, and says what its receipt said."""
    entries = {}
    for row in city.store.rows(select(batch)):
        entries.setdefault(row["token"].rpartition(":")[2], []).append(row)
    for one in sent.values():
        for key, (receipt, lines) in one.acknowledged.items():
            (entry,) = entries[key]
            counts = [entry[name] for name in ("accepted", "rejected", "duplicates")]
            assert sum(counts) == len(lines), (key, counts)
            assert receipt["rejected"] == sum(line.get("device") == "nobody" for line in lines), (key, receipt)
            assert counts == [receipt[name] for name in ("accepted", "rejected", "duplicates")]
    for feed, table in (("water", reading), ("levels", reading), ("hotline", case_step)):
        stored = city.store.rows(select(func.count().label("n")).where(table.c.feed == feed))[0]["n"]
        assert stored == sum(row["accepted"] for rows in entries.values() for row in rows if row["feed"] == feed)


def _folded(city, statement):
    """The rows of a statement in an order of their own, arrays in theirs."""
    rows = city.store.rows(statement)
    return sorted(repr(sorted((k, _plain(v)) for k, v in row.items())) for row in rows)


def _plain(value):
    return sorted(map(repr, value)) if isinstance(value, list) else value


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
