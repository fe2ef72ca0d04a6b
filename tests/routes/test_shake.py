"""The search on prizes: what is put in fits, what is shortened keeps its stops, and nothing becomes worse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gridmap.errors import ConflictError
from gridmap.routes.alone import hopeless
from gridmap.routes.board import NEVER, Board
from gridmap.routes.check import check
from gridmap.routes.gaps import Gaps, fill
from gridmap.routes.model import model_of
from gridmap.routes.problem import Problem, Shift, Stop, problem_of
from gridmap.routes.pull import pulled
from gridmap.routes.search import Watch, searched
from gridmap.routes.shake import shaken
from gridmap.routes.shorter import shortened
from gridmap.routes.solve import solve
from gridmap.routes.units import units_of
from tests.routes.town import town, ways


def board_of(problem: Problem) -> Board:
    lost = frozenset(one.stop for one in hopeless(problem))
    units = [unit for unit in units_of(problem, lost) if unit.ways and unit.shifts]
    return Board(problem, model_of(problem, units))


def full(board: Board) -> list[list[int]]:
    orders: list[list[int]] = [[] for _ in board.shifts]
    fill(board, orders, board.prize.astype(float))
    return orders


def seconds(board: Board, shift: int, order: list[int]) -> int:
    return int(board.seconds[shift][[board.count, *order], [*order, board.count + 1]].sum())


def routes_that_take(board: Board, shift: int, order: list[int], unit: int) -> dict[int, int]:
    """The seconds that the way becomes longer where a unit fits into a route, by position."""
    most = board.shifts[shift].most
    allowed = board.allowed[shift][unit] and (most is None or board.size[[*order, unit]].sum() <= most)
    longer = {place: [*order[:place], unit, *order[place:]] for place in range(len(order) + 1)}
    before = seconds(board, shift, order)
    return {
        place: seconds(board, shift, found) - before
        for place, found in longer.items()
        if allowed and board.leaves(shift, found) is not None
    }


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_a_unit_fits_where_a_walk_of_the_whole_route_says_so(seed: int, plain: bool) -> None:
    """As units go in one by one, and with and without windows: each is worked out in another way."""
    rng = np.random.default_rng(seed)
    problem = town(rng, 14, 2)
    if plain:
        free = [replace(stop, windows=()) for stop in problem.stops]
        problem = replace(problem, stops=tuple(free), runs=())
    board = board_of(problem)
    units = range(board.count)
    for shift in range(len(problem.shifts)):
        order: list[int] = []
        gaps = Gaps(board, shift, order, np.ones(board.count, dtype=bool))
        while True:
            fits = [routes_that_take(board, shift, order, unit) if unit not in order else {} for unit in units]
            assert (gaps.least < NEVER).tolist() == [bool(one) for one in fits]
            for at, places in enumerate(fits):
                assert not places or gaps.position(at) in places
                if places and plain:
                    assert gaps.least[at] == max(0, min(places.values()) + board.least[at])
            if not any(fits):
                break
            gaps.insert(int(rng.choice([at for at, places in enumerate(fits) if places])))


@pytest.mark.parametrize("seed", range(20))
def test_a_route_that_is_drawn_elsewhere_can_be_and_keeps_its_musts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = town(rng, 25, 2)
    bound = [replace(stop, must=at % 5 == 0) for at, stop in enumerate(problem.stops)]
    board = board_of(replace(problem, stops=tuple(bound)))
    before = full(board)
    kept = [list(order) for order in before]
    musts = {unit for order in before for unit in order if board.must[unit]}
    for _ in range(20):
        after, touched = pulled(board, before, board.prize.astype(float), rng)
        for shift, order in enumerate(after):
            most = problem.shifts[shift].most
            assert board.leaves(shift, order) is not None
            assert most is None or board.size[order].sum() <= most
            assert order == before[shift] or touched & set(order)
        served = [unit for order in after for unit in order]
        assert len(served) == len(set(served))
        assert musts <= set(served)
    assert before == kept


def test_a_route_is_drawn_to_what_lies_together_far_away() -> None:
    """Nothing of the far cluster fits beside the near one: all of the near one has to go."""
    xy = [(0, 0), *[(-300, 5 * step) for step in range(4)], *[(400, 5 * step) for step in range(6)]]
    problem = problem_of(*ways(xy), [Stop(place, 1, 60) for place in range(1, 11)], [Shift(0, 0, 0, 1100)])
    board = board_of(problem)
    rng = np.random.default_rng(1)
    found = [pulled(board, [[0, 1, 2, 3]], board.prize.astype(float), rng)[0][0] for _ in range(200)]
    assert any(set(order) == set(range(4, 10)) for order in found)


@pytest.mark.parametrize("seed", range(10))
def test_a_shortened_route_has_the_same_units_and_takes_no_longer(seed: int) -> None:
    """In a town of one-ways, where a part of a route has another length the other way round."""
    board = board_of(town(np.random.default_rng(seed), 25, 1))
    for shift, order in enumerate(full(board)):
        found = shortened(board, shift, order)
        assert sorted(found) == sorted(order)
        assert board.leaves(shift, found) is not None
        assert seconds(board, shift, found) <= seconds(board, shift, order)


def test_a_crossed_way_is_uncrossed() -> None:
    problem = problem_of(
        *ways([(0, 0), (0, 100), (100, 100), (100, 0)]), [Stop(1), Stop(2), Stop(3)], [Shift(0, 0, 0, 9000)]
    )
    board = board_of(problem)
    assert shortened(board, 0, [1, 0, 2]) in ([0, 1, 2], [2, 1, 0])


@pytest.mark.parametrize("seed", range(6))
def test_shaking_makes_nothing_worse_and_takes_no_must_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    board = board_of(town(rng, 20, 2))
    before = full(board)
    left = iter([False] * 30 + [True])
    after = shaken(board, before, rng, lambda _value: next(left))
    assert board.value(after) >= board.value(before)
    assert all(board.leaves(shift, order) is not None for shift, order in enumerate(after) if order)


def test_the_way_past_a_stop_may_be_longer_than_the_way_over_it() -> None:
    """Without the stop in between the route would be too long: it stays what it was."""
    metres = np.array([[0, 10, 10, 500], [10, 0, 10, 500], [500, 10, 0, 10], [10, 500, 500, 0]])
    problem = problem_of(metres, metres, [Stop(1, 2), Stop(2, 1), Stop(3, 2)], [Shift(0, 0, 0, 60)])
    plan = solve(problem, iterations=200)
    assert plan.called == {0, 1, 2}
    assert check(problem, plan) == []


@pytest.mark.parametrize("seed", range(3))
def test_stops_in_clusters_far_from_each_other_are_worth_the_way(seed: int) -> None:
    """A visitor begins beside a poor cluster; the search must cross the gap to the rich ones."""
    rng = np.random.default_rng(seed)
    poor, rich = rng.normal(0, 60, (10, 2)), rng.normal((1500, 0), 60, (20, 2))
    xy = np.concatenate([[(0, 0)], poor, rich])
    stops = [Stop(place, 1 if place <= len(poor) else 3, 60) for place in range(1, len(xy))]
    plan = solve(problem_of(*ways([tuple(one) for one in xy]), stops, [Shift(0, 0, 0, 5200)]), iterations=300)
    assert plan.priority >= 3 * len(rich)


def test_the_search_ends_after_so_many_iterations() -> None:
    told: list[tuple[int, int]] = []
    problem = town(np.random.default_rng(1), 12, 2)
    units = [unit for unit in units_of(problem, frozenset()) if unit.ways and unit.shifts]
    searched(problem, units, 1, Watch(70, None, lambda *step: told.append(step)), [[], []])
    assert told == [(step, 70) for step in range(1, 71)]


def test_many_musts_are_all_served_in_few_iterations() -> None:
    """Rich stops beside the start lie in their way."""
    xy = [(0, 0), *[(900, 20 * step) for step in range(8)], *[(30, 20 * step) for step in range(12)]]
    stops = [Stop(place, 0, 300, must=True) for place in range(1, 9)] + [Stop(place, 10, 300) for place in range(9, 21)]
    problem = problem_of(*ways(xy), stops, [Shift(0, 0, 0, 4400)])
    assert set(range(8)) <= solve(problem, iterations=30).called
    with pytest.raises(ConflictError):
        solve(problem_of(*ways(xy), stops, [Shift(0, 0, 0, 3000)]), iterations=30)
