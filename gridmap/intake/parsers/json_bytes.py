"""JSON looked at as bytes, before any library builds objects of it.

GDAL, GEOS and Python's json descend once a bracket, and GDAL makes a column of each key: a small file can end any of
them. One pass over the bytes finds what the text would come to, without building anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridmap.errors import FileError
from gridmap.intake.limits import Limits

_CHUNK = 1 << 20
_TAIL = 256
_QUOTE, _BACKSLASH, _OBJECT, _ARRAY = (ord(sign) for sign in '"\\{[')
_STEP = np.zeros(256, np.int8)
_STEP[[ord("{"), ord("[")]] = 1
_STEP[[ord("}"), ord("]")]] = -1
_LARGE_EXPONENT = re.compile(rb"[eE]\+?[0-9]{3}")
_KEY = re.compile(rb'"([^"]*)"\s*:')
_FEATURE = b'"Feature"'
_BYTES_A_SIGN = 6  # \u4e00
# Keys of nested values are no columns, so more of them are let through to where columns are counted exactly.
_KEYS_A_COLUMN = 4

Positions = NDArray[np.int64]


@dataclass(slots=True)
class Scan:
    """One pass over the chunks of a JSON text; every method carries its state from chunk to chunk.

    `in_one_geometry` says whether a geometry's positions stand together in one object (not so in TopoJSON).
    """

    limits: Limits
    in_one_geometry: bool = True
    inside: bool = False
    escaped: bool = False
    text: int = 0
    depth: int = 0
    arrays: int = 0
    arrays_here: int = 0
    features: int = 0
    keys: set[bytes] = field(default_factory=set)

    def add(self, window: bytes, fresh: int) -> None:
        """Look at `window[fresh:]`; what stands before is the end of the last window. FileError above a limit."""
        seen = np.frombuffer(window, np.uint8)[fresh:]
        quotes = self._quotes(seen)
        self._check_numbers(window, fresh, quotes)
        self._check_texts(quotes, len(seen))
        self._check_brackets(seen, quotes)
        self.inside ^= bool(len(quotes) & 1)
        self.features += window.count(_FEATURE, max(0, fresh - len(_FEATURE) + 1))
        self.limits.check("rows", self.features)
        self.keys.update(_KEY.findall(window))
        if len(self.keys) > _KEYS_A_COLUMN * self.limits.columns:
            self.limits.check("columns", len(self.keys))

    def _quotes(self, seen: NDArray[np.uint8]) -> Positions:
        """Return where strings begin and end: the quotes that no backslash escapes."""
        quotes = np.flatnonzero(seen == _QUOTE)
        backslashes = seen == _BACKSLASH
        if not (self.escaped or backslashes.any()):
            return quotes
        # A sign is escaped if an odd run of backslashes ends before it; one left over from before lengthens the first.
        others = np.where(backslashes, -1, np.arange(len(seen)))
        last_other = np.maximum.accumulate(others)
        runs = np.arange(len(seen)) - last_other + (self.escaped & (last_other < 0))
        before = np.concatenate(([int(self.escaped)], runs[:-1]))
        self.escaped = bool(runs[-1] & 1)
        return np.asarray(quotes[before[quotes] & 1 == 0])

    def _outside(self, at: Positions, quotes: Positions) -> NDArray[np.bool_]:
        return np.asarray((np.searchsorted(quotes, at) + self.inside) & 1 == 0)

    def _check_numbers(self, window: bytes, fresh: int, quotes: Positions) -> None:
        for match in _LARGE_EXPONENT.finditer(window):
            at = np.array([match.end() - 1 - fresh])
            if at[0] >= 0 and self._outside(at, quotes)[0]:
                raise FileError("intake.json_number", row=self.features + window[fresh : match.end()].count(_FEATURE))

    def _check_texts(self, quotes: Positions, size: int) -> None:
        edges = np.concatenate(([-self.text] if self.inside else [], quotes)).astype(np.int64)
        ends = edges[1::2]
        longest = int((ends - edges[: 2 * len(ends) : 2]).max(initial=0))
        self.text = int(size - edges[-1]) if len(edges) & 1 else 0
        self.limits.check("text", max(longest, self.text) // _BYTES_A_SIGN, row=self.features)

    def _check_brackets(self, seen: NDArray[np.uint8], quotes: Positions) -> None:
        steps = _STEP[seen]
        at = np.flatnonzero(steps)
        at = at[self._outside(at, quotes)]
        if not len(at):
            return
        depths = self.depth + np.cumsum(steps[at], dtype=np.int64)
        self.depth = int(depths[-1])
        self.limits.check("nesting", int(depths.max()))
        opened = seen[at]
        arrays = np.cumsum(opened == _ARRAY)
        self.arrays += int(arrays[-1])
        self.limits.check("vertices", self.arrays)
        # Between two objects stand the positions of one geometry.
        marks = np.concatenate((arrays[opened == _OBJECT], arrays[-1:]))
        here = np.diff(marks, prepend=0)
        here[0] += self.arrays_here
        self.arrays_here = int(here[-1])
        if self.in_one_geometry:
            self.limits.check("geometry_vertices", int(here.max()))


def inspect(path: Path, limits: Limits, *, in_one_geometry: bool = True) -> None:
    """Raise FileError for a JSON text above `nesting`, `vertices`, `geometry_vertices`, `rows`, `text`, `columns`.

    Also for a number too large to be one (1e400). What is not JSON at all is left to the parser.
    """
    scan = Scan(limits, in_one_geometry)
    for window, fresh in _windows(path):
        scan.add(window, fresh)


def _windows(path: Path) -> Iterator[tuple[bytes, int]]:
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield tail + chunk, len(tail)
            tail = chunk[-_TAIL:]
