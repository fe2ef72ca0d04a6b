"""Where a stop would fit into a plan, or what it lacks: the last improvement, and the reason of each stop left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridmap.routes.plan import LeftOut, Route, begins, walked
from gridmap.routes.problem import UNREACHABLE, Problem, Whole
from gridmap.words import Spoken


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the route of a shift: before the stop at `position`, `over` seconds more than the shift has."""

    shift: int
    position: int
    over: int


def filled(problem: Problem, orders: Sequence[Sequence[int]], left: Sequence[int]) -> list[list[int]]:
    """Return the orders with each stop of `left` put in that fits, most priority first, where it costs least time.

    Stops of runs stay out (they go in together or not at all), and those without priority: a way for nothing.
    """
    full = [list(order) for order in orders]
    bound = {stop for run in problem.runs for stop in run}
    for stop in sorted(left, key=lambda one: (-problem.stops[one].priority, one)):
        wanted = stop not in bound and problem.stops[stop].priority > 0
        place = cheapest(problem, full, stop) if wanted else None
        if place is not None and place.over == 0:
            full[place.shift].insert(place.position, stop)
    return full


def cheapest(problem: Problem, orders: Sequence[Sequence[int]], stop: int, *, most: bool = True) -> Place | None:
    """Return the place where `stop` lacks the fewest seconds, of several the earliest; null if there is none at all.

    With `most` a shift that has all the stops it may have is no place.
    """
    best: Place | None = None
    for shift, order in enumerate(orders):
        own = problem.shifts[shift]
        if not problem.allowed(stop, shift) or (most and own.most is not None and len(order) >= own.most):
            continue
        positions = _by_detour(problem, shift, order, stop)
        # Where no window matters the time in all decides: the shortest detour is the best.
        for position in positions[:1] if _at_any_time(problem, shift, [*order, stop]) else positions:
            if best is not None and best.over == 0:
                return best
            over = _over(problem, shift, [*order[:position], stop, *order[position:]])
            if over is not None and (best is None or over < best.over):
                best = Place(shift, position, over)
    return best


def _at_any_time(problem: Problem, shift: int, stops: Sequence[int]) -> bool:
    """Whether a shift may call at all of these stops whenever it is there."""
    own = problem.shifts[shift]
    every = (problem.stops[stop].windows for stop in stops)
    return all(any(begin <= own.begin and own.finish < end for begin, end in one) for one in every if one)


def _by_detour(problem: Problem, shift: int, order: Sequence[int], stop: int) -> list[int]:
    """Return the positions in a route that there is a way to and from for, the shortest detour first."""
    own, seconds = problem.shifts[shift], problem.of(shift).seconds
    places = np.array([own.start, *(problem.stops[one].place for one in order), own.end])
    here = problem.stops[stop].place
    there, on = seconds[places[:-1], here], seconds[here, places[1:]]
    detour = there + on - seconds[places[:-1], places[1:]]
    possible = np.flatnonzero((there != UNREACHABLE) & (on != UNREACHABLE))
    kept: list[int] = possible[np.argsort(detour[possible], kind="stable")].tolist()
    runs = [run for run in problem.runs if len(run) > 1 and run[0] in order]
    inside = {list(order).index(run[0]) + step for run in runs for step in range(1, len(run))}
    return [position for position in kept if position not in inside]


def _over(problem: Problem, shift: int, order: Sequence[int]) -> int | None:
    """Return by how many seconds a route is too long (0 = it fits); null if a window is missed."""
    own, travel = problem.shifts[shift], problem.of(shift)
    at, now = own.start, own.begin
    for number in order:
        stop = problem.stops[number]
        begin = begins(stop, now + int(travel.seconds[at, stop.place]))
        if begin is None:
            return None
        at, now = stop.place, begin + stop.service
    return max(0, now + int(travel.seconds[at, own.end]) - own.finish)


def outbid(problem: Problem, routes: Sequence[Route], stop: int) -> LeftOut:
    """Return why a stop that could be served alone is left out: what it lacks at its cheapest place, whom it ousts.

    `routes.outbid`: shift, seconds over its time, and `ousts`, the stop of least priority that would have to go (words
    for more than one). `routes.full`: the shift has all the stops it may have. `routes.in_a_run`: its run does not fit.
    `routes.worthless`: it has no priority.
    """
    if not problem.stops[stop].priority:
        return LeftOut(stop, "routes.worthless")
    if any(stop in run for run in problem.runs if len(run) > 1):
        return LeftOut(stop, "routes.in_a_run")
    orders = [[call.stop for call in route.calls] for route in routes]
    place = cheapest(problem, orders, stop)
    reason = "routes.outbid"
    if place is None:
        place, reason = cheapest(problem, orders, stop, most=False), "routes.full"
    if place is None:
        return LeftOut(stop, "routes.windows_taken")
    order = orders[place.shift]
    ousts = _ousted(problem, place.shift, order, place.position, stop)
    named = Spoken("routes.several") if ousts is None else ousts
    return LeftOut(stop, reason, {"shift": place.shift, "seconds": place.over, "ousts": named})


def _ousted(problem: Problem, shift: int, order: Sequence[int], position: int, stop: int) -> int | None:
    """Return the stop of least priority without which the route could take `stop` at `position`."""
    longer = [*order[:position], stop, *order[position:]]
    enough = _saved(problem, shift, longer) >= (_over(problem, shift, longer) or 0)
    may_do = enough | (not _at_any_time(problem, shift, longer))
    for other in sorted(order, key=lambda one: (problem.stops[one].priority, one)):
        at = longer.index(other)
        may = may_do[at] and not problem.stops[other].must
        if may and walked(problem, shift, [*longer[:at], *longer[at + 1 :]]) is not None:
            return other
    return None


def _saved(problem: Problem, shift: int, order: Sequence[int]) -> Whole:
    """Return the seconds that each stop of a route takes, with the way to it and on from it; waiting is not counted."""
    own, seconds = problem.shifts[shift], problem.of(shift).seconds
    at = np.array([own.start, *(problem.stops[one].place for one in order), own.end])
    before, here, after = at[:-2], at[1:-1], at[2:]
    service = np.array([problem.stops[one].service for one in order])
    saved: Whole = seconds[before, here] + service + seconds[here, after] - seconds[before, after]
    return saved
