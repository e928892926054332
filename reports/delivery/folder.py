"""A report into a folder: whole, or not at all."""

import os
import shutil
from pathlib import Path

from data_access.schedules import Target
from data_access.settings import Settings
from data_access.words import T
from reports.delivery.sent import Sent, Undelivered, in_words

LONGEST, END = 255, 40
"""Bytes of a file's name at most; letters of a longer one that are kept, its moment and what it is among them."""
NO_FOLDER = T("没有文件夹 {folder}：请先建立或挂载。", "There is no folder {folder}: make or mount it first.")
NOT_WRITTEN = T("{path} 没有写成：{why}。", "{path} could not be written: {why}.")


def deliver(target: Target, sent: Sent, settings: Settings) -> None:
    """Write the file beside its place, then put it there. Raises Undelivered; nothing half-written stays."""
    folder = Path(target.to[0])
    if not folder.is_dir():
        raise Undelivered(NO_FOLDER.fill(folder=folder))
    path = folder / name_in(sent)
    try:
        put(path, sent)
    except OSError as error:
        raise Undelivered(NOT_WRITTEN.fill(path=path, why=in_words(error))) from error


def name_in(sent: Sent) -> str:
    """What the file is called among those of other schedules, in as many bytes as file systems take."""
    named = f"{sent.schedule}-{sent.name}"
    return named if len(named.encode()) <= LONGEST else f"{sent.schedule}-{sent.name[-END:]}"


def put(path: Path, sent: Sent) -> None:
    """Write the file at `path`, whole or not at all. Raises OSError."""
    beside = path.with_name(f".{sent.number}.part")
    try:
        with sent.open() as file, beside.open("wb") as out:
            shutil.copyfileobj(file, out, 2**20)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
