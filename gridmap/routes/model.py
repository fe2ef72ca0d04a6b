"""A problem in the terms of the solver (PyVRP): units become clients, shifts become vehicles, priorities prizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, Route, Solution, VehicleType

from gridmap.routes.plan import walked
from gridmap.routes.problem import UNREACHABLE, Problem, Whole
from gridmap.routes.units import Unit

_ANY_NUMBER = 1_000_000


@dataclass(frozen=True, eq=False)
class Model:
    """A problem as PyVRP takes it. By client: its unit. `weight`: what a point of priority is worth in metres.

    It is more than all metres that can be travelled, so that no saving of way outbids a point.
    """

    data: ProblemData
    units: tuple[Unit, ...]
    unit_of: tuple[int, ...]
    weight: int

    @property
    def dearest(self) -> float:
        """Return what a second too late may cost at the most: more than any unit is worth."""
        return max(1e5, 10.0 * self.weight * max(unit.priority for unit in self.units))

    @property
    def second(self) -> float:
        """Return what a second of the shifts is worth if all units are served in them."""
        vehicles = [self.data.vehicle_type(at) for at in range(self.data.num_vehicle_types)]
        total = sum(int(one.tw_late) - int(one.tw_early) for one in vehicles)
        return self.weight * sum(unit.priority for unit in self.units) / max(1, total)

    def told(self, cost: float) -> tuple[int, int] | None:
        """Return what a cost of the solver says: priority and metres; null if there is no plan yet.

        A cost is metres, and the priority that is lacking in units of the weight.
        """
        if cost == float("inf"):
            return None
        priority = sum(self.units[unit].priority for unit in self.unit_of)
        lacking, metres = divmod(int(cost), self.weight)
        # A unit with several ways has a prize for each of them: all but one always lack.
        return priority - lacking, metres

    def orders(self, solution: Solution, shifts: int) -> list[list[int]]:
        """Return the stops of each shift in their order."""
        orders: list[list[int]] = [[] for _ in range(shifts)]
        for route in solution.routes():
            clients = [activity.idx for activity in route if activity.is_client()]
            orders[route.vehicle_type()] = [stop for one in clients for stop in self.units[self.unit_of[one]].stops]
        return orders

    def solution(self, problem: Problem, orders: Sequence[Sequence[int]]) -> Solution:
        """Return a plan as the solver's own; its routes must be those that can be."""
        by_first: dict[int, list[int]] = {}
        for client, unit in enumerate(self.unit_of):
            by_first.setdefault(self.units[unit].stops[0], []).append(client)
        routes = []
        for shift, order in enumerate(orders):
            walk = walked(problem, shift, order)
            begin = {} if walk is None else {call.stop: call.begin for call in walk.calls}
            visits = [self._client(by_first[stop], begin[stop]) for stop in order if stop in by_first]
            if visits:
                routes.append(Route(self.data, visits, shift))
        return Solution(self.data, routes)

    def _client(self, clients: Sequence[int], begin: int) -> int:
        """Return which of the clients of a unit stands for the window that its service begins in."""
        own = [self.data.client(client) for client in clients]
        for client, one in zip(clients, own, strict=True):
            if one.tw_early <= begin <= one.tw_late:
                return client
        return clients[0]


def model_of(problem: Problem, units: Sequence[Unit]) -> Model:
    """Return the model of `units`, each of which has at least one way and one shift."""
    profiles = list(problem.travel)
    places = len(problem.travel[profiles[0]].metres)
    # A run is a place of its own: one comes to its first stop and leaves from its last.
    entries = [*range(places), *(problem.stops[unit.stops[0]].place for unit in units)]
    exits = [*range(places), *(problem.stops[unit.stops[-1]].place for unit in units)]
    horizon = max((shift.finish for shift in problem.shifts), default=0) + 1
    pairs = [problem.travel[profile] for profile in profiles]
    metres = [_matrix(pair.metres, exits, entries, int(pair.metres.max(initial=0)) * 2 + 1) for pair in pairs]
    seconds = [_matrix(pair.seconds, exits, entries, horizon) for pair in pairs]
    weight = _weight(problem)
    clients, groups, unit_of = _clients(problem, units, places, weight)
    ends = sorted({place for shift in problem.shifts for place in (shift.start, shift.end)})
    data = ProblemData(
        [Location(0, 0)] * len(entries),
        clients,
        [Depot(place) for place in ends] or [Depot(0)],
        [_vehicle(problem, at, ends, profiles, units) for at in range(len(problem.shifts))],
        metres,
        seconds,
        groups,
    )
    return Model(data, tuple(units), tuple(unit_of), weight)


def _matrix(given: Whole, exits: Sequence[int], entries: Sequence[int], never: int) -> Any:  # noqa: ANN401 - PyVRP types its arrays by their items
    """Return travel between all places of the model; where there is no way it is too long for any shift."""
    matrix = given[np.ix_(exits, entries)].astype(np.int64)
    matrix[matrix == UNREACHABLE] = never
    np.fill_diagonal(matrix, 0)
    return matrix


def _weight(problem: Problem) -> int:
    """Return a number above all the metres that any plan can travel: seconds of the shifts times the highest speed."""
    total = 1
    for at, shift in enumerate(problem.shifts):
        travel = problem.of(at)
        there = (travel.seconds > 0) & (travel.metres > 0)
        speed = float(np.max(travel.metres[there] / travel.seconds[there], initial=0.0))
        total += int(np.ceil(speed * (shift.finish - shift.begin)))
    return total


def _dimensions(problem: Problem, units: Sequence[Unit]) -> list[frozenset[int]]:
    """Return the sets of shifts that some units are bound to: each is a load that the other shifts cannot carry."""
    every = frozenset(range(len(problem.shifts)))
    return sorted({unit.shifts for unit in units if unit.shifts != every}, key=sorted)


def _clients(
    problem: Problem, units: Sequence[Unit], places: int, weight: int
) -> tuple[list[Client], list[ClientGroup], list[int]]:
    bound = _dimensions(problem, units)
    clients: list[Client] = []
    groups: list[ClientGroup] = []
    unit_of: list[int] = []
    for number, unit in enumerate(units):
        several = len(unit.ways) > 1
        if several:
            ways = [*range(len(clients), len(clients) + len(unit.ways))]
            groups.append(ClientGroup(ways, required=unit.must))
        for way in unit.ways:
            clients.append(
                Client(
                    location=places + number,
                    delivery=[len(unit.stops), *(int(unit.shifts == shifts) for shifts in bound)],
                    service_duration=way.seconds,
                    tw_early=way.early,
                    tw_late=way.late,
                    prize=unit.priority * weight,
                    required=unit.must and not several,
                    group=len(groups) - 1 if several else None,
                )
            )
            unit_of.append(number)
    return clients, groups, unit_of


def _vehicle(
    problem: Problem, at: int, ends: Sequence[int], profiles: Sequence[str], units: Sequence[Unit]
) -> VehicleType:
    shift = problem.shifts[at]
    bound = [_ANY_NUMBER if at in shifts else 0 for shifts in _dimensions(problem, units)]
    return VehicleType(
        capacity=[_ANY_NUMBER if shift.most is None else shift.most, *bound],
        start_depot=ends.index(shift.start),
        end_depot=ends.index(shift.end),
        tw_early=shift.begin,
        tw_late=shift.finish,
        start_late=shift.begin,
        profile=profiles.index(shift.profile),
    )
