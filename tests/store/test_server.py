"""A city whose store is on a server, over HTTP: the same answers as from the embedded engine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError
from doubles import clickhouse
from moments import founded, quiet, still
from test_backup import figures

from data_access.backup.run import backup, restore
from data_access.errors import BadBackup, SettingsError
from data_access.settings import Settings
from data_access.store.engine import open_engine, run
from data_access.store.store import Store

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MAIN = [
    "test_queries",
    "test_metrics",
    "test_panels",
    "test_endpoints",
    "test_frames",
    "test_find",
    "test_density",
]


@pytest.fixture(scope="module")
def embedded(home):
    """The figures of the small reference city as the embedded engine has them."""
    city = still(Settings(home=home))
    try:
        return figures(city)
    finally:
        city.close()


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    """The settings of the same city with its store on a server."""
    own = tmp_path_factory.mktemp("remote")
    founded(Settings(home=own))
    with clickhouse(own / "store") as url:
        yield Settings(home=own, store=url)


def test_every_figure_is_the_same(embedded, remote):
    city = still(remote)
    try:
        assert figures(city) == embedded
    finally:
        city.close()


def test_a_wrong_password_and_a_wrong_statement_are_told(remote):
    wrong = remote.store.replace("jingwei:", "jingwei:no")
    with pytest.raises(SettingsError, match="cannot be opened"):
        Store(wrong)
    engine = open_engine(remote.store, 1)
    with pytest.raises(Exception, match="Code: 60") as told:
        run(engine, "SELECT 1 FROM nowhere")
    assert isinstance(told.value.orig, DatabaseError)
    engine.dispose()


def test_a_server_writes_its_own_backups_where_it_is_told(embedded, remote, tmp_path):
    city = still(remote)
    try:
        with pytest.raises(SettingsError, match="JINGWEI_BACKUP_TO"):
            backup(city, tmp_path / "one", quiet)
    finally:
        city.close()
    told = remote.model_copy(update={"backup_to": f"File('{tmp_path}/server/{{name}}')"})
    city = still(told)
    try:
        made = backup(city, tmp_path / "one", quiet)
    finally:
        city.close()
    with clickhouse(tmp_path / "other", "jingwei") as url:
        new = told.model_copy(update={"store": url, "home": tmp_path / "home"})
        assert restore(new, tmp_path / "one", quiet)["rows"] == made["rows"]
        city = still(new)
        try:
            assert figures(city) == embedded
        finally:
            city.close()
        with pytest.raises(BadBackup, match="JINGWEI_STORE"):
            restore(new.model_copy(update={"home": tmp_path / "home2"}), tmp_path / "one", quiet)


def test_the_main_tests_of_the_store_pass_over_http():
    files = [str(Path(__file__).with_name(f"{name}.py")) for name in MAIN]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        env=os.environ | {"TESTS_OVER_HTTP": "1"},
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert done.returncode == 0, json.dumps(done.stdout[-4000:])
