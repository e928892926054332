"""What a wall is: its screens, each with its role, and its scenes, each a View with a layout and a duration."""

from dataclasses import dataclass

from data_access.view import Theme, View
from data_access.words import Lang, T

Size = tuple[int, int]
"""Width and height in pixels."""
CANVASES: dict[str, Size] = {
    "16x9": (1920, 1080),
    "21x9": (2560, 1080),
    "32x9": (3840, 1080),
    "4x1": (4320, 1080),
}
"""What a screen is drawn on, by name; the glass scales it as a whole."""
USUAL = "overview"
"""The layout of a scene that names none."""
SECONDS = (5, 3600)
"""How long a scene may stand."""
KEY = r"^[a-z0-9][a-z0-9_-]*$"
"""What keys of walls, screens and scenes are made of: they stand in addresses."""
RESERVED = ("state", "scenes")
"""What no screen may be called: it stands there in the addresses of a wall."""


@dataclass(frozen=True)
class Scene:
    """A View, by its `address`, in a layout for so many seconds.

    `origin` is where it is declared, as ``walls.yaml:12``; `saved` its number where it was saved on screen.
    """

    key: str
    title: T
    address: str
    layout: str
    seconds: int
    origin: str = ""
    saved: int | None = None


@dataclass(frozen=True)
class Screen:
    """One screen of a wall: the canvas it is drawn on, and its role: its layout, empty for the scene's own."""

    key: str
    title: T
    canvas: str = "16x9"
    layout: str = ""
    origin: str = ""

    @property
    def size(self) -> Size:
        """Width and height of its canvas, in pixels."""
        return CANVASES[self.canvas]


@dataclass(frozen=True)
class Wall:
    """Screens that show the same scene at the same time, each in its own role.

    `faults` are scenes that were declared and cannot be read.
    """

    key: str
    title: T
    screens: tuple[Screen, ...]
    scenes: tuple[Scene, ...] = ()
    lang: Lang = "zh"
    theme: Theme = "night"
    faults: tuple[T, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A scene that can be shown, and the View that its address means."""

    scene: Scene
    view: View


WHOLE = Shown(Scene("city", T("全市", "The whole city"), "/", USUAL, 60), View())
"""What a wall shows that has no scene to show."""

PLAIN = Wall("wall", T("大屏", "The wall"), (Screen("main", T("主屏", "Main screen")),))
"""The wall of a city that declares none: its scenes are saved on screen."""
