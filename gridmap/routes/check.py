"""The independent check of a plan: whole numbers, step by step, nothing shared with the solver."""

from __future__ import annotations

from collections.abc import Iterator

from gridmap.errors import Fault
from gridmap.routes.plan import Plan, Route
from gridmap.routes.problem import Problem


def check(problem: Problem, plan: Plan) -> list[Fault]:
    """Return everything that is wrong with a plan; none = it may be handed out.

    Looked at: every shift has one route; no stop twice, done already, or on a shift that may not call; at most so many
    stops; each leg has a way and takes its time; each service begins in a window, not before the arrival, and takes its
    time; back by the finish; all musts are there; runs are whole and in order; what is left out is said, once; totals.
    """
    faults = list(_frame(problem, plan))
    if not faults:
        for route in plan.routes:
            faults += _rights(problem, route)
            faults += _on_the_way(problem, route) if route.calls else []
        faults += [*_musts(problem, plan), *_runs(problem, plan), *_totals(problem, plan)]
    return faults


def _frame(problem: Problem, plan: Plan) -> Iterator[Fault]:
    if [route.shift for route in plan.routes] != list(range(len(problem.shifts))):
        yield _fault("routes.check_shifts", 0, count=len(problem.shifts))
    seen: set[int] = set(problem.done)
    for route in plan.routes:
        for call in route.calls:
            if not 0 <= call.stop < len(problem.stops):
                yield _fault("routes.check_unknown", route.shift, stop=call.stop)
            elif call.stop in seen:
                yield _fault("routes.check_twice", route.shift, stop=call.stop)
            seen.add(call.stop)
    told = [one.stop for one in plan.left_out]
    if sorted(told) != sorted(set(range(len(problem.stops))) - seen):
        yield _fault("routes.check_left_out", 0)


def _on_the_way(problem: Problem, route: Route) -> Iterator[Fault]:
    shift = problem.shifts[route.shift]
    travel = problem.travel[shift.profile]
    place, clock, metres = shift.start, shift.begin, 0
    for call in route.calls:
        stop = problem.stops[call.stop]
        seconds = int(travel.seconds[place, stop.place])
        if seconds < 0:
            yield _fault("routes.check_way", route.shift, stop=call.stop)
            return
        if call.arrive != clock + seconds or call.begin < call.arrive or call.leave != call.begin + stop.service:
            yield _fault("routes.check_times", route.shift, stop=call.stop)
        if stop.windows and not any(begin <= call.begin < end for begin, end in stop.windows):
            yield _fault("routes.check_window", route.shift, stop=call.stop)
        metres += int(travel.metres[place, stop.place])
        place, clock = stop.place, call.leave
    seconds = int(travel.seconds[place, shift.end])
    if seconds < 0:
        yield _fault("routes.check_way", route.shift, stop=route.calls[-1].stop)
        return
    if route.back != clock + seconds or route.metres != metres + int(travel.metres[place, shift.end]):
        yield _fault("routes.check_back", route.shift)
    if clock + seconds > shift.finish:
        yield _fault("routes.check_late", route.shift, back=clock + seconds, finish=shift.finish)


def _rights(problem: Problem, route: Route) -> Iterator[Fault]:
    shift = problem.shifts[route.shift]
    if shift.most is not None and len(route.calls) > shift.most:
        yield _fault("routes.check_most", route.shift, count=len(route.calls), most=shift.most)
    for call in route.calls:
        own = problem.stops[call.stop].shifts
        if own is not None and route.shift not in own:
            yield _fault("routes.check_shift", route.shift, stop=call.stop)


def _musts(problem: Problem, plan: Plan) -> Iterator[Fault]:
    called = {call.stop for route in plan.routes for call in route.calls} | problem.done
    for number, stop in enumerate(problem.stops):
        if stop.must and number not in called:
            yield _fault("routes.check_must", 0, stop=number)


def _runs(problem: Problem, plan: Plan) -> Iterator[Fault]:
    for run in problem.runs:
        for route in plan.routes:
            stops = [call.stop for call in route.calls]
            held = [stop for stop in stops if stop in run]
            first = stops.index(held[0]) if held else 0
            if held and stops[first : first + len(run)] != list(run):
                yield _fault("routes.check_run", route.shift, run=run)


def _totals(problem: Problem, plan: Plan) -> Iterator[Fault]:
    priority = sum(problem.stops[call.stop].priority for route in plan.routes for call in route.calls)
    if (priority, sum(route.metres for route in plan.routes)) != (plan.priority, plan.metres):
        yield _fault("routes.check_totals", 0)


def _fault(code: str, shift: int, **inputs: object) -> Fault:
    return Fault(code, sheet="routes", row=shift, inputs=inputs)
