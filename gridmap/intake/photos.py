"""Read a photo: drawn anew in the parsing process, so that neither its file nor what it tells in secret comes in."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from gridmap.errors import FileError
from gridmap.intake import doors, formats, sandbox
from gridmap.intake.limits import MEBIBYTE, Limits

# A phone's photo has 12 to 50 million pixels and at most some 20 MB.
PHOTO_LIMITS = replace(Limits(), file_bytes=32 * MEBIBYTE, result_bytes=64 * MEBIBYTE, wall_seconds=60)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it is kept: JPEG bytes without any metadata, its size in pixels, the SHA-256 (hex) of the bytes."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    digest: str


def read_photo(path: Path, *, limits: Limits = PHOTO_LIMITS) -> Photo:
    """Read a photo (JPEG, PNG, WebP) and draw it anew: upright, no side longer than 2048 pixels, no EXIF, no place.

    The same file gives the same bytes. Raises FileError for anything else, for a damaged or cut-off picture, and for
    one beyond the limits (a picture that would unfold to more pixels than any camera takes, say).
    """
    try:
        with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
            taken = doors.take(path, Path(folder), limits, formats.PICTURES)
            (part,) = sandbox.parse(taken, Path(folder), limits, stem="", encoding=None, layer=None)
    except FileError as error:
        raise FileError(error.code, **{"file": path.name, **error.inputs}) from None
    row = part.table.to_pylist()[0]
    jpeg = row["jpeg"]
    return Photo(jpeg, row["width"], row["height"], hashlib.sha256(jpeg).hexdigest())
