"""A problem as arrays, and how a route stands: when one leaves each unit, and how late one may come to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gridmap.routes.model import Model
from gridmap.routes.problem import Problem

NEVER = 1 << 40  # seconds: does not fit
_NEAR = 12  # units beside which a part of a route is put
Order = list[int]
_Seconds = NDArray[np.int64]


class _Ways:
    """The travel of shifts with one profile, start and end."""

    def __init__(self, model: Model, count: int, places: int, profile: int, start: int, end: int) -> None:  # noqa: PLR0917 - as they stand in a shift
        own = [*range(places, places + count), start, end]
        self.seconds: _Seconds = model.data.duration_matrix(profile)[np.ix_(own, own)]
        self.metres: _Seconds = model.data.distance_matrix(profile)[np.ix_(own, own)]
        self.back: _Seconds = np.ascontiguousarray(self.seconds.T)
        self.there: _Seconds = np.ascontiguousarray(self.seconds[:, :count])
        self.on: _Seconds = np.ascontiguousarray(self.back[:, :count])
        self.rows: list[list[int]] = self.seconds.tolist()
        both = (self.seconds + self.back)[:count, :count]
        self.near: list[list[int]] = np.argsort(both, axis=1, kind="stable")[:, : _NEAR + 1].tolist()


class Board:
    """Units and the travel between them by shift, in whole seconds and metres.

    Row and column of `seconds[shift]`, `metres[shift]` and `rows[shift]` (the seconds as lists): the units by number,
    then the start and the end of the shift; `back` is `seconds` with rows and columns exchanged; `there` and `on` are
    their columns of units alone. `prize` by unit: its
    priority, for a must more than all priorities together, `musts` in all. `size`: its stops. `near`: by shift and
    unit, the units nearest to it. `early`, `late`, `taken`: by unit and way. `bound`: whether its windows can matter.
    """

    def __init__(self, problem: Problem, model: Model) -> None:
        units = model.units
        self.count = len(units)
        self.shifts = problem.shifts
        places = model.data.num_locations - self.count
        profiles = list(problem.travel)
        ways = [(profiles.index(one.profile), one.start, one.end) for one in self.shifts]
        # Shifts with the same ends travel alike.
        known = {way: _Ways(model, self.count, places, *way) for way in dict.fromkeys(ways)}
        self.seconds = [known[way].seconds for way in ways]
        self.metres = [known[way].metres for way in ways]
        self.back = [known[way].back for way in ways]
        self.there = [known[way].there for way in ways]
        self.on = [known[way].on for way in ways]
        self.rows = [known[way].rows for way in ways]
        self.near = [known[way].near for way in ways]
        self._rooms: dict[int, _Seconds] = {}
        every = 1 + sum(unit.priority for unit in units)
        self.musts = every * sum(unit.must for unit in units)
        self.must = np.array([unit.must for unit in units], dtype=bool)
        self.prize: _Seconds = np.array([unit.priority + every * unit.must for unit in units], dtype=np.int64)
        self.size: _Seconds = np.array([len(unit.stops) for unit in units], dtype=np.int64)
        self.allowed = [np.array([at in unit.shifts for unit in units], dtype=bool) for at in range(len(ways))]
        self._ways = [[(way.early, way.late, way.seconds) for way in unit.ways] for unit in units]
        most = max(map(len, self._ways), default=1)
        padded = [ways + [(0, -1, NEVER)] * (most - len(ways)) for ways in self._ways]
        table = np.array(padded, dtype=np.int64).reshape(self.count, most, 3)
        self.early, self.late, self.taken = np.moveaxis(table, 2, 0).copy()
        self.least: _Seconds = self.taken.min(axis=1, initial=NEVER)
        first = min((one.begin for one in self.shifts), default=0)
        last = max((one.finish for one in self.shifts), default=0)
        self.bound = (self.early[:, 0] > first) | (self.late[:, 0] < last) | (most > 1)

    def detours(self, shift: int) -> tuple[_Seconds, _Seconds]:
        """Return room for a number by gap of the route of a shift and by unit, and a second one for sums.

        It is the same room each time: to have memory anew takes longer than to reckon what is written there.
        """
        if shift not in self._rooms:
            self._rooms[shift] = np.empty((self.count + 1, self.count), dtype=np.int64)
        return self._rooms[shift], self._rooms.setdefault(-1, np.empty_like(self._rooms[shift]))

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
        rows, at, now, every = self.rows[shift], self.count, self.shifts[shift].begin, self._ways
        found = [now]
        for unit in order:
            arrive = now + rows[at][unit]
            ways = every[unit]
            if len(ways) == 1:
                early, late, taken = ways[0]
                now = NEVER if arrive > late else max(arrive, early) + taken
            else:
                now = min((max(arrive, way[0]) + way[2] for way in ways if arrive <= way[1]), default=NEVER)
            found.append(now)
            at = unit
        return found if not order or now + rows[at][self.count + 1] <= self.shifts[shift].finish else None

    def spare(self, shift: int, order: Order) -> int:
        """Return the seconds that a route leaves of its shift; negative if it cannot be."""
        own, route = self.shifts[shift], np.array([self.count, *order, self.count + 1])
        units = route[1:-1]
        if self.bound[units].any():
            leaves = self.leaves(shift, order)
            return -1 if leaves is None else own.finish - leaves[-1] - self.rows[shift][order[-1]][self.count + 1]
        # Where no window matters one never waits: it is the sum of what it takes.
        legs = self.seconds[shift][route[:-1], route[1:]].sum()
        return own.finish - own.begin - int(legs + self.least[units].sum())

    def fits(self, shift: int, order: Order) -> bool:
        """Whether a route can be; one without a unit always can."""
        return not order or (self.too_many(shift, order) <= 0 and self.spare(shift, order) >= 0)

    def too_many(self, shift: int, order: Order) -> int:
        """Return how many stops a route has beyond the most that its shift may have, or fewer than 1."""
        most = self.shifts[shift].most
        return 0 if most is None else int(self.size[order].sum()) - most

    def latest(self, shift: int, order: Order) -> list[int]:
        """Return how late one may come to each unit of a route that can be, and to the end."""
        rows, on, limit = self.rows[shift], self.count + 1, self.shifts[shift].finish
        found = [limit]
        for unit in reversed(order):
            limit -= rows[unit][on]
            ways = self._ways[unit]
            limit = max(min(late, limit - taken) for early, late, taken in ways if early + taken <= limit)
            found.append(limit)
            on = unit
        return found[::-1]
