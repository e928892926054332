"""The store on a cluster is made from the same declarations, and the real engine can read every statement."""

import re

import pytest
from test_cli import jingwei

from data_access.store import tables
from data_access.store.cluster import cluster_ddl, shard_of
from data_access.store.declare import metadata, rollups
from data_access.store.engine import open_engine, run

MADE = re.compile(r"CREATE (TABLE|MATERIALIZED VIEW) IF NOT EXISTS jingwei\.(\w+) ON CLUSTER wide")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    opened = open_engine(f"clickhousedb:///?interface=chdb&path={tmp_path_factory.mktemp('parse') / 'store'}", 1)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def made():
    """Statements by the name of what they make; those that make nothing by their text."""
    return {(found[2] if (found := MADE.match(s)) else s): s for s in cluster_ddl("wide", "jingwei")}


def test_the_engine_reads_every_statement(engine, made):
    for statement in made.values():
        assert run(engine, f"EXPLAIN AST {statement}"), statement
        assert "ON CLUSTER wide" in statement or statement.startswith("INSERT"), statement
    with pytest.raises(Exception, match="Syntax error"):
        run(engine, "EXPLAIN AST CREATE TABLE x (a UInt8 ENGINE MergeTree")


def test_each_table_has_its_pair(made):
    assert len(metadata.tables) > 15
    for name, table in metadata.tables.items():
        kept = made[f"{name}_local" if shard_of(table) else name]
        assert re.search(rf"Engine Replicated{table.engine.name}\('/clickhouse/tables/", kept), kept
        assert "non_replicated_deduplication_window" not in kept
        for column in table.columns:
            assert f"`{column.name}` {column.type.name}" in kept
        if shard_of(table):
            whole = made[name]
            key = rf"Distributed\(wide, jingwei, {name}_local, cityHash64\({shard_of(table)}\)\)"
            assert re.search(key, whole), whole
            assert "'/clickhouse/tables/{shard}/" in kept
        else:
            assert "'/clickhouse/tables/all/" in kept
            assert "'{shard}-{replica}'" in kept
    tables_ = {n for n, s in made.items() if s.startswith("CREATE TABLE")}
    assert tables_ == set(metadata.tables) | {f"{n}_local" for n, t in metadata.tables.items() if shard_of(t)}


def test_order_partition_and_version_of_a_table_stay(made):
    for name, table in metadata.tables.items():
        kept = made[f"{name}_local" if shard_of(table) else name]
        single = table.engine.compile()
        clauses = single[single.index("ORDER BY") :].replace("non_replicated_ded", "replicated_ded")
        assert kept.endswith(clauses), kept
        version = re.match(r"Engine \w+\((\w+)\)", single)
        assert f"', {version[1]}) ORDER BY" in kept if version else "') ORDER BY" in kept


def test_rows_that_are_folded_together_are_on_one_shard():
    """A rollup's rows come from the shard that its target's row is on, and its key holds the sharding column."""
    for rollup in rollups:
        (source,) = rollup.select.get_final_froms()
        target = metadata.tables[rollup.target]
        assert shard_of(metadata.tables[source.name]) == shard_of(target) != ""
        assert shard_of(target) in {c.name for c in rollup.select.selected_columns}


def test_rollups_run_on_each_node(made):
    for rollup in rollups:
        (source,) = {t.name for t in rollup.select.get_final_froms()}
        assert f" TO jingwei.{rollup.target}_local AS SELECT" in made[rollup.name]
        assert f"FROM jingwei.{source}_local AS `{source}`" in made[rollup.name]


def test_what_is_joined_to_is_whole_on_every_node():
    assert not any(shard_of(t) for t in (tables.city, tables.unit, tables.zone, tables.device, tables.facility))


def test_the_selects_of_rollups_are_understood_not_only_read(engine, made):
    """Run on plain tables of the same names: the engine finds every column."""
    run(engine, "CREATE DATABASE IF NOT EXISTS jingwei")
    for name, statement in made.items():
        if name.endswith("_local"):
            plain = re.sub(r"Replicated(\w+)\('[^']*', '[^']*'(?:, )?", r"\1(", statement)
            plain = plain.replace(" SETTINGS replicated_", " SETTINGS non_replicated_")
            run(engine, plain.replace(" ON CLUSTER wide", ""))
    for rollup in rollups:
        run(engine, made[rollup.name].replace(" ON CLUSTER wide", ""))
    views = "SELECT name FROM system.tables WHERE database = 'jingwei' AND engine = 'MaterializedView'"
    assert {name for (name,) in run(engine, views)} == {rollup.name for rollup in rollups}


def test_the_command_prints_them(tmp_path):
    code, out, told = jingwei(tmp_path / "none", "ddl", "--cluster", "wide")
    assert code == 0, told
    assert out.startswith("-- form ")
    assert [s + ";" for s in cluster_ddl("wide", "jingwei")] == out.split("\n", 1)[1].strip().split("\n\n")
    assert not (tmp_path / "none").exists()
