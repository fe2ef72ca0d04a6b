"""Roads laid end to end on one axis in metres, street after street, so that intervals of it are sorted and merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

# Ends of roads within a centimetre of each other meet.
SNAP = 0.01
# A micrometre: what is shorter than this is rounding.
EPSILON = 1e-6
_SEAM = 1.0  # metres between two lines on the axis: room that belongs to neither

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Lines:
    """The parts of roads that have a length, one beside the other on the axis; lines of one street are neighbours.

    A street is a set of lines joined where exactly two ends meet. By line: `road` (its position among those given),
    `begin` (metres along that road), `start` and `end` (on the axis), `street`; all but `road` and `begin` ascend.
    `partner[2 * line + side]` is the only other end (side 0 begins, 1 ends) at that place, -1 if none or several.
    By straight piece: `owner` (its line), `piece_at`, `piece_to` (on the axis), `origin` and unit vector `ahead`.
    """

    road: Places
    begin: Floats
    start: Floats
    end: Floats
    street: Places
    partner: Places
    owner: Places
    piece_at: Floats
    piece_to: Floats
    origin: Floats
    ahead: Floats

    def line_of(self, place: Floats) -> Places:
        """Return the line that holds each place of the axis."""
        return np.searchsorted(self.start, place, side="right") - 1

    def metres(self, place: Floats, line: Places) -> Floats:
        """Return how many metres along its road each place of the axis lies."""
        along: Floats = self.begin[line] + (place - self.start[line])
        return along

    def cut(self, start: Floats, end: Floats) -> NDArray[np.object_]:
        """Return the ground of intervals of the axis, each within one line, as LineStrings."""
        first = np.searchsorted(self.piece_at, start, side="right") - 1
        last = np.maximum(np.searchsorted(self.piece_to, end, side="left"), first)
        count = last - first + 2
        row = np.repeat(np.arange(len(start)), count)
        begun = np.cumsum(count) - count
        piece = first[row] + np.arange(len(row)) - begun[row]
        xy = self.origin[np.minimum(piece, last[row])]
        xy[begun] = self._ground(first, start)
        xy[begun + count - 1] = self._ground(last, end)
        return np.asarray(shapely.linestrings(xy, indices=row), dtype=object) if len(row) else np.empty(0, dtype=object)

    def _ground(self, piece: Places, place: Floats) -> Floats:
        ground: Floats = self.origin[piece] + self.ahead[piece] * (place - self.piece_at[piece])[:, None]
        return ground


def lay_out(roads: NDArray[np.object_]) -> Lines:
    """Return the lines of `roads` (LineString, LinearRing, MultiLineString or None, in metres).

    Missing roads and parts without length give no line. Ends within SNAP meet; a line shorter than that joins nothing.
    """
    parts, road = shapely.get_parts(roads, return_index=True)
    xy, line = shapely.get_coordinates(parts, return_index=True)
    step = xy[1:] - xy[:-1]
    length = np.hypot(step[:, 0], step[:, 1])
    real = np.flatnonzero((line[1:] == line[:-1]) & (length > 0))
    origin, step, length = xy[real], step[real], length[real]
    used, line = np.unique(line[real], return_inverse=True)
    road = road[used]
    begin = _begins(road, np.bincount(line, weights=length, minlength=len(used)).astype(np.float64))
    first = np.flatnonzero(np.diff(line, prepend=-1))
    last = np.append(first[1:], len(line))[: len(first)] - 1
    partner, street = _joined(np.stack([origin[first], origin[last] + step[last]], axis=1).reshape(-1, 2))
    # Street after street: the new order of the lines, and of their pieces.
    order = np.argsort(street, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    pieces = np.argsort(rank[line], kind="stable")
    owner, length = rank[line][pieces], length[pieces]
    piece_to = np.cumsum(length) + _SEAM * owner
    fresh = np.diff(owner, prepend=-1) > 0
    piece_at = np.where(fresh, piece_to - length, np.roll(piece_to, 1))
    return Lines(
        road=road[order],
        begin=begin[order],
        start=piece_at[fresh],
        end=piece_to[np.append(fresh[1:], True)[: len(fresh)]],
        street=street[order],
        partner=_renamed(partner, order, rank),
        owner=owner,
        piece_at=piece_at,
        piece_to=piece_to,
        origin=origin[pieces],
        ahead=step[pieces] / length[:, None],
    )


def _begins(road: Places, length: Floats) -> Floats:
    """Return how many metres of the same road come before each line."""
    before = np.append(0.0, np.cumsum(length))[: len(length)]
    first = np.diff(road, prepend=-1) > 0
    begins: Floats = before - before[first][np.cumsum(first) - 1]
    return begins


def _joined(ends: Floats) -> tuple[Places, Places]:
    """Return the partner of each end (two a line) and the street of each line."""
    partner = np.full(len(ends), -1, dtype=np.intp)
    if not len(ends):
        return partner, partner
    pairs = cKDTree(ends).query_pairs(SNAP, output_type="ndarray")
    node = components(len(ends), pairs[:, 0], pairs[:, 1])
    two = np.flatnonzero(np.bincount(node)[node] == 2)
    met = two[np.argsort(node[two], kind="stable")].reshape(-1, 2)
    partner[met[:, 0]], partner[met[:, 1]] = met[:, 1], met[:, 0]
    return partner, components(len(ends) // 2, met[:, 0] // 2, met[:, 1] // 2)


def _renamed(partner: Places, order: Places, rank: Places) -> Places:
    """Return `partner` for lines in the new order."""
    moved = partner.reshape(-1, 2)[order].reshape(-1)
    return np.where(moved < 0, -1, 2 * rank[moved // 2] + moved % 2)


def components(count: int, one: Places, other: Places) -> Places:
    """Return for `count` things, pairs of which belong together, the number of the group of each."""
    if not count:
        return np.empty(0, dtype=np.intp)
    graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.intp)
