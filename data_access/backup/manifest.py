"""What a backup holds: tables with rows and digests, files with theirs, written last and checked first."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from data_access.errors import BadBackup

NAME = "manifest.json"
FORM = 1
"""The form of the manifest itself."""
CHUNK = 1 << 20

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Content:
    """What a table holds, whatever the order of its rows and however the engine keeps them."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """`at` in UTC (ISO), `schema` the analytics store's, `release` of Jingwei; files by path within the folder."""

    at: str
    release: str
    schema: int
    city: str
    analytics: dict[str, Content]
    operations: dict[str, Content]
    operations_kind: str
    destination: str = ""
    files: dict[str, str] = field(default_factory=dict)
    form: int = FORM

    def write(self, folder: Path) -> None:
        """Put it into the folder; from now on that is a backup."""
        part = folder / (NAME + ".part")
        part.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")
        part.rename(folder / NAME)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a folder. Raises BadBackup when there is none that can be read here."""
        try:
            found = json.loads((folder / NAME).read_text(encoding="utf-8"))
            if found["form"] != FORM:
                raise BadBackup(f"{folder} is a backup of form {found['form']}; this release reads form {FORM}.")
            for part in ("analytics", "operations"):
                found[part] = {name: Content(**content) for name, content in found[part].items()}
            return cls(**found)
        except FileNotFoundError as error:
            raise BadBackup(f"{folder} holds no whole backup: it has no {NAME}.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadBackup(f"{folder / NAME} cannot be read: {error}") from error


def files_of(folder: Path, progress: Progress) -> dict[str, str]:
    """SHA-256 of every file in the folder but the manifest, by its path within."""
    return {str(path.relative_to(folder)): digest for path, digest in _digests(folder, progress)}


def check_files(folder: Path, manifest: Manifest, progress: Progress) -> None:
    """That the folder's files are those of the manifest. Raises BadBackup that names each which is not."""
    found = files_of(folder, progress)
    wrong = {f"{name} is missing" for name in manifest.files.keys() - found.keys()}
    wrong |= {f"{name} does not belong there" for name in found.keys() - manifest.files.keys()}
    wrong |= {f"{n} was changed" for n in found.keys() & manifest.files.keys() if found[n] != manifest.files[n]}
    if wrong:
        raise BadBackup(f"The backup in {folder} is damaged: {'; '.join(sorted(wrong)[:10])}.")


def check_tables(wanted: dict[str, Content], found: dict[str, Content], where: str) -> None:
    """That tables hold what the manifest says. Raises BadBackup that names each which does not."""
    wrong = [name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)]
    if wrong:
        raise BadBackup(f"In {where} these tables are not what was backed up: {', '.join(sorted(wrong))}.")


def _digests(folder: Path, progress: Progress) -> Iterator[tuple[Path, str]]:
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(NAME))
    total, done = sum(p.stat().st_size for p in paths) or 1, 0
    for path in paths:
        with path.open("rb") as file:
            whole = hashlib.sha256()
            while chunk := file.read(CHUNK):
                whole.update(chunk)
                done += len(chunk)
                progress("files", min(1.0, done / total))
        yield path, whole.hexdigest()
    progress("files", 1.0)
