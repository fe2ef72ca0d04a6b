"""A race of plans: several are begun, the better half goes on, and the best of all that was found is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from gridmap.routes.race import PLANS, SHAKES, raced
from gridmap.routes.solve import solve
from tests.routes.test_shake import board_of
from tests.routes.town import town

Value = tuple[int, int]


@pytest.mark.parametrize("seed", range(6))
def test_a_race_takes_so_many_shakes_and_ends_with_the_best_plan_of_its_last_two(seed: int) -> None:
    board = board_of(town(np.random.default_rng(seed), 20, 2))
    asked: list[int] = []
    last: list[Value] = []

    def over(shakes: int) -> Callable[[Value], bool]:
        asked.append(shakes)
        left = iter([False] * shakes + [True])

        def ends(value: Value) -> bool:
            done = next(left)
            if done:
                last.append(value)
            return done

        return ends

    orders = raced(board, np.random.default_rng(seed), 3, over)
    assert asked == [3] * PLANS + [6] * (PLANS // 2) + [12] * (PLANS // 4)
    assert sum(asked) == 3 * SHAKES
    assert board.value(orders) == max(last[-2:])
    served = [unit for order in orders for unit in order]
    assert len(served) == len(set(served))
    assert all(board.fits(shift, order) for shift, order in enumerate(orders))
    assert all(board.allowed[shift][order].all() for shift, order in enumerate(orders))


def test_the_best_that_the_stopping_rule_is_told_never_becomes_worse() -> None:
    """Not of the plan that is looked at, which may be one that was begun anew."""
    problem = town(np.random.default_rng(3), 12, 1)
    problem = replace(problem, stops=tuple(replace(stop, must=False) for stop in problem.stops))
    told: list[Value] = []

    def stop(best: Value | None) -> bool:
        told.extend([] if best is None else [(best[0], -best[1])])
        return False

    plan = solve(problem, iterations=1500, stop=stop)
    assert told == sorted(told)
    assert plan.value >= told[-1]
