"""MBTiles 1.3: raster tiles in an SQLite file.

The second place outside `gridmap.store` that opens SQLite (the first refuses GeoPackages that hold programs): the file
is opened read-only and immutable, only its two tables are asked, and a view that does not end is broken off.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from gridmap.errors import FileError

_VECTORS = ("pbf", "mvt")
_LONGEST = 4_000_000  # bytes of one picture
_MOST_STEPS = 2_000_000  # of SQLite's machine, for one question
_DEEPEST = 22


class MBTiles:
    """The tiles of one file; a context manager that closes it."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises FileError for one that is missing, no MBTiles, or holds vectors."""
        self._path = path
        if not path.is_file():
            raise FileError("maps.basemap_missing", file=path.name)
        self._file = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            self._file.execute("PRAGMA trusted_schema = OFF")
            self._file.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            kind = self._ask("SELECT value FROM metadata WHERE name = 'format'")
            if kind and str(kind[0][0]).lower() in _VECTORS:
                raise FileError("maps.basemap_vector", file=path.name)
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
        """Return the zooms from the least to the greatest that the file holds; empty if it has no tile."""
        ((low, high),) = self._ask("SELECT min(zoom_level), max(zoom_level) FROM tiles")
        if not (isinstance(low, int) and isinstance(high, int)):
            return range(0)
        return range(max(0, low), min(high, _DEEPEST) + 1)

    def read(self, addresses: list[tuple[int, int, int]]) -> Iterator[tuple[tuple[int, int, int], bytes]]:
        """Yield the pictures that the file holds, of the addresses asked for (rows from the north)."""
        for zoom, column, row in addresses:
            found = self._ask(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1",
                (zoom, column, 2**zoom - 1 - row),
            )
            if found and isinstance(found[0][0], bytes):
                yield (zoom, column, row), found[0][0]

    def _ask(self, question: str, values: tuple[int, ...] = ()) -> list[tuple[object, ...]]:
        self._file.set_progress_handler(lambda: 1, _MOST_STEPS)  # set anew, it counts from here
        try:
            return self._file.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise FileError("maps.basemap_damaged", file=self._path.name) from error
