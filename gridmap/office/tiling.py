"""Errand: collections as vector tiles, each row that its reader may see, and never where a home is.

From zoom 13 on a tile shows rows, all that meet it. Below, points are told as counts of cells; homes are so at every
zoom. Rows that lie nowhere on the map are told by `describe`. Tiles are kept packed for whoever asks alike.
"""

from __future__ import annotations

import gzip
from collections.abc import Hashable, Iterable

from gridmap.errors import NotFoundError
from gridmap.office.collections import collection
from gridmap.office.freshness import data_marks
from gridmap.office.kept_tiles import kept_tiles
from gridmap.office.tile_layers import Described, Place, TileLayer, Tiling
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person

__all__ = ["DEEPEST", "MOST", "Described", "Place", "Tiling", "depends", "describe", "tile"]

DEEPEST = 22
MOST = 16
"""How many collections one tile holds at the most."""


def tile(person: Person, office: Office, asked: Tiling, at: Place, *, packed: bool = False) -> bytes:
    """Return a tile (Mapbox Vector Tile 2.1), a layer for each collection that has something there; b"" for none.

    `packed`: as gzip, once for all who ask for it. Raises NotFoundError for a tile that is none (zoom 0 to 22), a
    collection that does not exist for `person`, more than 16 of them, a cell that the grid of the day does not have.
    """
    refuse_unless(person, "read")
    z, x, y = at
    if not (0 <= z <= DEEPEST and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise NotFoundError("office.no_tile", last=DEEPEST)
    layers = _layers(person, office, asked)

    def make() -> bytes:
        made = b"".join(layer.tile(at) for layer in layers)
        return gzip.compress(made, compresslevel=1, mtime=0) if packed and made else made

    state = _state(office, asked, layers)
    if state is None:
        return make()
    return kept_tiles(office).get((asked, at, packed, tuple(layer.sight for layer in layers), state), make)


def describe(person: Person, office: Office, asked: Tiling) -> list[Described]:
    """Return what tiles tell of each collection. Raises NotFoundError as `tile` does."""
    refuse_unless(person, "read")
    return [layer.described() for layer in _layers(person, office, asked)]


def depends(person: Person, office: Office, asked: Tiling) -> tuple[tuple[str, ...], bool]:
    """Return on what tiles depend: the subjects of the office, and whether the clock alone may change them."""
    refuse_unless(person, "read")
    return _causes(_layers(person, office, asked))


def _layers(person: Person, office: Office, asked: Tiling) -> list[TileLayer]:
    names = tuple(dict.fromkeys(asked.names))
    if len(names) > MOST:
        raise NotFoundError("office.many_collections", most=MOST)
    kinds = {name: f"cells_{asked.level or 'small'}" if name == "cells" else name for name in names}
    return [TileLayer(person, office, asked, name, collection(person, office, kind)) for name, kind in kinds.items()]


def _causes(layers: Iterable[TileLayer]) -> tuple[tuple[str, ...], bool]:
    held = list(layers)
    return tuple(dict.fromkeys(subject for one in held for subject in one.subjects)), any(one.by_minute for one in held)


def _state(office: Office, asked: Tiling, layers: Iterable[TileLayer]) -> Hashable:
    """Return the state of all that the tiles of these layers depend on; null before the office has any mark."""
    subjects, by_minute = _causes(layers)
    marks, now = data_marks(office), office.clock.now()
    past = asked.as_of is not None and asked.as_of <= now
    minute = now.strftime("%Y-%m-%d %H:%M") if by_minute and not past else ""
    return (tuple(marks.get(name) for name in subjects), minute, id(office.settings)) if marks else None
