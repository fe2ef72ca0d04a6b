"""Plans beside VROOM and OR-Tools with equal CPU seconds, beside proven optima, and a week of 500 stops.

The evenings are generated: a plane with homes spread evenly or in clusters, and the streets of a town. A stop has a
priority of 1 to 10 and a service of 4 to 15 minutes, three in ten have a window of an hour. `--whole` takes every size,
kind and seed; without it a part of them. CPU seconds, not those of the wall, end each search.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import vroom
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.sat.python import cp_model

from benchmarks.link import peak_memory, show
from benchmarks.travel import doors_of, network_of
from gridmap.routes.check import check
from gridmap.routes.plan import plan_of
from gridmap.routes.problem import Problem, Shift, Stop, problem_of
from gridmap.routes.solve import solve
from gridmap.streets.travel import Travel

_WALK = 1.2  # m/s
_TOWN = 2500.0  # metres a side
_EVENING = 9000  # seconds
_ENDLESS = 1_000_000  # iterations: the CPU seconds end the search
KINDS = ("uniform", "clustered", "streets")


def spots(kind: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return places on the plane, x and y in metres."""
    if kind == "uniform":
        return rng.uniform(0, _TOWN, (count, 2))
    centres = rng.uniform(0, _TOWN, (max(3, count // 20), 2))
    return centres[rng.integers(len(centres), size=count)] + rng.normal(0, 150, (count, 2))


@cache
def streets(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return metres and seconds between doors of a town of 43 x 43 blocks."""
    network = network_of(43)
    travel = Travel(network, doors_of(network, count, seed))
    return travel.metres, travel.seconds


def evening(kind: str, stops: int, shifts: int, seed: int) -> Problem:
    """Return an evening of `shifts` visitors who leave one place and come back to it."""
    rng = np.random.default_rng([KINDS.index(kind), stops, shifts, seed])
    if kind == "streets":
        metres, seconds = streets(stops + 1, seed)
    else:
        xy = spots(kind, stops + 1, rng)
        metres = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
        seconds = np.rint(metres / _WALK).astype(np.int64)
    calls = []
    for place in range(1, stops + 1):
        begin = int(rng.integers(0, 7200))
        windows = ((begin, begin + 3600),) if rng.random() < 0.3 else ()
        calls.append(Stop(place, int(rng.integers(1, 11)), int(rng.integers(240, 900)), windows))
    return problem_of(metres, seconds, calls, [Shift(0, 0, 0, _EVENING)] * shifts)


def orienteering(kind: str, stops: int, generation: int, seed: int, shifts: int = 1) -> Problem:
    """Return a problem without services, as those published: prizes all one (1), any (2), or by distance (3).

    The time is half of what a tour of all stops would take about.
    """
    rng = np.random.default_rng([stops, generation, seed])
    xy = spots(kind, stops + 1, rng)
    metres = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    far = 1 + 99 * metres[0, 1:] // metres[0].max()
    prizes = (np.ones(stops, dtype=np.int64), 1 + (7141 * np.arange(1, stops + 1) + 73) % 100, far)[generation - 1]
    time_there_is = int(0.5 * 0.7124 * np.sqrt(stops) * _TOWN) // shifts
    calls = [Stop(place + 1, int(prize)) for place, prize in enumerate(prizes)]
    return problem_of(metres, metres, calls, [Shift(0, 0, 0, time_there_is)] * shifts)


def ours(problem: Problem, cpu: float, seed: int = 1) -> int:
    """Return the priority that `solve` collects in so many CPU seconds."""
    end = time.process_time() + cpu
    plan = solve(problem, seed, _ENDLESS, stop=lambda _best: time.process_time() > end)
    if check(problem, plan):
        raise SystemExit(str(check(problem, plan)))
    return plan.priority


def by_vroom(problem: Problem, cpu: float) -> int:
    """Return the priority that VROOM collects, at its deepest search."""
    asked = vroom.Input()
    asked.set_durations_matrix("car", problem.of(0).seconds.astype(np.uint32))
    asked.set_costs_matrix("car", problem.of(0).metres.astype(np.uint32))
    for number, stop in enumerate(problem.stops):
        windows = [vroom.TimeWindow(begin, end - 1) for begin, end in stop.windows]
        asked.add_job(
            vroom.Job(number, stop.place, default_service=stop.service, priority=stop.priority, time_windows=windows)
        )
    for number, shift in enumerate(problem.shifts):
        window = vroom.TimeWindow(shift.begin, shift.finish)
        asked.add_vehicle(vroom.Vehicle(number, shift.start, shift.end, time_window=window))
    found = asked.solve(exploration_level=5, nb_threads=1, timeout=timedelta(seconds=cpu))
    routes = found.routes
    orders: list[list[int]] = [[] for _ in problem.shifts]
    for vehicle, kind, number in zip(routes["vehicle_id"], routes["type"], routes["id"], strict=True):
        if kind == "job":
            orders[int(vehicle)].append(int(number))
    return plan_of(problem, orders).priority


def by_ortools(problem: Problem, cpu: float) -> int:
    """Return the priority that OR-Tools' routing collects: disjunctions and guided local search.

    A point is worth a whole evening's walk; other weights were not tried.
    """
    count, shifts = len(problem.stops), problem.shifts
    place = [stop.place for stop in problem.stops]
    place += [shift.start for shift in shifts] + [shift.end for shift in shifts]
    starts = list(range(count, count + len(shifts)))
    manager = pywrapcp.RoutingIndexManager(len(place), len(shifts), starts, [at + len(shifts) for at in starts])
    routing = pywrapcp.RoutingModel(manager)
    pair = problem.of(0)
    service = np.array([stop.service for stop in problem.stops] + [0] * 2 * len(shifts))
    metres = routing.RegisterTransitMatrix(pair.metres[np.ix_(place, place)].tolist())
    seconds = routing.RegisterTransitMatrix((pair.seconds[np.ix_(place, place)] + service[:, None]).tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(metres)
    latest = max(shift.finish for shift in shifts)
    routing.AddDimension(seconds, latest, latest, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for number, stop in enumerate(problem.stops):
        index = manager.NodeToIndex(number)
        if stop.windows:
            clock.CumulVar(index).SetRange(stop.windows[0][0], stop.windows[0][1] - 1)
        routing.AddDisjunction([index], stop.priority * latest)
    for vehicle, shift in enumerate(shifts):
        clock.CumulVar(routing.Start(vehicle)).SetRange(shift.begin, shift.begin)
        clock.CumulVar(routing.End(vehicle)).SetMax(shift.finish)
    params = pywrapcp.DefaultRoutingSearchParameters()
    params.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    params.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    params.time_limit.FromMilliseconds(int(20 * cpu * 1000))
    end = time.process_time() + cpu
    monitor = routing.solver().CustomLimit(lambda: time.process_time() > end)
    routing.AddSearchMonitor(monitor)
    found = routing.SolveWithParameters(params)
    if found is None:
        return 0
    orders = []
    for vehicle in range(len(shifts)):
        index, order = routing.Start(vehicle), []
        while not routing.IsEnd(index):
            order.append(manager.IndexToNode(index))
            index = found.Value(routing.NextVar(index))
        orders.append(order[1:])
    return plan_of(problem, orders).priority


def proven(problem: Problem, cpu: float) -> int | None:
    """Return the most priority there is, proven by CP-SAT; null if it takes longer than `cpu`."""
    model = cp_model.CpModel()
    latest = max(shift.finish for shift in problem.shifts)
    spans = [stop.windows[0] if stop.windows else (0, latest + 1) for stop in problem.stops]
    clocks = [model.new_int_var(begin, end - 1, "") for begin, end in spans]
    called = [_circuit(model, problem, shift, clocks) for shift in problem.shifts]
    for own in zip(*called, strict=True):
        model.add_at_most_one(own)
    prizes = [stop.priority for stop in problem.stops]
    model.maximize(sum(prize * one for own in called for prize, one in zip(prizes, own, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = cpu
    solver.parameters.num_workers = 8
    solver.parameters.linearization_level = 2
    return round(solver.objective_value) if solver.solve(model) == cp_model.OPTIMAL else None


def _circuit(
    model: cp_model.CpModel, problem: Problem, shift: Shift, clocks: list[cp_model.IntVar]
) -> list[cp_model.IntVar]:
    """Add the route of a shift; return for each stop whether it is on it."""
    seconds, stops = problem.of(0).seconds, problem.stops
    here = [model.new_bool_var("") for _ in stops]
    away = model.new_bool_var("")
    arcs = [(0, 0, ~away), *((number + 1, number + 1, ~one) for number, one in enumerate(here))]
    spent = []
    windows = any(stop.windows for stop in stops)
    for number, stop in enumerate(stops):
        model.add_implication(here[number], away)
        first, last = model.new_bool_var(""), model.new_bool_var("")
        arcs += [(0, number + 1, first), (number + 1, 0, last)]
        there, back = int(seconds[shift.start, stop.place]), int(seconds[stop.place, shift.end])
        spent += [there * first, back * last, stop.service * here[number]]
        if windows:
            model.add(clocks[number] >= shift.begin + there).only_enforce_if(first)
            model.add(clocks[number] + stop.service + back <= shift.finish).only_enforce_if(last)
        for other, next_stop in enumerate(stops):
            if other != number:
                leg, on = model.new_bool_var(""), int(seconds[stop.place, next_stop.place])
                arcs.append((number + 1, other + 1, leg))
                spent.append(on * leg)
                if windows:
                    model.add(clocks[other] >= clocks[number] + stop.service + on).only_enforce_if(leg)
    model.add_circuit(arcs)
    model.add(sum(spent) <= shift.finish - shift.begin)
    return here


def side_by_side(cases: list[tuple[str, list[Problem]]], cpu: Callable[[Problem], float]) -> None:
    """Compare the mean priority with VROOM's and OR-Tools', a line for each kind and size."""
    for title, problems in cases:
        own = [ours(problem, cpu(problem)) for problem in problems]
        peers = {
            "VROOM": [by_vroom(problem, cpu(problem)) for problem in problems],
            "OR-Tools": [by_ortools(problem, cpu(problem)) for problem in problems],
        }
        for name, theirs in peers.items():
            detail = f"mean {np.mean(own):,.1f}, {np.mean(theirs):,.1f}; worst {worst(own, theirs):.3f}"
            precise(f"{title}: ours / {name}", sum(own) / max(1, sum(theirs)), ">= 0.995", detail)


def worst(own: list[int], theirs: list[int]) -> float:
    """Return the lowest ratio of a single problem."""
    return min(one / max(1, other) for one, other in zip(own, theirs, strict=True))


def precise(what: str, ratio: float, wanted: str, detail: str) -> None:
    """Print one line of the table, to a thousandth."""
    print(f"{what:<52} {ratio:6.3f}   {wanted:<22} {detail}", flush=True)


def optima(problems: list[Problem], title: str, wanted: str, cpu: float, limit: float) -> None:
    """Compare with what CP-SAT proves, where it does within `limit` seconds."""
    best = [proven(problem, limit) for problem in problems]
    known = [(problem, most) for problem, most in zip(problems, best, strict=True) if most is not None]
    own = [ours(problem, cpu) for problem, _ in known]
    most = [one for _, one in known]
    detail = f"{sum(map(int.__eq__, own, most))} of {len(own)} equal, {len(problems) - len(own)} not proven"
    precise(title, sum(own) / max(1, sum(most)), wanted, detail)


def long_search(title: str, problems: list[Problem], cpu: float, times: int) -> None:
    """Compare with the best of searches `times` as long from other seeds: where no optimum is known."""
    own = [ours(problem, cpu) for problem in problems]
    longer = [max(ours(problem, times * cpu, seed) for seed in (2, 3)) for problem in problems]
    best = [max(pair) for pair in zip(own, longer, strict=True)]
    detail = f"mean {np.mean(own):,.1f}, {np.mean(best):,.1f}; worst {worst(own, best):.3f}"
    precise(f"{title}: {cpu:.0f} s / {times} x longer", float(np.mean(np.divide(own, best))), ">= 0.99", detail)


def a_week(iterations: int) -> None:
    """Plan five evenings of six shifts out of 500 stops, each without what was called at before: time and memory."""
    problem = evening("streets", 500, 6, 1)
    rest = list(range(len(problem.stops)))
    begun = time.perf_counter()
    for _ in range(5):
        plan = solve(replace(problem, stops=tuple(problem.stops[stop] for stop in rest)), iterations=iterations)
        rest = [stop for at, stop in enumerate(rest) if at not in plan.called]
    taken = time.perf_counter() - begun
    show("500 stops x 6 shifts x 5 evenings, s", taken, "< 120", f"{500 - len(rest)} stops called at")
    show("peak memory, MB", peak_memory(), "< 2000", "matrices, libraries and peers included")


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--whole", action="store_true", help="every kind and size, five seeds")
    ask.add_argument("--cpu", type=float, default=5.0, help="CPU seconds a plan; four times as many above 200 stops")
    given = ask.parse_args()
    seeds = range(1, 6 if given.whole else 2)
    print(f"{'':<52} {'ratio':>6}   wanted")
    a_week(2000)
    sizes = ((100, 2), (150, 3), (200, 4), (400, 6))
    for stops, shifts in ((30, 1), (16, 2)):
        small = [evening(kind, stops, shifts, seed) for kind in KINDS for seed in seeds]
        optima(small, f"{stops} x {shifts}: ours / proven by CP-SAT", "1", 1.0, 60.0)
    for stops in (30, 60):
        small = [orienteering("uniform", stops, generation, seed) for generation in (1, 2, 3) for seed in seeds]
        optima(small, f"orienteering, {stops} stops: ours / proven", "1" if stops == 30 else ">= 0.99", 1.0, 60.0)

    def cpu(problem: Problem) -> float:
        return given.cpu * (4 if len(problem.stops) > 200 else 1)

    cases = [
        (f"{kind}, {stops} x {shifts}", [evening(kind, stops, shifts, seed) for seed in seeds])
        for kind in KINDS
        for stops, shifts in (sizes if given.whole else sizes[1:2])
    ]
    cases += [
        (f"orienteering {kind}, {stops}", [orienteering(kind, stops, g, seed) for g in (1, 2, 3) for seed in seeds])
        for kind in KINDS[:2]
        for stops in ((100, 150, 400) if given.whole else (150,))
    ]
    side_by_side(cases, cpu)
    lengths = (100, 150, 400) if given.whole else (150,)
    for kind in KINDS[:2] if given.whole else KINDS[:1]:
        for stops in lengths:
            problems = [orienteering(kind, stops, generation, seed) for generation in (1, 2, 3) for seed in seeds]
            long_search(f"orienteering {kind}, {stops}", problems, cpu(problems[0]), 6 if given.whole else 3)


if __name__ == "__main__":
    main()
