"""The plan for a problem: most priority first, then least way; the same seed and iterations give the same plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gridmap.errors import ConflictError, FaultsError
from gridmap.routes.alone import hopeless
from gridmap.routes.check import check
from gridmap.routes.insertion import filled, outbid
from gridmap.routes.plan import LeftOut, Plan, plan_of, walked
from gridmap.routes.problem import Problem
from gridmap.routes.search import Best, Watch, searched
from gridmap.routes.units import Unit, units_of

ITERATIONS = 2000
Stop = Callable[[Best | None], bool]
Progress = Callable[[int, int], None]


def solve(  # noqa: PLR0917 - seed and iterations are what one calls it with
    problem: Problem,
    seed: int = 1,
    iterations: int = ITERATIONS,
    stop: Stop | None = None,
    start: Plan | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return a plan that `check` finds nothing wrong with.

    `iterations` of the search make it reproducible: the same seed gives the same plan. `stop` is asked in each with
    the best yet (priority, metres; null = none yet) and ends the search; a time limit is made of it outside. `start`
    is a plan to go on from, for this problem or an earlier one: what of it still can be is kept, and the plan returned
    is never worse. `progress(done, iterations)` is told of each.

    Stops that cannot be served are left out with their reason before solving. Raises ConflictError naming the musts
    that cannot be served, alone or together.
    """
    lost = _lost(problem)
    units = units_of(problem, frozenset(one.stop for one in lost))
    begun = [[] for _ in problem.shifts] if start is None else _kept(problem, start)
    orders = searched(problem, units, seed, Watch(iterations, stop, progress), begun)
    if _lacking(units, orders):
        raise ConflictError("routes.musts_together", stops=", ".join(map(str, _unserved(problem, units, seed))))
    orders = filled(problem, orders, _rest(problem, orders, lost))
    plan = plan_of(problem, orders)
    if start is not None:
        kept = plan_of(problem, filled(problem, begun, _rest(problem, begun, lost)))
        plan = kept if kept.value > plan.value and _whole(problem, kept) else plan
    plan = replace(plan, left_out=_left_out(problem, plan, lost))
    faults = check(problem, plan)
    if faults:
        raise FaultsError(faults)
    return plan


def _lost(problem: Problem) -> list[LeftOut]:
    """Return what cannot be served, the stops of a run that cannot be with it; raise if a must is among them."""
    lost = {one.stop: one for one in hopeless(problem)}
    for unit in units_of(problem, frozenset()):
        if len(unit.stops) > 1 and (not unit.ways or not unit.shifts or not lost.keys().isdisjoint(unit.stops)):
            lost |= {stop: lost.get(stop, LeftOut(stop, "routes.in_a_run")) for stop in unit.stops}
    musts = [stop for stop in sorted(lost) if problem.stops[stop].must]
    if musts:
        raise ConflictError("routes.musts_alone", stops=", ".join(map(str, musts)))
    return [lost[stop] for stop in sorted(lost)]


def _lacking(units: Sequence[Unit], orders: Sequence[Sequence[int]]) -> list[int]:
    """Return the musts that are not served."""
    served = {stop for order in orders for stop in order}
    return [stop for unit in units if unit.must for stop in unit.stops if stop not in served]


def _unserved(problem: Problem, units: Sequence[Unit], seed: int) -> list[int]:
    """Return the musts that are left over when as many of them as can be are served."""
    musts = [unit for unit in units if unit.must]
    wishes = [replace(unit, must=False, priority=1) for unit in musts]
    orders = searched(problem, wishes, seed, Watch(ITERATIONS), [[] for _ in problem.shifts])
    return _lacking(musts, orders) or [stop for unit in musts for stop in unit.stops]


def _kept(problem: Problem, start: Plan) -> list[list[int]]:
    """Return what of an earlier plan still can be: its stops in their order, less those that cannot any more."""
    orders: list[list[int]] = [[] for _ in problem.shifts]
    taken = set(problem.done)
    for route in start.routes[: len(problem.shifts)]:
        own = problem.shifts[route.shift]
        for call in route.calls:
            known = call.stop < len(problem.stops) and call.stop not in taken
            if not known or not problem.allowed(call.stop, route.shift):
                continue
            longer = [*orders[route.shift], call.stop]
            if (own.most is None or len(longer) <= own.most) and walked(problem, route.shift, longer) is not None:
                orders[route.shift] = longer
                taken.add(call.stop)
    return [_without_torn_runs(problem, order) for order in orders]


def _without_torn_runs(problem: Problem, order: Sequence[int]) -> list[int]:
    kept = list(order)
    for run in problem.runs:
        held = [stop for stop in kept if stop in run]
        first = kept.index(held[0]) if held else 0
        if held and tuple(kept[first : first + len(run)]) != run:
            kept = [stop for stop in kept if stop not in run]
    return kept


def _whole(problem: Problem, plan: Plan) -> bool:
    """Whether a plan serves every must."""
    return all(not stop.must or number in plan.called | problem.done for number, stop in enumerate(problem.stops))


def _rest(problem: Problem, orders: Sequence[Sequence[int]], lost: Sequence[LeftOut]) -> list[int]:
    gone = {stop for order in orders for stop in order} | {one.stop for one in lost} | problem.done
    return [stop for stop in range(len(problem.stops)) if stop not in gone]


def _left_out(problem: Problem, plan: Plan, lost: Sequence[LeftOut]) -> tuple[LeftOut, ...]:
    rest = _rest(problem, [[call.stop for call in route.calls] for route in plan.routes], lost)
    found = [*lost, *(outbid(problem, plan.routes, stop) for stop in rest)]
    return tuple(sorted(found, key=lambda one: one.stop))
