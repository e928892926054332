"""Every panel in every state and both languages, each by itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from dash import html, no_update
from dash.development.base_component import Component
from flask import Flask
from flask_caching import Cache
from moments import EPOCH

from callbacks import caller, explain, header, layering, mapping, panels
from callbacks.caller import looked_at
from components import catalogue, panel
from components.layout import page_of
from components.reference import catalogue as reference
from data_access.ask import ask
from data_access.queries.device import holders
from data_access.queries.people import people
from data_access.queries.stream import stream
from data_access.scope import Scope
from data_access.units import ZONES, Units
from data_access.view import View
from data_access.words import LANGS

CJK = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[A-Za-z][A-Za-z']+")
SHOWN = ("children", "title", "aria-label", "alt", "placeholder", "label", "name")
PANELS = {p.key: p for p in catalogue.panels()}
SAME = {"min", "km", "EN", "中", "SOS", "PM2.5", "PM10", "JINGWEI_REPORTS"}
"""Units of measure, the names of the languages in themselves, and what is written so everywhere."""


@pytest.fixture
def kept():
    return Cache(Flask("panels"), config={"CACHE_TYPE": "SimpleCache"})


def texts(part):
    """All that a reader or a screen reader is told by a tree of components."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | tuple):
        for each in part:
            yield from texts(each)
    elif isinstance(part, Component) and not isinstance(part, html.Pre):
        for name in SHOWN:
            if isinstance(part, Component) and getattr(part, "figure", None) is not None:
                yield from (line.name for line in part.figure.data if line.name)
                break
            yield from texts(getattr(part, name, None))
    elif isinstance(part, panel.Drawn):
        yield from texts([part.head, part.body])


def views(city):
    """The city, a district, a leaf, a zone; now and then; of several metrics; pages of the networks."""
    t = city.units.table
    then = datetime.fromtimestamp(EPOCH - 86400, UTC)
    return [
        View(),
        View(window="7d", unit=str(t.id[2]), metric="handling_time"),
        View(window="30d", unit=str(t.id[-1]), as_of=then),
        View(window="1h", unit=city.units.zones[0].id, tree=ZONES, metric="devices_in_alarm"),
        View(window="30d", tree=ZONES, metric="grids_reporting", as_of=then),
        View(page="networks", unit=str(t.id[2])),
        View(page="networks/iot_waterlogging", match="积水"),
        View(page="networks/hotline_12345", window="7d", as_of=then),
        View(page=f"networks/iot_manhole/{city.devices['code'][city.devices_of('feed', ('iot_manhole',))][0]}"),
    ]


def test_panels_are_fresh(city, kept):
    for view in views(city):
        for declared in PANELS.values():
            drawn = panels.safely(city, declared, view.url, None, kept)
            assert drawn.state in ("fresh", "stale", "empty"), (declared.key, view)
            assert (drawn.head is None) == declared.bare
            assert list(texts(drawn))
            assert panel.frame_class(declared, drawn.state).split()[1] == f"cell-{declared.key}"


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_left_of_the_other_language(city, kept, lang):
    """No English word in Chinese, no Chinese character in English; people's names are what they are."""
    found = []
    for view in views(city):
        here = view.but(lang=lang)
        asked = ask(city, here)
        declared = catalogue.layers()
        parts = {key: panels.safely(city, p, here.url, None, kept) for key, p in PANELS.items()}
        parts["header"] = header.shell.header(city, asked, [])
        parts["layers"] = layering.control(city, declared, asked)
        parts["map"] = list(mapping_texts(city, declared, here))
        parts["reference"] = reference(city.metrics, declared, lang)
        parts["explain"] = explain.explained(city, PANELS["ranking"], here.url, None)
        proper = names(city, asked, declared)
        for where, part in parts.items():
            plain = [(text, re.sub("|".join(map(re.escape, proper)), " ", text)) for text in texts(part)]
            found += [(where, text) for text, rest in plain if foreign(rest, lang)]
    assert not sorted(set(found))


