"""Snapshots: the same numbers as the screen and as the raw rows, the same digest for ever, in any language."""

import logging
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from moments import EPOCH, KNOTS, still
from replay import replay_of
from test_metrics import SLOW, agrees, leaves_of, questions, refused

from components import catalogue
from components.sheet import Sheet
from data_access.ask import ask
from data_access.errors import StoreFailed
from data_access.scope import Scope
from data_access.settings import Settings
from data_access.units import ZONES
from data_access.view import View
from data_access.words import SEVERITIES, STEPS, T
from reports.format import formats
from reports.snapshot import AWAY, BROKEN, REFUSED, fixed, of_surface, take
from reports.taking import CannotTake, surface_of, taken, wanted

NOW = EPOCH + 30.5
"""Within a second, as the present is: the moment that is shown is the end of it."""
PANELS = list(catalogue.panels())
WHO = T("某人", "somebody")


@pytest.fixture(scope="module")
def city(home):
    opened = still(Settings(home=home), NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def truth(city):
    return replay_of(city)


def then(at):
    return datetime.fromtimestamp(at, UTC)


def looks(city):
    """A View of each page and of much that a View can say; all live."""
    ids = city.units.table.id
    device = city.devices["code"][city.devices_of("feed", ("iot_manhole",))][0]
    return [
        View(),
        View(window="7d", unit=str(ids[2]), metric="handling_time", compare="change"),
        View(window="30d", unit=str(ids[-1]), networks=("iot",)),
        View(window="1h", unit=city.units.zones[0].id, tree=ZONES, metric="devices_online", compare="week"),
        View(since=then(EPOCH - 90_000), types=(f"group:{city.profile.types[0].group.en}",), level="street"),
        View(metric="facilities_damaged", compare="metric:reading_age"),
        View(page="networks", window="7d"),
        View(page="networks/iot_waterlogging"),
        View(page="networks/hotline_12345", window="7d"),
        View(page=f"networks/iot_manhole/{device}", window="7d"),
    ]


def of(city, view, scope=None, panels=None, made_at=NOW):
    question = ask(city, view, scope) if scope else ask(city, view)
    shown = panels or of_surface(PANELS, surface_of(view))
    return take(city, question, shown, WHO, made_at)


def rows(snapshot, key):
    """The rows of a panel as dictionaries."""
    sheet = snapshot.part(key).sheet
    return [dict(zip([c.key for c in sheet.columns], row, strict=True)) for row in sheet.rows]


def test_what_was_live_is_the_same_when_its_moment_is_opened_again(city):
    """Panel by panel: the rows of now, and those of the past moment that now was."""
    for view in looks(city):
        live = ask(city, view)
        shown = {p.key: p.sheet(city, live) for p in of_surface(PANELS, surface_of(view))}
        city.cache.clear()
        still_there = fixed(city, live)
        assert not still_there.live
        assert still_there.span == live.span
        for key, sheet in shown.items():
            again = catalogue.panels()[key].sheet(city, still_there)
            assert again == sheet or again.digest == sheet.digest, (view, key)


def test_the_link_opens_the_same_snapshot(city):
    for view in looks(city):
        made = of(city, view)
        read, problems = View.of(*made.link.split("?", 1))
        assert not problems
        assert read == made.view
        city.cache.clear()
        again = of(city, read)
        assert (again.view, again.digest, again.live) == (made.view, made.digest, False)


def test_a_digest_is_of_the_numbers_alone(city):
    """Over two runs, in both languages and themes, whoever takes it and when; another question has another."""

    @settings(SLOW, max_examples=12)
    @given(questions(city))
    def holds(question):
        view, scope = question
        if refused(city, view, scope):
            return
        made = of(city, view, scope)
        city.cache.clear()
        other = view.but(lang="en", theme="paper")
        again = replace(of(city, other, scope, made_at=NOW + 999), who=T("他人", "another"))
        assert again.digest == made.digest
        assert again.link != made.link
        assert of(city, view.but(window="7d" if view.window != "7d" else "1h"), scope).digest != made.digest

    holds()


def test_a_digest_changes_with_any_number(city):
    made = of(city, View())
    for part in made.parts:
        kept = next((n for n, cell in enumerate(part.sheet.rows[0]) if isinstance(cell, int | float)), None)
        if kept is None or not part.sheet.lasting:
            continue
        first = list(part.sheet.rows[0])
        first[kept] += 1
        changed = replace(part.sheet, rows=(tuple(first), *part.sheet.rows[1:]))
        parts = tuple(replace(p, sheet=changed) if p is part else p for p in made.parts)
        assert replace(made, parts=parts).digest != made.digest, part.key
    fewer = replace(made, parts=tuple(replace(p, sheet=None) if p.key == "stream" else p for p in made.parts))
    assert fewer.digest != made.digest


def test_who_holds_a_post_is_in_the_file_and_not_in_the_digest(city):
    made = of(city, View())
    people = made.part("people")
    assert all("*" in row["phone"] for row in rows(made, "people") if row["phone"])
    nobody = replace(people, sheet=replace(people.sheet, rows=()))
    assert replace(made, parts=tuple(nobody if p is people else p for p in made.parts)).digest == made.digest


def past(city):
    """Moments around which awkward cases fall, of several units, windows and filters."""
    ids = city.units.table.id
    kind = city.profile.types[1].key
    yield View(as_of=then(KNOTS[1]), window="7d", metric="on_time_rate")
    yield View(as_of=then(KNOTS[2]), window="today", metric="opened", unit=str(ids[2]), level="microgrid")
    yield View(as_of=then(KNOTS[4]), window="30d", metric="devices_online", tree=ZONES)
    yield View(as_of=then(KNOTS[5] + 1), window="30d", metric="handling_time", types=(kind,))
    yield View(
        as_of=then(KNOTS[2]), window="7d", metric="facilities_damaged", unit=city.units.zones[0].id, tree=ZONES
    )


def test_a_past_moment_is_what_a_slow_count_of_the_raw_rows_gives(city, truth):
    """Key figures, every cell of the map, every unit of the ranking, every open case, the headline's numbers."""
    for view in past(city):
        asked = ask(city, view)
        slow = truth.ask(leaves_of(asked.intervals), *asked.span, view.types, view.networks)
        made = of(city, view)
        for row in rows(made, "kpis"):
            told(city.metrics[row["key"]], row, getattr(slow, row["key"])())
        metric = city.metrics[view.metric]
        for key in ("map", "ranking"):
            named = "actual" if key == "trend" else "value"
            assert made.part(key).sheet.rows
            for row in rows(made, key):
                leaves = leaves_of(city.units.get(row["unit_id"]).intervals)
                part = truth.ask(leaves, *asked.span, view.types, view.networks)
                told(metric, row | {"value": row[named]}, getattr(part, view.metric)())
        (said,) = rows(made, "headline")
        assert ((said["n"], said["m"]), said["overdue"]) == (slow.on_time_rate(), slow.overdue())
        listed(city, rows(made, "stream"), slow)


def told(metric, row, expected):
    """A row's figure is what was counted; durations stand in hours."""
    nan = float("nan")
    hours = 3600 if metric.duration else 1
    value = nan if row["value"] is None else row["value"] * hours
    n, m = (nan if row[name] is None else row[name] for name in ("n", "m"))
    agrees(metric, type("Row", (), {"value": value, "n": n, "m": m}), expected)


def listed(city, found, slow):
    """The cases listed are all that were open, each as it stood."""
    t = slow.end
    open_then = [(s, *s.stood_at(t)) for s in slow.spells() if s.open_at(t)]
    wanted_rows = Counter(
        (s.case_id, STEPS[step], SEVERITIES[severity], s.opened / 1000, s.due_at(t) / 1000)
        for s, step, severity in open_then
    )
    shown = Counter(tuple(row[k] for k in ("case", "step", "severity", "reported", "due")) for row in found)
    assert shown == wanted_rows
    leaf = {s.case_id: str(city.units.at(city.units.row_of_leaf(s.leaf)).id) for s, *_ in open_then}
    assert all(row["unit_id"] == leaf[row["case"]] for row in found)


def test_a_course_is_what_the_panel_draws(city):
    view = View(window="7d", metric="opened", as_of=then(KNOTS[2]))
    panel = catalogue.panels()["trend"]
    data = panel.load(city, ask(city, view))
    found = rows(of(city, view), "trend")
    drawn = [row for row in found if row["actual"] is not None]
    assert [row["ends"] for row in drawn] == data.at.tolist()
    assert [row["actual"] for row in drawn] == data.actual.tolist()
    assert [row["expected"] for row in found[len(drawn) :]] == pytest.approx(data.expected.tolist())


def test_a_panel_that_fails_leaves_its_place_with_the_reason(city, caplog):
    def breaks(city, ask):
        raise RuntimeError("secret detail")

    caplog.set_level(logging.ERROR)
    panels = [replace(p, sheet=breaks) if p.key == "stream" else p for p in of_surface(PANELS, "operations")]
    made = of(city, View(), panels=panels)
    assert made.part("stream").reason == BROKEN
    assert all(part.sheet for part in made.parts if part.key != "stream")
    assert "secret detail" in caplog.text
    assert made.digest != of(city, View()).digest


def test_a_store_that_is_away_makes_no_snapshot(city):
    def away(city, ask):
        raise StoreFailed("gone")

    whole = of_surface(PANELS, "operations")
    with pytest.raises(StoreFailed):
        of(city, View(), panels=[replace(p, sheet=away) for p in whole])
    one = of(city, View(), panels=[replace(whole[0], sheet=away), *whole[1:]])
    assert one.parts[0].reason == AWAY


def test_a_scope_holds_in_files(city):
    mine, other = city.units.children(city.units.root)[1:3]
    scope = Scope(mine.intervals)
    made = of(city, View(window="30d"), scope)
    inside = set(leaves_of(mine.intervals))
    for key in ("map", "ranking", "stream"):
        for unit in made.part(key).sheet.column("unit_id"):
            assert set(leaves_of(city.units.get(unit).intervals)) <= inside, (key, unit)
    lines = of(city, View(page="networks/iot_waterlogging"), scope).part("feed_rejects")
    assert (lines.sheet, lines.reason) == (None, REFUSED)
    order = wanted(formats(), f"/unit/{other.id}", "csv")
    with pytest.raises(CannotTake) as error:
        taken(city, PANELS, order, WHO, NOW, scope=scope)
    assert error.value.status == 403


def test_lists_are_whole(city):
    """All devices that match, not those of the page; all that was refused and waits."""
    page = View(page="networks/iot_waterlogging", skip=20)
    made = of(city, page)
    assert len(rows(made, "feed_devices")) == rows(made, "feed")[0]["devices"]
    assert made.view.skip == 0
    some = of(city, page.but(match="-00000"))
    assert {row["code"] for row in rows(some, "feed_devices")} == {
        row["code"] for row in rows(made, "feed_devices") if "-00000" in row["code"]
    }


def test_beside_now_is_beside_that_moment_for_ever(city):
    view = View(as_of=then(KNOTS[2]), compare="now", metric="opened")
    made = of(city, view)
    assert made.view.compare == f"{then(ask(city, View()).at):%Y-%m-%dT%H:%M:%SZ}"
    beside = {row["unit_id"]: row["beside"] for row in rows(made, "map")}
    now = {row["unit_id"]: row["value"] for row in rows(of(city, View(metric="opened")), "map")}
    assert beside == now


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/unit/nowhere", 404, "nowhere"),
        ("/?window=9d&lang=en", 400, "window=9d"),
        ("/?as_of=2001-01-01T00:00:00Z", 400, "2001-01-01"),
        ("/?since=2099-01-01T00:00:00Z", 400, "begins"),
        ("/?metric=happiness", 400, "happiness"),
        ("/?types=nothing", 400, "nothing"),
        ("/?level=galaxy", 400, "galaxy"),
        ("/?compare=mars", 400, "mars"),
        ("/?area=1,1;1.1,1;1,1.1", 400, "area"),
        ("/catalogue", 404, "catalogue"),
        ("/networks/nofeed", 404, "nofeed"),
        ("/networks/iot_manhole/NO-1", 404, "NO-1"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(city, address, status, word):
    with pytest.raises(CannotTake) as error:
        taken(city, PANELS, wanted(formats(), address, "csv"), WHO, NOW)
    assert error.value.status == status
    assert word in error.value.told.en
    assert error.value.told.zh != error.value.told.en


def test_a_panel_or_format_that_is_not_there_is_refused_with_those_that_are(city):
    with pytest.raises(CannotTake, match="xlsx, csv, geojson"):
        wanted(formats(), "/", "docx")
    with pytest.raises(CannotTake, match="ranking"):
        taken(city, PANELS, wanted(formats(), "/", "csv", "feeds"), WHO, NOW)
    with pytest.raises(CannotTake, match="map"):
        taken(city, PANELS, wanted(formats(), "/", "geojson", "kpis"), WHO, NOW)


def test_sheets_are_sound(city):
    """Every panel has one; keys once, titles in both languages, cells of their column's kind."""
    for view in looks(city):
        asked = ask(city, view)
        for panel in of_surface(PANELS, surface_of(view)):
            sheet = panel.sheet(city, asked)
            assert isinstance(sheet, Sheet)
            keys = [column.key for column in sheet.columns]
            assert len(set(keys)) == len(keys), panel.key
            assert all(column.title.zh and column.title.en for column in sheet.columns), panel.key
            for row in sheet.rows:
                for cell, column in zip(row, sheet.columns, strict=True):
                    words = isinstance(cell, T | str)
                    assert cell is None or words == (column.kind == "text"), (panel.key, column.key, cell)
    assert all(panel.sheet for panel in PANELS)
