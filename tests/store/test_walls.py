"""What the screens of a wall are told: turns, alarms, steering, saved scenes, faults; alike by every process."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import parse_qs

import pytest
from flask import Flask
from moments import EPOCH, founded
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from callbacks import board, walls
from data_access.errors import StoreFailed, UnknownUnit
from data_access.opening import open_city
from data_access.operations import walls as kept
from data_access.operations.models import Note, WallScene, WallStanding
from data_access.queries.alarms import waiting
from data_access.settings import Settings
from data_access.view import View
from data_access.walls.declared import Scene
from data_access.words import T
from demo.walls import REFERENCE
from ingest.pipeline import submit_lines
from ingest.wallfile import read_walls

ROOT = Path(__file__).parents[2]
FILE = """\
walls:
  - key: duty
    title: {zh: 值班, en: Duty}
    screens:
      - {key: main, title: Main, canvas: 32x9, layout: map}
      - {key: odd, title: Odd, layout: mop}
    scenes:
      - {key: city, title: {zh: 全市, en: City}, view: "/?metric=overdue", seconds: 40}
      - {key: gone, title: Gone, view: /unit/9999}
      - {key: jinshui, title: Jinshui, view: "/unit/410105?window=7d&lang=en", layout: figures, seconds: 20}
      - {title: Named, view: "/?metric=overdu&layers=cases,vidio&level=distict&networks=iott&types=e9000"}
      - {title: Parts, view: "/?metrc=overdue&window=8d&unit=410105"}
      - {title: Page, view: /networks}
      - {title: Layout, view: /, layout: figure}
      - {title: Area, view: "/?area=1,1;1,2;2,2"}
      - {title: Compare, view: "/?compare=metric:nothing"}
      - {title: Kinds, view: "/?layers=iot:nothing"}
  - {key: bad, title: Bad, lang: en, theme: paper, scenes: [{title: All wrong, view: "/?metric=x"}]}
  - {key: other, title: Other, scenes: [{title: One, view: /}]}
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The city, its clock, and the walls of a file with faults."""
    home = tmp_path_factory.mktemp("walls")
    founded(Settings(home=home))
    (home / "walls.yaml").write_text(FILE, "utf-8")
    clock = SimpleNamespace(at=EPOCH + 1)
    city = open_city(Settings(home=home), clock=lambda: clock.at)
    yield city, clock, read_walls(home / "walls.yaml")
    city.close()


@pytest.fixture
def wall(opened):
    """A browser on a server of its own with these walls; nothing was paused, steered, saved before. No alarms."""
    city, clock, declared = opened
    with city.operations.begin() as connection:
        for table in (Note, WallScene, WallStanding):
            connection.execute(delete(table))
    clock.at = EPOCH + 1
    for one in waiting(city, EPOCH + 10**7):
        kept.take_note(city.operations, (one.case_id, one.spell), "test", EPOCH, "")
    with patch.object(board, "EVERY", 0.0):
        yield Wall(city, clock, declared)


class Wall:
    """The wall `duty`, as a browser has it."""

    def __init__(self, city, clock, declared, key="duty"):
        server = Flask("walls")
        self.city, self.clock, self.key = city, clock, key
        self.boards = walls.register(server, city, declared)
        self.browser = server.test_client()

    def state(self, key=None):
        answer = self.browser.get(f"/wall/{key or self.key}/state")
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def send(self, what, method="post", **body):
        answer = self.browser.open(f"/wall/{self.key}/{what}", method=method, json=body)
        return answer.status_code, answer.get_json()

    def check_again(self):
        """As when so much time has passed that scenes are looked into anew."""
        one = self.boards[self.key]
        one._checked = (one._checked[0], 0.0, one._checked[2])

    def turn(self, key=None):
        told = self.state(key)
        return told["scenes"][told["turn"]["scene"]]["key"], told["turn"]["since"] - EPOCH


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
        packed = {"If-None-Match": first.headers["ETag"].rstrip('"') + ':gzip"'}
        assert wall.browser.get(path, headers=packed).status_code == 304
        wall.send("pause")
        assert wall.browser.get(path, headers=known).status_code == 200


def test_it_turns_pauses_and_goes_on(wall):
    assert wall.turn() == ("city", 1)
    wall.clock.at = EPOCH + 45
    assert wall.turn() == ("jinshui", 41)
    status, told = wall.send("pause", by=" Li\n Wei ")
    assert status == 200
    assert told["turn"]["paused"] == {"by": "Li Wei", "until": EPOCH + 165}
    wall.clock.at = EPOCH + 100
    assert (wall.turn(), wall.state()["turn"]["until"]) == (("jinshui", 41), None)
    wall.send("resume")
    assert wall.state()["turn"] == {"scene": 1, "since": EPOCH + 96, "until": EPOCH + 116, "paused": None}
    wall.send("previous")
    assert wall.turn() == ("city", 100)
    wall.send("next")
    wall.send("next")
    assert wall.turn() == ("city", 100)
    assert wall.turn("other")[1] == 100, "each wall has a rotation of its own"


def test_two_processes_say_the_same(wall):
    """Two boards on one operations database, neither knowing of the other."""
    other = Wall(wall.city, wall.clock, list(walls_of(wall)))
    for later, what in ((3, "pause"), (9, "next"), (70, "resume"), (75, "previous"), (300, "next")):
        wall.clock.at = EPOCH + later
        (wall if later % 2 else other).send(what)
        assert wall.state() == other.state()
    wall.clock.at = EPOCH + 400
    assert wall.turn() == other.turn()


def walls_of(wall):
    return [one.wall for one in wall.boards.values()]


SCRIPT = """
import sys
from data_access.operations.database import open_operations
from data_access.walls.desk import Desk, Seen
engine = open_operations(sys.argv[1])
for n in range(int(sys.argv[3])):
    seen = Seen((("city", 40), ("jinshui", 20)), "", 1, float(sys.argv[2]))
    desk = Desk(engine, "duty")
    desk.look()
    desk.change(seen, lambda standing: standing.stepped(1, seen.now).paused(sys.argv[4], seen.now))
    desk.note((f"{sys.argv[4]} {n}", 1), sys.argv[4], 1.0)
