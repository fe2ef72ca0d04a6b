"""The door for files: what may come in at all, and the private copy that everything after it reads.

A file is opened once. The bytes that are hashed are the bytes that are parsed, whatever happens to the original
meanwhile; its own name never reaches a library that might read meaning into it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gridmap.errors import FileError
from gridmap.intake import formats
from gridmap.intake.formats import Format
from gridmap.intake.limits import Limits

COPY = "input"
_CHUNK = 1 << 20
# What lies beside a .shp under the same stem: read with it if it is there.
SIDECARS = (".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that came in: its format, the private copy, and the SHA-256 of its bytes (hex)."""

    format: Format
    path: Path
    digest: str


def take(path: Path, folder: Path, limits: Limits, among: Sequence[Format] = formats.FORMATS) -> Taken:
    """Copy the file (and the sidecars of a Shapefile) into the private `folder` and return what was taken.

    `among`: the formats that may come in.
    Raises FileError for a name GDAL would read as an address, a link, anything but a regular file, an unknown
    extension, an empty file, one above `file_bytes`, or bytes that do not fit the extension.
    """
    _check_name(path)
    stated = formats.named(path, among)
    digest = hashlib.sha256()
    copy = folder / f"{COPY}{path.suffix.lower()}"
    left = limits.file_bytes - _copy(path, copy, digest, limits.file_bytes, limits)
    with copy.open("rb") as held:
        formats.agree(stated, held.read(formats.HEAD_BYTES))
    if stated.name == "shapefile":
        for suffix in SIDECARS:
            beside = next(
                (one for one in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if _there(one)), None
            )
            if beside is not None:
                left -= _copy(beside, folder / f"{COPY}{suffix}", digest, left, limits)
    return Taken(stated, copy, digest.hexdigest())


def _check_name(path: Path) -> None:
    text = str(path)
    # Path() folds "http://" into "http:/", so both spellings are addresses.
    if text.startswith("/vsi") or ":/" in text or "\x00" in text or not text.isprintable():
        raise FileError("intake.name")


def _there(path: Path) -> bool:
    return os.path.lexists(path)


def _copy(source: Path, target: Path, digest: hashlib._Hash, allowed: int, limits: Limits) -> int:
    copied = 0
    with _opened(source, limits, allowed) as handle, target.open("xb") as copy:
        while chunk := os.read(handle, _CHUNK):
            copied += len(chunk)
            if copied > allowed:
                raise _too_large(limits.file_bytes - allowed + copied, limits)
            digest.update(chunk)
            copy.write(chunk)
    if not copied:
        raise FileError("intake.empty")
    target.chmod(stat.S_IRUSR)
    return copied


@contextmanager
def _opened(path: Path, limits: Limits, allowed: int) -> Iterator[int]:
    try:
        # O_NONBLOCK: opening a pipe must not wait for its writer.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise FileError(_REASONS.get(error.errno or 0, "intake.unopenable"), problem=error.strerror) from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise FileError("intake.not_regular")
        if found.st_size > allowed:
            raise _too_large(limits.file_bytes - allowed + found.st_size, limits)
        yield handle
    finally:
        os.close(handle)


_REASONS = {errno.ENOENT: "intake.missing", errno.ELOOP: "intake.symlink", errno.ENXIO: "intake.not_regular"}


def _too_large(found: int, limits: Limits) -> FileError:
    return FileError("intake.file_bytes", found=found, allowed=limits.file_bytes)
