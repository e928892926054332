"""Which walls there are: those of the settings' file, those of the reference city, or a plain one."""

from pathlib import Path

from data_access.profile import Profile
from data_access.settings import Settings
from data_access.walls.declared import PLAIN, Wall
from ingest.wallfile import read_walls

REFERENCE = Path(__file__).with_name("data") / "walls.yaml"


def declared_walls(settings: Settings) -> tuple[Wall, ...]:
    """The walls that the file of the settings declares; none without one. Raises BadSource with line and key."""
    path = settings.walls
    return read_walls(path) if path is not None and str(path) != "." else ()


def walls_of(settings: Settings, profile: Profile) -> tuple[Wall, ...]:
    """The walls of a city. Raises BadSource as above."""
    return declared_walls(settings) or (read_walls(REFERENCE) if profile.seed else (PLAIN,))
