"""What cameras see: a picture of each, beside which case it stands."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.feeds import parts
from components.layout import STAGE
from components.map.signs import DEVICES
from components.panel import Panel
from components.sheet import PATH, UNIT, UNIT_ID, Column, Sheet, path_of
from components.svg import mark
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.cameras import NETWORK, Camera, cameras
from data_access.words import T

EVERY = 10
"""Seconds after which a picture is asked for anew."""
AWAY = T("{metres} 米外：{case}", "{metres} m off: {case}")
OF = T("摄像机画面：{place}", "What a camera sees: {place}")


def tile(camera: Camera, city: City, ask: Ask) -> Component:
    """One camera: its picture, where it stands, and the case it is near to or its state."""
    lang = ask.view.lang
    above = [unit.title(lang) for unit in city.units.ancestors(camera.unit)[1:]][-2:]
    place = " · ".join(above)
    picture = html.Img(src=address(camera, ask), alt=OF.fill(place=place)(lang))
    told = html.Span(parts.device_state(camera.state, lang, NETWORK))
    if camera.case:
        near = AWAY.fill(metres=fmt.number(camera.metres), case=camera.case.title)(lang)
        told = html.Span([mark(camera.case.severity), html.Span(near)], className="camera-case")
    return links.to(
        links.of_feed(ask.view, camera.feed, camera.code),
        [picture, html.Span([html.B(place), told], className="camera-told")],
        className="camera",
    )


def address(camera: Camera, ask: Ask) -> str:
    """Where its picture is; another one every few seconds."""
    when = f"at={int(ask.at) // EVERY * EVERY}" if ask.live else "past=1"
    return f"/picture/{camera.feed}/{camera.code}?{when}&lang={ask.view.lang}"


COLUMNS = (
    Column("code", T("摄像机", "Camera")),
    UNIT_ID,
    UNIT,
    PATH,
    Column("state", T("状态", "State")),
    Column("case", T("邻近案件", "Case near by")),
    Column("type", T("类别", "Type")),
    Column("metres", T("相距（米）", "Metres off"), "number"),
)


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a camera, without its picture."""
    return Sheet(COLUMNS, tuple(_row(camera, city) for camera in cameras(city, ask)))


def _row(camera: Camera, city: City) -> tuple:
    near = (camera.case.case_id, camera.case.title, round(camera.metres)) if camera.case else (None,) * 3
    where = camera.unit.id, camera.unit.title, path_of(city, camera.unit)
    return camera.code, *where, DEVICES[camera.state].title, *near


PANEL = Panel(
    key="cameras",
    title=T("视频", "Cameras"),
    order=70,
    load=cameras,
    body=lambda data, city, ask: [tile(camera, city, ask) for camera in data],
    sentence=lambda city, ask: T("离紧急案件最近的在前", "nearest to urgent cases first"),
    empty=lambda data, ask: None if data else T("这里没有摄像机。", "There is no camera here."),
    tables=("device",),
    surface=STAGE,
    sheet=sheet,
)
