"""Planning again from where the visitor is, holding a stop to a shift, and sharing the load."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gridmap.routes.again import evened, held, idle, replanned
from gridmap.routes.check import check
from gridmap.routes.plan import plan_of
from gridmap.routes.problem import Shift, Stop, problem_of
from gridmap.routes.solve import solve
from tests.routes.town import EVENING, town, ways

LINE = [(0, 0), (300, 0), (600, 0), (900, 0), (1200, 0)]


@pytest.mark.parametrize("seed", range(10))
def test_from_where_the_visitor_is_the_rest_of_the_evening_is_planned_anew(seed: int) -> None:
    problem = town(np.random.default_rng(seed), 20, 2)
    plan = solve(problem, iterations=100)
    calls = plan.routes[0].calls
    if len(calls) < 2:
        return
    rest = replanned(problem, plan, 0, calls=1, place=problem.stops[calls[0].stop].place, now=calls[0].leave)
    again = solve(rest, iterations=100, start=plan)
    assert check(rest, again) == []
    assert calls[0].stop not in again.called
    # On time, the rest of the old plan still stands: the new one is no worse.
    assert again.priority >= plan.priority - problem.stops[calls[0].stop].priority


def test_what_is_done_counts_towards_the_most() -> None:
    problem = problem_of(*ways(LINE), [Stop(1), Stop(2), Stop(3)], [replace(EVENING, most=2)])
    plan = plan_of(problem, [[0, 1]])
    rest = replanned(problem, plan, 0, calls=1, place=1, now=600)
    assert len(solve(rest, iterations=50).called) == 1


def test_a_visitor_who_is_late_keeps_to_the_end_of_the_shift() -> None:
    problem = problem_of(*ways(LINE), [Stop(1), Stop(4, 9)], [Shift(0, 0, 0, 2400)])
    plan = plan_of(problem, [[0, 1]])
    assert solve(replanned(problem, plan, 0, calls=1, place=1, now=1000), iterations=50).called == frozenset()


def test_a_stop_held_to_a_shift_is_called_at_by_it() -> None:
    problem = problem_of(*ways(LINE), [Stop(1), Stop(2), Stop(3)], [EVENING, EVENING])
    plan = solve(held(problem, 1, 1), iterations=100)
    assert 1 in [call.stop for call in plan.routes[1].calls]


def test_a_run_that_has_begun_goes_on_with_what_is_left_of_it() -> None:
    problem = problem_of(*ways(LINE), [Stop(1), Stop(2), Stop(3)], [EVENING], runs=[(0, 1, 2)])
    plan = plan_of(problem, [[0, 1, 2]])
    rest = replanned(problem, plan, 0, calls=1, place=1, now=300)
    assert rest.runs == ((1, 2),)
    assert [call.stop for call in solve(rest, iterations=50).routes[0].calls] == [1, 2]


def test_no_shift_has_more_than_its_share() -> None:
    problem = problem_of(*ways(LINE), [Stop(1)] * 6, [EVENING] * 3)
    plan = solve(problem, iterations=100)
    shared = solve(evened(problem, plan), iterations=200, start=plan)
    assert [len(route.calls) for route in shared.routes] == [2, 2, 2]


def test_a_shift_without_a_call_says_why() -> None:
    shifts = [EVENING, EVENING, Shift(0, 0, 0, 100)]
    stops = [Stop(1, shifts=frozenset({0})), Stop(4, shifts=frozenset({2}))]
    problem = problem_of(*ways(LINE), stops, shifts)
    assert idle(problem, solve(problem, iterations=50)) == {1: "routes.idle_not_wanted", 2: "routes.idle_hopeless"}
    both = problem_of(*ways(LINE), [Stop(1)], [EVENING, EVENING])
    (taken,) = idle(both, solve(both, iterations=50)).values()
    assert taken == "routes.idle_taken"
    full = problem_of(*ways(LINE), [Stop(1, 5, 6000), Stop(1, 5, 6000)], [EVENING, replace(EVENING, finish=6400)])
    assert idle(full, plan_of(full, [[0], []], ())) == {1: "routes.idle_taken"}
