"""Alerts through the real way in: where they lie, and which are in force at which moment."""

from pathlib import Path

import pytest
import shapely
from cap_messages import box, info, message
from test_ingest_support import NOW, SIDE, SOUTH, WEST, centre, city, reasons

from data_access.ask import ask
from data_access.queries.alerts import alerts_at
from data_access.scope import Scope
from data_access.store.tables import alert
from data_access.view import View
from ingest.cap import rows
from ingest.items import Item
from ingest.pipeline import record_item, submit_items
from ingest.records import kinds

__all__ = ["city"]
DAY = 86_400
SAMPLES = Path(__file__).parents[1] / "data/cap"
HERE = box(WEST + 0.1 * SIDE, SOUTH + 0.1 * SIDE, WEST + 0.9 * SIDE, SOUTH + 0.9 * SIDE)
"""Within leaf 0."""


def send(city, token, *bodies, received=None, crs="wgs84"):
    """Bodies as a poller hands them in, received at an epoch second."""
    found = [row for body in bodies for row in rows(body.encode())]
    more = {} if received is None else {"received": received}
    items = [
        Item(row.line, row.raw, refused=row.refused)
        if row.refused
        else record_item(kinds()["alert"], row.line, row.raw, [row.values | more])
        for row in found
    ]
    receipt = submit_items(city, "desk", "alert", items, token, crs=crs)
    assert receipt.accepted + receipt.rejected + receipt.duplicates == len(found)
    return receipt.accepted, receipt.rejected, receipt.duplicates


def question(city, at, unit="", scope=None):
    """An ask at an epoch second: what is recorded of begins with the first case, which does not matter here."""
    asked = ask(city, View(unit=unit, window="1h"), *([scope] if scope else []))
    return asked.shifted(asked.at - at)


def shown(city, at, unit="", scope=None):
    return {a.identifier for a in alerts_at(city, question(city, at, unit, scope))}


def test_an_alert_is_in_force_where_and_while_it_says(city):
    until = {"expires": "2026-01-02T00:00:00+00:00"}
    sent = 1_767_225_600  # 2026-01-01T00:00:00Z
    assert send(city, "one", message("one", sent, info(area=HERE, **until)), received=sent + 60) == (1, 0, 0)
    assert shown(city, sent + 60) == set(), "what happens at a moment has happened for later ones"
    assert shown(city, sent + 61) == {"one"}
    assert shown(city, sent + 86_399) == {"one"}
    assert shown(city, sent + 86_400) == set()
    assert shown(city, sent + 99, "d0") == shown(city, sent + 99, "d0-0") == {"one"}
    assert shown(city, sent + 99, "d0-1") == shown(city, sent + 99, "d2") == set()
    assert shown(city, sent + 99, scope=Scope(((1, 8),))) == set()
    (found,) = alerts_at(city, question(city, sent + 99))
    assert found.intervals == ((0, 1),)
    assert shapely.from_geojson(str(found.geometry).replace("'", '"')).bounds[0] == pytest.approx(WEST + 0.001)
    assert found.actual and found.ends and found.severity == "Severe"


def test_an_alert_without_an_end_lasts_a_day(city):
    send(city, "open", message("open", NOW - 90 * DAY, info(area=HERE)), received=NOW - 90 * DAY)
    assert "open" in shown(city, NOW - 89 * DAY - 1)
    assert "open" not in shown(city, NOW - 89 * DAY)


def test_an_end_counts_from_when_it_was_received(city):
    sent = NOW - 6 * DAY
    send(city, "a", message("a", sent, info(area=HERE)), received=sent + 10)
    later = message("b", sent + 600, info(area=HERE, event="Worse"), kind="Update", references=[("a", sent)])
    send(city, "b", later, received=sent + 1000)
    assert shown(city, sent + 1000) == {"a"}, "sent already, but not known here"
    assert shown(city, sent + 1001) == {"b"}
    off = message("c", sent + 1200, kind="Cancel", references=[("a", sent), ("b", sent + 600)])
    assert send(city, "c", off, received=sent + 1300) == (1, 0, 0)
    assert shown(city, sent + 1300) == {"b"}
    assert shown(city, sent + 1301) == set()
    assert shown(city, sent + 500) == {"a"}, "the past stays as it was known"


