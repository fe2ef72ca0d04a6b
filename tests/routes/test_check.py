"""The check finds every way in which a plan can be wrong, each planted into a plan that is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from gridmap.routes.check import check
from gridmap.routes.plan import Call, LeftOut, Plan, Route, plan_of
from gridmap.routes.problem import UNREACHABLE, Problem, Shift, Stop, problem_of
from tests.routes.town import ways

LINE = [(0, 0), (300, 0), (600, 0), (900, 0)]
STOPS = (
    Stop(1, 3, 60, windows=((0, 400), (900, 1000))),
    Stop(2, 2, 60, must=True, shifts=frozenset({0})),
    Stop(3, 1, 60),
    Stop(3, 1, 60),
)


def evening() -> Problem:
    shifts = [Shift(0, 0, 0, 3000, most=3), Shift(0, 0, 0, 3000)]
    return problem_of(*ways(LINE), STOPS, shifts, runs=[(0, 1)])


def right(problem: Problem) -> Plan:
    return plan_of(problem, [[0, 1], [2]], [LeftOut(3, "routes.worthless")])


def with_route(plan: Plan, at: int, change: Callable[[Route], Route]) -> Plan:
    routes = list(plan.routes)
    routes[at] = change(routes[at])
    return replace(plan, routes=tuple(routes))


def call(change: Callable[[Call], Call]) -> Callable[[Route], Route]:
    return lambda route: replace(route, calls=(change(route.calls[0]), *route.calls[1:]))


WRONG: dict[str, Callable[[Problem, Plan], Plan]] = {
    "shifts": lambda _, plan: replace(plan, routes=plan.routes[:1]),
    "unknown": lambda _, plan: with_route(plan, 1, call(lambda one: replace(one, stop=9))),
    "twice": lambda problem, _: plan_of(problem, [[0, 1, 2], [2]], [LeftOut(3, "")]),
    "left_out": lambda _, plan: replace(plan, left_out=()),
    "most": lambda problem, _: plan_of(
        replace(problem, shifts=(replace(problem.shifts[0], most=9), problem.shifts[1])), [[0, 1, 2, 3], []]
    ),
    "shift": lambda problem, _: plan_of(problem, [[2], [0, 1]], [LeftOut(3, "")]),
    "times": lambda _, plan: with_route(plan, 0, call(lambda one: replace(one, arrive=1))),
    "window": lambda _, plan: with_route(plan, 0, call(lambda one: replace(one, begin=500, leave=560))),
    "back": lambda _, plan: with_route(plan, 1, lambda route: replace(route, metres=1)),
    "must": lambda problem, _: plan_of(problem, [[], [2]], [LeftOut(one, "") for one in (0, 1, 3)]),
    "run": lambda problem, _: plan_of(problem, [[1, 0], [2]], [LeftOut(3, "")]),
    "totals": lambda _, plan: replace(plan, priority=99),
}


def found(problem: Problem, plan: Plan) -> set[str]:
    return {fault.code.removeprefix("routes.check_") for fault in check(problem, plan)}


def test_a_right_plan_passes() -> None:
    assert found(evening(), right(evening())) == set()


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_found(kind: str) -> None:
    problem = evening()
    assert kind in found(problem, WRONG[kind](problem, right(problem)))


def test_a_way_that_is_gone_is_found() -> None:
    problem = evening()
    plan = right(problem)
    metres, seconds = ways(LINE)
    metres[0, 3] = seconds[0, 3] = UNREACHABLE
    assert found(problem_of(metres, seconds, STOPS, problem.shifts, runs=[(0, 1)]), plan) == {"way"}
    metres, seconds = ways(LINE)
    metres[3, 0] = seconds[3, 0] = UNREACHABLE
    assert found(problem_of(metres, seconds, STOPS, problem.shifts, runs=[(0, 1)]), plan) == {"way"}


def test_a_shift_that_ends_earlier_is_found() -> None:
    problem = evening()
    plan = right(problem)
    earlier = replace(problem, shifts=(problem.shifts[0], replace(problem.shifts[1], finish=1500)))
    assert found(earlier, plan) == {"late"}


def test_a_stop_done_already_may_not_be_called_at_again() -> None:
    problem = evening()
    done = replace(problem, runs=(), shifts=(problem.shifts[0], replace(problem.shifts[1], done=(2,))))
    assert "twice" in found(done, right(problem))
