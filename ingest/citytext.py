"""Reading a city file: YAML in, a checked CityFile out, every fault with its line."""

from pathlib import Path

from data_access.errors import BadSource
from ingest.cityfile import CityFile
from ingest.overlayfile import OverlaysFile
from ingest.yamlfile import read_yaml


def read_cityfile(path: Path) -> CityFile | OverlaysFile:
    """The city file at `path`, with file names made relative to its folder; or a file with overlays only.

    Raises BadSource with the file, and the line and key of each fault.
    """
    found = read_yaml(Path(path), _model_for)
    if isinstance(found, CityFile):
        _check(path, found)
    return found


def _model_for(values: object) -> type[CityFile | OverlaysFile]:
    return OverlaysFile if isinstance(values, dict) and set(values) <= {"key", "overlays"} else CityFile


def _check(path: Path, city: CityFile) -> None:
    for n, level in enumerate(city.levels):
        if level.boundary is None and n:
            raise BadSource(f"{path}: level {level.key}: needs `boundary`; only the first may be without.")
        if level.boundary is not None and level.id is None:
            raise BadSource(f"{path}: level {level.key}: needs `id`, the column with the unit's code.")
        if level.nest == "code" and level.parent is None:
            raise BadSource(f"{path}: level {level.key}: `nest: code` needs `parent`, the code of the unit above.")
    if all(level.boundary is None for level in city.levels):
        raise BadSource(f"{path}: no level has a `boundary`.")
    if not city.types.auto and city.types.file is None:
        raise BadSource(f"{path}: types: give `file`, or `auto: true`.")
    feeds = {f.key for f in city.feeds} or {"import"}
    for cases in city.cases:
        if cases.feed not in feeds:
            there = ", ".join(sorted(feeds))
            raise BadSource(f"{path}: cases: feed {cases.feed!r} is not among the feeds {there}.")