def test_an_end_may_come_before_what_it_ends(city):
    sent = NOW - 9 * DAY
    send(city, "late-1", message("l2", sent + 60, kind="Cancel", references=[("l1", sent)]), received=sent + 61)
    send(city, "late-2", message("l1", sent, info(area=HERE)), received=sent + 99)
    assert shown(city, sent + 200) == set()


def test_a_test_ends_no_actual_alert(city):
    sent = NOW - 12 * DAY
    send(city, "t1", message("t1", sent, info(area=HERE)), received=sent + 1)
    exercise = message(
        "t2", sent + 10, info(area=HERE), status="Exercise", kind="Update", references=[("t1", sent)]
    )
    drill = message("t3", sent + 20, info(area=HERE), status="Test")
    over = message("t4", sent + 30, status="Test", kind="Cancel", references=[("t3", sent + 20), ("t1", sent)])
    send(city, "t234", exercise, drill, over, received=sent + 40)
    found = alerts_at(city, question(city, sent + 60))
    assert [(a.identifier, a.actual) for a in found] == [("t1", True), ("t2", False)]


def test_a_message_does_not_end_itself(city):
    sent = NOW - 60 * DAY
    body = message("self", sent, info(area=HERE), kind="Update", references=[("self", sent), ("before", sent)])
    send(city, "self", body, received=sent + 1)
    assert shown(city, sent + 2) == {"self"}


def test_the_same_name_again_replaces(city):
    sent = NOW - 15 * DAY
    first, again = (message("s", sent + n, info(area=HERE, event=f"E{n}")) for n in (0, 60))
    assert send(city, "s1", first, received=sent + 1) == (1, 0, 0)
    assert send(city, "s2", first, received=sent + 9) == (0, 0, 1)
    assert send(city, "s3", again, again, received=sent + 90) == (1, 0, 1)
    (found,) = alerts_at(city, question(city, sent + 100))
    assert found.words("en")["event"] == "E60"


def test_languages_are_one_segment_and_the_screen_chooses(city):
    sent = NOW - 18 * DAY
    both = info("Rainstorm", HERE, "en-GB"), info("暴雨", HERE, "zh-CN"), info("Regen", HERE, "de")
    other = box(WEST + 2.1 * SIDE, SOUTH + 0.1 * SIDE, WEST + 2.9 * SIDE, SOUTH + 0.9 * SIDE)
    send(city, "lang", message("lang", sent, *both, info("Regen", other, "de")), received=sent + 1)
    here, there = alerts_at(city, question(city, sent + 2))
    assert [here.words(lang)["event"] for lang in ("zh", "en", "fr")] == ["暴雨", "Rainstorm", "Rainstorm"]
    assert there.words("zh")["event"] == "Regen"
    assert (here.intervals, there.intervals) == (((0, 1),), ((2, 3),))


def test_answers_and_errors_are_kept_and_never_shown(city):
    sent = NOW - 21 * DAY
    sends = [message(k, sent, kind=k, references=[("x", sent)]) for k in ("Ack", "Error")]
    before = city.store.counts()["alert"]
    assert send(city, "answers", *sends, received=sent) == (2, 0, 0)
    assert city.store.counts()["alert"] == before + 2
    assert shown(city, sent + 1) == set()


