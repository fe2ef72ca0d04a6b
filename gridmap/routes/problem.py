"""What a plan is to solve: travel between places, stops with priorities, and shifts that call at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gridmap.errors import ArgumentError, Fault, FaultsError

UNREACHABLE = -1
Whole = NDArray[np.int64]
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing to call at.

    `place` indexes the travel matrices. `priority` is whole, 0 or more; more is better. `service` seconds are spent
    there. `windows`: when the service may begin, each [from, to) in seconds as those of the shifts; none = at any time.
    `must`: no plan without it. `shifts`: the shifts that may call (null = all).
    """

    place: int
    priority: int = 1
    service: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    must: bool = False
    shifts: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """One evening of one cadre or pair: leaves `start` at `begin`, is at `end` by `finish` at the latest (seconds).

    `profile` names the travel matrices. `most`: so many stops at the most (null = any number). `done`: stops called at
    already; the shift goes on from `start` at `begin`, and they stay its own.
    """

    start: int
    end: int
    begin: int
    finish: int
    profile: str = ""
    most: int | None = None
    done: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Travel:
    """Travel between n places in whole metres and seconds, n x n, row = from; UNREACHABLE (-1) = there is no way."""

    metres: Whole
    seconds: Whole


@dataclass(frozen=True, eq=False)
class Problem:
    """Which stops shall be called at, on which shifts.

    `travel`: by profile; one pair of matrices may be given alone. `runs`: stops that are called at one after the other
    in this order, or not at all.

    Raises FaultsError with every fault: matrices that are not square, whole and of one size, negative times, places and
    shifts that there are not, windows that are empty or lie beyond every shift, runs and done stops that share a stop.
    """

    travel: Mapping[str, Travel]
    stops: tuple[Stop, ...]
    shifts: tuple[Shift, ...]
    runs: tuple[tuple[int, ...], ...] = field(default=())

    def __post_init__(self) -> None:
        given = self.travel
        object.__setattr__(self, "travel", MappingProxyType({"": given} if isinstance(given, Travel) else dict(given)))
        object.__setattr__(self, "stops", tuple(self.stops))
        object.__setattr__(self, "shifts", tuple(self.shifts))
        faults = [*_matrices(self.travel)]
        if not faults:
            faults = [*_shifts(self), *_stops(self), *_groups(self)]
        if faults:
            raise FaultsError(faults)

    @cached_property
    def done(self) -> frozenset[int]:
        """Return the stops called at already."""
        return frozenset(stop for shift in self.shifts for stop in shift.done)

    def allowed(self, stop: int, shift: int) -> bool:
        """Return whether a shift may call at a stop."""
        own = self.stops[stop].shifts
        return own is None or shift in own

    def of(self, shift: int) -> Travel:
        """Return the travel of a shift."""
        return self.travel[self.shifts[shift].profile]


def problem_of(
    metres: Whole, seconds: Whole, stops: Sequence[Stop], shifts: Sequence[Shift], *, runs: Sequence[Sequence[int]] = ()
) -> Problem:
    """Return the problem of one pair of matrices, each n x n, whole, row = from. Raises FaultsError as `Problem`."""
    travel = Travel(np.asarray(metres), np.asarray(seconds))
    return Problem({"": travel}, tuple(stops), tuple(shifts), tuple(tuple(run) for run in runs))


def _matrices(travel: Mapping[str, Travel]) -> Iterator[Fault]:
    sizes = {len(pair.metres) for pair in travel.values()}
    if len(sizes) != 1:
        raise ArgumentError("routes.sizes", argument="travel", sizes=", ".join(map(str, sorted(sizes))))
    (size,) = sizes
    for profile, pair in travel.items():
        for name in ("metres", "seconds"):
            matrix = getattr(pair, name)
            if matrix.shape != (size, size) or not np.issubdtype(matrix.dtype, np.integer):
                yield _fault("routes.matrix", name, 0, profile=profile, shape=matrix.shape, dtype=str(matrix.dtype))
            elif (matrix < UNREACHABLE).any() or matrix.diagonal().any():
                yield _fault("routes.values", name, 0, profile=profile)
        if pair.metres.shape == pair.seconds.shape and ((pair.metres < 0) != (pair.seconds < 0)).any():
            yield _fault("routes.ways", "metres", 0, profile=profile)


def _shifts(problem: Problem) -> Iterator[Fault]:
    size = len(next(iter(problem.travel.values())).metres)
    for at, shift in enumerate(problem.shifts):
        if shift.profile not in problem.travel:
            yield _fault("routes.profile", "shifts", at, given=shift.profile, allowed=", ".join(problem.travel))
        if not (0 <= shift.start < size and 0 <= shift.end < size):
            yield _fault("routes.place", "shifts", at, given=f"{shift.start}, {shift.end}", size=size)
        if not 0 <= shift.begin <= shift.finish:
            yield _fault("routes.hours", "shifts", at, begin=shift.begin, finish=shift.finish)
        if shift.most is not None and shift.most < 0:
            yield _fault("routes.most", "shifts", at, given=shift.most)


def _stops(problem: Problem) -> Iterator[Fault]:
    size = len(next(iter(problem.travel.values())).metres)
    first = min((shift.begin for shift in problem.shifts), default=0)
    last = max((shift.finish for shift in problem.shifts), default=0)
    for at, stop in enumerate(problem.stops):
        if not 0 <= stop.place < size:
            yield _fault("routes.place", "stops", at, given=stop.place, size=size)
        if stop.priority < 0 or stop.service < 0:
            yield _fault("routes.negative", "stops", at, priority=stop.priority, service=stop.service)
        if stop.shifts is not None and not all(0 <= one < len(problem.shifts) for one in stop.shifts):
            yield _fault("routes.shift", "stops", at, given=sorted(stop.shifts), count=len(problem.shifts))
        if any(not 0 <= begin < end for begin, end in stop.windows):
            yield _fault("routes.window", "stops", at, given=stop.windows)
        elif _looks_like_minutes(stop.windows, first, last):
            yield _fault("routes.minutes", "stops", at, given=stop.windows, first=first, last=last)


def _looks_like_minutes(windows: tuple[tuple[int, int], ...], first: int, last: int) -> bool:
    """Whether no window meets any shift, and each would if it were in minutes: a slip of the unit."""
    meets = [begin <= last and end > first for begin, end in windows]
    in_minutes = [begin * _MINUTES <= last and end * _MINUTES > first for begin, end in windows]
    return bool(windows) and not any(meets) and all(in_minutes)


def _groups(problem: Problem) -> Iterator[Fault]:
    taken: set[int] = set()
    groups = [("shifts", at, shift.done) for at, shift in enumerate(problem.shifts)]
    groups += [("runs", at, run) for at, run in enumerate(problem.runs)]
    for name, at, group in groups:
        if not all(0 <= stop < len(problem.stops) for stop in group):
            yield _fault("routes.stop", name, at, given=group, count=len(problem.stops))
        if len(set(group)) < len(group) or taken.intersection(group):
            yield _fault("routes.twice", name, at, given=group)
        taken.update(group)


def _fault(code: str, argument: str, at: int, **inputs: object) -> Fault:
    """Return a fault of one stop, shift or run; they count from 0, as in the plan."""
    return Fault(code, sheet=argument, row=at, inputs=inputs)
