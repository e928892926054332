"""Reports to take away, and scheduled ones by hand.

``GET /report/KEY/FORMAT`` with a View's own address behind it, and a ``period`` in its query if need be, is that
report of the View. ``GET /reports/runs/ID/file`` is the file of a run; ``POST /reports/run/KEY`` runs a schedule
now, ``POST /reports/again/ID`` tries a run again that failed: both are sent as JSON by pages of this site.
"""

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Flask, Response, redirect, request

from callbacks.caller import scope, view_of, who
from callbacks.posted import PERSON, Refused, answered, posted, refusal, text_of
from callbacks.snapshots import file_answer, refused, site
from components.catalogue import panels
from data_access.city import City
from data_access.errors import OperationsFailed
from data_access.operations import runs
from data_access.words import T
from reports.format import formats
from reports.pool import Pool
from reports.report import reports
from reports.running import kept
from reports.snapshot import Progress, Snapshot
from reports.taking import CannotTake
from reports.telling import Told, ordered, told

HAND = "hand"
"""Who has run it where nobody gives a name."""
NO_SCHEDULE = T("没有名为 {key} 的日程。", "There is no schedule called {key}.")
NO_FILE = T(
    "这次运行的文件不再保留；可用其链接重开那一刻。",
    "The file of this run is not kept; its link opens the moment.",
)
NOT_FAILED = T("这次运行没有失败，或已在重试。", "This run has not failed, or is being tried again already.")
AWAY = T(
    "运行记录库没有应答，什么都没有改变，请稍后再试。",
    "The operations database does not answer. Nothing was changed; try again.",
)


def register(server: Flask, city: City, pool: Pool) -> None:
    """Put the addresses on the server."""
    blueprint = Blueprint("reports", __name__)
    _made(blueprint, city, pool)
    _fetched(blueprint, city)
    _by_hand(blueprint, city)
    blueprint.register_error_handler(Refused, refusal)
    blueprint.register_error_handler(OperationsFailed, lambda error: refusal(Refused(503, AWAY)))
    server.register_blueprint(blueprint)


def _made(blueprint: Blueprint, city: City, pool: Pool) -> None:
    @blueprint.get("/report/<key>/<form>/", strict_slashes=False)
    @blueprint.get("/report/<key>/<form>/<path:path>")
    def report(key: str, form: str, path: str = "") -> Response:
        address = f"/{quote(path)}?{request.query_string.decode('utf-8', 'replace')}"
        view, _ = view_of(address)
        try:
            wanted = ordered(reports(), formats(), key, address, form, request.args.get("period", ""), view)
            order = pool.put(wanted.form, taker(city, wanted), view.lang)
        except CannotTake as error:
            return refused(error.told, error.status, view.lang, address)
        return redirect(f"/snapshots/{order.id}/file", 303)


def taker(city: City, wanted: Told) -> Callable[[Progress], Snapshot]:
    """What makes a report when its turn comes, for whoever asks now."""
    given = who(), None, site(city), scope()
    return lambda progress: told(city, panels(), wanted, *given, progress=progress)


def _fetched(blueprint: Blueprint, city: City) -> None:
    @blueprint.get("/reports/runs/<int:number>/file")
    def file(number: int) -> Response:
        run, path = runs.run_of(city.operations, number), kept(city, number)
        if run is None or path is None:
            raise Refused(404, NO_FILE)
        return file_answer(path.open("rb"), run.name, "application/octet-stream", run.digest)


def _by_hand(blueprint: Blueprint, city: City) -> None:
    @blueprint.post("/reports/run/<key>")
    def run(key: str) -> Response:
        by = text_of(posted(), "by", PERSON, "") or HAND
        if key not in {one.key for one in runs.known(city.operations)}:
            raise Refused(404, NO_SCHEDULE.fill(key=key[:60]))
        now = city.live.present()
        number = runs.add(city.operations, key, now, now, by=by)
        while number is None:  # pressed twice within the clock's smallest step
            now += 0.001
            number = runs.add(city.operations, key, now, now, by=by)
        return answered({"id": number}, 202)

    @blueprint.post("/reports/again/<int:number>")
    def again(number: int) -> Response:
        posted()
        if not runs.again(city.operations, number, city.live.present()):
            raise Refused(409, NOT_FAILED)
        return answered({"id": number}, 202)
