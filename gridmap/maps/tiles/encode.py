"""One tile of some frames, as the page and GIS clients read it: Mapbox Vector Tile 2.1."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.maps.tiles.commands import Grid, commands
from gridmap.maps.tiles.parts import Rows
from gridmap.maps.tiles.prepared import Prepared
from gridmap.maps.tiles.squares import tile_bounds
from gridmap.maps.tiles.values import NONE
from gridmap.maps.tiles.varints import Numbers, field, lengths, varint, varints

EXTENT = 4096
BUFFER = 64
_LARGEST = 1 << 20
_VERSION = b"\x78\x02"


def encode(
    layers: Mapping[str, gpd.GeoDataFrame | Prepared],
    z: int,
    x: int,
    y: int,
    *,
    extent: int = EXTENT,
    buffer: int = BUFFER,
) -> bytes:
    """Return the tile of these layers by name; b"" if none of them has anything there.

    Each frame states its CRS; for more than a tile or two, `Prepared.of(frame)` does once what all tiles share. A
    layer holds areas, then lines, then points, each in the frame's order, cut at `buffer` units around the tile of
    `extent` units a side; vertices are rounded to units, areas stay valid, and what would vanish is drawn up to
    three units wide. Every feature that meets the tile is there, however many: below zoom 13 the caller gives points as
    counts of cells (`per_cell`), which say all of them in few. Rows that no tile can show: `Prepared.unplaced`.

    Attributes are all columns, so give only those the reader may see; text, whole numbers, floats and flags stay what
    they are, days and instants are ISO text, null is left out. Raises ArgumentError for a tile that is none, an extent
    or buffer out of range, a frame without CRS, and values that no tile holds.
    """
    for argument, given, least in (("extent", extent, 1), ("buffer", buffer, 0)):
        if not least <= given <= _LARGEST:
            raise ArgumentError("maps.tile_size", argument=argument, given=given, least=least, most=_LARGEST)
    grid = Grid(tile_bounds(z, x, y), extent, buffer)
    return b"".join(
        _layer(name, frame if isinstance(frame, Prepared) else Prepared.of(frame, f"layers[{name!r}]"), grid)
        for name, frame in layers.items()
    )


def _layer(name: str, prepared: Prepared, grid: Grid) -> bytes:
    drawn = [(places, commands(places, grid)) for places in prepared.places]
    rows = np.concatenate([places.rows[found.at] for places, found in drawn]) if drawn else np.empty(0, dtype=np.int64)
    if not len(rows):
        return b""
    kinds = np.repeat([places.kind for places, _ in drawn], [len(found.at) for _, found in drawn])
    shapes = np.concatenate([found.numbers for _, found in drawn])
    counts = np.concatenate([found.counts for _, found in drawn])
    tags, keys, values = _tags(prepared, rows)
    ids = None if prepared.ids is None else prepared.ids[rows]
    features = _features(_heads(ids, tags, kinds, _bytes_of(shapes, counts)), shapes, counts)
    size = b"\x28" + varint(grid.extent)
    return field(3, b"".join([_VERSION, field(1, name.encode()), features, *keys, *values, size]))


def _tags(prepared: Prepared, rows: Rows) -> tuple[Rows, list[bytes], list[bytes]]:
    """The key and value numbers of each row in turn (NONE where null), and the keys and values that occur."""
    codes = prepared.values.codes[rows]
    held = codes != NONE
    keys = np.flatnonzero(held.any(axis=0))
    used, at = np.unique(codes[held], return_inverse=True)
    tags = np.full((len(rows), 2 * len(keys)), NONE, dtype=np.int64)
    filled = held[:, keys]
    tags[:, ::2] = np.where(filled, np.arange(len(keys)), NONE)
    tags[:, 1::2][filled] = at
    written = prepared.values.written
    return tags, [prepared.values.keys[i] for i in keys], [written[i] for i in used.tolist()]


def _bytes_of(numbers: Numbers, counts: Rows) -> Rows:
    """How many bytes each feature's numbers take."""
    ends = np.cumsum(counts)
    taken = np.append(0, np.cumsum(lengths(numbers)))
    size: Rows = taken[ends] - taken[ends - counts]
    return size


def _heads(ids: Numbers | None, tags: Rows, kinds: Rows, shape_bytes: Rows) -> tuple[Numbers, NDArray[np.bool_]]:
    """What stands before each feature's commands, a row each, and which of it is there.

    Source: the schema of Mapbox Vector Tile 2.1; a feature is field 2 of its layer, with id 1, tags 2, type 3 and
    geometry 4.
    """
    there = tags != NONE
    tag_bytes = (lengths(np.maximum(tags, 0).astype(np.uint64)) * there).sum(axis=1)
    one = np.ones(len(kinds), dtype=np.uint64)
    named = [] if ids is None else [one * np.uint64(0x08), ids]
    before = [*named, one * np.uint64(0x12), tag_bytes.astype(np.uint64)]
    after = [one * np.uint64(0x18), kinds.astype(np.uint64), one * np.uint64(0x22), shape_bytes.astype(np.uint64)]
    size = sum((lengths(part) for part in (*before, *after)), tag_bytes + shape_bytes).astype(np.uint64)
    left, right = np.column_stack([one * np.uint64(0x12), size, *before]), np.column_stack(after)
    heads = np.hstack([left, tags.astype(np.uint64), right])
    held = np.ones(heads.shape, dtype=bool)
    held[:, left.shape[1] : left.shape[1] + tags.shape[1]] = there
    return heads, held


def _features(head: tuple[Numbers, NDArray[np.bool_]], shapes: Numbers, counts: Rows) -> bytes:
    """Each feature's head and commands in turn."""
    heads, held = head
    lead = held.sum(axis=1)
    turns = np.repeat(np.tile([True, False], len(counts)), np.column_stack([lead, counts]).ravel())
    numbers = np.empty(len(turns), dtype=np.uint64)
    numbers[turns] = heads[held]
    numbers[~turns] = shapes
    return varints(numbers)