def mapping_texts(city, declared, view):
    """What the map tells: the texts of its model, its legend and its layer control."""
    model = mapping.model_of(city, declared, looked_at(city, view.url, None))
    yield from (model["title"], model["unit"], *model["time"]["texts"].values())
    yield from (re.sub(r"{\w+}", "", text) for text in model["texts"].values())
    yield from (level["title"] for level in model["levels"])
    yield from texts(list(mapping.key_of(city, declared, looked_at(city, view.url, None), None)))


def names(city, asked, declared):
    """What is called the same in every language: people, keys, the time zone, those who made the data."""
    people_here = {n for h in (*people(city, asked), *holders(city, asked)) for n in (h.name, h.deputy) if n}
    keys = {city.profile.zone, *city.live.feeds(), *(m.key for m in city.metrics), *(x.key for x in declared)}
    makers = set(re.findall(r"[A-Za-z][\w-]+(?: [A-Z][\w-]+)*", city.profile.attribution.zh))
    codes = {str(c) for c in city.devices["code"][city.devices_of("network", ("iot", "video"))]}
    return sorted(people_here | keys | makers | codes | SAME, key=len, reverse=True)


def foreign(text, lang):
    if lang == "en":
        return bool(CJK.search(text))
    return bool(WORD.search(text))


@pytest.fixture
def later(home, city):
    """The city half a day on, nobody having spoken since."""
    moved = replace(city, live=city.live)
    with patch.object(city.live, "_clock", lambda: EPOCH + 43_200), patch.object(city.live, "_at", EPOCH + 43_200):
        yield moved


@pytest.mark.parametrize(("lang", "word"), [("zh", "静默"), ("en", "silent")])
def test_panels_turn_stale_with_their_feeds(later, kept, lang, word):
    """What depends on a silent feed says so, names the feed and how long; what depends on none stays fresh."""
    for declared in PANELS.values():
        drawn = panels.safely(later, declared, f"/?lang={lang}", None, kept)
        assert drawn.state == ("stale" if declared.tables else drawn.state), declared.key
        if declared.tables and not declared.bare:
            badge = [t for t in texts(drawn.head) if word in t]
            assert badge, declared.key
            assert re.search(r"\d+ (h|d|小时|天)", badge[0]), badge
    cards = panels.safely(later, PANELS["kpis"], f"/?lang={lang}", None, kept)
    assert any(word in t for t in texts(cards.body))
    then = View(as_of=datetime.fromtimestamp(EPOCH, UTC), lang=lang).url
    assert panels.safely(later, PANELS["stream"], then, None, kept).state == "fresh"


def test_a_stage_does_not_say_how_many_cases_are_listed_as_only_what_fits_is_seen(city):
    """Rows that do not fit are out of sight there, and nobody scrolls."""
    for page, told in (("", r"first 2 of \d[\d,]* open"), (page_of("overview", "16x9"), r"\d[\d,]* open")):
        asked = ask(city, View(page=page, lang="en"))
        assert re.fullmatch(told, PANELS["stream"].note(stream(city, asked, 2), city, asked)), page


def empty_unit(city):
    """A leaf where nothing is open now."""
    a = ask(city, View())
    open_now = city.metrics["open_cases"].figures(city, a, city.units.rows_at(city.units.depth - 1)).value
    leaf = int((open_now == 0).argmax())
    return str(city.units.at(city.units.row_of_leaf(leaf)).id)


@pytest.mark.parametrize("lang", LANGS)
def test_panels_say_when_there_is_nothing(city, kept, lang):
    unit = empty_unit(city)
    said = {
        "stream": {"zh": "没有在办案件", "en": "Nothing is open here"},
        "ranking": {"zh": "没有下级", "en": "none below"},
    }
    for key, words in said.items():
        drawn = panels.safely(city, PANELS[key], View(unit=unit, lang=lang).url, None, kept)
        assert drawn.state == "empty"
        assert words[lang] in " ".join(texts(drawn.body))
    course = View(unit=unit, metric="devices_in_alarm", lang=lang).url
    drawn = panels.safely(city, PANELS["trend"], course, None, kept)
    assert drawn.state == "empty"


