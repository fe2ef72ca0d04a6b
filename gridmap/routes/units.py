"""What the solver plans with: single stops, and runs of stops as one, each with the ways in which its windows fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from gridmap.routes.problem import UNREACHABLE, Problem

_MOST_WAYS = 64  # combinations of windows that are tried for a run


@dataclass(frozen=True, slots=True)
class Way:
    """One way to serve a unit: its service begins in [early, late], both included, and takes `seconds`."""

    early: int
    late: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Stops served one after the other: entered at the place of the first, left at that of the last.

    `ways`: one of them is taken (none: it cannot be served). `shifts` that may call.
    """

    stops: tuple[int, ...]
    priority: int
    must: bool
    shifts: frozenset[int]
    ways: tuple[Way, ...]


def units_of(problem: Problem, without: frozenset[int]) -> list[Unit]:
    """Return the units of a problem, by their first stop, less the stops `without` and those done already."""
    gone = without | problem.done
    together = {run[0]: run for run in problem.runs if run}
    inner = {stop for run in problem.runs for stop in run[1:]}
    found = []
    for number in range(len(problem.stops)):
        run = together.get(number, (number,))
        if number not in inner and not gone.intersection(run):
            found.append(_unit(problem, run))
    return found


def _unit(problem: Problem, run: tuple[int, ...]) -> Unit:
    stops = [problem.stops[number] for number in run]
    shifts = frozenset(at for at in range(len(problem.shifts)) if all(problem.allowed(number, at) for number in run))
    profiles = sorted({problem.shifts[at].profile for at in shifts})
    legs = [_slowest(problem, profiles, one.place, other.place) for one, other in pairwise(stops)]
    ways = () if None in legs else tuple(_ways(problem, run, [leg for leg in legs if leg is not None]))
    return Unit(run, sum(stop.priority for stop in stops), any(stop.must for stop in stops), shifts, ways)


def _slowest(problem: Problem, profiles: Sequence[str], start: int, end: int) -> int | None:
    """Return the seconds of a leg inside a run by the slowest profile, so that every shift keeps what is planned."""
    seconds = [int(problem.travel[profile].seconds[start, end]) for profile in profiles]
    return None if UNREACHABLE in seconds else max(seconds, default=0)


def _ways(problem: Problem, run: tuple[int, ...], legs: Sequence[int]) -> Iterator[Way]:
    latest = max((shift.finish for shift in problem.shifts), default=0)
    windows = [problem.stops[number].windows or ((0, latest + 1),) for number in run]
    services = [problem.stops[number].service for number in run]
    for number, chosen in enumerate(product(*windows)):
        if number == _MOST_WAYS:
            return
        way = Way(chosen[0][0], chosen[0][1] - 1, services[0])
        for leg, (begin, end), service in zip(legs, chosen[1:], services[1:], strict=True):
            joined = _joined(way, leg, Way(begin, end - 1, service))
            if joined is None:
                break
            way = joined
        else:
            yield way


def _joined(one: Way, leg: int, other: Way) -> Way | None:
    """Return two services one after the other as one; null if the second can only be reached too late.

    Waiting between them is part of its seconds, as little as there can be. Source: Vidal et al., A hybrid genetic
    algorithm with adaptive diversity management for vehicle routing problems with time windows (2013), section 4.3.
    """
    reach = one.seconds + leg
    if one.early + reach > other.late:
        return None
    wait = max(other.early - reach - one.late, 0)
    early = max(other.early - reach, one.early) - wait
    return Way(early, min(other.late - reach, one.late), reach + other.seconds + wait)
