"""Building a city into a store and opening it again: the same city, or a clear word why not."""

import numpy as np
import pytest
from test_ingest_support import plan

from data_access import build as building
from data_access.errors import DeclarationError, NoCity, OldStore, SettingsError
from data_access.opening import open_city
from data_access.settings import Settings
from data_access.store.store import Store
from data_access.units import Zone
from data_access.words import T


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


def zoned():
    made = plan()
    zone = Zone("Z1", T("新区", "New zone"), ((1, 3), (6, 8)), (113.62, 34.71))
    return type(made)(**made.__dict__ | {"zones": (zone,), "leaf_facts": {"households": np.arange(8.0)}})


def test_what_was_built_is_opened(settings):
    made, told = zoned(), []
    building.build(settings, made, lambda what, part: told.append((what, part)))
    city = open_city(settings)
    try:
        for name in ("id", "level", "parent", "lo", "hi", "zh", "en", "lon", "lat"):
            assert getattr(city.units.table, name).tolist() == getattr(made.units, name).tolist(), name
        assert [z.id for z in city.units.zones] == ["Z1", "outside"]
        assert city.units.get("Z1").intervals == ((1, 3), (6, 8))
        assert city.profile == made.profile
        assert city.devices["code"].tolist() == made.devices["code"].tolist()
        assert set(city.devices["network"]) == {"iot"}
        assert city.live.moment().version == 0
        assert all(state.last_seen is None for state in city.live.feeds().values())
    finally:
        city.close()
    assert all(0 <= part <= 1 for _, part in told)


def test_an_empty_store_says_how_to_fill_it(settings):
    with pytest.raises(NoCity, match="jingwei"):
        open_city(settings)


def test_a_second_city_does_not_go_over_the_first(settings):
    building.build(settings, plan())
    with pytest.raises(SettingsError, match="JINGWEI_HOME"):
        building.build(settings, plan())


def test_a_build_cut_short_leaves_no_city_and_can_be_repeated(settings, monkeypatch):
    def cut(store, made):
        raise RuntimeError("cut")

    with monkeypatch.context() as patch:
        patch.setattr(building, "_write_members", cut)
        with pytest.raises(RuntimeError):
            building.build(settings, plan())
    with pytest.raises(NoCity):
        open_city(settings)
    building.build(settings, plan())
    city = open_city(settings)
    try:
        assert len(city.units.table) == 13
        assert len(city.devices["id"]) == 8
    finally:
        city.close()


def test_a_bad_metric_of_ones_own_does_not_take_the_store(settings, tmp_path):
    building.build(settings, plan())
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "bad.py").write_text("METRIC = (", encoding="utf-8")
    with pytest.raises(DeclarationError, match="bad.py"):
        open_city(settings.model_copy(update={"extensions": (tmp_path,)}))
    open_city(settings).close()


def test_a_url_that_is_no_store_is_a_clear_error(tmp_path):
    with pytest.raises(SettingsError, match="cannot be opened"):
        open_city(Settings(home=tmp_path, store="clickhousedb:///?interface=nothing"))


def test_a_city_of_another_release_says_how_to_build_it_anew(settings):
    building.build(settings, plan())
    store = Store(settings.store_url, settings.threads)
    store.put_blob("cells/0", "0" * 16, b"JWC1" + bytes(44))
    store.close()
    for _ in range(2):
        with pytest.raises(OldStore, match="jingwei demo --again"):
            open_city(settings)
