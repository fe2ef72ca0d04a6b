"""What it costs in seconds to put a unit into a route, for all units and all gaps of it at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gridmap.routes.board import NEVER, Board, Order

_Seconds = NDArray[np.int64]


class Gaps:
    """The gaps of a route that can be, and the seconds that each unit adds to it.

    `least` by unit: the fewest seconds. NEVER where it is not `free` or fits nowhere: no window is left, a later stop
    would be missed, or the shift may not call there or has all the stops it may have. Waiting is not counted. A gap
    keeps its number when others are cut in two; `insert` changes the order that was given.
    """

    def __init__(self, board: Board, shift: int, order: Order, free: NDArray[np.bool_]) -> None:
        self._board, self._shift, self._order = board, shift, order
        self._before, self._after = [board.count, *order], [*order, board.count + 1]
        self._refused = ~(free & board.allowed[shift])
        self._windows = bool(board.bound[order].any() or board.bound[free].any())
        rows = len(self._before)
        self._more, self._sums = board.detours(shift)
        self._measure(slice(0, rows))
        self._fits = self._cheapest = self.least = self._more[0]
        self._find(np.arange(board.count), 0)

    def _measure(self, gaps: slice) -> None:
        """Write the seconds more that each unit takes in some of the gaps."""
        board, shift = self._board, self._shift
        before, after = np.array(self._before[gaps]), np.array(self._after[gaps])
        more, on = self._more[gaps], self._sums[: len(after)]
        board.there[shift].take(before, axis=0, out=more, mode="clip")
        more += board.on[shift].take(after, axis=0, out=on, mode="clip")
        more += board.least
        more -= board.seconds[shift][before, after][:, None]

    def position(self, unit: int) -> int:
        """Return before which position of the route the cheapest gap is for a unit."""
        before = self._before[self._gap(unit)]
        return 0 if before == self._board.count else self._order.index(before) + 1

    def _gap(self, unit: int) -> int:
        return int(self._fits[:, unit].argmin())

    def insert(self, unit: int) -> None:
        """Put a unit into its cheapest gap."""
        gap, new = self._gap(unit), len(self._before)
        self._order.insert(self.position(unit), unit)
        self.refuse(unit)
        stale = np.flatnonzero((self._more[gap] <= self._cheapest) & ~self._refused)
        self._before.append(unit)
        self._after.append(self._after[gap])
        self._after[gap] = unit
        self._measure(slice(gap, gap + 1))
        self._measure(slice(new, new + 1))
        self._find(stale, gap)

    def refuse(self, unit: int) -> None:
        """Take no more account of a unit: it went elsewhere."""
        self._refused[unit] = True
        self.least[unit] = NEVER

    def _find(self, stale: _Seconds, cut: int) -> None:
        """Find the fewest seconds of each unit; where windows do not matter, of `stale` ones in all gaps.

        Of the others the gap that was cut and the last one are new.
        """
        board, shift, rows = self._board, self._shift, len(self._before)
        self._fits = self._more[:rows]
        if self._windows:
            self._fits = self._fitting()
            self.least = self._fits.min(axis=0)
        else:
            self._cheapest = np.minimum(np.minimum(self._cheapest, self._more[cut]), self._more[rows - 1])
            self._cheapest[stale] = self._fits[:, stale].min(axis=0)
            self.least = np.where(self._cheapest > board.spare(shift, self._order), NEVER, self._cheapest)
        # A way over a stop may be shorter than the way past it.
        np.maximum(self.least, 0, out=self.least)
        most = board.shifts[shift].most
        if most is not None:
            self.least[board.size > most - int(board.size[self._order].sum())] = NEVER
        self.least[self._refused] = NEVER

    def _fitting(self) -> _Seconds:
        """Return the seconds by gap and unit, NEVER where a window is missed or the route cannot be."""
        board, shift, order = self._board, self._shift, self._order
        leaves = board.leaves(shift, order)
        if leaves is None:
            return np.full_like(self._fits, NEVER)
        left_at = dict(zip((board.count, *order), leaves, strict=True))
        latest_at = dict(zip((*order, board.count + 1), board.latest(shift, order), strict=True))
        limit = np.array([latest_at[unit] for unit in self._after])
        arrive = board.there[shift][self._before]
        arrive += np.array([left_at[unit] for unit in self._before])[:, None]
        left = np.full(arrive.shape, NEVER)
        for way in range(board.early.shape[1]):
            leave = np.maximum(arrive, board.early[:, way])
            leave += board.taken[:, way]
            np.minimum(left, leave, out=left, where=arrive <= board.late[:, way])
        left += board.on[shift][self._after]
        return np.where(left > limit[:, None], NEVER, self._fits)


def fill(board: Board, orders: Sequence[Order], worth: NDArray[np.float64]) -> set[int]:
    """Put units into the routes as long as one fits, musts first, then what is `worth` most for its seconds.

    Returns those that were put in.
    """
    free = worth > 0
    free[[unit for order in orders for unit in order]] = False
    added: set[int] = set()
    if not free.any() or not orders:
        return added
    gaps = [Gaps(board, shift, order, free) for shift, order in enumerate(orders)]
    wanted = np.where(board.must, float(NEVER), 1.0) * worth
    while True:
        more = np.array([one.least for one in gaps])
        least = more.min(axis=0)
        score = np.where(least < NEVER, wanted / np.maximum(least, 1), -1.0)
        best = int(score.argmax())
        if score[best] < 0:
            return added
        gaps[int(more[:, best].argmin())].insert(best)
        for one in gaps:
            one.refuse(best)
        added.add(best)
