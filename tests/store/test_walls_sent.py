"""What a wall is sent: notes of alarms, a desk that steers, scenes saved on screen; and what is refused."""

import json
import threading
from unittest.mock import patch

import pytest
from boards import critical
from moments import EPOCH

from callbacks import board
from callbacks.board import Board
from data_access.operations import walls as kept
from data_access.view import View
from data_access.walls.declared import Scene
from data_access.words import T
from ingest.pipeline import submit_lines


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
    assert wall.state("other")["noted"] == {"by": "Li", "at": EPOCH + 60}, "all walls tell who took note"
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
    wall.clock.at = EPOCH + 119
    assert wall.state()["noted"] == {"by": "Li", "at": EPOCH + 60}
    wall.clock.at = EPOCH + 121
    assert wall.state()["noted"] is None


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


def test_whoever_saved_a_scene_is_told_of_it_though_another_thread_read_before(wall):
    """A thread has read how the wall stands, and tells it only after the scene was saved."""
    one, has_read, goes_on = wall.boards["duty"], threading.Event(), threading.Event()

    def late(board, tell=Board._tell):
        told = tell(board)
        if threading.current_thread() is reader:
            has_read.set()
            assert goes_on.wait(30)
        return told

    def save():
        answers.append(wall.browser.post("/wall/duty/scenes", json={"by": "Li", "title": "x", "address": "/"}))
        after.append(one.told()[1]["scenes"][-1]["title"]["en"])

    answers, after = [], []
    reader, desk = threading.Thread(target=one.told), threading.Thread(target=save)
    with patch.object(Board, "_tell", late), patch.object(board, "EVERY", 60.0):
        reader.start()
        assert has_read.wait(10)
        desk.start()
        while not kept.scenes(wall.city.operations, "duty") and desk.is_alive():
            pass
        goes_on.set()
        reader.join()
        desk.join()
    assert [answer.status_code for answer in answers] == [201]
    assert after == ["x"]


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
