"""What cannot be served whatever the plan: found before solving, each stop on its own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import csgraph_from_dense, floyd_warshall

from gridmap.routes.plan import LeftOut, begins
from gridmap.routes.problem import UNREACHABLE, Problem, Whole


def hopeless(problem: Problem) -> list[LeftOut]:
    """Return the stops that no shift can call at even alone, by stop, each with the reason nearest to success.

    `routes.unreachable`: there is no way to it and back; `routes.too_far`: there and back does not fit into any shift
    (the seconds it lacks); `routes.outside_windows`: it would, but not within its windows; `routes.no_shift`: no shift
    may call there. The way may lead over other places where that is quicker, or the only one there is. Stops done
    already are not looked at.
    """
    ways = {profile: _quickest(travel.seconds) for profile, travel in problem.travel.items()}
    found = [_reason(problem, ways, stop) for stop in range(len(problem.stops)) if stop not in problem.done]
    return [one for one in found if one is not None]


def _quickest(seconds: Whole) -> NDArray[np.float64]:
    """Return the seconds between places over any others, infinite where there is no way."""
    direct = np.where(seconds == UNREACHABLE, np.inf, seconds.astype(np.float64))
    best: NDArray[np.float64] = floyd_warshall(csgraph_from_dense(direct, null_value=np.inf))
    return best


def _reason(problem: Problem, ways: Mapping[str, NDArray[np.float64]], number: int) -> LeftOut | None:
    stop = problem.stops[number]
    shifts = [at for at in range(len(problem.shifts)) if problem.allowed(number, at) and problem.shifts[at].most != 0]
    if not shifts:
        return LeftOut(number, "routes.no_shift")
    lacks, fits_without_windows = [], False
    for at in shifts:
        own, seconds = problem.shifts[at], ways[problem.shifts[at].profile]
        there, back = seconds[own.start, stop.place], seconds[stop.place, own.end]
        if not np.isfinite(there + back):
            continue
        over = int(own.begin + there + stop.service + back - own.finish)
        if over > 0:
            lacks.append(over)
            continue
        fits_without_windows = True
        begin = begins(stop, int(own.begin + there))
        if begin is not None and begin + stop.service + back <= own.finish:
            return None
    if fits_without_windows:
        return LeftOut(number, "routes.outside_windows")
    if lacks:
        return LeftOut(number, "routes.too_far", {"seconds": min(lacks)})
    return LeftOut(number, "routes.unreachable")
