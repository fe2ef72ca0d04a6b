"""A plan to begin with: several are begun at different places, and those that promise most go on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gridmap.routes.board import Board, Order
from gridmap.routes.shake import shaken

PLANS = 8  # that are begun; the better half of them goes on for twice as long, until one is left
SHAKES = 24  # that a race takes in all, for each shake that a plan has at first


def raced(
    board: Board, rng: np.random.Generator, first: int, over: Callable[[int], Callable[[tuple[int, int]], bool]]
) -> list[Order]:
    """Return the best of several plans. `over(n)` gives the rule that ends a search of n shakes; `first`: of the first.

    Where a plan goes to is settled in its first shakes, and what one that goes elsewhere would bring is seen as soon.
    """
    plans = [_begun(board, rng) for _ in range(PLANS)]
    while len(plans) > 1:
        plans = sorted((shaken(board, plan, rng, over(first)) for plan in plans), key=board.value, reverse=True)
        plans, first = plans[: len(plans) // 2], 2 * first
    return plans[0]


def _begun(board: Board, rng: np.random.Generator) -> list[Order]:
    """Return routes with a unit each, by chance: the more it is worth the likelier, and a must before all others."""
    orders: list[Order] = []
    for shift, allowed in enumerate(board.allowed):
        chance = np.where(allowed, board.prize, 0).astype(np.float64)
        chance[[unit for order in orders for unit in order]] = 0
        order = [int(rng.choice(board.count, p=chance / chance.sum()))] if chance.any() else []
        orders.append(order if board.fits(shift, order) else [])
    return orders
