"""Each registry walked: nothing without words, unit, direction or data; own files appear wherever they should."""

import re
from dataclasses import replace

import numpy as np
import pytest
from flask import Flask
from moments import still

from callbacks import endpoints, layering, mapping
from callbacks.caller import looked_at
from components import catalogue
from components.layout import Grid, Layout
from components.map.signs import SHAPES
from components.map.wire import decode_values
from components.panel import Panel
from components.panels.map import controls
from components.reference import catalogue as pages_of
from components.surface import OPERATIONS
from data_access.ask import ask
from data_access.queries.kpis import chosen, kpis
from data_access.scope import Scope
from data_access.settings import Settings
from data_access.view import View
from data_access.walls.declared import CANVASES
from data_access.words import NETWORKS, T
from reports.format import formats
from reports.paper import document
from reports.snapshot import take
from reports.taking import written

CJK = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[A-Za-z]{3,}")
OWN_METRIC = """
from data_access.metric import Count
from data_access.sources.cases import CaseFlow
from data_access.words import T
METRIC = Count(key="severe", title=T("夜间上报", "Reported at night"), help=T("测试用", "For a test"),
    unit=T("件", "cases"), good="low", order=1, source=CaseFlow("severe", lambda book, at: book.opened))
"""
OWN_LAYER = """
from components.layer import PointsLayer
from components.map.signs import CASES
from data_access.queries.points import case_points
from data_access.words import T
LAYER = PointsLayer(key="mine", title=T("我的图层", "My layer"), help=T("测试用", "For a test"), signs=CASES,
    points=case_points, name=lambda city, title: city.types[title].title, order=1)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with one metric and one layer, a file each."""
    home = tmp_path_factory.mktemp("own")
    for part, name, body in (("metrics", "severe.py", OWN_METRIC), ("layers", "mine.py", OWN_LAYER)):
        (home / part).mkdir()
        (home / part / name).write_text(body, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def city(home, folder):
    """The small reference city with that folder among its settings."""
    opened = still(Settings(home=home, extensions=(folder,)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def layers(city):
    return catalogue.layers(city.settings.extensions)


@pytest.fixture(scope="module")
def browser(city, layers):
    server = Flask("own")
    endpoints.register(server, city, layers)
    return server.test_client()


def in_both(text):
    """Whether a text is there in both languages, each in its own script."""
    return bool(CJK.search(text.zh)) and bool(text.en) and not CJK.search(text.en)


def test_metrics(city):
    """At least fifteen, each with title, help, unit, direction and a value in the small city."""
    assert len(city.metrics) >= 16
    asked = ask(city, View(window="30d"))
    for metric in city.metrics:
        assert in_both(metric.title), metric.key
        assert in_both(metric.help), metric.key
        assert metric.unit.zh, metric.key
        assert metric.unit.en, metric.key
        assert not CJK.search(metric.unit.en), metric.key
        assert metric.good in ("high", "low", "neutral"), metric.key
        if metric.thresholds:
            bad, fine = metric.thresholds
            assert metric.good != "neutral", metric.key
            assert (bad < fine) == (metric.good == "high"), metric.key
        if metric.finest:
            assert metric.finest in {level.key for level in city.profile.levels}, metric.key
        assert metric.figure(city, asked).known, f"{metric.key} has no value in the test city"
        assert metric.table in ("case", "device", "facility", "fact"), metric.key
    assert len({m.title.zh for m in city.metrics}) == len({m.title.en for m in city.metrics}) == len(city.metrics)


def test_layers(city, layers):
    """Each of a known sort, with title, help, a known network, and something to draw in the small city."""
    district = city.units.children(city.units.root)[0]
    asked = ask(city, View(unit=district.id, window="30d"), Scope(district.intervals))
    sorts = {layer.part for layer in layers}
    assert sorts == set(layering.PARTS)
    for layer in layers:
        assert in_both(layer.title), layer.key
        assert in_both(layer.help), layer.key
        assert layer.network in ("", *NETWORKS), layer.key
        assert layer.offered(city, asked), layer.key
        assert layer.sign, layer.key
        answer = layer.answer(city, asked)
        assert any(answer[name] for name in ("total", "max", "borders") if name in answer), f"{layer.key} is empty"
    assert len({x.title.zh for x in layers}) == len({x.title.en for x in layers}) == len(layers)


def test_layers_of_points(city, layers):
    """Each has a sign with a name for every state, names for the kinds of its points, and for those it offers."""
    asked = ask(city, View())
    for layer in layers:
        if layer.part == "points":
            assert all(in_both(sign.title) for sign in layer.signs.values()), layer.key
            assert all(sign.shape in SHAPES for sign in layer.signs.values()), layer.key
            assert set(layer.found(city, asked).state) <= set(layer.signs), layer.key
            offered = layer.offers(city, asked) if layer.offers else {}
            assert all(in_both(title) for title, _ in offered.values()), layer.key
            for title in set(layer.found(city, asked).title):
                assert in_both(layer.name(city, title)), (layer.key, title)


def test_a_layer_without_words_or_with_a_strange_network_is_refused(layers):
    """By name, whichever sort it is."""
    for layer in layers:
        bare = replace(layer, title=T("", "x"), network="post")
        assert sorted(bare.faults()) == ["names no network: 'post'", "needs a title in both languages"], layer.key


def test_panels():
    """Each with a title in both languages and what it takes to fill it."""
    found = catalogue.panels()
    assert len(found) >= 8
    for panel in found:
        assert isinstance(panel, Panel)
        assert in_both(panel.title), panel.key
        assert callable(panel.load), panel.key
        assert callable(panel.body), panel.key
        assert set(panel.tables) <= {"case", "device", "facility", "fact"}, panel.key


def test_panels_can_be_told_as_rows(city):
    """Each panel that is on a page, with columns whose titles and help are in both languages."""
    device = city.devices["code"][city.devices_of("feed", ("iot_manhole",))][0]
    asked = ask(city, View(page=f"networks/iot_manhole/{device}"))
    for panel in catalogue.panels():
        sheet = panel.sheet(city, asked)
        for column in sheet.columns:
            assert column.title.zh, (panel.key, column.key)
            assert column.title.en, (panel.key, column.key)
            assert column.help is None or in_both(column.help), (panel.key, column.key)


def test_formats(city):
    """Each with title, help, suffix and media type, and a file of the whole city's page."""
    found = formats()
    assert {"xlsx", "csv", "geojson"} <= {form.key for form in found}
    for form in found:
        assert in_both(form.help), form.key
        assert form.title.zh, form.key
        assert form.title.en, form.key
        assert "/" in form.media, form.key
        carried = form.carries(View())
        panels = [p for p in catalogue.panels() if p.surface == OPERATIONS and carried in (None, (p.key,))]
        panels = panels or [catalogue.panels()[key] for key in carried]
        made = take(city, ask(city, View()), panels, T("某人", "somebody"), 0.0)
        if form.drawing:
            assert made.title.zh in document(made, form.drawing), form.key
            continue
        with written(city, made, form) as file:
            assert len(file.read()) > 1000, form.key


def test_a_format_without_words_or_media_type_is_refused():
    for form in formats():
        bare = replace(form, title=T("", "x"), media="")
        assert sorted(bare.faults()) == ["needs a media", "needs a title in both languages"], form.key
        neither = replace(form, write=None, drawing=None)
        assert list(neither.faults()) == ["needs either what writes it or a drawing"], form.key


def test_what_a_profile_names_there_is(city):
    """Feeds, kinds and types of the reference city in both languages."""
    p = city.profile
    named = [*p.levels, *p.types, *p.feeds, *p.device_kinds, *p.facility_types, *p.roles]
    assert not [entry.key for entry in named if not CJK.search(entry.title.zh) or CJK.search(entry.title.en)]
    assert {feed.network for feed in p.feeds} == set(NETWORKS)
    assert {kind.network for kind in p.device_kinds} <= set(NETWORKS)


class TestOneFileEach:
    """A metric and a layer, each one file of one's own folder."""

    def test_metric_is_registered_and_counts(self, city):
        asked = ask(city, View(window="7d"))
        assert city.metrics["severe"].figure(city, asked) == city.metrics["opened"].figure(city, asked)

    def test_metric_can_be_a_key_figure(self, city):
        wanted = replace(city, profile=city.profile.model_copy(update={"kpis": ("severe", "opened")}))
        assert [m.key for m in chosen(wanted)] == ["severe", "opened"]
        assert all(k.figure.known and np.isfinite(k.spark).all() for k in kpis(wanted, ask(wanted, View())))

    def test_metric_has_its_endpoint(self, city, browser):
        answer = browser.get("/values/severe/1?window=7d")
        same = browser.get("/values/opened/1?window=7d")
        assert answer.status_code == 200
        assert decode_values(answer.data)[0].tolist() == decode_values(same.data)[0].tolist()
        assert decode_values(answer.data)[0].sum() > 0

    @pytest.mark.parametrize(("lang", "title"), [("zh", "夜间上报"), ("en", "Reported at night")])
    def test_metric_is_in_the_maps_menu(self, city, lang, title):
        view = View(lang=lang, metric="severe")
        drawn = str(controls(None, city, ask(city, view)).to_plotly_json())
        assert title in drawn
        assert "metric=severe" in str(controls(None, city, ask(city, View(lang=lang))).to_plotly_json())

    def test_layer_is_in_the_control(self, city, layers):
        _, control = mapping.key_of(city, layers, looked_at(city, "/?lang=en", None), None)
        assert "My layer" in str(control.to_plotly_json())
        model = mapping.model_of(city, layers, looked_at(city, "/?layers=mine", None))
        assert [p["key"] for p in model["points"]] == ["mine"]

    def test_layer_has_its_endpoint(self, browser):
        answer = browser.get("/points/mine").get_json()
        assert answer["total"] == browser.get("/points/cases").get_json()["total"] > 0

    def test_both_are_in_the_catalogue(self, city, layers):
        drawn = str([part.to_plotly_json() for part in pages_of(city.metrics, layers, "zh")])
        assert "夜间上报" in drawn
        assert "我的图层" in drawn


def test_every_layout_has_a_title_and_its_panels_on_every_canvas():
    found = catalogue.layouts()
    assert {"overview", "map", "figures", "stream"} <= {layout.key for layout in found}
    for layout in found:
        assert CJK.search(layout.title.zh) and WORD.search(layout.title.en)
        assert layout.grids.keys() == CANVASES.keys()


def test_a_layout_that_cannot_be_shown_is_refused_with_its_fault():
    grid = Grid("1fr 1fr", "1fr", ("map nothing",))
    wrong = Layout(
        key="wrong", title=T("错", ""), grids={"16x9": grid, "9x9": Grid("1fr", "1fr", ("map", "map kpis"))}
    )
    faults = set(wrong.faults(["map", "kpis"]))
    assert faults == {
        "needs a title in both languages",
        "knows no canvas 9x9",
        *(f"has no grid for {canvas}" for canvas in CANVASES if canvas != "16x9"),
        "has rows of different lengths on 9x9",
        "has no panel nothing to show on 16x9",
    }
