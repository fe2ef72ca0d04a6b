"""A search on prizes: a part of a route is given up, what is worth most for its time put in, the way shortened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from gridmap.routes.board import Board, Order
from gridmap.routes.gaps import fill
from gridmap.routes.pull import pulled
from gridmap.routes.shorter import shortened

_NOISE = 0.3  # how far the worth of a unit is bent by chance
_PART = 0.4  # of a route that is taken out at the most
_LONGEST = 30  # units of it
_PULLS = 0.6  # of the shakes draw a route elsewhere, the others take a part out
_WORSE = 0.01  # mean share of the best that the search may be below it


def shaken(
    board: Board, orders: Sequence[Order], rng: np.random.Generator, over: Callable[[tuple[int, int]], bool]
) -> list[Order]:
    """Return the best orders found from `orders`, which must be such as can be; never worse ones.

    `over` is asked before each shake, with the best value yet, and ends the search.
    """
    worth = board.prize * _bent(board.count, rng)
    now = _settled(board, orders, worth, {unit for order in orders for unit in order})
    best, best_value = now, board.value(now)
    now_value = best_value
    while not over(best_value):
        worth = board.prize * _bent(board.count, rng)
        changed, touched = (pulled if rng.random() < _PULLS else _torn)(board, now, worth, rng)
        found = _settled(board, changed, worth, touched)
        value = board.value(found)
        worse = _WORSE * rng.exponential() * max(0, best_value[0] - board.musts)
        if value > now_value or value[0] >= best_value[0] - worse:
            now, now_value = found, value
        if value > best_value:
            best, best_value = found, value
    return best if best_value >= board.value(orders) else [list(order) for order in orders]


def _bent(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return factors around 1, now closer to it and now less."""
    bent: NDArray[np.float64] = np.exp(_NOISE * rng.random() * rng.standard_normal(count))
    return bent


def _torn(
    board: Board, orders: Sequence[Order], _worth: NDArray[np.float64], rng: np.random.Generator
) -> tuple[list[Order], set[int]]:
    """Return orders without a part of one route or of two, and the units beside it; musts stay."""
    torn, touched = list(orders), set[int]()
    for _ in range(1 if len(orders) == 1 or rng.random() < 0.5 else 2):
        shift = int(rng.integers(len(orders)))
        order = torn[shift]
        if order:
            length = 1 + int(min(len(order) * _PART, _LONGEST) * rng.random() * rng.random())
            first = int(rng.integers(len(order)))
            out = {order[(first + step) % len(order)] for step in range(length)}
            rest = [unit for unit in order if unit not in out or board.must[unit]]
            # A way past a stop may be longer than the way over it.
            if board.fits(shift, rest):
                torn[shift] = rest
                touched |= {order[first - 1], order[(first + length) % len(order)]}
    return torn, touched


def _settled(board: Board, orders: Sequence[Order], worth: NDArray[np.float64], touched: set[int]) -> list[Order]:
    """Return full and short orders: filled by bent worths, then shortened and filled as long as it brings more.

    `touched`: the units where they were changed.
    """
    full = [list(order) for order in orders]
    touched |= fill(board, full, worth)
    while touched:
        short = [shortened(board, shift, order, touched) for shift, order in enumerate(full)]
        if short == full:
            break
        full = short
        touched = fill(board, full, board.prize.astype(np.float64))
    return full
