"""What it costs in seconds to put a unit into a route, for all units and all gaps of it at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gridmap.routes.board import NEVER, Board, Order

_MORE = 32  # gaps that there is room for at first beside those of the route
_Seconds = NDArray[np.int64]


class Gaps:
    """The gaps of a route that can be, and the seconds that each of `units` adds to it.

    `least` and `gap` by unit: the fewest seconds, and in which gap. NEVER where it fits nowhere: no window is left, a
    later stop would be missed, or the shift may not call there or has all the stops it may have. Waiting is not
    counted. A gap keeps its number when others are cut in two; `insert` changes the order that was given.
    """

    def __init__(self, board: Board, shift: int, order: Order, units: _Seconds) -> None:
        self._board, self._shift, self._order, self._units = board, shift, order, units
        self._before, self._after = [board.count, *order], [*order, board.count + 1]
        seconds = board.seconds[shift]
        self._room(len(self._before) + _MORE)
        rows = len(self._before)
        self._there[:rows] = seconds[self._before].take(units, axis=1)
        self._on[:rows] = board.back[shift][self._after].take(units, axis=1)
        self._more[:rows] = self._there[:rows] + self._on[:rows] + board.least[units]
        self._more[:rows] -= seconds[self._before, self._after][:, None]
        np.maximum(self._more[:rows], 0, out=self._more[:rows])
        self._columns = np.arange(len(units))
        self._refused = ~board.allowed[shift][units]
        self._windows = bool(board.bound[order].any() or board.bound[units].any())
        self._cheapest = np.zeros(len(units), dtype=np.int64)
        self.gap: _Seconds = np.zeros(len(units), dtype=np.int64)
        self.least: _Seconds = np.full(len(units), NEVER)
        self._find()

    def _room(self, rows: int) -> None:
        """Make room for so many gaps: seconds there, from there on, and more in all, by gap and unit."""
        self._there, self._on, self._more = np.empty((3, rows, len(self._units)), dtype=np.int64)

    def position(self, at: int) -> int:
        """Return before which position of the route its cheapest gap is for the unit at `at` of the units."""
        before = self._before[int(self.gap[at])]
        return 0 if before == self._board.count else self._order.index(before) + 1

    def insert(self, at: int) -> None:
        """Put the unit at `at` of the units into its cheapest gap."""
        board, shift, unit, gap = self._board, self._shift, int(self._units[at]), int(self.gap[at])
        self._order.insert(self.position(at), unit)
        self._refused[at] = True
        new = len(self._before)
        if new == len(self._there):
            kept = self._there, self._on, self._more
            self._room(2 * new)
            self._there[:new], self._on[:new], self._more[:new] = kept
        before, after, rows = self._before[gap], self._after[gap], board.rows[shift]
        self._before.append(unit)
        self._after.append(after)
        self._after[gap] = unit
        self._there[new] = board.seconds[shift][unit].take(self._units)
        self._on[new] = self._on[gap]
        self._on[gap] = board.back[shift][unit].take(self._units)
        for row, leg in ((gap, rows[before][unit]), (new, rows[unit][after])):
            np.maximum(self._there[row] + self._on[row] + (board.least[self._units] - leg), 0, out=self._more[row])
        self._find(gap)

    def refuse(self, at: int) -> None:
        """Take no more account of the unit at `at` of the units: it went elsewhere."""
        self._refused[at] = True
        self.least[at] = NEVER

    def _find(self, cut: int | None = None) -> None:
        """Find the cheapest gap of each unit; after an insertion the gap that was cut and the last are new."""
        board, shift = self._board, self._shift
        if self._windows:
            leaves = board.leaves(shift, self._order)
            if leaves is None:
                self.least[:] = NEVER
                return
            more = self._fitting(leaves)
            self.gap = more.argmin(axis=0)
            self.least = more[self.gap, self._columns]
        else:
            self._without_windows(cut)
            self.least = np.where(self._cheapest > board.spare(shift, self._order), NEVER, self._cheapest)
        most = board.shifts[shift].most
        if most is not None:
            self.least[board.size[self._units] > most - int(board.size[self._order].sum())] = NEVER
        self.least[self._refused] = NEVER

    def _without_windows(self, cut: int | None) -> None:
        """Find the cheapest gaps where only the time in all can forbid one."""
        rows = len(self._before)
        stale = self._columns if cut is None else np.flatnonzero(self.gap == cut)
        if len(stale):
            part = self._more[:rows].take(stale, axis=1)
            self.gap[stale] = part.argmin(axis=0)
            self._cheapest[stale] = part[self.gap[stale], np.arange(len(stale))]
        for row in () if cut is None else (cut, rows - 1):
            self.gap[self._more[row] < self._cheapest] = row
            np.minimum(self._cheapest, self._more[row], out=self._cheapest)

    def _fitting(self, leaves: Sequence[int]) -> _Seconds:
        """Return the seconds by gap and unit, NEVER where a window is missed."""
        board, units, order, rows = self._board, self._units, self._order, len(self._before)
        left_at = dict(zip((board.count, *order), leaves, strict=True))
        latest_at = dict(zip((*order, board.count + 1), board.latest(self._shift, order), strict=True))
        limit = np.array([latest_at[unit] for unit in self._after])
        arrive = np.array([left_at[unit] for unit in self._before])[:, None] + self._there[:rows]
        left = np.full(arrive.shape, NEVER)
        for way in range(board.early.shape[1]):
            leave = np.maximum(arrive, board.early[units, way])
            leave += board.taken[units, way]
            np.minimum(left, leave, out=left, where=arrive <= board.late[units, way])
        left += self._on[:rows]
        return np.where(left > limit[:, None], NEVER, self._more[:rows])


def fill(board: Board, orders: Sequence[Order], worth: NDArray[np.float64]) -> set[int]:
    """Put units into the routes as long as one fits, musts first, then what is `worth` most for its seconds.

    Returns those that were put in.
    """
    free = worth > 0
    free[[unit for order in orders for unit in order]] = False
    units = np.flatnonzero(free)
    added: set[int] = set()
    if not len(units) or not orders:
        return added
    gaps = [Gaps(board, shift, order, units) for shift, order in enumerate(orders)]
    wanted = np.where(board.must[units], float(NEVER), 1.0) * worth[units]
    while True:
        more = np.array([one.least for one in gaps])
        least = more.min(axis=0)
        score = np.where(least < NEVER, wanted / np.maximum(least, 1), -1.0)
        best = int(score.argmax())
        if score[best] < 0:
            return added
        shift = int(more[:, best].argmin())
        gaps[shift].insert(best)
        for one in gaps:
            one.refuse(best)
        added.add(int(units[best]))
