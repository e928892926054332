"""Reading a YAML file into a checked model: every fault with its line."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar, get_args

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


class Lines:
    """Where the parts of the YAML file at `path` stand."""

    def __init__(self, path: Path, tree: yaml.Node | None):
        self._path, self._tree = path, tree

    def of(self, *parts: str | int) -> int:
        """The line of the part that is reached by keys and places; those that are not there are passed over."""
        node, line = self._tree, 1
        for part in parts:
            found = _child(node, part)
            if found is not None:
                node, line = found, found.start_mark.line + 1
        return line

    def origin(self, *parts: str | int) -> str:
        """The same, as a person is told: ``walls.yaml:12``."""
        return f"{self._path.name}:{self.of(*parts)}"

    def differ(self, *parts: str | int, keys: Sequence[str]) -> None:
        """That all of a list have keys of their own. Raises BadSource with the line of the first that has not."""
        for n, key in enumerate(keys):
            if key in keys[:n]:
                line, name = self.of(*parts, n, "key"), ".".join(map(str, (*parts, n, "key")))
                first = self.of(*parts, keys.index(key), "key")
                raise BadSource(f"{self._path}:{line}: {name}: {key!r} is the key of another, at line {first}")


def read_yaml(path: Path, model_for: Callable[[object], type[M]]) -> M:
    """The file at `path` as the model that `model_for` gives for its values; file names are those beside it.

    Raises BadSource with the file, and the line and key of each fault.
    """
    return read_lined(path, model_for)[0]


def read_lined(path: Path, model_for: Callable[[object], type[M]]) -> tuple[M, Lines]:
    """The same, and where its parts stand."""
    try:
        text = path.read_text("utf-8")
        tree = yaml.compose(text, _Words)
        _once(path, tree)
        values = yaml.load(text, _Words) or {}
        model = model_for(values)
        return model.model_validate(values, context={"folder": path.parent}), Lines(path, tree)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSource(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise BadSource(f"{where}: not YAML: {getattr(error, 'problem', error)}") from error
    except ValidationError as error:
        faults = (_fault(path, Lines(path, tree), fault, model) for fault in error.errors())
        raise BadSource("\n".join(faults)) from error


def _fault(path: Path, lines: Lines, fault: dict, model: type[BaseModel]) -> str:
    key, told = ".".join(str(p) for p in fault["loc"]), fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        told = f"there is no such key{near(str(fault['loc'][-1]), _keys(model))}"
    return f"{path}:{lines.of(*fault['loc'])}: {key}: {told}"


def _once(path: Path, tree: yaml.Node | None) -> None:
    """That no part has a key twice: YAML would take the last without a word. Raises BadSource."""
    nodes, seen = [tree], set()
    while nodes:
        node = nodes.pop()
        if node is None or id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
            continue
        keys = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else id(key)
            if name in keys:
                raise BadSource(f"{path}:{key.start_mark.line + 1}: {name}: stands here twice")
            keys.add(name)
            nodes.append(value)


def near(word: str, there: Iterable[str]) -> str:
    """``, did you mean …?`` where one of `there` is nearly the word; else nothing."""
    found = difflib.get_close_matches(word, list(there), 1, 0.5)
    return f", did you mean {found[0]!r}?" if found else ""


def _keys(model: type[BaseModel]) -> set[str]:
    """The keys of all the parts that a file of this model may have."""
    found, parts, seen = set(), [model], set()
    while parts:
        part = parts.pop()
        if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen:
            seen.add(part)
            found |= set(part.model_fields)
            parts += [field.annotation for field in part.model_fields.values()]
        else:
            parts += get_args(part)
    return found


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if k.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None
