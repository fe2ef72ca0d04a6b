"""The search for the best orders: a search on prizes and PyVRP's local search by turns, each from the other's best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from pyvrp import IteratedLocalSearch, PenaltyManager, PenaltyParams, RandomNumberGenerator, Solution
from pyvrp.search import OPERATORS, LocalSearch, PerturbationManager, PerturbationParams, compute_neighbours

from gridmap.routes.board import Board, Order
from gridmap.routes.model import Model, model_of
from gridmap.routes.problem import Problem
from gridmap.routes.race import SHAKES, raced
from gridmap.routes.shake import shaken
from gridmap.routes.units import Unit

Best = tuple[int, int]
_TURN = 1000  # iterations until both searches have had their turn
_FIRST = 80  # shakes that each plan of a race has at first, at the most
_PATIENCE = 2  # turns without any gain
_UPDATE = 50  # iterations after which PyVRP weighs lateness anew
_CHANGES = 10  # places that PyVRP changes by chance in an iteration, at the most


class Watch:
    """The stopping rule: so many iterations, or when the caller says so; asked before each iteration."""

    def __init__(
        self,
        iterations: int,
        stop: Callable[[Best | None], bool] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._iterations, self._stop, self._progress = iterations, stop, progress
        self._done = 0
        self._turn = 0
        self._best: Best | None = None
        self.over = iterations < 1

    @property
    def turn(self) -> int:
        """Return how many iterations a turn of both searches has: there are two turns at least."""
        return max(1, min(_TURN, self._iterations // 2))

    @property
    def left(self) -> int:
        """Return how many iterations are left."""
        return self._iterations - self._done

    def begin(self, iterations: int) -> None:
        """Begin a turn of one search."""
        self._turn = iterations

    def __call__(self, best: Best | None) -> bool:
        """Return whether the turn is over; `best` of the turn: priority and metres, null = no plan yet."""
        if best is not None and (self._best is None or (best[0], -best[1]) > (self._best[0], -self._best[1])):
            self._best = best
        if self.over or self._turn == 0:
            return True
        self._turn -= 1
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._iterations)
        stopped = self._stop is not None and self._stop(self._best)
        self.over = stopped or self._done == self._iterations
        return stopped


def searched(problem: Problem, units: Sequence[Unit], seed: int, watch: Watch, start: Sequence[Order]) -> list[Order]:
    """Return the best orders of stops found from `start`, by shift; a must that fits nowhere is not in them.

    What is returned is never worse than the routes of `start` that can be.
    """
    if not units or not problem.shifts:
        return [[] for _ in problem.shifts]
    model = model_of(problem, units)
    board = Board(problem, model)
    of_stop = {unit.stops[0]: number for number, unit in enumerate(units)}
    begun = [[of_stop[stop] for stop in order if stop in of_stop] for order in start]
    now = [[] if board.leaves(shift, order) is None else order for shift, order in enumerate(begun)]
    rng, idle = np.random.default_rng(seed), 0
    best = now = now if any(now) else _raced(board, rng, watch)
    while not watch.over:
        found = _turn(problem, model, board, now, rng, watch)
        idle = 0 if board.value(found) > board.value(now) else idle + 1
        # What brings no more for several turns is left, and another plan begun.
        now, idle = (found, idle) if idle < _PATIENCE else (_raced(board, rng, watch), 0)
        best = max(best, found, now, key=board.value)
    return _stops(units, best)


def _raced(board: Board, rng: np.random.Generator, watch: Watch) -> list[Order]:
    """Return a plan to begin with; to look for it takes a fourth of the iterations at the most."""

    def over(shakes: int) -> Callable[[tuple[int, int]], bool]:
        watch.begin(shakes)
        return lambda value: watch(board.told(value))

    first = min(_FIRST, watch.left // (4 * SHAKES * len(board.shifts)))
    return raced(board, rng, first, over) if first else [[] for _ in board.shifts]


def _turn(  # noqa: PLR0917 - all of them are the search's own
    problem: Problem, model: Model, board: Board, start: list[Order], rng: np.random.Generator, watch: Watch
) -> list[Order]:
    """Return what both searches make of `start`, one after the other: never worse."""
    # The more shifts, the more there is to exchange between them: PyVRP's part. One route alone it cannot turn round.
    shakes = -(-watch.turn // (1 + len(start)))
    watch.begin(shakes)
    best = shaken(board, start, rng, lambda value: watch(board.told(value)))
    watch.begin(watch.turn - shakes)
    second = model.dearest if board.told(board.value(best)) is None else model.second / 2
    found = _climbed(
        model, model.solution(problem, _stops(model.units, best)), second, int(rng.integers(1 << 31)), watch
    )
    if not found.is_feasible():
        return best
    of_stop = {unit.stops[0]: number for number, unit in enumerate(model.units)}
    orders = [[of_stop[stop] for stop in order if stop in of_stop] for order in model.orders(found, len(best))]
    return max(best, orders, key=board.value)


def _stops(units: Sequence[Unit], orders: Sequence[Order]) -> list[Order]:
    return [[stop for unit in order for stop in units[unit].stops] for order in orders]


def _climbed(model: Model, start: Solution, second: float, seed: int, watch: Watch) -> Solution:
    """Return the best solution of PyVRP's search from `start`, where a second too late costs `second` at first.

    About half of what a second brings is best: a route may be too long for a while. PyVRP's own beginning, where no
    prize outweighs a second, finds no way from one cluster of stops to the next.
    """
    data, rng = model.data, RandomNumberGenerator(seed=seed)
    changes = PerturbationManager(PerturbationParams(1, _CHANGES))
    local = LocalSearch(data, rng, compute_neighbours(data), changes)
    for operator in OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    params = PenaltyParams(solutions_between_updates=_UPDATE, max_penalty=model.dearest)
    loads, _, metres = params.midpoint_penalties(data)
    penalties = PenaltyManager((loads, second, metres), params)
    return (
        IteratedLocalSearch(data, penalties, local, start).run(lambda cost: watch(model.told(cost)), False, False).best
    )
