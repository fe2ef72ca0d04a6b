"""A copy of a store file as of one instant, made while others go on writing, and looked at before it gets its name."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from gridmap.errors import ArgumentError, ConflictError, StoreError
from gridmap.store.connect import told, uri

FILE_MODE = 0o600
FOLDER_MODE = 0o700

# What is not done yet, by the process that is at it.
_LEFT = re.compile(r"\..+\.db\.(?P<pid>\d{1,9})\.part(-wal|-shm|-journal)?|\.restore-(?P<of>\d{1,9})-\w+")


def snapshot(source: Path, target: Path) -> None:
    """Copy the store file `source` to the new file `target` (mode 0600), whole or not at all.

    The copy is one plain file without a write-ahead log. Its name appears only once its integrity and foreign keys
    are checked and it is on the disk. Raises StoreError if `source` is absent or damaged or the disk is full,
    ConflictError if `target` is there already.
    """
    if not source.is_file():
        raise StoreError("store.absent", file=source.name)
    if target.exists():
        raise ConflictError("store.target_exists", file=target.name)
    with unfinished(target) as part:
        with told(source):
            _copy(source, part)
            settle(part)
        sync(part)
        part.rename(target)
    sync(target.parent)


def dated(path: Path, at: datetime, why: str) -> Path:
    """Return a free name for a copy of `path` kept at the aware instant `at`: backups/<stem>-<UTC>-<why>.db.

    The folder is made if absent (mode 0700). Raises ArgumentError if `at` is naive.
    """
    if at.tzinfo is None:
        raise ArgumentError("store.naive_instant", value=at)
    folder = path.parent / "backups"
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    stem = f"{path.stem}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{why}"
    name, count = folder / f"{stem}.db", 1
    while name.exists():
        count += 1
        name = folder / f"{stem}-{count}.db"
    return name


def own_folder(folder: Path) -> None:
    """Make the folder (mode 0700) if absent, or close an empty one to others.

    Raises StoreError if it holds files and is open to others, or cannot be made: a folder in use is never closed.
    """
    with writable(folder):
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            if any(folder.iterdir()):
                raise StoreError("store.folder_open", folder=str(folder))
            folder.chmod(FOLDER_MODE)


@contextlib.contextmanager
def writable(path: Path) -> Iterator[None]:
    """Raise what the operating system refuses while `path` is being made as StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError("store.cannot_write", file=path.name, folder=str(path.parent)) from error


@contextlib.contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """Give a new empty file beside `target` (mode 0600), which is removed at the end if it still has that name."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with writable(target):
        drop_left(target.parent)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))
    try:
        yield part
    finally:
        for leftover in (part, *(part.with_name(part.name + ending) for ending in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)


@contextlib.contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """Give a new folder in `folder` in which copies are prepared; it is removed at the end."""
    with writable(folder):
        drop_left(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=f".restore-{os.getpid()}-") as made:
        yield Path(made)


def drop_left(folder: Path) -> None:
    """Remove what processes that were killed left half done in a folder: personal values may stand in it."""
    for left in folder.iterdir():
        named = _LEFT.fullmatch(left.name)
        if named is None or _lives(int(named["pid"] or named["of"])):
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def faults_inside(connection: sqlite3.Connection) -> int:
    """Return how many faults SQLite finds in the file's structure and foreign keys (at most 100 of the first kind)."""
    found = [row for (row,) in connection.execute("PRAGMA integrity_check") if row != "ok"]
    return len(found) + len(connection.execute("PRAGMA foreign_key_check").fetchall())


def _copy(source: Path, part: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(uri(source, "ro"), uri=True)) as reading,
        contextlib.closing(sqlite3.connect(uri(part, "rw"), uri=True)) as writing,
    ):
        reading.backup(writing)


def settle(part: Path) -> None:
    """Make a copy one plain file without a log. Raises StoreError if it is damaged or a row points at nothing."""
    with contextlib.closing(sqlite3.connect(uri(part, "rw"), uri=True)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        if faults_inside(copy):
            raise StoreError("store.damaged", file=part.name)


def sync(path: Path) -> None:
    """Wait until the file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
