"""A route is drawn elsewhere: units that lie together are put in whatever they cost, others given up for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gridmap.routes.board import NEVER, Board, Order

_MOST = 24  # units that are put in together at the most
_LONGEST = 20  # units that are given up in one piece at the most
_Seconds = NDArray[np.int64]


def pulled(
    board: Board, orders: Sequence[Order], worth: NDArray[np.float64], rng: np.random.Generator
) -> tuple[list[Order], set[int]]:
    """Return orders with a unit left out and some that are nearest to it put into one route, and where it changed.

    The parts of the route that are worth least for the time that is lacking are taken out for them; musts stay. Where
    that does not make a route that can be, the orders stay as they are.
    """
    shift = int(rng.integers(len(orders)))
    free = board.allowed[shift] & (worth > 0)
    free[[unit for order in orders for unit in order]] = False
    units = np.flatnonzero(free)
    if not len(units):
        return list(orders), set()
    first = int(rng.choice(units))
    together = 1 + int(min(_MOST, len(units)) * rng.random() * rng.random())
    nearest = np.argsort(board.seconds[shift][first, units], kind="stable")[:together]
    new = units[nearest].tolist()
    order = list(orders[shift])
    for unit in new:
        order.insert(_cheapest(board, shift, order, unit), unit)
    kept = board.must.copy()
    kept[new] = True
    touched = set(new)
    while not board.fits(shift, order):
        part = _worst(board, shift, order, np.where(kept, np.inf, worth))
        if part is None:
            return list(orders), set()
        begin, end = part
        touched |= {order[begin - 1], order[end % len(order)]}
        del order[begin:end]
    return [*orders[:shift], order, *orders[shift + 1 :]], touched


def _cheapest(board: Board, shift: int, order: Order, unit: int) -> int:
    seconds, back = board.seconds[shift], board.back[shift]
    before, after = [board.count, *order], [*order, board.count + 1]
    return int((back[unit, before] + seconds[unit, after] - seconds[before, after]).argmin())


def _worst(board: Board, shift: int, order: Order, worth: NDArray[np.float64]) -> tuple[int, int] | None:
    """Return the part, [begin, end), that is worth least for what it saves of what is lacking; null if none can go."""
    size = len(order)
    own = board.shifts[shift]
    seconds = board.seconds[shift]
    route = np.array([board.count, *order, board.count + 1])
    over = board.too_many(shift, order)
    begin = np.arange(size)[:, None]
    end = np.minimum(begin + np.arange(1, min(size, _LONGEST) + 1), size)
    if over > 0:
        stops = _sums(board.size[order])
        saved = stops[end] - stops[begin]
    else:
        legs = _sums(seconds[route[:-1], route[1:]])
        service = _sums(board.least[order])
        over = max(1, int(legs[-1] + service[-1]) - (own.finish - own.begin))
        saved = legs[end + 1] - legs[begin] + service[end] - service[begin] - seconds[route[begin], route[end + 1]]
    worths = _sums(np.minimum(worth[order], float(NEVER)))
    loss = worths[end] - worths[begin]
    score = loss / np.clip(saved, 1, over)
    score[(saved <= 0) | (loss >= NEVER)] = np.inf
    at = int(score.argmin()) if size else 0
    if not size or score.flat[at] == np.inf:
        return None
    return int(begin[at // score.shape[1], 0]), int(end.flat[at])


def _sums(of: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of the first none, one, two and so on."""
    return np.concatenate([[0.0], np.cumsum(of)])
