"""Roads made edges that meet at nodes: cut where they cross, joined where an end nearly meets another road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridmap.streets.lines import EPSILON, SNAP, Floats, Lines, Places, components, lay_out

DANGLE = 1.0  # metres: an end that misses another road by less was meant to meet it
FAULT_COLUMNS = ("kind", "road", "other", "metres", "geometry")


@dataclass(frozen=True, eq=False)
class Noded:
    """Edges between nodes, all in metres.

    By edge: `road` (its position among those given), `tail` and `head` (nodes), `metres`, `ground` (a LineString from
    tail to head). `nodes`: x and y of each.

    `faults`: kind, road, other (positions, -1 = none), metres, geometry. A `dangle` is an end that misses another road
    by under DANGLE (it is joined by an edge of that length) or juts out by less; a `crossing` is where two roads cross
    and neither has a corner (they are joined); an `island` is what hangs together and not with the longest part.
    """

    road: Places
    tail: Places
    head: Places
    metres: Floats
    ground: NDArray[np.object_]
    nodes: Floats
    faults: pd.DataFrame


@dataclass(frozen=True, eq=False)
class _Meetings:
    """Places of the axis where a line is cut, and the joins between two of them; faults as in `Noded`."""

    at: Floats
    joins: Floats
    faults: pd.DataFrame


def noded(roads: NDArray[np.object_], level: NDArray[np.object_] | None = None) -> Noded:
    """Return the network of `roads` (lines in metres; missing ones give nothing).

    Roads of different `level` (a bridge, a tunnel) do not meet where they cross, only where one of them ends.
    Ends within 1 cm of each other, or of another road, meet.
    """
    lines = lay_out(roads)
    crossed = _crossings(lines, None if level is None else pd.factorize(level)[0][lines.road])
    dangling = _dangles(lines)
    at = np.concatenate([lines.start, lines.end, crossed.at, dangling.at])
    at, line = _distinct(lines, at)
    ground_at = _ground(lines, at, line)
    node = _clusters(ground_at)
    nodes = _centres(ground_at, node)
    # Consecutive places on one line bound an edge.
    first = np.flatnonzero(line[1:] == line[:-1]) if len(line) else np.empty(0, dtype=np.intp)
    tail, head = node[first], node[first + 1]
    ground = lines.cut(at[first], at[first + 1])
    road = lines.road[line[first]]
    joins = dangling.joins
    if len(joins):
        ends = [node[_index(at, joins[:, side])] for side in (0, 1)]
        tail, head = np.concatenate([tail, ends[0]]), np.concatenate([head, ends[1]])
        straight = shapely.linestrings(np.stack([nodes[ends[0]], nodes[ends[1]]], axis=1))
        ground = np.concatenate([ground, straight])
        road = np.concatenate([road, lines.road[lines.line_of(joins[:, 0])]])
    metres = np.asarray(shapely.length(ground), dtype=np.float64)
    found = [crossed.faults, dangling.faults, _jutting(road, tail, head, metres, nodes)]
    faults = pd.concat([*found, _islands(road, tail, head, metres, nodes)], ignore_index=True)
    return Noded(road, tail, head, metres, ground, nodes, faults)


def _crossings(lines: Lines, level: Places | None) -> _Meetings:
    """Return where pieces of roads meet or cross; two that follow each other on one line do not count."""
    pieces = _pieces(lines)
    one, other = shapely.STRtree(pieces).query(pieces, predicate="intersects")
    kept = one < other
    one, other = one[kept], other[kept]
    follows = (lines.owner[one] == lines.owner[other]) & (other - one == 1)
    one, other = one[~follows], other[~follows]
    xy, pair = shapely.get_coordinates(shapely.intersection(pieces[one], pieces[other]), return_index=True)
    one, other = one[pair], other[pair]
    places = np.stack([_axis(lines, one, xy), _axis(lines, other, xy)])
    owners = lines.owner[np.stack([one, other])]
    ends = np.minimum(places - lines.start[owners], lines.end[owners] - places) <= SNAP
    if level is not None:
        meet = (level[owners[0]] == level[owners[1]]) | ends.any(axis=0)
        xy, one, other = xy[meet], one[meet], other[meet]
        places, owners = places[:, meet], owners[:, meet]
    pairs = np.stack([one, other])
    corner = np.minimum(np.abs(places - lines.piece_at[pairs]), np.abs(lines.piece_to[pairs] - places)) <= SNAP
    bare = ~corner.any(axis=0)
    faults = _faults("crossing", lines.road[owners[0][bare]], lines.road[owners[1][bare]], 0.0, xy[bare])
    return _Meetings(places.ravel(), np.empty((0, 2)), faults)


def _dangles(lines: Lines) -> _Meetings:
    """Return the ends that meet nothing and miss another line by under DANGLE: where to cut it, and what to join."""
    end_at = np.concatenate([lines.start, lines.end])
    owner = np.tile(np.arange(len(lines.start)), 2)
    xy = _ground(lines, end_at, owner)
    points = np.asarray(shapely.points(xy), dtype=object)
    pieces = _pieces(lines)
    end, piece = shapely.STRtree(pieces).query(points, predicate="dwithin", distance=DANGLE)
    others = lines.owner[piece] != owner[end]
    end, piece = end[others], piece[others]
    gap = np.asarray(shapely.distance(points[end], pieces[piece]), dtype=np.float64)
    order = np.lexsort((piece, gap, end))
    nearest = order[np.diff(end[order], prepend=-1) > 0]
    nearest = nearest[gap[nearest] > SNAP]
    end, piece, gap = end[nearest], piece[nearest], gap[nearest]
    target = _axis(lines, piece, xy[end])
    # Two ends that miss each other are joined once.
    joins = np.stack([end_at[end], target], axis=1)
    _, once = np.unique(np.round(np.sort(joins, axis=1), 3), axis=0, return_index=True)
    roads = lines.road[owner[end[once]]], lines.road[lines.owner[piece[once]]]
    return _Meetings(target[once], joins[once], _faults("dangle", *roads, gap[once], xy[end[once]]))


def _jutting(road: Places, tail: Places, head: Places, metres: Floats, nodes: Floats) -> pd.DataFrame:
    """Return the edges under DANGLE that end at nothing and begin at a crossing."""
    degree = np.bincount(np.concatenate([tail, head]), minlength=len(nodes))
    loose = (np.minimum(degree[tail], degree[head]) == 1) & (np.maximum(degree[tail], degree[head]) > 2)
    out = np.flatnonzero(loose & (metres < DANGLE))
    tip = np.where(degree[tail[out]] == 1, tail[out], head[out])
    return _faults("dangle", road[out], np.full(len(out), -1), metres[out], nodes[tip])


def _islands(road: Places, tail: Places, head: Places, metres: Floats, nodes: Floats) -> pd.DataFrame:
    part = components(len(nodes), tail, head)[tail]
    length = np.bincount(part, weights=metres) if len(part) else np.zeros(1)
    kept, first = np.unique(part, return_index=True)
    apart = kept != length.argmax()
    kept, first = kept[apart], first[apart]
    return _faults("island", road[first], np.full(len(first), -1), length[kept], nodes[tail[first]])


def _faults(kind: str, road: Places, other: Places, metres: Floats | float, xy: Floats) -> pd.DataFrame:
    columns = {"kind": kind, "road": road, "other": other, "metres": metres, "geometry": shapely.points(xy)}
    frame = pd.DataFrame(columns, index=range(len(road)))[list(FAULT_COLUMNS)]
    return frame.astype({"kind": object, "road": np.intp, "other": np.intp, "metres": float, "geometry": object})


def _distinct(lines: Lines, at: Floats) -> tuple[Floats, Places]:
    """Return places of the axis in order, those within SNAP of one before left out (never an end), and their lines."""
    ends = np.concatenate([lines.start, lines.end])
    at = np.unique(at)
    line = lines.line_of(at)
    at = np.clip(at, lines.start[line], lines.end[line])
    is_end = np.isin(at, ends)
    near_end = np.minimum(at - lines.start[line], lines.end[line] - at) <= SNAP
    at = np.unique(at[is_end | ~near_end])
    line = lines.line_of(at)
    close = (np.diff(at, prepend=-np.inf) <= SNAP) & (np.diff(line, prepend=-1) == 0) & ~np.isin(at, ends)
    return at[~close], line[~close]


def _index(at: Floats, place: Floats) -> Places:
    """Return which of the ordered places `at` is nearest to each of `place`."""
    after = np.clip(np.searchsorted(at, place), 1, len(at) - 1)
    return np.where(place - at[after - 1] <= at[after] - place, after - 1, after)


def _clusters(xy: Floats) -> Places:
    """Return the node of each place: places within SNAP of each other are one."""
    if not len(xy):
        return np.empty(0, dtype=np.intp)
    pairs = cKDTree(xy).query_pairs(SNAP + EPSILON, output_type="ndarray")
    return components(len(xy), pairs[:, 0], pairs[:, 1])


def _centres(xy: Floats, node: Places) -> Floats:
    """Return for each node the place of the first that it joins."""
    _, first = np.unique(node, return_index=True)
    return xy[first]


def _pieces(lines: Lines) -> NDArray[np.object_]:
    """Return the straight pieces as LineStrings."""
    far = lines.origin + lines.ahead * (lines.piece_to - lines.piece_at)[:, None]
    return np.asarray(shapely.linestrings(np.stack([lines.origin, far], axis=1)), dtype=object)


def _axis(lines: Lines, piece: Places, xy: Floats) -> Floats:
    """Return the place of the axis that lies on a piece nearest to each of `xy`."""
    along = np.einsum("ij,ij->i", xy - lines.origin[piece], lines.ahead[piece])
    place: Floats = np.clip(lines.piece_at[piece] + along, lines.piece_at[piece], lines.piece_to[piece])
    return place


def _ground(lines: Lines, at: Floats, line: Places) -> Floats:
    """Return x and y of places of the axis; a place where two pieces meet belongs to both."""
    if not len(at):
        return np.empty((0, 2))
    piece = np.clip(np.searchsorted(lines.piece_at, at, side="right") - 1, 0, None)
    # The end of a line lies before the beginning of the next one's first piece.
    piece = np.where(lines.owner[piece] == line, piece, piece - 1)
    xy: Floats = lines.origin[piece] + lines.ahead[piece] * (at - lines.piece_at[piece])[:, None]
    return xy
