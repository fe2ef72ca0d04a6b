"""The cells that tile the ground, mended together: narrow overlaps, slits, vertices that an edge lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridmap.grid.checks.level import same_ground
from gridmap.grid.checks.partition import lower_code, overlaps, slits, walls_of
from gridmap.grid.checks.plane import NEAR, gathered, is_wide, polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridmap.grid.checks.level import Level

# Where many defects meet, closing one uncovers the next; two rounds did for all that was tried.
_ROUNDS = 4

Owned = tuple["NDArray[np.object_]", "NDArray[np.intp]"]


def mended(tiles: Level, grounds: NDArray[np.object_], width: float) -> NDArray[np.object_]:
    """Return the shapes of `tiles` (local metres) without slits, overlaps and unmatched edges up to `width` metres.

    `grounds` is the ground of each tile's parent, None where there is none: a parent keeps what it holds. What does
    not change is given back as it is, to the last bit.
    """
    for _ in range(_ROUNDS):
        cut = replace(tiles, shapes=_without_overlaps(tiles, grounds, width))
        pieces, owners = _slit_pieces(cut, grounds, width)
        shapes = _matched(cut, pieces, owners, tiles.shapes)
        if shapes is tiles.shapes:
            break
        tiles = replace(tiles, shapes=shapes)
    return tiles.shapes


def _without_overlaps(tiles: Level, grounds: NDArray[np.object_], width: float) -> NDArray[np.object_]:
    """Return the shapes, each narrow overlap taken from one of its two cells (unless nothing of it would be left)."""
    places = overlaps(tiles)
    parts, pair = polygons_of(places.shapes)
    narrow = ~is_wide(parts, width)
    parts, first, second = parts[narrow], places.first[pair[narrow]], places.second[pair[narrow]]
    inside = shapely.point_on_surface(parts)
    by_first, by_second = shapely.intersects(grounds[first], inside), shapely.intersects(grounds[second], inside)
    first_is_lower = lower_code(tiles.codes[first], tiles.codes[second])
    first_keeps = np.where(by_first == by_second, first_is_lower, by_first)
    lost, cells = gathered(parts, np.where(first_keeps, second, first))
    left = shapely.difference(tiles.shapes[cells], lost)
    shapes, some = tiles.shapes.copy(), ~shapely.is_empty(left)
    shapes[cells[some]] = left[some]
    return shapes


def _slit_pieces(tiles: Level, grounds: NDArray[np.object_], width: float) -> Owned:
    """Return the ground of all slits, cut by the parents that hold it, and the tile that each piece goes to."""
    parts = slits(tiles, width).shapes
    walls = walls_of(tiles, parts)
    walls = walls[walls["length"] > 2 * NEAR]
    walls["parent"] = tiles.parents[walls["cell"]]
    held = walls[walls["parent"].notna()].drop_duplicates(["part", "parent"])
    part, cell = held["part"].to_numpy(), held["cell"].to_numpy()
    inside, at = polygons_of(shapely.intersection(parts[part], grounds[cell]))
    taken = np.full(len(parts), shapely.Polygon(), dtype=object)
    joined, where = gathered(inside, part[at])
    taken[where] = joined
    rest, left = polygons_of(shapely.difference(parts, taken))
    longest = np.zeros(len(parts), dtype=np.intp)
    first = walls.drop_duplicates("part")
    longest[first["part"]] = first["cell"]
    return np.concatenate([inside, rest]), np.concatenate([cell[at], longest[left]])


def _matched(
    tiles: Level, pieces: NDArray[np.object_], owners: NDArray[np.intp], before: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Return the shapes with `pieces` joined to their `owners` and all edges about them matched vertex by vertex."""
    core = np.union1d(np.flatnonzero(tiles.suspect | ~same_ground(tiles.shapes, before)), owners)
    if not len(core):
        return before
    members = np.union1d(core, tiles.tree.query(tiles.shapes[core], predicate="intersects")[1])
    faces, face, face_owner = _shared_faces(tiles)
    bodies = shapely.difference(tiles.shapes[members], shapely.union_all(faces))
    some = ~shapely.is_empty(bodies)
    ground = np.concatenate([bodies[some], faces, pieces])
    clean = shapely.coverage_clean(ground, gap_width=NEAR, snapping_distance=NEAR)  # type: ignore[attr-defined]
    of = np.split(np.asarray(clean, dtype=object), np.cumsum([some.sum(), len(faces)]))
    shapes, rows = gathered(
        np.concatenate([of[0], of[1][face], of[2]]), np.concatenate([members[some], face_owner, owners])
    )
    moved = ~same_ground(shapes, before[rows]) & ~shapely.is_empty(shapes)
    if not moved.any():
        return before
    matched = before.copy()
    matched[rows[moved]] = shapes[moved]
    return matched


def _shared_faces(tiles: Level) -> tuple[NDArray[np.object_], NDArray[np.intp], NDArray[np.intp]]:
    """Return the faces that two tiles or more cover, and pairs (face, tile): overlaps too wide to decide here."""
    shapes = overlaps(tiles).shapes
    lines = shapely.union_all(shapely.boundary(shapes))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    face, tile = tiles.tree.query(shapely.point_on_surface(faces), predicate="intersects")
    shared = np.bincount(face, minlength=len(faces)) > 1
    pairs = shared[face]
    return faces[shared], (np.cumsum(shared) - 1)[face[pairs]], tile[pairs]
