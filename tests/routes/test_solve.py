"""Plans: the check refuses none, small ones are the best there is, and what is left out says why."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from gridmap.errors import ConflictError, FaultsError
from gridmap.routes.check import check
from gridmap.routes.plan import Plan
from gridmap.routes.problem import UNREACHABLE, Problem, Shift, Stop, problem_of
from gridmap.routes.solve import solve
from gridmap.words import say
from tests.routes.town import EVENING, best_of_all, town, ways

ROUNDS = 1000 if os.environ.get("GRIDMAP_TORTURE") else 200
LINE = [(0, 0), (300, 0), (600, 0), (900, 0), (1200, 0)]


def street(*stops: Stop, shift: Shift = EVENING, shifts: int = 1) -> Problem:
    return problem_of(*ways(LINE), stops, [shift] * shifts)


def orders(plan: Plan) -> list[list[int]]:
    return [[call.stop for call in route.calls] for route in plan.routes]


def reasons(plan: Plan) -> dict[int, str]:
    return {one.stop: one.reason.removeprefix("routes.") for one in plan.left_out}


@pytest.mark.parametrize("part", range(8))
def test_no_plan_is_handed_out_that_the_check_refuses(part: int) -> None:
    rng = np.random.default_rng(part)
    for _ in range(ROUNDS // 8):
        problem = town(rng, int(rng.integers(0, 25)), int(rng.integers(1, 4)))
        plan = solve(problem, iterations=60)
        assert check(problem, plan) == []
        assert plan.called | set(reasons(plan)) == set(range(len(problem.stops)))


@pytest.mark.parametrize("seed", range(12))
def test_a_small_plan_is_the_best_there_is(seed: int) -> None:
    """Against every way of giving the stops to the shifts in every order."""
    rng = np.random.default_rng(100 + seed)
    problem = town(rng, 6, 2)
    assert solve(problem, iterations=500).value == best_of_all(problem)


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = town(np.random.default_rng(3), 30, 3)
    assert solve(problem, 5, 200) == solve(problem, 5, 200)


def test_priority_comes_before_the_way() -> None:
    """One far stop of ten points against three near ones of three."""
    near = [Stop(1, 3, 1000)] * 3
    plan = solve(street(*near, Stop(4, 10, 1000), shift=Shift(0, 0, 0, 3100)), iterations=200)
    assert orders(plan) == [[3]]
    assert (plan.priority, plan.metres) == (10, 2400)


def test_of_plans_with_the_same_priority_the_one_with_the_least_way_is_taken() -> None:
    plan = solve(street(*(Stop(place, 1, 60) for place in (3, 1, 4, 2))), iterations=200)
    assert plan.metres == 2400


def test_stops_that_nobody_can_serve_are_named_with_their_reason() -> None:
    metres, seconds = ways([*LINE, (0, 9000), (50, 50)])
    metres[:, 6] = seconds[:, 6] = UNREACHABLE
    metres[6, 6] = seconds[6, 6] = 0
    stops = [
        Stop(1),
        Stop(6),
        Stop(5),
        Stop(2, windows=((0, 100),)),
        Stop(3, shifts=frozenset()),
    ]
    plan = solve(problem_of(metres, seconds, stops, [EVENING]), iterations=50)
    assert orders(plan) == [[0]]
    assert reasons(plan) == {1: "unreachable", 2: "too_far", 3: "outside_windows", 4: "no_shift"}
    (far,) = [one for one in plan.left_out if one.stop == 2]
    assert far.inputs == {"seconds": 2 * 7500 - 9000}


def test_a_stop_that_is_outbid_says_what_it_lacks_and_whom_it_would_oust() -> None:
    plan = solve(street(Stop(1, 5, 1000), Stop(1, 4, 1000), shift=Shift(0, 0, 0, 1600)), iterations=100)
    (left,) = plan.left_out
    assert (left.stop, left.reason) == (1, "routes.outbid")
    assert left.inputs == {"shift": 0, "seconds": 500 + 2000 - 1600, "ousts": 0}
    fits = "it fits best into route 0, and 900 s are lacking even there; "
    assert say(left.reason, "en", **left.inputs) == f"{fits}0 would have to go"
    plan = solve(street(*[Stop(1, 5, 200)] * 2, Stop(1, 4, 400), shift=Shift(0, 0, 0, 900)), iterations=100)
    (left,) = plan.left_out
    assert "; more than one stop would have to go" in say(left.reason, "en", **left.inputs)


def test_a_full_shift_says_so() -> None:
    plan = solve(street(Stop(1, 5), Stop(2, 4), shift=replace(EVENING, most=1)), iterations=100)
    assert orders(plan) == [[0]]
    assert reasons(plan) == {1: "full"}


def test_a_must_is_served_before_any_priority() -> None:
    plan = solve(street(Stop(4, 0, 900, must=True), Stop(1, 10, 900), shift=Shift(0, 0, 0, 3000)), iterations=100)
    assert orders(plan) == [[0]]


def test_a_must_that_cannot_be_is_named_and_there_is_no_plan() -> None:
    with pytest.raises(ConflictError, match="stops 1 must be called at and no shift can"):
        solve(street(Stop(1), Stop(4, must=True), shift=Shift(0, 0, 0, 1000)), iterations=50)


def test_musts_that_cannot_be_together_are_named() -> None:
    """Two of them fit into the evening, not three."""
    musts = [Stop(1, 1, 600, must=True)] * 3
    with pytest.raises(ConflictError, match="cannot be with the other musts") as refused:
        solve(street(*musts, shift=Shift(0, 0, 0, 1800)), iterations=100)
    assert refused.value.inputs["stops"] in {"0", "1", "2"}


def test_the_service_begins_within_one_of_the_windows() -> None:
    stop = Stop(1, 5, 60, windows=((0, 200), (1000, 1100), (5000, 5100)))
    (route,) = solve(street(stop), iterations=50).routes
    assert (route.calls[0].arrive, route.calls[0].begin) == (250, 1000)


def test_a_window_is_half_open() -> None:
    assert solve(street(Stop(1, windows=((0, 251),))), iterations=50).called == {0}
    assert reasons(solve(street(Stop(1, windows=((0, 250),))), iterations=50)) == {0: "outside_windows"}


def test_a_stop_goes_only_to_a_shift_that_may_call() -> None:
    plan = solve(street(Stop(1, shifts=frozenset({1})), Stop(1), shifts=2), iterations=100)
    assert 0 in orders(plan)[1]


def test_a_run_is_kept_together_and_in_order() -> None:
    problem = problem_of(*ways(LINE), [Stop(4), Stop(1), Stop(3)], [EVENING], runs=[(0, 1)])
    (order,) = orders(solve(problem, iterations=100))
    assert order in ([2, 0, 1], [0, 1, 2])


def test_a_run_that_does_not_fit_is_left_out_as_a_whole() -> None:
    problem = problem_of(*ways(LINE), [Stop(4, 9), Stop(1, 9), Stop(3)], [Shift(0, 0, 0, 1600)], runs=[(0, 1)])
    plan = solve(problem, iterations=100)
    assert orders(plan) == [[2]]
    assert reasons(plan) == {0: "too_far", 1: "in_a_run"}


def test_what_is_done_already_stays_done() -> None:
    """A re-plan at a quarter past eight: from where the visitor is, with the time that is left."""
    later = Shift(2, 0, 4500, 9000, done=(0, 1))
    plan = solve(problem_of(*ways(LINE), [Stop(1), Stop(2), Stop(3), Stop(4)], [later]), iterations=100)
    assert plan.called == {2, 3}
    assert plan.routes[0].calls[0].arrive >= 4500
    assert plan.left_out == ()


def test_going_on_from_a_plan_never_makes_it_worse() -> None:
    problem = town(np.random.default_rng(8), 40, 3)
    good = solve(problem, 1, 800)
    for seed in range(4):
        assert solve(problem, seed, 1, start=good).value >= good.value


def test_a_plan_of_yesterday_goes_on_with_what_still_can_be() -> None:
    problem = town(np.random.default_rng(9), 25, 2)
    old = solve(problem, 1, 300)
    tighter = replace(problem, shifts=tuple(replace(one, finish=one.finish - 2500) for one in problem.shifts))
    assert check(tighter, solve(tighter, 1, 50, start=old)) == []


def test_the_caller_can_end_the_search_and_hears_of_it() -> None:
    heard: list[tuple[int, int] | None] = []
    told: list[tuple[int, int]] = []

    def enough(best: tuple[int, int] | None) -> bool:
        heard.append(best)
        return len(heard) == 5

    problem = street(Stop(1, 3), Stop(2, 4))
    plan = solve(problem, iterations=1000, stop=enough, progress=lambda *step: told.append(step))
    assert len(heard) == 5
    assert heard[-1] == (plan.priority, plan.metres) == (7, 1200)
    assert told[-1] == (5, 1000)


def test_no_stops_and_no_shifts() -> None:
    assert orders(solve(street(), iterations=10)) == [[]]
    plan = solve(problem_of(*ways(LINE), [Stop(1)], []), iterations=10)
    assert (plan.routes, reasons(plan)) == ((), {0: "no_shift"})


def test_every_fault_of_a_problem_is_named_at_once() -> None:
    with pytest.raises(FaultsError) as refused:
        problem_of(
            *ways(LINE),
            [Stop(9), Stop(1, -1), Stop(1, windows=((5, 5),)), Stop(1, shifts=frozenset({7}))],
            [Shift(0, 0, 0, 9000), Shift(0, 0, 10, 5), Shift(0, 99, 0, 5, profile="swim")],
            runs=[(0, 1), (1, 2)],
        )
    found = [fault.code.removeprefix("routes.") for fault in refused.value.faults]
    assert found == ["hours", "profile", "place", "place", "negative", "window", "shift", "twice"]


def test_windows_in_minutes_beside_shifts_in_seconds_are_a_slip() -> None:
    evening = Shift(0, 0, 19 * 3600, 21 * 3600)
    with pytest.raises(FaultsError, match="look like minutes"):
        street(Stop(1, windows=((19 * 60, 21 * 60),)), shift=evening)


@pytest.mark.parametrize(
    "wrong", [np.zeros((2, 3), int), np.zeros((2, 2)), np.array([[0, -2], [0, 0]]), np.eye(2, dtype=int)]
)
def test_matrices_that_are_none_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(FaultsError):
        problem_of(wrong, wrong, [], [])
