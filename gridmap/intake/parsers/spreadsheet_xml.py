"""The XML inside an xlsx, looked at before calamine sees it.

calamine lays a sheet out from its first to its last cell, and copies a shared text into each cell that names it. What
that would come to is found here from the bytes alone, whatever the sheet says of its own size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipInfo

import numpy as np
from numpy.typing import NDArray

from gridmap.errors import FileError
from gridmap.intake.limits import Limits
from gridmap.intake.parsers import archive
from gridmap.intake.parsers.archive import Archive

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SHARED = "sharedstrings.xml"
_CELLS = (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/")
_ROW = re.compile(rb"[<:]row[ >/]")
_USES_SHARED = re.compile(rb't="s"[^>]*><(?:\w+:)?v>(\d{1,9})<')
_SPACED = re.compile(rb"\sr(?:\s+=\s*|=\s+)[\"']")  # XML allows it, no program writes it
_TAIL = 128  # longer than any token looked for
_REFERENCE = 11  # XFD1048576 and the quote after it
_CUT = 2  # cells whose reference the end of a window may have cut off
_WORTH_COUNTING = 8


def inspect(path: Path, limits: Limits) -> None:
    """Inflate every member within the limits and look at each that is XML.

    FileError for a document type or entity, an encoding in which none could be seen, cells beyond `rows` or
    `columns`, a sheet that unfolds beyond `cells`, shared texts that unfold beyond `unzipped_bytes`.
    """
    book = archive.opened(path, limits)
    texts = _SharedTexts(limits)
    for member in sorted(book.members, key=lambda one: not one.filename.lower().endswith(_SHARED)):
        extent = _Extent(limits)
        for window, fresh in _windows(book, member):
            if member.filename.lower().endswith(_SHARED):
                texts.add(window, fresh)
            else:
                extent.add(window)
                texts.use(window[fresh:])


def _windows(book: Archive, member: ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Yield the XML in windows, each with the end of the one before in front; the number says where the new begins."""
    tail = b""
    xml = True
    for number, chunk in enumerate(book.chunks(member)):
        if number == 0:
            xml = chunk.startswith(_WIDE) or chunk.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"<", b""}
        if not xml:
            continue  # a picture; still inflated within the limits
        window = tail + chunk
        if b"\x00" in chunk or chunk.startswith(_WIDE):
            raise FileError("intake.xml_encoding", member=member.filename)
        if _DECLARATION.search(window):
            raise FileError("intake.xml_entity", member=member.filename)
        yield window, len(tail)
        tail = window[-_TAIL:]


@dataclass(slots=True)
class _SharedTexts:
    """The bytes that the shared texts of a workbook come to in the cells that name them."""

    limits: Limits
    starts: list[NDArray[np.int64]] = field(default_factory=list)
    size: int = 0
    lengths: NDArray[np.int64] | None = None
    unfolded: int = 0

    def add(self, window: bytes, fresh: int) -> None:
        """Note where texts begin in the next window of the shared strings."""
        seen = np.frombuffer(window, np.uint8)
        at = np.flatnonzero((seen[:-2] == ord("<")) & (seen[1:-1] == ord("s")) & (seen[2:] == ord("i")))
        self.starts.append(at[at + 2 >= fresh] + (self.size - fresh))
        self.size += len(window) - fresh

    def use(self, chunk: bytes) -> None:
        """Add what the cells in this chunk of a sheet come to; FileError above the limit."""
        cells = chunk.count(b't="s"')
        if not cells or not self.starts:
            return
        if self.lengths is None:
            self.lengths = np.diff(np.append(np.concatenate(self.starts), self.size))
        longest = int(self.lengths.max(initial=0))
        if cells * longest > _WORTH_COUNTING * len(chunk):
            named = np.array(_USES_SHARED.findall(chunk), dtype="S9").astype(np.int64)
            self.unfolded += int(self.lengths[named[named < len(self.lengths)]].sum())
        else:
            self.unfolded += cells * longest
        if self.unfolded > self.limits.unzipped_bytes:
            raise FileError("intake.unzipped_bytes", allowed=self.limits.unzipped_bytes)


@dataclass(slots=True)
class _Extent:
    """How far the cells of one sheet reach, by their references and, where they have none, by their number."""

    limits: Limits
    rows: int = 0
    columns: int = 0
    last_row: int = 0
    last_column: int = 0
    in_row: int = 0

    def add(self, window: bytes) -> None:
        """Take the next window of the sheet; FileError as soon as a limit is passed."""
        cells, named, row, column = _furthest(window)
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
        self.rows += window.count(b"<row") + window.count(b":row")
        if cells - named > _CUT:
            self._count_unnamed(window)
        else:
            self.in_row = 0
        self.limits.check_size(max(self.rows, self.last_row), max(self.columns, self.last_column))

    def _count_unnamed(self, window: bytes) -> None:
        """Cells without a reference stand one after the other: count those of each row."""
        first, *others = (sum(map(piece.count, _CELLS)) for piece in _ROW.split(window))
        self.columns = max(self.columns, self.in_row + first, *others, 0)
        self.in_row = others[-1] if others else self.in_row + first


def _furthest(window: bytes) -> tuple[int, int, int, int]:
    """Return how many cells and references to cells (` r="AB12"`) the window has, the largest row and column named."""
    seen = np.frombuffer(window + bytes(_REFERENCE), np.uint8)
    cells = np.flatnonzero(seen == ord("c"))
    cells = cells[cells > 0]
    cells = cells[((seen[cells - 1] == ord("<")) | (seen[cells - 1] == ord(":"))) & (seen[cells + 1] <= ord(">"))]
    at = np.flatnonzero(seen == ord("r"))
    at = at[at > 0]
    at = at[seen[at - 1] <= ord(" ")]
    spaced = (seen[at + 1] <= ord(" ")) | ((seen[at + 1] == ord("=")) & (seen[at + 2] <= ord(" ")))
    if spaced.any() and _SPACED.search(window):
        return _furthest(_SPACED.sub(b' r="', window))
    at = at[seen[at + 1] == ord("=")] + 2
    signs = seen[at[:, None] + np.arange(1, _REFERENCE)]
    row = np.zeros(len(at), np.int64)
    column = np.zeros(len(at), np.int64)
    going = np.ones(len(at), bool)
    for sign in signs.T:
        letter, digit = (sign | 0x20) - ord("a"), sign - ord("0")
        column = np.where(going & (letter < 26), column * 26 + letter + 1, column)
        row = np.where(going & (digit < 10), row * 10 + digit, row)
        going &= (letter < 26) | (digit < 10)
        if not going.any():
            break
    return len(cells), int(np.count_nonzero(column)), int(row.max(initial=0)), int(column.max(initial=0))
