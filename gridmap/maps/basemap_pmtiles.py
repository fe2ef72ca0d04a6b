"""PMTiles version 3: raster tiles in one flat file, found by their place on a Hilbert curve.

Source: the PMTiles specification, version 3. Directories may be plain or gzip; pictures are never compressed again.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from gridmap.errors import FileError

_HEADER = 127
_MAGIC = b"PMTiles\x03"
_PLAIN, _GZIP = 1, 2
_VECTORS = (1, 6)  # MVT, MLT
_DEPTH = 4  # of directories: root and at most three of leaves
_LONGEST_DIRECTORY = 16_000_000
_LONGEST_PICTURE = 4_000_000
_DEEPEST = 22
_GZIP_WINDOW = 31


class Entry(NamedTuple):
    """A run of equal tiles, or a leaf directory (run 0): from `tile` on, `length` bytes at `offset`."""

    tile: int
    offset: int
    length: int
    run: int


class PMTiles:
    """The tiles of one file; a context manager that closes it."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises FileError for one that is missing, no PMTiles of version 3, or holds vectors."""
        self._path = path
        if not path.is_file():
            raise FileError("maps.basemap_missing", file=path.name)
        self._file: BinaryIO = path.open("rb")
        try:
            header = self._file.read(_HEADER)
            if len(header) < _HEADER or not header.startswith(_MAGIC) or header[97] not in {_PLAIN, _GZIP}:
                raise self._damaged()
            if header[99] in _VECTORS:
                raise FileError("maps.basemap_vector", file=path.name)
            self._root, self._root_length = _number(header, 8), _number(header, 16)
            self._leaves, self._tiles = _number(header, 40), _number(header, 56)
            self._gzip = header[97] == _GZIP
            self._zooms = range(header[100], min(header[101], _DEEPEST) + 1)
            self._held: dict[tuple[int, int], list[Entry]] = {}
        except FileError:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def zooms(self) -> range:
        """Return the zooms that the header names."""
        return self._zooms

    def read(self, addresses: list[tuple[int, int, int]]) -> Iterator[tuple[tuple[int, int, int], bytes]]:
        """Yield the pictures that the file holds, of the addresses asked for (rows from the north)."""
        for address in addresses:
            entry = self._find(tile_id(*address))
            if entry is not None:
                yield address, self._bytes(self._tiles + entry.offset, entry.length, _LONGEST_PICTURE)

    def _find(self, tile: int) -> Entry | None:
        offset, length = self._root, self._root_length
        for _ in range(_DEPTH):
            entries = self._directory(offset, length)
            at = bisect_right(entries, tile, key=lambda entry: entry.tile) - 1
            if at < 0:
                return None
            entry = entries[at]
            if entry.run:
                return entry if tile < entry.tile + entry.run else None
            offset, length = self._leaves + entry.offset, entry.length
        raise self._damaged()

    def _directory(self, offset: int, length: int) -> list[Entry]:
        if (offset, length) not in self._held:
            packed = self._bytes(offset, length, _LONGEST_DIRECTORY)
            try:
                self._held[offset, length] = _entries(_unzipped(packed) if self._gzip else packed)
            except (zlib.error, ValueError, IndexError) as error:
                raise self._damaged() from error
        return self._held[offset, length]

    def _bytes(self, offset: int, length: int, most: int) -> bytes:
        if length > most or offset >= 2**63:
            raise self._damaged()
        self._file.seek(offset)
        read = self._file.read(length)
        if len(read) < length:
            raise self._damaged()
        return read

    def _damaged(self) -> FileError:
        return FileError("maps.basemap_damaged", file=self._path.name)


def tile_id(zoom: int, column: int, row: int) -> int:
    """Return the place of a tile: all tiles of lesser zooms first, then along the Hilbert curve of its own."""
    place = ((1 << 2 * zoom) - 1) // 3
    side = 1 << zoom >> 1
    while side:
        right, down = bool(column & side), bool(row & side)
        place += side * side * ((3 * right) ^ down)
        if not down:
            if right:
                column, row = side - 1 - (column & (side - 1)), side - 1 - (row & (side - 1))
            column, row = row, column
        side //= 2
    return place


def _number(header: bytes, at: int) -> int:
    return int.from_bytes(header[at : at + 8], "little")


def _unzipped(packed: bytes) -> bytes:
    unpack = zlib.decompressobj(_GZIP_WINDOW)
    plain = unpack.decompress(packed, _LONGEST_DIRECTORY)
    if not unpack.eof:
        raise ValueError(len(plain))
    return plain


def _entries(plain: bytes) -> list[Entry]:
    """The entries of a directory: their number, then four columns of varints, places and offsets as differences."""
    numbers = _varints(plain)
    count = numbers[0]
    if len(numbers) != 4 * count + 1:
        raise ValueError(count)
    steps, runs, lengths, offsets = (numbers[1 + i * count : 1 + (i + 1) * count] for i in range(4))
    entries: list[Entry] = []
    tile = 0
    for step, run, length, offset in zip(steps, runs, lengths, offsets, strict=True):
        tile += step
        follows = offset == 0 and bool(entries)
        start = entries[-1].offset + entries[-1].length if follows else offset - 1
        entries.append(Entry(tile, start, length, run))
    return entries


def _varints(plain: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in plain:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number, shift = 0, 0
    return numbers
