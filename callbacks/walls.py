"""The addresses of walls: how one stands, polled by its screens, and what pauses, steers and extends it.

``GET /walls`` lists them; ``GET /wall/<wall>/state`` tells one; all else is sent as JSON by pages of this site.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import Blueprint, Flask, Response, request

from callbacks.board import Board
from callbacks.posted import PERSON, Refused, answered, from_here, number_of, posted, refusal, text_of, words
from callbacks.scenes import Known, looked_into, no_layout, read_address, where
from components.wall import document
from data_access.city import City
from data_access.errors import OperationsFailed
from data_access.operations.walls import Saved
from data_access.view import View
from data_access.walls.declared import SECONDS, USUAL, Scene, Wall
from data_access.walls.standing import Standing
from data_access.words import T

ADDRESS, TITLE, CASE = 4000, 60, 200
"""Letters of an address, of a title and of a case's id at most."""
SPELLS, EPOCH = 255, 2**40
"""The greatest of spells and of epoch seconds."""
Find = Callable[[str], Board]
"""The wall of a key. Raises Refused where there is none."""

UNKNOWN = T("没有名为 {key} 的大屏。", "There is no wall called {key}.")
NO_SCREEN = T("这面大屏没有屏幕 {key}；有：{there}。", "This wall has no screen {key}; it has {there}.")
TAKEN = T("{by} 正在操控这面大屏。", "{by} is steering this wall.")
NOT_YOURS = T("大屏不由 {by} 操控。", "{by} is not steering this wall.")
NOT_WAITING = T(
    "案件 {case} 不在待签收的告警中，可能已有人立案。",
    "No alarm is about case {case}; somebody may have accepted it.",
)
FULL = T("这面大屏已保存了太多场景，请先删除一些。", "This wall has too many saved scenes; remove some first.")
NO_SCENE = T("没有这个屏上保存的场景。", "No scene saved on screen has this number.")
NOT_ALL = T("“ids”须恰好是全部屏上保存的场景。", "“ids” must be all of the scenes saved on screen, each once.")
AWAY = T(
    "人员与岗位库没有应答，什么都没有改变，请稍后再试。",
    "The operations database does not answer. Nothing was changed; try again.",
)


def register(server: Flask, city: City, walls: Sequence[Wall]) -> dict[str, Board]:
    """Put the addresses on the server; returns what tells of each wall, by key."""
    known = Known.of(city)
    boards = {wall.key: Board(city, known, wall) for wall in walls}
    blueprint = Blueprint("walls", __name__)

    def board(key: str) -> Board:
        if key not in boards:
            raise Refused(404, UNKNOWN.fill(key=key[:TITLE]))
        return boards[key]

    _shown(blueprint, board)
    _told(blueprint, boards, board)
    _turned(blueprint, board)
    _steered(blueprint, city, known, board)
    _saved(blueprint, city, known, board)
    blueprint.register_error_handler(Refused, refusal)
    blueprint.register_error_handler(OperationsFailed, lambda error: refusal(Refused(503, AWAY)))
    server.register_blueprint(blueprint)
    return boards


def _shown(blueprint: Blueprint, board: Find) -> None:
    @blueprint.get("/wall/<key>")
    @blueprint.get("/wall/<key>/<screen>")
    def shown(key: str, screen: str = "") -> str:
        wall = board(key).wall
        screens = {one.key: one for one in wall.screens}
        found = screens.get(screen) if screen else wall.screens[0]
        if found is None:
            raise Refused(404, NO_SCREEN.fill(key=screen[:TITLE], there=", ".join(screens)))
        asked = View.of("/", request.args.to_dict(), wall.lang, wall.theme)[0]
        return document(replace(wall, lang=asked.lang, theme=asked.theme), found)


def _told(blueprint: Blueprint, boards: dict[str, Board], board: Find) -> None:
    @blueprint.get("/walls")
    def listed() -> Response:
        return answered({"walls": [_entry(one.wall) for one in boards.values()]})

    @blueprint.get("/wall/<key>/state")
    def state(key: str) -> Response:
        one = board(key)
        tag, found = one.told()
        known = tag in request.headers.get("If-None-Match", "")
        response = Response(status=304) if known else answered(found | {"at": one.now()})
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Jingwei-At"] = f"{one.now():.3f}"
        response.headers["ETag"] = f'"{tag}"'
        return response


