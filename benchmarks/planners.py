"""Planners to compare: ours and OR-Tools for so many CPU seconds, VROOM to its own end, and CP-SAT's proof."""

from __future__ import annotations

import time

import numpy as np
import vroom
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.sat.python import cp_model

from gridmap.routes.check import check
from gridmap.routes.plan import plan_of
from gridmap.routes.problem import Problem, Shift
from gridmap.routes.solve import solve

_ENDLESS = 1_000_000  # iterations: the CPU seconds end the search
_POINTS = 10  # what a point costs OR-Tools if it is missed, in shares of what it stands for in seconds


def ours(problem: Problem, cpu: float, seed: int = 1) -> int:
    """Return the priority that `solve` collects in so many CPU seconds."""
    end = time.process_time() + cpu
    plan = solve(problem, seed, _ENDLESS, stop=lambda _best: time.process_time() > end)
    if check(problem, plan):
        raise SystemExit(str(check(problem, plan)))
    return plan.priority


def by_vroom(problem: Problem) -> int:
    """Return the priority that VROOM collects at its deepest search, which ends by itself.

    Its only limit is one of the wall: on a busy machine it would have less CPU than the others.
    """
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
    found = asked.solve(exploration_level=5, nb_threads=1)
    routes = found.routes
    orders: list[list[int]] = [[] for _ in problem.shifts]
    for vehicle, kind, number in zip(routes["vehicle_id"], routes["type"], routes["id"], strict=True):
        if kind == "job":
            orders[int(vehicle)].append(int(number))
    return plan_of(problem, orders).priority


def by_ortools(problem: Problem, cpu: float) -> int:
    """Return the priority that OR-Tools' routing collects: disjunctions and guided local search.

    The weight of a point was tuned for it (3, 10, 30, 100 and 300 tried): a heavy one lets it see points alone.
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
    there_is = sum(shift.finish - shift.begin for shift in shifts)
    point = _POINTS * there_is / sum(stop.priority for stop in problem.stops)
    for number, stop in enumerate(problem.stops):
        index = manager.NodeToIndex(number)
        if stop.windows:
            clock.CumulVar(index).SetRange(stop.windows[0][0], stop.windows[0][1] - 1)
        routing.AddDisjunction([index], int(stop.priority * point))
    for vehicle, shift in enumerate(shifts):
        clock.CumulVar(routing.Start(vehicle)).SetRange(shift.begin, shift.begin)
        clock.CumulVar(routing.End(vehicle)).SetMax(shift.finish)
    return _best(problem, manager, routing, cpu)


def _best(problem: Problem, manager: pywrapcp.RoutingIndexManager, routing: pywrapcp.RoutingModel, cpu: float) -> int:
    """Return the most priority of all the plans that the search goes through: its last need not be the best."""
    params = pywrapcp.DefaultRoutingSearchParameters()
    params.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    params.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    params.time_limit.FromMilliseconds(int(20 * cpu * 1000))
    end, best = time.process_time() + cpu, 0

    def look() -> None:
        nonlocal best
        called = [
            stop for number, stop in enumerate(problem.stops) if routing.ActiveVar(manager.NodeToIndex(number)).Value()
        ]
        best = max(best, sum(stop.priority for stop in called))
        if time.process_time() > end:
            routing.solver().FinishCurrentSearch()

    # Asked at each plan: a limit asked at each step would take half of its time.
    routing.AddAtSolutionCallback(look)
    routing.SolveWithParameters(params)
    return best


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
