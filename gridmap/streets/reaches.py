"""What lamps reach: the exact intervals of the streets within a distance of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.streets.lines import EPSILON, Floats, Lines, Places

_PIECES_AT_ONCE = 1 << 16


@dataclass(frozen=True, eq=False)
class Reaches:
    """Intervals of the axis of `Lines`, each within one straight piece, by `start`; `lamp` is the position of each."""

    lamp: Places
    start: Floats
    end: Floats


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Lamps beside pieces: `along` and `off` are metres along the piece's line and square to it."""

    lamp: Places
    piece: Places
    along: Floats
    off: Floats


def reaches_of(lines: Lines, radius: Floats, x: Floats, y: Floats, *, own_road: bool) -> Reaches:
    """Return what lamps at x, y (metres; not finite = no lamp) reach; `radius` in metres by piece.

    A lamp at offset d from a straight line reaches 2 * sqrt(radius^2 - d^2) of it, cut at the ends of the piece. With
    `own_road` it reaches the nearest street alone, with the roads that continue it; several if they are as near.
    """
    pairs = _beside(lines, np.full_like(radius, radius.max(initial=0.0)) if own_road else radius, x, y)
    if own_road:
        pairs = _nearest(lines, pairs)
    at, to = lines.piece_at[pairs.piece], lines.piece_to[pairs.piece]
    half = np.sqrt(np.maximum(radius[pairs.piece] ** 2 - pairs.off**2, 0.0))
    start = np.where(pairs.along <= half, at, at + (pairs.along - half))
    end = np.where(at + (pairs.along + half) >= to, to, at + (pairs.along + half))
    real = np.flatnonzero(end > start)
    order = real[np.argsort(start[real], kind="stable")]
    return Reaches(pairs.lamp[order], start[order], end[order])


def _beside(lines: Lines, distance: Floats, x: Floats, y: Floats) -> _Pairs:
    """Return the lamps in the box around each piece, `distance` wider on each side."""
    placed = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    lamps = np.column_stack([x[placed], y[placed]])
    tree = shapely.STRtree(np.asarray(shapely.points(lamps), dtype=object))
    length = lines.piece_to - lines.piece_at
    found = [_Pairs(*(np.empty(0, dtype=kind) for kind in (np.intp, np.intp, float, float)))]
    for begin in range(0, len(length), _PIECES_AT_ONCE):
        part = slice(begin, begin + _PIECES_AT_ONCE)
        origin, ahead, wide = lines.origin[part], lines.ahead[part], distance[part, None]
        far = origin + ahead * length[part, None]
        low, high = np.minimum(origin, far) - wide, np.maximum(origin, far) + wide
        piece, lamp = tree.query(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
        away, unit = lamps[lamp] - origin[piece], ahead[piece]
        along = away[:, 0] * unit[:, 0] + away[:, 1] * unit[:, 1]
        off = away[:, 1] * unit[:, 0] - away[:, 0] * unit[:, 1]
        near = np.flatnonzero(np.abs(off) < distance[part][piece])
        found.append(_Pairs(placed[lamp[near]], piece[near] + begin, along[near], off[near]))
    return _Pairs(*(np.concatenate([getattr(one, name) for one in found]) for name in _Pairs.__annotations__))


def _nearest(lines: Lines, pairs: _Pairs) -> _Pairs:
    """Return the pairs of each lamp with its nearest street."""
    length = (lines.piece_to - lines.piece_at)[pairs.piece]
    away = np.hypot(pairs.off, pairs.along - np.clip(pairs.along, 0.0, length))
    nearest = np.full(pairs.lamp.max(initial=-1) + 1, np.inf)
    np.minimum.at(nearest, pairs.lamp, away)
    street = lines.street[lines.owner[pairs.piece]]
    name = pairs.lamp * (lines.street.max(initial=0) + 1) + street
    own = np.flatnonzero(np.isin(name, name[away <= nearest[pairs.lamp] + EPSILON]))
    return _Pairs(pairs.lamp[own], pairs.piece[own], pairs.along[own], pairs.off[own])


def uncovered(first: float, last: float, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Return the starts and ends of what no interval covers between `first` and `last`, ascending.

    `start` need not ascend. What is no longer than a micrometre is rounding, and left out.
    """
    order = np.argsort(start, kind="stable")
    begins = np.append(start[order], last)
    covered = np.maximum.accumulate(np.append(first, end[order]))
    gap = begins - covered > EPSILON
    return covered[gap], begins[gap]


def overlapping(start: Floats, end: Floats, low: Floats, high: Floats) -> NDArray[np.intp]:
    """Return the pairs (row of the first, row of the second) of intervals that share more than a micrometre.

    The first (`start`, `end`) ascend and do not overlap each other.
    """
    first = np.searchsorted(end, low + EPSILON, side="right")
    last = np.searchsorted(start, high - EPSILON, side="left")
    count = np.maximum(last - first, 0)
    second = np.repeat(np.arange(len(low)), count)
    within = np.arange(len(second)) - np.repeat(np.cumsum(count) - count, count)
    return np.stack([first[second] + within, second])
