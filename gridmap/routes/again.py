"""Planning again: from where a visitor is, with stops held to a shift, or with the load shared more evenly."""

from __future__ import annotations

from dataclasses import replace

from gridmap.routes.plan import LeftOut, Plan
from gridmap.routes.problem import Problem


def replanned(problem: Problem, plan: Plan, shift: int, *, calls: int, place: int, now: int) -> Problem:
    """Return the problem that is left when a shift has made its first `calls` calls and is at `place` at `now`.

    Those stops are done; the other shifts keep what they have. `place` indexes the travel matrices, `now` is in
    seconds. Solve it with `start=plan`, so that nobody is sent elsewhere without need.
    """
    done = tuple(call.stop for call in plan.routes[shift].calls[:calls])
    own = problem.shifts[shift]
    later = replace(own, start=place, begin=min(now, own.finish), done=(*own.done, *done))
    # What is done no longer counts towards the most.
    later = later if own.most is None else replace(later, most=max(0, own.most - len(done)))
    shifts = (*problem.shifts[:shift], later, *problem.shifts[shift + 1 :])
    runs = tuple(rest for run in problem.runs if (rest := tuple(stop for stop in run if stop not in done)))
    return replace(problem, shifts=shifts, runs=runs)


def held(problem: Problem, stop: int, shift: int) -> Problem:
    """Return the problem in which a shift must call at a stop, and no other may."""
    bound = replace(problem.stops[stop], must=True, shifts=frozenset({shift}))
    return replace(problem, stops=(*problem.stops[:stop], bound, *problem.stops[stop + 1 :]))


def evened(problem: Problem, plan: Plan) -> Problem:
    """Return the problem in which no shift has more stops than its share of those that `plan` calls at.

    The share is the same for all, rounded up; a shift that may have fewer keeps its own most.
    """
    share = -(-len(plan.called) // max(1, len(problem.shifts)))
    shifts = tuple(replace(one, most=share if one.most is None else min(share, one.most)) for one in problem.shifts)
    return replace(problem, shifts=shifts)


def idle(problem: Problem, plan: Plan) -> dict[int, str]:
    """Return why each shift without a call has none, by shift: a code of words.

    `routes.idle_not_wanted`: there is no stop that it may call at; `routes.idle_hopeless`: none that it may call at can
    be served; `routes.idle_taken`: others call at all that could be served; `routes.idle_outbid`: what is left does not
    fit.
    """
    left = {one.stop: one for one in plan.left_out}
    return {route.shift: _why(problem, left, route.shift) for route in plan.routes if not route.calls}


_HOPELESS = ("routes.unreachable", "routes.too_far", "routes.outside_windows", "routes.no_shift")


def _why(problem: Problem, left: dict[int, LeftOut], shift: int) -> str:
    mine = [at for at in range(len(problem.stops)) if problem.allowed(at, shift) and at not in problem.done]
    if not mine:
        return "routes.idle_not_wanted"
    rest = [left[at] for at in mine if at in left]
    if len(rest) < len(mine):
        return "routes.idle_outbid" if any(one.reason not in _HOPELESS for one in rest) else "routes.idle_taken"
    return "routes.idle_hopeless" if all(one.reason in _HOPELESS for one in rest) else "routes.idle_outbid"