@pytest.mark.parametrize("lang", LANGS)
def test_panels_of_another_area_are_refused(city, kept, lang):
    mine, other = city.units.children(city.units.root)[1:3]
    with patch.object(caller, "scope", lambda: Scope(mine.intervals)):
        for declared in PANELS.values():
            drawn = panels.safely(city, declared, View(unit=other.id, lang=lang).url, None, kept)
            assert drawn.state == "refused"
            told = list(texts(drawn))
            assert panels.REFUSED(lang) in told
            assert not any(other.title(lang) in text for text in told)
            own = panels.safely(city, declared, View(unit=mine.id, lang=lang).url, None, kept)
            assert own.state in ("fresh", "stale", "empty")
        head, notes, address = header.header(city, catalogue.layers(), View(unit=other.id, lang=lang).url, None)
        assert other.id in " ".join(texts(notes))
        assert address["url"] is None
        assert head


@pytest.mark.parametrize("lang", LANGS)
def test_a_failing_panel_says_so_and_fails_alone(city, kept, lang, caplog):
    def breaks(city, ask):
        raise RuntimeError("secret detail")

    broken = replace(PANELS["stream"], load=breaks)
    url = View(lang=lang).url
    drawn = panels.safely(city, broken, url, None, kept)
    assert drawn.state == "failed"
    told = " ".join(texts(drawn))
    assert panels.BROKEN(lang) in told
    assert {"zh": "重试", "en": "Try again"}[lang] in told
    assert re.search(r"\d\d:\d\d:\d\d", told)
    assert "secret detail" not in told
    assert "secret detail" in caplog.text
    assert not any(foreign(text, lang) for text in texts(drawn))
    others = [panels.safely(city, p, url, None, kept).state for key, p in PANELS.items() if key != "stream"]
    assert "failed" not in others
    assert panels.safely(city, PANELS["stream"], url, None, kept).state == "fresh", "a failure is not kept"


def test_a_body_that_breaks_is_a_failure_too(city, kept):
    def breaks(data, city, ask):
        raise ValueError

    for declared in PANELS.values():
        broken = replace(declared, body=breaks, empty=lambda data, ask: None)
        assert panels.safely(city, broken, "/", None, kept).state == "failed", declared.key


def test_a_unit_that_is_not_there_shows_the_city_and_says_so(city, kept):
    for declared in PANELS.values():
        there = panels.safely(city, declared, "/?lang=en&window=7d", None, kept)
        gone = panels.safely(city, declared, "/unit/nowhere?lang=en&window=7d", None, kept)
        assert gone.state == there.state
    _, notes, address = header.header(city, catalogue.layers(), "/unit/nowhere?lang=en&window=7d&theme=pink", None)
    told = list(texts(notes))
    assert len(told) == 2
    assert any("nowhere" in text for text in told)
    assert any("theme=pink" in text for text in told)
    assert address["url"] is None


def test_a_panel_is_computed_once_for_all_who_look(city, kept):
    calls = []
    counted = replace(PANELS["stream"], load=lambda city, ask: calls.append(1) or PANELS["stream"].load(city, ask))
    moment = str(city.live.moment())
    for _ in range(3):
        panels.safely(city, counted, "/?window=7d", moment, kept)
    assert len(calls) == 1
    panels.safely(city, counted, "/?window=1h", moment, kept)
    assert len(calls) == 2


def test_a_body_on_screen_already_is_left_alone(city, kept):
    fill = panels.filler(city, PANELS["people"], kept)
    _, body, digest, frame = fill("/", None, None)
    assert body is not no_update
    assert "is-fresh" in frame or "is-stale" in frame
    _, again, same, _ = fill("/", None, digest)
    assert again is same is no_update


def test_cities_without_zones_or_networks_have_their_panels_too(city, kept):
    """A View of the tree of zones where there are none; panels of networks where there are no feeds."""
    bare = replace(city, units=Units(city.units.table))
    for view in (View(tree=ZONES, unit=str(city.units.table.id[5])), View(tree=ZONES)):
        for declared in PANELS.values():
            assert panels.safely(bare, declared, view.url, "1-1773801296", kept).state != "failed", declared.key
        assert header.header(bare, catalogue.layers(), view.url, None)[0]