"""


def test_real_processes_lose_no_change_of_each_other(wall):
    """Three of them press at the same time, each many times: every press counts, and what they leave is seen."""
    wall.state()
    url, times = wall.city.settings.operations_url, 25
    command = [sys.executable, "-c", SCRIPT, url, str(EPOCH + 5), str(times)]
    running = [
        subprocess.Popen([*command, f"P{n}"], cwd=ROOT, stderr=subprocess.PIPE, text=True) for n in range(3)
    ]
    for process in running:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
    wall.clock.at = EPOCH + 6
    assert wall.turn() == ("jinshui", 5), "75 steps over two scenes end at the other"
    assert wall.state()["turn"]["paused"]["by"] in {f"P{n}" for n in range(3)}
    cases = [(f"P{n} {m}", 1) for n in range(3) for m in range(times)]
    assert len(kept.notes_of(wall.city.operations, cases)) == 3 * times


def critical(wall, case_id, before):
    kind = wall.city.profile.types[0]
    line = {"case_id": case_id, "step": "reported", "at": wall.clock.at - before, "type": kind.key, "leaf": 3}
    sent = [json.dumps(line | {"severity": 3, "source": "hotline"})]
    assert submit_lines(wall.city, "urban_patrol", "case_step", sent, case_id).accepted == 1


def test_an_alarm_takes_the_wall_until_someone_takes_note(wall):
    wall.state()
    wall.clock.at = EPOCH + 12
    assert wall.turn() == ("city", 1)
    critical(wall, "N1", 90_000)
    critical(wall, "N2", 80_000)
    wall.clock.at = EPOCH + 20
    told = wall.state()
    about = told["alarm"]
    response = wall.city.profile.types[0].response
    assert (about["case"], about["spell"], about["waiting"]) == ("N1", 1, 1)
    assert (about["reported"], about["limit"]) == (EPOCH + 12 - 90_000, EPOCH + 12 - 90_000 + response)
    assert about["since"] in (EPOCH + 12, EPOCH + 20)
    assert about["type"]["zh"] == wall.city.profile.types[0].title.zh
    assert about["holder"]["name"]
    view, problems = View.of("/stage/map/16x9", about["query"])
    assert not problems
    assert view.place
    assert view.layers == ("cases",)
    assert wall.city.units.get(view.unit).intervals[0][0] <= 3 < wall.city.units.get(view.unit).intervals[0][1]
    assert told["turn"]["until"] is None
    wall.clock.at = EPOCH + 60
    assert wall.turn() == ("city", 1)
    status, noted = wall.send("note", case="N1", spell=1, by="Li")
    assert (status, noted) == (200, {"case": "N1", "spell": 1, "by": "Li", "at": EPOCH + 60})
    assert wall.state()["alarm"]["case"] == "N2"
    assert wall.state("other")["alarm"]["case"] == "N2"
    accepted = json.dumps({"case_id": "N2", "step": "accepted", "at": EPOCH + 59})
    assert submit_lines(wall.city, "urban_patrol", "case_step", [accepted], "n2").accepted == 1
    wall.clock.at = EPOCH + 62
    told = wall.state()
    assert told["alarm"] is None
    held = 62 - (about["since"] - EPOCH)
    assert (told["turn"]["since"], told["turn"]["until"]) == (EPOCH + 1 + held, EPOCH + 41 + held)
    assert wall.send("note", case="N2", spell=1, by="Li")[0] == 409
    assert wall.send("note", case="N1", spell=1, by="Wang")[0] == 200, "who comes later is written down too"
    first = kept.notes_of(wall.city.operations, [("N1", 1)])[("N1", 1)]
    assert (first.by, first.at) == ("Li", EPOCH + 60)


def test_a_desk_takes_a_wall_steers_it_and_lets_it_go(wall):
    wall.state()
    status, told = wall.send("steer", by="Li", address="/unit/410103?metric=opened&theme=paper", layout="map")
    assert (status, told) == (200, {"by": "Li", "since": EPOCH + 1, "until": EPOCH + 21})
    steered = wall.state()["steered"]
    assert steered == {
        "by": "Li",
        "query": "unit=410103&metric=opened&lang=zh&theme=night",
        "layout": "map",
        "since": EPOCH + 1,
    }
    wall.clock.at = EPOCH + 15
    status, refused = wall.send("steer", by="Wang", address="/")
    assert (status, refused["by"], refused["since"]) == (409, "Li", EPOCH + 1)
    assert refused["error"] == {"zh": "Li 正在操控这面大屏。", "en": "Li is steering this wall."}
    assert wall.send("let-go", by="Wang")[0] == 409
    assert wall.send("steer", by="Wang", address="/", take=True)[0] == 200
    assert wall.send("steer", by="Li", address="/")[0] == 409
    wall.clock.at = EPOCH + 36
    assert wall.state()["steered"] is None, "not renewed for twenty seconds"
    assert wall.turn() == ("city", 36)
    assert wall.send("steer", by="Li", address="/networks?unit=410105&match=x")[0] == 200
    assert wall.state()["steered"]["query"] == "unit=410105&lang=zh&theme=night"
    assert wall.send("let-go", by="Li") == (200, {})
    assert wall.state()["steered"] is None


def test_scenes_are_saved_on_screen_ordered_and_removed(wall):
    wall.state()
    wall.clock.at = EPOCH + 50
    assert wall.turn() == ("jinshui", 41)
    ids = []
    for title, address in (("一", "/?metric=opened"), ("二", "/unit/410103"), ("三", "/")):
        status, told = wall.send("scenes", by="Li", title=title, address=address, seconds=20, layout="map")
        assert status == 201
        ids.append(told["id"])
    assert [scene["saved"] for scene in wall.state()["scenes"]] == [None, None, *ids]
    assert wall.turn() == ("jinshui", 41), "what is on screen stays"
    assert wall.send("scenes/order", ids=ids[::-1]) == (200, {})
    assert [scene["title"]["zh"] for scene in wall.state()["scenes"]][2:] == ["三", "二", "一"]
    assert wall.send("scenes/order", ids=ids[:2])[0] == 400
    assert wall.send("scenes/order", ids=[True])[0] == 400
    assert wall.send(f"scenes/{ids[1]}", method="delete") == (200, {})
    assert wall.send(f"scenes/{ids[1]}", method="delete")[0] == 404
    listed = wall.browser.get("/wall/duty/scenes").get_json()["scenes"]
    assert [(one["id"], one["title"], one["by"], one["seconds"]) for one in listed] == [
        (ids[2], "三", "Li", 20),
        (ids[0], "一", "Li", 20),
    ]
    assert wall.browser.get("/wall/other/scenes").get_json() == {"scenes": []}


def test_a_saved_scene_of_a_unit_that_is_gone_is_told_and_left_out(wall):
    scene = Scene("", T("旧", "旧"), "/unit/1", "map", 20)
    wall.boards["duty"].desk.save(scene, "Li", EPOCH)
    told = wall.state()
    assert len(told["scenes"]) == 2
    assert [f["en"] for f in told["faults"] if "旧" in f["en"]] == [
        "saved on screen: the scene “旧” is left out. This city has no unit 1."
    ]
    (listed,) = wall.browser.get("/wall/duty/scenes").get_json()["scenes"]
    assert listed["faults"][0]["en"] == "This city has no unit 1."


def test_only_so_many_scenes_are_saved(wall):
    with patch("data_access.walls.desk.MOST", 2):
        sent = [wall.send("scenes", by="Li", title="x", address="/")[0] for _ in range(3)]
    assert sent == [201, 201, 409]


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("steer", {"by": "Li"}, 400),
        ("steer", {"by": "", "address": "/"}, 400),
        ("steer", {"by": "\u200b\u0007", "address": "/"}, 400),
        ("steer", {"by": "x" * 41, "address": "/"}, 400),
        ("steer", {"by": "Li", "address": "/unit/nowhere"}, 400),
        ("steer", {"by": "Li", "address": "/?area=1,1;1,2;2,2"}, 400),
        ("steer", {"by": "Li", "address": "/", "layout": "mop"}, 400),
        ("steer", {"by": "Li", "address": "/" + "x" * 4000}, 400),
        ("steer", {"by": 5, "address": "/"}, 400),
        ("let-go", {}, 400),
        ("pause", {"by": "x" * 41}, 400),
        ("note", {"by": "Li", "case": "nothing", "spell": 1}, 409),
        ("note", {"by": "Li", "case": "K1", "spell": "1"}, 400),
        ("note", {"by": "Li", "case": "K1", "spell": True}, 400),
        ("scenes", {"by": "Li", "address": "/", "title": ""}, 400),
        ("scenes", {"by": "Li", "address": "/", "title": "x", "seconds": 1}, 400),
        ("scenes", {"by": "Li", "address": "/?metric=nothing", "title": "x"}, 400),
        ("scenes", {"by": "Li", "address": "/networks", "title": "x"}, 400),
        ("scenes", {"by": "Li", "address": "http://[", "title": "x"}, 400),
        ("scenes", {"by": "Li", "address": "/", "title": "x", "layout": "mop"}, 400),
        ("scenes/order", {}, 400),
    ],
)
def test_what_cannot_be_done_is_told_in_both_languages(wall, what, body, status):
    told = wall.send(what, **body)
    assert told[0] == status, told
    assert told[1]["error"]["zh"] != told[1]["error"]["en"]
    assert wall.state()["steered"] is None


def test_only_pages_of_this_site_may_change_anything(wall):
    def sent(data=b"{}", kind="application/json", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return wall.browser.post("/wall/duty/pause", data=data, content_type=kind, headers=named).status_code

    assert sent() == 200
    assert sent(Origin="http://localhost", Sec_Fetch_Site="same-origin") == 200
    assert sent(Origin="https://localhost:8443") == 200
    assert sent(Origin="https://elsewhere.example") == 403
    assert sent(Origin="null") == 403
    assert sent(Sec_Fetch_Site="cross-site") == 403
    assert sent(kind="text/plain") == 415
    assert sent(kind="application/x-www-form-urlencoded") == 415
    assert sent(b"[]") == 400
    assert sent(b"{") == 400
    assert sent(b"[" * 10_000) == 400
    assert sent(b'{"by": "' + b"x" * 20_000 + b'"}') == 413
    away = {"Origin": "https://elsewhere.example"}
    assert wall.browser.delete("/wall/duty/scenes/1", headers=away).status_code == 403
    assert wall.browser.get("/wall/nothing/state").status_code == 404
    assert (
        wall.browser.post("/wall/nothing/pause", json={}).get_json()["error"]["en"].startswith("There is no wall")
    )


def test_walls_are_listed(wall):
    listed = wall.browser.get("/walls").get_json()["walls"]
    assert [(one["key"], len(one["screens"])) for one in listed] == [("duty", 2), ("bad", 1), ("other", 1)]


def test_the_wall_goes_on_while_the_operations_database_is_away(wall):
    wall.send("pause", by="Li")
    wall.clock.at += 10
    failing = patch.object(kept, "read", side_effect=OperationalError("", {}, None))
    with failing:
        status, told = wall.send("resume")
        assert status == 503
        assert told["error"]["zh"]
        wall.clock.at = EPOCH + 119
        assert wall.state()["turn"]["paused"]["by"] == "Li"
        wall.clock.at = EPOCH + 121
        assert (wall.state()["turn"]["paused"], wall.turn()) == (None, ("city", 121))
        wall.clock.at = EPOCH + 162
        assert wall.turn()[0] == "jinshui"
        assert wall.send("scenes", by="Li", title="x", address="/")[0] in (201, 503)


def test_the_wall_goes_on_while_the_store_is_away(wall):
    critical(wall, "S1", 90_000)
    assert wall.state()["alarm"]["case"] == "S1"
    with (
        patch.object(board, "waiting", side_effect=StoreFailed("away")),
        patch.object(board, "checked", side_effect=StoreFailed("away")),
    ):
        wall.check_again()
        told = wall.state()
        assert told["alarm"]["case"] == "S1"
        assert len(told["scenes"]) == 2
        fresh = Wall(wall.city, wall.clock, walls_of(wall))
        assert [scene["key"] for scene in fresh.state()["scenes"]] == ["city"]


def test_a_poll_asks_the_databases_now_and_then_only(wall):
    wall.state()
    with patch.object(board, "EVERY", 60.0), patch.object(kept, "read", side_effect=kept.read) as read:
        states = [wall.state() for _ in range(20)]
    assert read.call_count == 1
    assert all(told == states[0] for told in states)


def test_a_database_that_hangs_holds_up_one_thread_only(wall):
    """Others are told what is known; what would change the wall is refused in the end."""
    known, hangs, goes_on = wall.state(), threading.Event(), threading.Event()

    def hanging(*asked):
        hangs.set()
        goes_on.wait(30)
        return kept.Stored()

    with patch.object(kept, "read", hanging), patch.object(board, "PATIENCE", 0.05):
        first = threading.Thread(target=wall.boards["duty"].told)
        first.start()
        assert hangs.wait(10)
        assert wall.state() == known
        assert wall.send("pause", by="Li")[0] == 503
        goes_on.set()
        first.join()
