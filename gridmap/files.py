"""How a file is put down whole: written aside, flushed to the disk, then given its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from gridmap.errors import FileError

_OWNER_ONLY = 0o600


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Yield a path to write to; when the block ends well, what stands there takes the place of `target`.

    The path has the target's name and lies in a private folder beside it, so that a reader sees the old file or the
    new one, never a part, and nothing is left behind if the block raises. The file is readable by its owner alone, as
    it may hold a register. Raises FileError where the folder is missing or `target` is a folder.
    """
    if not target.parent.is_dir():
        raise FileError("files.no_folder", file=target)
    if target.is_dir():
        raise FileError("files.is_folder", file=target)
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        written = Path(folder) / target.name
        yield written
        written.chmod(_OWNER_ONLY)
        _flush(written)
        written.replace(target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
