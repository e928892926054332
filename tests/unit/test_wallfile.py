"""Walls files: what may stand in one, what is said of a fault, and which walls a city has."""

import pytest

from components.catalogue import layouts
from data_access.errors import BadSource, SettingsError
from data_access.profile import Level, Profile
from data_access.settings import Settings, read_settings
from data_access.walls.declared import CANVASES, PLAIN, USUAL
from data_access.words import T
from demo.walls import REFERENCE, declared_walls, walls_of
from ingest.wallfile import read_walls

TEXT = """\
walls:
  - key: duty
    title: {zh: 值班, en: Duty}
    theme: paper
    screens:
      - {key: left, title: Left, canvas: 32x9, layout: map}
      - {key: right, title: Right}
    scenes:
      - key: city
        title: {zh: 全市, en: City}
        view: /?metric=overdue
        seconds: 40
      - title: Rain
        view: /unit/1?window=7d
        layout: figures
"""


def written(folder, text=TEXT):
    path = folder / "walls.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_wall(tmp_path):
    (wall,) = read_walls(written(tmp_path))
    assert (wall.key, wall.title, wall.lang, wall.theme) == ("duty", T("值班", "Duty"), "zh", "paper")
    left, right = wall.screens
    assert (left.key, left.size, left.layout, left.origin) == ("left", (3840, 1080), "map", "walls.yaml:6")
    assert (right.canvas, right.layout) == ("16x9", "")
    city, rain = wall.scenes
    assert (city.key, city.address, city.layout, city.seconds) == ("city", "/?metric=overdue", USUAL, 40)
    assert (city.origin, rain.origin) == ("walls.yaml:9", "walls.yaml:13")
    assert (rain.key, rain.title, rain.layout, rain.seconds) == ("scene-2", T("Rain", "Rain"), "figures", 30)


FAULTS = {
    "of the wall": ("theme: paper", "them: paper", 4, "walls.0.them", "did you mean 'theme'"),
    "of a screen": ("canvas: 32x9", "canvass: 32x9", 6, "screens.0.canvass", "did you mean 'canvas'"),
    "canvas": ("canvas: 32x9", "canvas: 23x9", 6, "screens.0.canvas", "did you mean '32x9'"),
    "theme": ("theme: paper", "theme: dark", 4, "theme", "night"),
    "language": ("theme: paper", "lang: fr", 4, "lang", "en"),
    "key": ("key: duty", "key: Düty", 2, "walls.0.key", "pattern"),
    "reserved": ("key: left", "key: state", 6, "screens.0.key", "choose another"),
    "twice in one part": ("seconds: 40", "title: again", 12, "title", "twice"),
    "two scenes": (
        "- title: Rain",
        "- {key: city, title: Rain, view: /}\n      - title: X",
        13,
        "scenes.1.key",
        "line 9",
    ),
    "two screens": ("key: right", "key: left", 7, "screens.1.key", "line 6"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_told_with_file_line_and_key(tmp_path, what):
    old, new, line, key, why = FAULTS[what]
    path = written(tmp_path, TEXT.replace(old, new))
    with pytest.raises(BadSource) as refused:
        read_walls(path)
    (first, *_) = [text for text in str(refused.value).splitlines() if f":{line}:" in text]
    assert first.startswith(f"{path}:{line}: ")
    assert key in first
    assert why in first


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("seconds: 40", "secnods: 40", "12: … There is no key called secnods, did you mean seconds."),
        (
            "seconds: 40",
            "seconds: 1",
            "12: … “1” cannot be its seconds: Input should be greater than or",
        ),
        ("seconds: 40", "seconds: long", "12: … “long” cannot be its seconds: Input should be a valid integer"),
        ("view: /?metric=overdue", "# nothing", "9: … It has no view."),
        ("key: city", "key: Stadt", "9: … “Stadt” cannot be its key: String should match pattern"),
    ],
)
def test_a_scene_whose_form_is_wrong_is_left_out_and_told_with_its_line(tmp_path, old, new, told):
    (wall,) = read_walls(written(tmp_path, TEXT.replace(old, new)))
    assert [(scene.key, scene.origin) for scene in wall.scenes] == [("scene-2", "walls.yaml:13")]
    (fault,) = wall.faults
    assert fault.en.startswith(
        "walls.yaml:" + told.replace("…", "the scene “City” is left out.").replace("Duty", "全市")
    )
    assert "全市" in fault.zh and "未播放" in fault.zh


def test_all_that_is_wrong_with_a_scene_is_told_also_where_it_has_no_name(tmp_path):
    text = "walls:\n  - key: a\n    title: A\n    scenes:\n      - {veiw: /, seconds: 2}\n      - nothing\n"
    (wall,) = read_walls(written(tmp_path, text))
    assert wall.scenes == ()
    assert [fault.en.split(":")[1] for fault in wall.faults] == ["5", "5", "5", "5", "6"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "walls: Field required"),
        ("walls: []", "at least 1"),
        ("walls: [", "not YAML"),
        ("walls:\n  - {key: a, title: A, scenes: []}", ":2: walls.0.scenes"),
        ("walls:\n  - {key: a, title: A}", ":2: walls.0.scenes: Field required"),
        (TEXT + TEXT.split("\n", 1)[1], ":16: walls.1.key: 'duty' is the key of another, at line 2"),
    ],
)
def test_a_file_that_is_none(tmp_path, text, told):
    with pytest.raises(BadSource) as refused:
        read_walls(written(tmp_path, text))
    assert told in str(refused.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadSource, match="cannot be read"):
        read_walls(tmp_path / "none.yaml")


def test_a_wall_without_screens_has_one(tmp_path):
    text = "walls:\n  - {key: a, title: A, scenes: [{title: x, view: /}]}"
    assert read_walls(written(tmp_path, text))[0].screens == PLAIN.screens


def test_which_walls_a_city_has(tmp_path, monkeypatch):
    level = Level(key="city", title=T("市", "City"), plural=T("市", "Cities"))
    own = Profile(key="c", title=T("城", "City"), zone="UTC", levels=(level,))
    reference = own.model_copy(update={"seed": 7})
    assert walls_of(Settings(), own) == (PLAIN,)
    assert walls_of(Settings(), reference) == read_walls(REFERENCE)
    monkeypatch.setenv("JINGWEI_WALLS", "")
    assert declared_walls(read_settings()) == ()
    monkeypatch.setenv("JINGWEI_WALLS", str(written(tmp_path)))
    for profile in (own, reference):
        assert [wall.key for wall in walls_of(read_settings(), profile)] == ["duty"]
    monkeypatch.setenv("JINGWEI_PORT", "many")
    with pytest.raises(SettingsError):
        read_settings()


def test_the_reference_citys_walls_are_of_all_sorts():
    walls = read_walls(REFERENCE)
    assert len(walls) == 3
    screens = [screen for wall in walls for screen in wall.screens]
    assert {screen.canvas for screen in screens} == set(CANVASES)
    assert {screen.layout for screen in screens} <= {"", *(layout.key for layout in layouts())}
    assert len([screen for screen in walls[1].screens if screen.layout]) >= 2
    for wall in walls:
        for text in (wall.title, *(one.title for one in (*wall.screens, *wall.scenes))):
            assert text.zh != text.en
