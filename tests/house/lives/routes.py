"""An evening's plan from the problem to the check."""

from __future__ import annotations

import numpy as np

from gridmap.routes.again import evened, held, idle, replanned
from gridmap.routes.alone import hopeless
from gridmap.routes.check import check
from gridmap.routes.insertion import cheapest, filled, outbid
from gridmap.routes.model import model_of
from gridmap.routes.plan import begins, plan_of, walked
from gridmap.routes.problem import Shift, Stop, problem_of
from gridmap.routes.reasons import Reason, priority
from gridmap.routes.solve import solve
from gridmap.routes.units import units_of


def live() -> None:
    metres = np.array([[0, 100, 900], [100, 0, 900], [900, 900, 0]])
    stops = [Stop(1, 3, 60, windows=((0, 900), (1000, 2000))), Stop(2, 5, 60), Stop(1, 2, 600)]
    problem = problem_of(metres, metres, stops, [Shift(0, 0, 0, 1500)])
    hopeless(problem)
    first = solve(problem, iterations=100, stop=lambda best: best is None, progress=lambda _done, _total: None)
    plan = solve(problem, iterations=20, start=first)
    assert check(problem, plan) == []
    assert plan.value >= first.value
    assert plan.called
    model = model_of(problem, units_of(problem, frozenset({1})))
    model.orders(model.solution(problem, [[0]]), 1)
    begins(stops[0], 950)
    walked(problem, 0, [0, 2])
    cheapest(problem, filled(problem, [[]], [0]), 2)
    outbid(problem, plan_of(problem, [[0]]).routes, 1)
    problem.of(0)
    problem.allowed(0, 0)
    assert problem.done == frozenset()
    rest = replanned(problem, plan, 0, calls=1, place=1, now=300)
    idle(rest, solve(held(evened(rest, plan), 2, 0), iterations=5))
    assert priority([Reason("routes.why_duty_due", {"duty": "households", "day": "2015-10-31"})]) == 15
