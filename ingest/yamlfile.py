"""Reading a YAML file into a checked model: every fault with its line."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from data_access.errors import BadSource

M = TypeVar("M", bound=BaseModel)


class _Words(yaml.SafeLoader):
    """YAML in which all but null is text: ``no``, ``0101``, ``08:30`` and ``2026-01-01`` stay as written."""

    yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in resolvers if tag.endswith((":null", ":merge"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_yaml(path: Path, model_for: Callable[[object], type[M]]) -> M:
    """The file at `path` as the model that `model_for` gives for its values; file names are those beside it.

    Raises BadSource with the file, and the line and key of each fault.
    """
    try:
        text = path.read_text("utf-8")
        tree = yaml.compose(text, _Words)
        values = yaml.load(text, _Words) or {}
        return model_for(values).model_validate(values, context={"folder": path.parent})
    except (OSError, UnicodeDecodeError) as error:
        raise BadSource(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise BadSource(f"{where}: not YAML: {getattr(error, 'problem', error)}") from error
    except ValidationError as error:
        raise BadSource("\n".join(_fault(path, tree, fault) for fault in error.errors())) from error


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
