"""A problem as arrays: what it costs in seconds to put a unit into a route, for all units and positions at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gridmap.routes.model import Model
from gridmap.routes.problem import Problem

NEVER = 1 << 40  # seconds: does not fit
Order = list[int]
_Seconds = NDArray[np.int64]


class Board:
    """Units and the travel between them by shift, in whole seconds and metres.

    Row and column of `seconds[shift]` and `metres[shift]`: the units by number, then the start and the end of the
    shift. `prize` by unit: its priority, for a must more than all priorities together, `musts` in all. `size`: its
    stops.
    """

    def __init__(self, problem: Problem, model: Model) -> None:
        units = model.units
        self.count = len(units)
        self.shifts = problem.shifts
        places = model.data.num_locations - self.count
        profiles = list(problem.travel)
        ends = [[*range(places, places + self.count), one.start, one.end] for one in self.shifts]
        of = [profiles.index(one.profile) for one in self.shifts]
        pairs = list(zip(of, ends, strict=True))
        self.seconds: list[_Seconds] = [model.data.duration_matrix(at)[np.ix_(own, own)] for at, own in pairs]
        self.metres: list[_Seconds] = [model.data.distance_matrix(at)[np.ix_(own, own)] for at, own in pairs]
        self._rows: list[list[list[int]]] = [matrix.tolist() for matrix in self.seconds]
        every = 1 + sum(unit.priority for unit in units)
        self.musts = every * sum(unit.must for unit in units)
        self.must = np.array([unit.must for unit in units], dtype=bool)
        self.prize: _Seconds = np.array([unit.priority + every * unit.must for unit in units], dtype=np.int64)
        self.size: _Seconds = np.array([len(unit.stops) for unit in units], dtype=np.int64)
        self.allowed = [np.array([at in unit.shifts for unit in units], dtype=bool) for at in range(len(of))]
        self._ways = [[(way.early, way.late, way.seconds) for way in unit.ways] for unit in units]
        most = max(map(len, self._ways), default=1)
        padded = [ways + [(0, -1, NEVER)] * (most - len(ways)) for ways in self._ways]
        table = np.array(padded, dtype=np.int64).reshape(self.count, most, 3)
        self._early, self._late, self._taken = np.moveaxis(table, 2, 0)
        self._least: _Seconds = self._taken.min(axis=1, initial=NEVER)

    def value(self, orders: Sequence[Order]) -> tuple[int, int]:
        """Return what is compared: more prizes first, then fewer metres."""
        prizes = sum(int(self.prize[order].sum()) for order in orders)
        return prizes, -sum(self._length(shift, order) for shift, order in enumerate(orders) if order)

    def told(self, value: tuple[int, int]) -> tuple[int, int] | None:
        """Return priority and metres of a value; null if a must is not served."""
        return None if value[0] < self.musts else (value[0] - self.musts, -value[1])

    def _length(self, shift: int, order: Order) -> int:
        return int(self.metres[shift][[self.count, *order], [*order, self.count + 1]].sum())

    def leaves(self, shift: int, order: Order) -> list[int] | None:
        """Return when one leaves the start and each unit of a route, as early as can be; null if it cannot be."""
        rows, at, now = self._rows[shift], self.count, self.shifts[shift].begin
        found = [now]
        for unit in order:
            arrive = now + rows[at][unit]
            now = min((max(arrive, way[0]) + way[2] for way in self._ways[unit] if arrive <= way[1]), default=NEVER)
            found.append(now)
            at = unit
        return found if not order or now + rows[at][self.count + 1] <= self.shifts[shift].finish else None

    def _latest(self, shift: int, order: Order) -> list[int]:
        """Return how late one may come to each unit of a route that can be, and to the end."""
        rows, on, limit = self._rows[shift], self.count + 1, self.shifts[shift].finish
        found = [limit]
        for unit in reversed(order):
            limit -= rows[unit][on]
            ways = self._ways[unit]
            limit = max(min(late, limit - taken) for early, late, taken in ways if early + taken <= limit)
            found.append(limit)
            on = unit
        return found[::-1]

    def detours(self, shift: int, order: Order, units: _Seconds) -> tuple[_Seconds, _Seconds]:
        """Return the fewest seconds that each of `units` adds to a route that can be, and before which position.

        NEVER where it fits nowhere: no window is left, a later stop would be missed, or the shift may not call there or
        has all the stops it may have. Waiting is not counted.
        """
        seconds, leaves = self.seconds[shift], self.leaves(shift, order)
        before, after = np.array([self.count, *order]), np.array([*order, self.count + 1])
        there, on = seconds[np.ix_(before, units)], seconds[np.ix_(units, after)].T
        arrive = np.array(leaves)[:, None] + there
        left = np.full(arrive.shape, NEVER)
        for way in range(self._early.shape[1]):
            fits = arrive <= self._late[units, way]
            leave = np.maximum(arrive, self._early[units, way]) + self._taken[units, way]
            np.minimum(left, leave, out=left, where=fits)
        more = there + on - seconds[before, after][:, None] + self._least[units]
        more = np.where(left + on > np.array(self._latest(shift, order))[:, None], NEVER, np.maximum(more, 0))
        most = self.shifts[shift].most
        room = NEVER if most is None else most - int(self.size[order].sum())
        more[:, ~self.allowed[shift][units] | (self.size[units] > room)] = NEVER
        position: _Seconds = more.argmin(axis=0)
        return more[position, np.arange(len(units))], position

    def fill(self, orders: Sequence[Order], worth: NDArray[np.float64]) -> None:
        """Put units into the routes as long as one fits: musts first, then what is `worth` most for its seconds."""
        inside = {unit for order in orders for unit in order}
        units = np.array([unit for unit in range(self.count) if unit not in inside and worth[unit] > 0], dtype=np.int64)
        if not len(units) or not orders:
            return
        found = [self.detours(shift, order, units) for shift, order in enumerate(orders)]
        while True:
            more = np.array([seconds for seconds, _ in found])
            shifts = more.argmin(axis=0)
            least = more[shifts, np.arange(len(units))]
            first = np.where(self.must[units], float(NEVER), 1.0)
            score = np.where(least < NEVER, first * worth[units] / np.maximum(least, 1), -1.0)
            best = int(score.argmax()) if len(units) else -1
            if best < 0 or score[best] < 0:
                return
            shift = int(shifts[best])
            orders[shift].insert(int(found[shift][1][best]), int(units[best]))
            units = np.delete(units, best)
            found = [(np.delete(seconds, best), np.delete(position, best)) for seconds, position in found]
            found[shift] = self.detours(shift, orders[shift], units)
