"""A city behind the cluster's Distributed tables gives the same figures as on one machine.

The cluster has one shard, which the engine takes for itself: Distributed tables, rollups behind them and folding
through them are real; a second shard, replicas, Keeper and the network between are not.
"""

import re

import pytest
from doubles import clickhouse
from moments import founded, quiet, still
from test_backup import figures

from data_access.backup.run import backup
from data_access.errors import BadBackup, SettingsError
from data_access.settings import Settings
from data_access.store import tables
from data_access.store.cluster import cluster_ddl, shard_of
from data_access.store.declare import metadata
from data_access.store.engine import open_engine, run
from data_access.store.migrate import NEWEST

pytestmark = pytest.mark.slow

SHARD = "<shard><replica><host>localhost</host><port>9000</port></replica></shard>"
CONFIG = f"<clickhouse><tcp_port>9000</tcp_port><remote_servers><wide>{SHARD}</wide></remote_servers></clickhouse>"


def unreplicated(statement):
    """A statement of the cluster's without what needs Keeper."""
    plain = statement.replace(" ON CLUSTER wide", "").replace(" SETTINGS replicated_", " SETTINGS non_replicated_")
    return re.sub(r"Replicated(\w+)\('[^']*', '[^']*'(?:, )?", r"\1(", plain)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    home = tmp_path_factory.mktemp("shards")
    config = home / "cluster.xml"
    config.write_text(CONFIG, encoding="utf-8")
    with clickhouse(home / "store", "jingwei", config) as url:
        yield Settings(home=home / "home", store=url)


@pytest.fixture(scope="module")
def engine(settings):
    opened = open_engine(settings.store, 1)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def cluster(settings, engine):
    """The small reference city, founded by way of the Distributed tables."""
    for statement in cluster_ddl("wide", "jingwei"):
        run(engine, unreplicated(statement))
    founded(settings)
    return settings


@pytest.fixture(scope="module")
def alone(home):
    city = still(Settings(home=home))
    try:
        return figures(city), city.store.counts()
    finally:
        city.close()


def test_every_figure_is_the_same(alone, cluster):
    city = still(cluster)
    try:
        assert figures(city) == alone[0]
    finally:
        city.close()


def test_rows_are_behind_the_distributed_tables(alone, cluster, engine):
    kinds = dict(run(engine, "SELECT name, engine FROM system.tables WHERE database = 'jingwei'"))
    for name, table in metadata.tables.items():
        if shard_of(table):
            assert (kinds[name], kinds[f"{name}_local"]) == ("Distributed", table.engine.name)
            final = "" if table.engine.name == "MergeTree" else " FINAL"
            behind = run(engine, f"SELECT count() FROM {name}_local{final}")[0][0]
            assert behind == run(engine, f"SELECT count() FROM {name}{final}")[0][0] > 0
        else:
            assert kinds[name] == table.engine.name
    assert run(engine, "SELECT count() FROM case_step")[0][0] == alone[1]["case_step"]


def test_a_batch_sent_twice_lands_once_on_its_shard(cluster, engine):
    city = still(cluster)
    try:
        rows = city.store.arrow(tables.reading.select().limit(500))
        before = run(engine, "SELECT count() FROM reading")[0][0]
        for _ in range(2):
            city.store.insert("reading", rows, "sent twice")
        assert run(engine, "SELECT count() FROM reading")[0][0] == before + 500
    finally:
        city.close()


def test_a_cluster_of_an_earlier_form_and_a_backup_of_one_node_are_refused(cluster, engine, tmp_path):
    city = still(cluster)
    try:
        with pytest.raises(BadBackup, match="ON CLUSTER"):
            backup(city, tmp_path / "backup", quiet)
    finally:
        city.close()
    run(engine, f"DELETE FROM migration WHERE number = {NEWEST}")
    with pytest.raises(SettingsError, match="jingwei ddl"):
        still(cluster)