def _turned(blueprint: Blueprint, board: Find) -> None:
    @blueprint.post("/wall/<key>/<any(pause, resume, next, previous):what>")
    def turned(key: str, what: str) -> Response:
        one, found = board(key), posted()
        by, shown = text_of(found, "by", PERSON, ""), number_of(found, "shown", 0, EPOCH, 0)
        acts = {
            "pause": lambda standing, now: standing.paused(by, now, shown),
            "resume": lambda standing, now: standing.resumed(now),
            "next": lambda standing, now: standing.stepped(1, now),
            "previous": lambda standing, now: standing.stepped(-1, now),
        }
        one.do(acts[what])
        return answered({"turn": one.told()[1]["turn"]})

    @blueprint.post("/wall/<key>/note")
    def note(key: str) -> Response:
        one, found = board(key), posted()
        by, case_id = text_of(found, "by", PERSON), text_of(found, "case", CASE)
        case = case_id, number_of(found, "spell", 1, SPELLS)
        if not one.waits(case):
            raise Refused(409, NOT_WAITING.fill(case=case_id))
        at = one.now()
        one.desk.note(case, by, at)
        one.changed()
        return answered({"case": case_id, "spell": case[1], "by": by, "at": at})


def _steered(blueprint: Blueprint, city: City, known: Known, board: Find) -> None:
    @blueprint.post("/wall/<key>/steer")
    def steer(key: str) -> Response:
        one, found = board(key), posted()
        by, address = text_of(found, "by", PERSON), text_of(found, "address", ADDRESS)
        layout = text_of(found, "layout", TITLE, USUAL)
        view = read_address(address, one.wall)[0].but(page="")
        lost = no_layout(known, layout) or where(city, view)[1]
        if lost:
            raise Refused(400, lost)

        def act(standing: Standing, now: float) -> Standing:
            other = standing.steering
            if other and other.by != by and found.get("take") is not True:
                raise Refused(409, TAKEN.fill(by=other.by), by=other.by, since=other.since)
            return standing.steered(by, view.url, layout, now)

        steering = one.do(act).steering
        return answered({"by": by, "since": steering.since, "until": steering.until})

    @blueprint.post("/wall/<key>/let-go")
    def let_go(key: str) -> Response:
        one, by = board(key), text_of(posted(), "by", PERSON)

        def act(standing: Standing, now: float) -> Standing:
            other = standing.steering
            if other and other.by != by:
                raise Refused(409, NOT_YOURS.fill(by=by), by=other.by, since=other.since)
            return standing.let_go(now)

        one.do(act)
        return answered({})


def _saved(blueprint: Blueprint, city: City, known: Known, board: Find) -> None:
    @blueprint.get("/wall/<key>/scenes")
    def scenes(key: str) -> Response:
        one = board(key)
        one.desk.look()
        return answered({"scenes": [_kept(city, known, one.wall, saved) for saved in one.desk.saved()]})

    @blueprint.post("/wall/<key>/scenes")
    def save(key: str) -> Response:
        one, found = board(key), posted()
        by, title = text_of(found, "by", PERSON), text_of(found, "title", TITLE)
        address, layout = text_of(found, "address", ADDRESS), text_of(found, "layout", TITLE, USUAL)
        seconds = number_of(found, "seconds", *SECONDS, 30)
        view, wrong = looked_into(city, known, one.wall, address, layout)
        if wrong:
            raise Refused(400, wrong[0], faults=[words(fault) for fault in wrong])
        number = one.desk.save(Scene("", T(title, title), view.url, layout, seconds), by, one.now())
        if number is None:
            raise Refused(409, FULL)
        one.changed()
        return answered({"id": number}, 201)

    @blueprint.delete("/wall/<key>/scenes/<int:number>")
    def remove(key: str, number: int) -> Response:
        from_here()
        one = board(key)
        if not one.desk.remove(number):
            raise Refused(404, NO_SCENE)
        one.changed()
        return answered({})

    @blueprint.post("/wall/<key>/scenes/order")
    def order(key: str) -> Response:
        one, numbers = board(key), posted().get("ids")
        whole = isinstance(numbers, list) and all(type(n) is int for n in numbers)
        if not whole or not one.desk.order(numbers):
            raise Refused(400, NOT_ALL)
        one.changed()
        return answered({})


def _entry(wall: Wall) -> dict:
    screens = [{"key": screen.key, "title": words(screen.title)} for screen in wall.screens]
    return {"key": wall.key, "title": words(wall.title), "screens": screens}


def _kept(city: City, known: Known, wall: Wall, saved: Saved) -> dict:
    scene = saved.scene
    faults = looked_into(city, known, wall, scene.address, scene.layout)[1]
    told = {"id": scene.saved, "title": scene.title.zh, "address": scene.address, "layout": scene.layout}
    told |= {"seconds": scene.seconds, "by": saved.by, "at": saved.at}
    return told | {"faults": [words(fault) for fault in faults]}
