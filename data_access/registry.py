"""Registries: a declaration in a file of its own is found, checked and frozen before anything is served."""

import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Generic, Protocol, TypeVar

from data_access.errors import DeclarationError


class Declared(Protocol):
    """What every declaration has."""

    key: str


D = TypeVar("D", bound=Declared)


class Registry(Generic[D]):
    """Declarations by key, in the order of their `order`, then key. Frozen: made whole, never added to."""

    def __init__(self, entries: Iterable[tuple[D, str]], check: Callable[[D], Iterable[str]] = lambda entry: ()):
        self._entries: dict[str, D] = {}
        origin: dict[str, str] = {}
        checked = [(entry, where) for entry, where in entries if _sound(entry, where, check)]
        for entry, where in sorted(checked, key=lambda e: (getattr(e[0], "order", 0), e[0].key)):
            if entry.key in self._entries:
                raise DeclarationError(f"{where} declares {entry.key!r}, which {origin[entry.key]} has declared.")
            self._entries[entry.key], origin[entry.key] = entry, where

    def __iter__(self) -> Iterator[D]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __getitem__(self, key: str) -> D:
        return self._entries[key]

    def get(self, key: str) -> D | None:
        """The declaration called `key`, or None."""
        return self._entries.get(key)


def _sound(entry: Declared, where: str, check: Callable[[Declared], Iterable[str]]) -> bool:
    """True; DeclarationError for an entry with faults."""
    if faults := list(check(entry)):
        raise DeclarationError(f"{where}: {getattr(entry, 'key', entry)!r} {'; '.join(faults)}.")
    return True


def discover(package: str, name: str, folders: Iterable[Path] = ()) -> Iterator[tuple[object, str]]:
    """Every module-level `name` in the modules of `package` and in the .py files of `folders`, with its origin.

    Files whose name begins with an underscore are passed over. Raises DeclarationError for a file that cannot be
    imported or has no `name`.
    """
    home = Path(importlib.util.find_spec(package).submodule_search_locations[0])
    for path in sorted(home.glob("*.py")):
        if not path.stem.startswith("_"):
            yield _declared(importlib.import_module(f"{package}.{path.stem}"), name, path), str(path.name)
    for folder in folders:
        for path in sorted(folder.glob("*.py")):
            if not path.stem.startswith("_"):
                yield _declared(_load(path, package), name, path), str(path)


def _load(path: Path, package: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"extension.{package}.{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise DeclarationError(f"{path} cannot be imported: {error}") from error
    return module


def _declared(module: ModuleType, name: str, path: Path) -> object:
    if not hasattr(module, name):
        raise DeclarationError(f"{path} declares no {name}.")
    return getattr(module, name)
