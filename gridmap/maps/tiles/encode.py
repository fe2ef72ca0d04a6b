"""One tile of some frames, as the page and GIS clients read it: Mapbox Vector Tile 2.1."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np

from gridmap.errors import ArgumentError
from gridmap.maps.tiles.commands import Grid, commands
from gridmap.maps.tiles.parts import Rows
from gridmap.maps.tiles.prepared import Prepared
from gridmap.maps.tiles.squares import tile_bounds
from gridmap.maps.tiles.values import NONE
from gridmap.maps.tiles.varints import Bytes, Column, Numbers, field, lengths, rows_of, varint, varints

EXTENT = 4096
BUFFER = 64
_LARGEST = 1 << 20
_VERSION = b"\x78\x02"
_SINGLE = 3
"""How many numbers a single point is: MoveTo, x, y."""


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
    features = _features(ids, tags, kinds.astype(np.uint64), shapes, counts)
    size = b"\x28" + varint(grid.extent)
    return field(3, b"".join([_VERSION, field(1, name.encode()), features.tobytes(), *keys, *values, size]))


def _tags(prepared: Prepared, rows: Rows) -> tuple[list[Column], list[bytes], list[bytes]]:
    """The key and value numbers of each row in turn, those that are not null, and the keys and values that occur."""
    codes = prepared.values.codes[:, rows]
    written = prepared.values.written
    used = np.zeros(len(written) + 1, dtype=np.bool_)
    used[codes] = True  # NONE is the last one
    occurring = np.flatnonzero(used[:NONE])
    numbers = np.zeros(len(used), dtype=np.uint64)
    numbers[occurring] = np.arange(len(occurring))
    held = codes != NONE
    keys = np.flatnonzero(held.any(axis=1)).tolist()
    tags: list[Column] = []
    for number, key in enumerate(keys):
        there = None if held[key].all() else held[key]
        tags += [(number, there), (numbers[codes[key]], there)]
    return tags, [prepared.values.keys[key] for key in keys], written[occurring].tolist()


def _features(ids: Numbers | None, tags: list[Column], kinds: Numbers, shapes: Numbers, counts: Rows) -> Bytes:
    """Each feature as its layer holds it.

    Source: the schema of Mapbox Vector Tile 2.1; a feature is field 2 of its layer, with id 1, tags 2, type 3 and
    geometry 4.
    """
    shape_bytes = _bytes_of(shapes, counts)
    named: list[Column] = [] if ids is None else [(0x08, None), (ids, None)]
    before: list[Column] = [*named, (0x12, None), (_taken(tags, len(counts)), None), *tags]
    head: list[Column] = [*before, (0x18, None), (kinds, None), (0x22, None), (shape_bytes, None)]
    head_bytes = _taken(head, len(counts))
    whole: list[Column] = [(0x12, None), (head_bytes + shape_bytes, None), *head]
    if (counts == _SINGLE).all():  # of single points there may be very many
        return rows_of(len(counts), [*whole, *((numbers, None) for numbers in shapes.reshape(-1, _SINGLE).T)])
    return _woven(rows_of(len(counts), whole), _taken(whole, len(counts)), varints(shapes), shape_bytes)


def _taken(columns: list[Column], count: int) -> Numbers:
    """How many bytes the columns take in each row."""
    taken = np.zeros(count, dtype=np.uint64)
    for numbers, there in columns:
        each = np.uint64(len(varint(numbers))) if isinstance(numbers, int) else lengths(numbers).view(np.uint64)
        taken += each if there is None else each * there
    return taken


def _bytes_of(numbers: Numbers, counts: Rows) -> Numbers:
    """How many bytes each feature's numbers take."""
    ends = np.cumsum(counts)
    taken = np.append(0, np.cumsum(lengths(numbers)))
    sizes: Numbers = (taken[ends] - taken[ends - counts]).view(np.uint64)
    return sizes


def _woven(heads: Bytes, head_bytes: Numbers, shapes: Bytes, shape_bytes: Numbers) -> Bytes:
    """Each feature's head and shape in turn."""
    sizes = np.column_stack([head_bytes, shape_bytes]).ravel().view(np.int64)
    turns = np.repeat(np.tile([True, False], len(head_bytes)), sizes)
    woven = np.empty(len(turns), dtype=np.uint8)
    woven[turns], woven[~turns] = heads, shapes
    return woven