def test_circles_codes_and_units(city):
    sent = NOW - 24 * DAY
    lon, lat = centre(5)
    circle = info(area=f"<circle>{lat},{lon} 0.2</circle>")
    point = info(area=f"<circle>{lat},{lon} 0</circle>")
    code = "<geocode><valueName>division</valueName><value>{}</value></geocode>"
    sends = [message("circle", sent, circle), message("point", sent, point)]
    sends.append(message("coded", sent, info(area=code.format("d3"))))
    sends.append(message("elsewhere", sent, info(area=code.format("030049"))))
    assert send(city, "codes", *sends, received=sent) == (4, 0, 0)
    found = {a.identifier: a for a in alerts_at(city, question(city, sent + 1))}
    assert {k: a.intervals for k, a in found.items()} == {
        "circle": ((5, 6),),
        "point": ((5, 6),),
        "coded": ((6, 8),),
    }
    assert len(found["circle"].geometry["coordinates"][0]) == 65
    assert found["point"].geometry["type"] == "Point"
    assert found["coded"].geometry["type"] == "Polygon"
    assert found["coded"].geocodes == ("division=d3",)


BAD = {
    "one corner": ("<polygon>34.7,113.6 34.7,113.6</polygon>", "bad_geometry"),
    "a line": ("<polygon>34.7,113.6 34.7,113.7 34.7,113.8 34.7,113.6</polygon>", "bad_geometry"),
    "longitude first": ("<polygon>113.6,34.7 113.7,34.7 113.7,34.8 113.6,34.7</polygon>", "swapped_coordinates"),
    "no numbers": ("<polygon>north,east</polygon>", "bad_coordinates"),
    "nan": ("<polygon>nan,1 2,3 4,5</polygon>", "bad_value"),
    "three numbers": ("<polygon>1,2,3 4,5,6 7,8,9</polygon>", "bad_coordinates"),
    "no radius": ("<circle>34.7,113.6</circle>", "bad_coordinates"),
    "less than nothing": ("<circle>34.7,113.6 -1</circle>", "bad_geometry"),
    "the whole earth": ("<circle>34.7,113.6 1e9</circle>", "bad_geometry"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_place_that_cannot_be_refuses_the_alert(city, what):
    area, reason = BAD[what]
    token = f"bad {what}"
    good = message(f"good {what}".replace(" ", "-"), NOW, info(area=HERE))
    assert send(city, token, good, message("bad", NOW, info(area=area))) == (1, 1, 0)
    assert [r for _, r in reasons(city, token)] == [reason]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("<sender>met@example.org</sender>", "", "missing_field"),
        ("<event>Flood</event>", "", "missing_field"),
        ("Actual", "Real", "bad_value"),
        ("Severe", "Bad", "bad_value"),
        ("<sent>", "<sent>x", "bad_time"),
        ("<category>", "<expires>2026-01-01T00:00:00</expires><category>", "bad_time"),
    ],
)
def test_what_cap_does_not_know_is_refused(city, old, new, reason):
    body = message("odd", NOW, info(area=HERE)).replace(old, new)
    assert send(city, f"odd {new}{old}", body) == (0, 1, 0)
    assert [r for _, r in reasons(city, f"odd {new}{old}")] == [reason]


def test_the_samples_land(city):
    bodies = [path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.cap"))]
    assert len(bodies) == 4
    accepted, rejected, duplicates = send(city, "samples", *bodies)
    assert (rejected, duplicates) == (0, 0)
    found = city.store.rows(alert.select().where(alert.c.identifier == "KSTO1055887203"))
    assert found[0]["severity"] == "Severe"
    assert '"event": "SEVERE THUNDERSTORM"' in found[0]["texts"]
    assert found[0]["geocodes"].count("SAME=") == 3
    assert found[0]["lo"] == []


def test_gcj02_places_are_moved(city):
    sent = NOW - 27 * DAY
    moved = box(WEST + 0.0061 + 0.2 * SIDE, SOUTH - 0.0013 + 0.2 * SIDE, WEST + 0.0061 + 0.8 * SIDE, SOUTH + 0.005)
    send(city, "gcj", message("gcj", sent, info(area=moved)), received=sent, crs="gcj02")
    found = next(a for a in alerts_at(city, question(city, sent + 1)) if a.identifier == "gcj")
    assert found.intervals == ((0, 1),)
