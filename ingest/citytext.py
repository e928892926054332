"""Reading a city file: YAML in, a checked CityFile out, every fault with its line."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from data_access.errors import BadSource
from ingest.cityfile import CityFile
from ingest.overlayfile import OverlaysFile


class _Words(yaml.SafeLoader):
    """YAML in which all but null is text: ``no``, ``0101``, ``08:30`` and ``2026-01-01`` stay as written."""

    yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in resolvers if tag.endswith((":null", ":merge"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_cityfile(path: Path) -> CityFile | OverlaysFile:
    """The city file at `path`, with file names made relative to its folder; or a file with overlays only.

    Raises BadSource with the file, and the line and key of each fault.
    """
    try:
        text = Path(path).read_text("utf-8")
        tree = yaml.compose(text, _Words)
        values = yaml.load(text, _Words) or {}
        model = OverlaysFile if isinstance(values, dict) and set(values) <= {"key", "overlays"} else CityFile
        found = model.model_validate(values, context={"folder": Path(path).parent})
    except (OSError, UnicodeDecodeError) as error:
        raise BadSource(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise BadSource(f"{where}: not YAML: {getattr(error, 'problem', error)}") from error
    except ValidationError as error:
        raise BadSource("\n".join(_fault(path, tree, fault) for fault in error.errors())) from error
    if isinstance(found, CityFile):
        _check(path, found)
    return found


def _fault(path: Path, tree: yaml.Node | None, fault: dict) -> str:
    line, key = 1, ".".join(str(p) for p in fault["loc"])
    for part in fault["loc"]:
        node = _child(tree, part)
        if node is not None:
            tree, line = node, node.start_mark.line + 1
    return f"{path}:{line}: {key}: {fault['msg'].removeprefix('Value error, ')}"


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if k.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None


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
