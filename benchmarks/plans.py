"""Plans beside VROOM and OR-Tools, beside proven optima, and a week of 500 stops.

`--whole` takes every size, kind and seed; without it a part of them. CPU seconds, not those of the wall, end our
search and that of OR-Tools alike; VROOM goes to its own end, and the CPU seconds of it are told.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.evenings import KINDS, evening, orienteering, published
from benchmarks.link import peak_memory, show
from benchmarks.planners import by_ortools, by_vroom, ours, proven
from gridmap.routes.problem import Problem
from gridmap.routes.solve import solve

_LARGE = 200  # stops above which a plan has four times the CPU seconds
SIZES = ((100, 2), (150, 3), (200, 4), (400, 6))  # stops, shifts
PEERS = ("VROOM", "OR-Tools")
PARTS = ("week", "optima", "evenings", "orienteering")


def worst(own: list[int], theirs: list[int]) -> float:
    """Return the lowest ratio of a single problem."""
    return min(one / max(1, other) for one, other in zip(own, theirs, strict=True))


def precise(what: str, ratio: float, wanted: str, detail: str) -> None:
    """Print one line of the table, to a thousandth."""
    print(f"{what:<52} {ratio:6.3f}   {wanted:<22} {detail}", flush=True)


def beside(title: str, own: list[int], problems: list[Problem], name: str, cpu: float) -> list[int]:
    """Print the mean of ours beside a peer's, and return the peer's."""
    begun = time.process_time()
    theirs = [by_vroom(problem) if name == "VROOM" else by_ortools(problem, cpu) for problem in problems]
    used = (time.process_time() - begun) / len(problems)
    detail = f"mean {np.mean(own):,.1f}, {np.mean(theirs):,.1f}; worst {worst(own, theirs):.3f}; {used:.1f} CPU s"
    precise(title, sum(own) / max(1, sum(theirs)), ">= 0.995", detail)
    return theirs


def a_week(iterations: int) -> None:
    """Plan five evenings of six shifts out of 500 stops, each without what was called at before: time and memory."""
    problem = evening("streets", 500, 6, 1)
    rest = list(range(len(problem.stops)))
    begun, used = time.perf_counter(), time.process_time()
    for _ in range(5):
        plan = solve(replace(problem, stops=tuple(problem.stops[stop] for stop in rest)), iterations=iterations)
        rest = [stop for at, stop in enumerate(rest) if at not in plan.called]
    taken, used = time.perf_counter() - begun, time.process_time() - used
    show("500 stops x 6 shifts x 5 evenings, s", taken, "< 120", f"{500 - len(rest)} stops called at, {used:.0f} CPU s")
    show("peak memory, MB", peak_memory(), "< 2000", "matrices, libraries and peers included")


def optima(title: str, problems: list[Problem], wanted: str, cpu: float, limit: float) -> None:
    """Compare with what CP-SAT proves, where it does within `limit` seconds."""
    best = [proven(problem, limit) for problem in problems]
    known = [(problem, most) for problem, most in zip(problems, best, strict=True) if most is not None]
    own = [ours(problem, cpu) for problem, _ in known]
    most = [one for _, one in known]
    detail = f"{sum(map(int.__eq__, own, most))} of {len(own)} equal, {len(problems) - len(own)} not proven"
    precise(title, sum(own) / max(1, sum(most)), wanted, detail)


def all_optima(seeds: range, limit: float) -> None:
    """Compare small evenings and small orienteering problems with what CP-SAT proves."""
    for stops, shifts in ((30, 1), (16, 2)):
        small = [evening(kind, stops, shifts, seed) for kind in KINDS for seed in seeds]
        optima(f"{stops} x {shifts}: ours / proven by CP-SAT", small, "1", 1.0, limit)
    for stops in (30, 60):
        small = [orienteering("uniform", stops, generation, seed) for generation in (1, 2, 3) for seed in seeds]
        optima(f"orienteering, {stops} stops: ours / proven", small, "1" if stops == 30 else ">= 0.99", 1.0, limit)


def evenings(kinds: list[str], sizes: list[int], seeds: range, cpu: float) -> None:
    """Compare the mean priority with VROOM's and OR-Tools', a line for each kind, size and peer."""
    for kind in kinds:
        for stops, shifts in ((stops, shifts) for stops, shifts in SIZES if stops in sizes):
            problems = [evening(kind, stops, shifts, seed) for seed in seeds]
            used = cpu * (4 if stops > _LARGE else 1)
            own = [ours(problem, used) for problem in problems]
            for name in PEERS:
                beside(f"{kind}, {stops} x {shifts}: ours / {name}", own, problems, name, used)


def tours(title: str, problems: list[Problem], cpu: float, times: int) -> None:
    """Compare with the best that anything found: the peers, and a search of ours `times` as long from another seed."""
    own = [ours(problem, cpu) for problem in problems]
    found = [own, [ours(problem, times * cpu, 2) for problem in problems]]
    found += [beside(f"{title}: ours / {name}", own, problems, name, cpu) for name in PEERS]
    best = [max(values) for values in zip(*found, strict=True)]
    detail = f"mean {np.mean(own):,.1f}, {np.mean(best):,.1f}; worst {worst(own, best):.3f}"
    precise(f"{title}: {cpu:.0f} s / best of {times} x longer", float(np.mean(np.divide(own, best))), ">= 0.99", detail)


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--whole", action="store_true", help="every kind and size, five seeds")
    ask.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    ask.add_argument("--kinds", choices=KINDS, nargs="+", default=list(KINDS))
    ask.add_argument("--sizes", type=int, nargs="+", help="of evenings and orienteering problems: stops")
    ask.add_argument("--cpu", type=float, default=5.0, help="CPU seconds a plan; four times as many above 200 stops")
    ask.add_argument("--times", type=int, default=3, help="how much longer the search is that others are held against")
    ask.add_argument("--published", type=Path, help="a folder of orienteering problems in the format of OPLib")
    given = ask.parse_args()
    seeds = range(1, 6 if given.whole else 2)
    print(f"{'':<52} {'ratio':>6}   wanted")
    if "week" in given.only:
        a_week(2000)
    if "optima" in given.only:
        all_optima(seeds, 60.0)
    sizes = given.sizes or ([stops for stops, _ in SIZES] if given.whole else [150])
    if "evenings" in given.only:
        evenings(given.kinds, sizes, seeds, given.cpu)
    if "orienteering" in given.only:
        for kind, stops in ((kind, stops) for kind in given.kinds if kind != "streets" for stops in sizes):
            problems = [orienteering(kind, stops, generation, 1) for generation in (1, 2, 3)]
            cpu = given.cpu * (4 if stops > _LARGE else 1)
            tours(f"orienteering {kind}, {stops}", problems, cpu, given.times)
    for file in sorted(given.published.glob("*.oplib")) if given.published else ():
        problem = published(file)
        tours(file.stem, [problem], given.cpu * (4 if len(problem.stops) > _LARGE else 1), given.times)


if __name__ == "__main__":
    main()
