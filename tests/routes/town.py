"""Evenings in a town on a plane: places with ways between them, stops, and shifts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations, product

import numpy as np

from gridmap.routes.plan import walked
from gridmap.routes.problem import UNREACHABLE, Problem, Shift, Stop, Whole, problem_of

EVENING = Shift(0, 0, 0, 9000)


def ways(xy: Sequence[tuple[float, float]], speed: float = 1.2) -> tuple[Whole, Whole]:
    """Metres and seconds between places as the crow flies, on foot."""
    places = np.asarray(xy, dtype=float).reshape(-1, 2)
    metres = np.rint(np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))).astype(np.int64)
    return metres, np.rint(metres / speed).astype(np.int64)


def town(rng: np.random.Generator, stops: int, shifts: int = 2) -> Problem:
    """Anything that an office may ask: windows, musts, shifts that may not call, one-ways, places without a way."""
    size = stops + 2
    metres, seconds = ways([tuple(one) for one in rng.integers(0, 2500, (size, 2))])
    metres = metres + rng.integers(0, 80, (size, size))
    np.fill_diagonal(metres, 0)
    seconds = np.rint(metres / 1.2).astype(np.int64)
    for place in rng.choice(size, rng.integers(0, 2), replace=False):
        gone = rng.random(size) < 0.7
        gone[place] = False
        metres[place, gone] = seconds[place, gone] = UNREACHABLE
    evenings = [
        Shift(
            int(rng.integers(2)),
            int(rng.integers(2)),
            begin := int(rng.integers(0, 1200)),
            begin + 7200,
            most=int(rng.integers(1, 8)) if rng.random() < 0.3 else None,
        )
        for _ in range(shifts)
    ]
    return problem_of(
        metres, seconds, [_stop(rng, place, shifts) for place in range(2, size)], evenings, runs=_runs(rng, stops)
    )


def _stop(rng: np.random.Generator, place: int, shifts: int) -> Stop:
    begins = sorted(rng.integers(0, 7000, rng.integers(1, 3)).tolist())
    # One that ends before anybody begins would be taken for a slip of the unit.
    windows = tuple((begin, max(1300, begin + int(rng.integers(600, 3000)))) for begin in begins)
    bound = frozenset({int(rng.integers(shifts))}) if rng.random() < 0.15 else None
    return Stop(
        place,
        int(rng.integers(0, 11)),
        int(rng.integers(60, 900)),
        windows if rng.random() < 0.4 else (),
        shifts=bound,
    )


def _runs(rng: np.random.Generator, stops: int) -> list[tuple[int, ...]]:
    if stops < 4 or rng.random() < 0.6:
        return []
    return [tuple(int(one) for one in rng.choice(stops, rng.integers(2, 4), replace=False))]


def best_of_all(problem: Problem) -> tuple[int, int]:
    """Return the best value there is: every way of giving stops to shifts and every order tried."""
    best = (0, 0)
    numbers = range(len(problem.stops))
    shifts = range(len(problem.shifts))
    shortest: dict[tuple[int, frozenset[int]], int | None] = {}
    for given in product((None, *shifts), repeat=len(problem.stops)):
        metres = 0
        for shift in shifts:
            own = frozenset(stop for stop in numbers if given[stop] == shift)
            if (shift, own) not in shortest:
                shortest[shift, own] = _shortest(problem, shift, own)
            length = shortest[shift, own]
            if length is None:
                break
            metres += length
        else:
            priority = sum(problem.stops[stop].priority for stop in numbers if given[stop] is not None)
            best = max(best, (priority, -metres))
    return best


def _shortest(problem: Problem, shift: int, own: frozenset[int]) -> int | None:
    if not own:
        return 0
    most = problem.shifts[shift].most
    if (most is not None and len(own) > most) or not all(problem.allowed(stop, shift) for stop in own):
        return None
    routes = [walked(problem, shift, order) for order in permutations(sorted(own)) if _keeps_runs(problem, order)]
    return min((route.metres for route in routes if route is not None), default=None)


def _keeps_runs(problem: Problem, order: Sequence[int]) -> bool:
    for run in problem.runs:
        held = [stop for stop in order if stop in run]
        if held and tuple(order[order.index(held[0]) :][: len(run)]) != run:
            return False
    return True
