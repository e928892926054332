"""Feeds files: what may stand in one, and what is said of a fault."""

import pytest
from feeds import WATER, water, written

from data_access.errors import BadSource, DeclarationError
from data_access.profile import Feed, Level, Profile
from data_access.registry import Registry
from data_access.settings import Settings
from data_access.words import T
from ingest import adapters as package
from ingest.adapters import adapters
from ingest.adapters.http import HttpSource
from ingest.feedfile import chosen, read_feeds
from ingest.fields import moments
from ingest.records import kinds
from ingest.service import declared


def test_a_feed(tmp_path):
    (feed,) = read_feeds(written(tmp_path))
    assert (feed.key, feed.title, feed.network, feed.interval) == (
        "water",
        T("积水监测", "Waterlogging"),
        "iot",
        300,
    )
    assert (feed.carries, feed.format, feed.crs, feed.columns) == ("reading", "ndjson", "wgs84", {})
    assert isinstance(feed.source, HttpSource)
    assert feed.source.adapter == "http"
    assert feed.feed.declared
    assert feed.feed.carries == "reading"


FAULTS = {
    "often": ("interval: 5 min", "interval: often", 5, "interval", "5 min"),
    "network": ("network: iot", "network: 5g", 4, "network", "government"),
    "kind": ("carries: reading", "carries: rumour", 6, "carries", "case_step"),
    "key": ("key: water", "key: Wässer", 2, "key", "pattern"),
    "unknown key": ("time_format: epoch", "timeformat: epoch", 7, "timeformat", "did you mean 'time_format'"),
    "adapter": ("adapter: http", "adapter: pigeon", 8, "source", "mqtt"),
    "of the adapter": ("token_env: WATER_TOKEN", "url: x", 8, "token_env", "required"),
    "variable": ("WATER_TOKEN", "'my token'", 8, "token_env", "pattern"),
    "field": ("time_format: epoch", "columns: {devise: d}", 7, "columns", "did you mean 'device'"),
    "cases": ("time_format: epoch", "columns: {id: a, type: b, times: {c: reported}}", 7, "columns", "case_step"),
    "zone": ("time_format: epoch", "timezone: Mars/Base", 7, "timezone", "Asia/Shanghai"),
    "crs": ("time_format: epoch", "crs: EPSG:0", 7, "crs", ""),
    "encoding": ("time_format: epoch", "encoding: klingon", 7, "encoding", "gb18030"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_told_with_file_line_and_key(tmp_path, what):
    old, new, line, key, why = FAULTS[what]
    path = written(tmp_path, WATER.replace(old, new))
    with pytest.raises(BadSource) as told:
        read_feeds(path)
    (first, *_) = [text for text in str(told.value).splitlines() if f":{line}:" in text]
    assert first.startswith(f"{path}:{line}: feeds.0.")
    assert key in first
    assert why in first


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(BadSource, match="feeds"):
        read_feeds(written(tmp_path, ""))
    with pytest.raises(BadSource, match="not YAML"):
        read_feeds(written(tmp_path, "feeds: ["))
    with pytest.raises(BadSource, match="cannot be read"):
        read_feeds(tmp_path / "none.yaml")


def test_one_key_twice(tmp_path):
    with pytest.raises(BadSource, match="two feeds have the key 'water'"):
        read_feeds(written(tmp_path, WATER + WATER.split("\n", 1)[1]))


def test_one_of_several_is_chosen_by_its_key(tmp_path):
    path = written(tmp_path, WATER + WATER.split("\n", 1)[1].replace("water", "level"))
    assert chosen(path, "level").key == "level"
    for key in (None, "rain"):
        with pytest.raises(BadSource, match="water, level"):
            chosen(path, key)
    assert chosen(written(tmp_path), None).key == "water"


def test_files_are_beside_the_feeds_file(tmp_path):
    text = WATER.replace("{adapter: http, token_env: WATER_TOKEN}", "{adapter: folder, path: in}")
    (feed,) = read_feeds(written(tmp_path, text))
    assert feed.source.path == tmp_path / "in"


def test_a_batch_is_another_once_its_rows_mean_something_else(tmp_path):
    plain = water(tmp_path)
    assert water(tmp_path, title="Other", interval="1 h").digest == plain.digest
    for changed in (
        {"columns": {"device": "d"}},
        {"time_format": "epoch_ms"},
        {"crs": "gcj02"},
        {"format": "csv"},
    ):
        assert water(tmp_path, **changed).digest != plain.digest


def test_no_file_no_feeds(tmp_path, monkeypatch):
    assert declared(Settings()) == ()
    monkeypatch.setenv("JINGWEI_FEEDS", "")
    assert declared(Settings()) == ()
    monkeypatch.setenv("JINGWEI_FEEDS", str(written(tmp_path)))
    assert [feed.key for feed in declared(Settings())] == ["water"]


def test_declared_feeds_join_the_citys_and_are_not_kept_with_it(tmp_path):
    own = Feed(key="desk", network="government", title=T("台", "Desk"), interval=60)
    level = Level(key="city", title=T("市", "City"), plural=T("市", "Cities"))
    profile = Profile(key="c", title=T("城", "City"), zone="UTC", levels=(level,), feeds=(own,))
    added = profile.with_feeds([water(tmp_path).feed, own.model_copy(update={"interval": 5, "declared": True})])
    assert [(f.key, f.interval) for f in added.feeds] == [("desk", 60), ("water", 300)]
    assert added.kept == profile
    assert "declared" not in added.model_dump_json()


def test_adapters_are_found_each_with_words_in_both_languages():
    assert {"http", "folder", "mqtt"} <= {adapter.key for adapter in adapters()}
    for adapter in adapters():
        assert adapter.title.zh, adapter.key
        assert adapter.help.zh != adapter.help.en, adapter.key
        assert issubclass(adapter.settings, package.Part), adapter.key


def test_an_adapter_declared_twice_is_refused():
    one = next(iter(adapters()))
    with pytest.raises(DeclarationError, match="twice.py"):
        Registry([(one, "once.py"), (one, "twice.py")])


def test_moments_of_records_are_known():
    assert moments(kinds()["reading"].model) == {"at"}
    assert moments(kinds()["case_step"].model) == {"at", "due_at"}
