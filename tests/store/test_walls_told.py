"""What the screens of a wall are told of its scenes, and of all that is wrong with them."""

from unittest.mock import patch
from urllib.parse import parse_qs

from boards import Wall
from moments import EPOCH

from data_access.errors import UnknownUnit
from data_access.view import View
from demo.walls import REFERENCE
from ingest.wallfile import read_walls


def test_what_is_told(wall):
    told = wall.state()
    assert (told["at"], told["moment"]) == (EPOCH + 1, str(wall.city.live.moment()))
    assert told["wall"] == {
        "key": "duty",
        "title": {"zh": "值班", "en": "Duty"},
        "lang": "zh",
        "theme": "night",
        "zone": "Asia/Shanghai",
        "screens": [
            {"key": "main", "title": {"zh": "Main", "en": "Main"}, "canvas": "32x9", "width": 3840, "height": 1080}
            | {"layout": "map"},
            {"key": "odd", "title": {"zh": "Odd", "en": "Odd"}, "canvas": "16x9", "width": 1920, "height": 1080}
            | {"layout": ""},
        ],
    }
    city, jinshui = told["scenes"]
    assert city == {
        "key": "city",
        "title": {"zh": "全市", "en": "City"},
        "layout": "overview",
        "query": "metric=overdue&lang=zh&theme=night",
        "seconds": 40,
        "saved": None,
    }
    assert parse_qs(jinshui["query"]) == {"unit": ["410105"], "window": ["7d"], "lang": ["zh"], "theme": ["night"]}
    assert told["turn"] == {"scene": 0, "since": EPOCH + 1, "until": EPOCH + 41, "paused": None}
    assert (told["alarm"], told["steered"], told["troubles"]) == (None, None, [])
    assert len(told["release"]) == 16


def test_a_query_is_a_view_that_reads_the_same(wall):
    view, problems = View.of("/stage/map/16x9", wall.state()["scenes"][1]["query"])
    assert not problems
    assert view.but(page="") == View(unit="410105", window="7d", lang="zh")


def test_each_fault_is_told_with_its_line_in_both_languages(wall):
    faults = wall.state()["faults"]
    english = [fault["en"] for fault in faults]
    for told in (
        "walls.yaml:6: the screen “Odd” has the scene's layout. There is no layout called mop, did you mean map.",
        "walls.yaml:9: the scene “Gone” is left out. This city has no unit 9999.",
        "walls.yaml:11: the scene “Named” is left out. There is no metric called overdu, did you mean overdue.",
        "walls.yaml:11: the scene “Named” is left out. There is no layer called vidio.",
        "walls.yaml:11: the scene “Named” is left out. There is no level called distict, did you mean district.",
        "walls.yaml:11: the scene “Named” is left out. There is no network called iott, did you mean iot.",
        "walls.yaml:11: the scene “Named” is left out. There is no case type or group called e9000, did you mean",
        "walls.yaml:12: the scene “Parts” is left out. An address has no part called metrc, did you mean metric.",
        "walls.yaml:12: the scene “Parts” is left out. The address has window=8d",
        "walls.yaml:12: the scene “Parts” is left out. An address has no part called unit",
        "walls.yaml:13: the scene “Page” is left out. Walls show Views of the map's pages, and not the page net",
        "walls.yaml:14: the scene “Layout” is left out. There is no layout called figure, did you mean figures.",
        "walls.yaml:15: the scene “Area” is left out. The area holds no cell.",
        "walls.yaml:16: the scene “Compare” is left out. There is nothing to compare with",
        "walls.yaml:17: the scene “Kinds” is left out. The layer “IoT devices” has no kind called nothing.",
    ):
        assert [text for text in english if text.startswith(told)], told
    assert len(english) == 15
    for fault in faults:
        assert fault["zh"] != fault["en"]
        assert "{" not in fault["zh"] + fault["en"]


def test_a_wall_without_a_scene_that_can_be_shown_shows_the_city(wall):
    told = wall.state("bad")
    assert [scene["key"] for scene in told["scenes"]] == ["city"]
    assert told["scenes"][0]["query"] == "lang=en&theme=paper"
    assert told["turn"]["scene"] == 0
    assert len(told["faults"]) == 1


def test_the_reference_walls_have_no_fault(wall):
    reference = Wall(wall.city, wall.clock, read_walls(REFERENCE))
    for key, count in (("duty", 7), ("hall", 4), ("ribbon", 3)):
        told = reference.state(key)
        assert (told["faults"], len(told["scenes"])) == ([], count)


def test_scenes_are_checked_again_as_the_city_changes(wall):
    assert len(wall.state()["scenes"]) == 2
    real = wall.city.units.get

    def without(unit_id):
        if unit_id == "410105":
            raise UnknownUnit(unit_id)
        return real(unit_id)

    wall.check_again()
    with patch.object(wall.city.units, "get", without):
        told = wall.state()
    assert [scene["key"] for scene in told["scenes"]] == ["city"]
    assert [fault for fault in told["faults"] if "410105" in fault["en"] and "walls.yaml:10" in fault["en"]]
    wall.check_again()
    assert len(wall.state()["scenes"]) == 2


def test_nothing_new_is_not_sent_again(wall):
    path = "/wall/duty/state"
    first = wall.browser.get(path)
    known = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == "no-cache"
    wall.clock.at += 5
    with patch.object(wall.city.live, "_tick", 60):
        again = wall.browser.get(path, headers=known)
        assert (again.status_code, again.data) == (304, b"")
        assert float(again.headers["Jingwei-At"]) == EPOCH + 6, "the time is told all the same"
        packed = {"If-None-Match": first.headers["ETag"].rstrip('"') + ':gzip"'}
        assert wall.browser.get(path, headers=packed).status_code == 304
        wall.send("pause")
        assert wall.browser.get(path, headers=known).status_code == 200
