"""A plan: for each shift the calls in their order with their times, and each stop left out with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from gridmap.errors import ArgumentError
from gridmap.routes.problem import UNREACHABLE, Problem, Stop


@dataclass(frozen=True, slots=True)
class Call:
    """One stop on a route, times in seconds: there at `arrive`, the service from `begin` to `leave`."""

    stop: int
    arrive: int
    begin: int
    leave: int


@dataclass(frozen=True, slots=True)
class Route:
    """The calls of a shift in their order (without those done already), the metres, and when it is at its end."""

    shift: int
    calls: tuple[Call, ...]
    metres: int
    back: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stop that the plan leaves out, and why: `reason` is a code of words, `inputs` what its sentence takes."""

    stop: int
    reason: str
    inputs: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Plan:
    """A route for each shift, in their order, and what is left out, by stop. `priority` and `metres` are the totals."""

    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...]
    priority: int
    metres: int

    @property
    def value(self) -> tuple[int, int]:
        """Return what is compared: more priority first, then fewer metres."""
        return self.priority, -self.metres

    @property
    def called(self) -> frozenset[int]:
        """Return the stops that the plan calls at."""
        return frozenset(call.stop for route in self.routes for call in route.calls)


def begins(stop: Stop, arrive: int) -> int | None:
    """Return when the service of a stop begins if one is there at `arrive`; null if no window is left."""
    if not stop.windows:
        return arrive
    later = [max(arrive, begin) for begin, end in stop.windows if arrive < end]
    return min(later, default=None)


def walked(problem: Problem, shift: int, order: Sequence[int]) -> Route | None:
    """Return the route of a shift that calls at the stops of `order`, as early as it can; null if it cannot be.

    It cannot where there is no way, no window is left, or it would be back too late. Whether the shift may call there,
    and how many stops it may have, is not asked.
    """
    own, travel = problem.shifts[shift], problem.of(shift)
    at, now, metres, calls = own.start, own.begin, 0, []
    for number in order:
        stop = problem.stops[number]
        seconds = int(travel.seconds[at, stop.place])
        begin = None if seconds == UNREACHABLE else begins(stop, now + seconds)
        if begin is None:
            return None
        calls.append(Call(number, now + seconds, begin, begin + stop.service))
        metres += int(travel.metres[at, stop.place])
        at, now = stop.place, begin + stop.service
    seconds = int(travel.seconds[at, own.end])
    if seconds == UNREACHABLE or now + seconds > own.finish:
        return None
    return Route(shift, tuple(calls), metres + int(travel.metres[at, own.end]), now + seconds)


def plan_of(problem: Problem, orders: Sequence[Sequence[int]], left_out: Iterable[LeftOut] = ()) -> Plan:
    """Return the plan that calls at `orders`, one for each shift. Raises ArgumentError for one that cannot be."""
    routes = []
    for shift, order in enumerate(orders):
        # Who has nothing to call at stays where he is.
        route = walked(problem, shift, order) if order else Route(shift, (), 0, problem.shifts[shift].begin)
        if route is None:
            raise ArgumentError("routes.no_route", argument="orders", shift=shift)
        routes.append(route)
    priority = sum(problem.stops[call.stop].priority for route in routes for call in route.calls)
    return Plan(tuple(routes), tuple(left_out), priority, sum(route.metres for route in routes))
