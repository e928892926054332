"""A walls file: which walls there are, checked, with the line of every fault.

What is wrong with the form of the file refuses it, but for the form of a scene: that is told and left out, as is a
scene that names what the city does not have. Both are told with the line that is kept here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler
from pydantic import WrapValidator as Around

from data_access.profile import Text
from data_access.view import THEMES
from data_access.walls.declared import CANVASES, KEY, PLAIN, RESERVED, SECONDS, USUAL, Scene, Screen, Wall
from data_access.walls.naming import LEFT_OUT, hint
from data_access.words import LANGS, T
from ingest.cityparts import Part
from ingest.yamlfile import Lines, near, read_lined

NO_KEY = T("没有名为 {key} 的键{hint}。", "There is no key called {key}{hint}.")
MISSING = T("缺少 {key}。", "It has no {key}.")
BAD = T("{key} 不能是“{value}”。", "“{value}” cannot be its {key}: {why}.")


def _canvas(name: object) -> object:
    if name not in CANVASES:
        hint = near(str(name), CANVASES)
        raise ValueError(f"there is no canvas {name!r}{hint}; there are {', '.join(CANVASES)}")
    return name


Key = Annotated[str, Field(pattern=KEY, max_length=60)]


class SceneEntry(Part):
    """A scene: the address of a View, as the browser shows it; its layout; how long it stands."""

    key: Key | None = None
    title: Text
    view: str = Field(max_length=4000)
    layout: str = USUAL
    seconds: int = Field(30, ge=SECONDS[0], le=SECONDS[1])


class Unread(NamedTuple):
    """A scene whose form is wrong: what it is called, if that can be read, and what is wrong."""

    title: T
    wrong: list[dict]


def _read(values: object, check: ValidatorFunctionWrapHandler) -> SceneEntry | Unread:
    try:
        return check(values)
    except ValidationError as error:
        title = values.get("title", "") if isinstance(values, dict) else ""
        both = title if isinstance(title, dict) else {"zh": title, "en": title}
        return Unread(T(str(both.get("zh", "")), str(both.get("en", ""))), error.errors())


def _free(key: str) -> str:
    if key in RESERVED:
        raise ValueError(f"no screen can be called {key!r}: choose another key")
    return key


class ScreenEntry(Part):
    """A screen: its canvas and its role."""

    key: Annotated[Key, AfterValidator(_free)]
    title: Text
    canvas: Annotated[str, BeforeValidator(_canvas)] = next(iter(CANVASES))
    layout: str = ""


class WallEntry(Part):
    """A wall; with one screen where it names none."""

    key: Key
    title: Text
    lang: Literal[LANGS] = LANGS[0]
    theme: Literal[THEMES] = THEMES[0]
    screens: tuple[ScreenEntry, ...] = Field((), max_length=24)
    scenes: tuple[Annotated[SceneEntry, Around(_read)], ...] = Field(min_length=1, max_length=200)


class WallsFile(Part):
    """The whole file."""

    walls: tuple[WallEntry, ...] = Field(min_length=1)


def read_walls(path: Path) -> tuple[Wall, ...]:
    """The walls that the file at `path` declares.

    Raises BadSource with the file, and the line and key of each fault.
    """
    found, lines = read_lined(Path(path), lambda values: WallsFile)
    lines.differ("walls", keys=[wall.key for wall in found.walls])
    return tuple(_wall(n, wall, lines) for n, wall in enumerate(found.walls))


def _wall(n: int, wall: WallEntry, lines: Lines) -> Wall:
    at = ("walls", n)
    read = {m: scene for m, scene in enumerate(wall.scenes) if isinstance(scene, SceneEntry)}
    keys = [(m in read and read[m].key) or f"scene-{m + 1}" for m in range(len(wall.scenes))]
    lines.differ(*at, "screens", keys=[screen.key for screen in wall.screens])
    lines.differ(*at, "scenes", keys=keys)
    screens = tuple(
        Screen(screen.key, screen.title, screen.canvas, screen.layout, lines.origin(*at, "screens", m))
        for m, screen in enumerate(wall.screens)
    )
    scenes = tuple(
        Scene(keys[m], scene.title, scene.view, scene.layout, scene.seconds, lines.origin(*at, "scenes", m))
        for m, scene in read.items()
    )
    unread = ((m, scene) for m, scene in enumerate(wall.scenes) if m not in read)
    faults = tuple(fault for m, scene in unread for fault in _faults(scene, lines, *at, "scenes", m))
    return Wall(wall.key, wall.title, screens or PLAIN.screens, scenes, wall.lang, wall.theme, faults)


def _faults(scene: Unread, lines: Lines, *at: str | int) -> Iterator[T]:
    for wrong in scene.wrong:
        key = str(wrong["loc"][0]) if wrong["loc"] else ""
        named = {"where": lines.origin(*at, *wrong["loc"]), "title": scene.title}
        yield LEFT_OUT.fill(what=_what(wrong, key), **named)


def _what(wrong: dict, key: str) -> T:
    if wrong["type"] == "extra_forbidden":
        return NO_KEY.fill(key=key, hint=hint(key, SceneEntry.model_fields))
    if wrong["type"] == "missing":
        return MISSING.fill(key=key)
    return BAD.fill(key=key, value=str(wrong["input"])[:60], why=wrong["msg"].removeprefix("Value error, "))
