"""Evenings to plan: homes on a plane or on the streets of Cambridge, and orienteering problems of the published kinds.

A stop of an evening has a priority of 1 to 10 and a service of 4 to 15 minutes, three in ten have a window of an hour.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np

from benchmarks.travel import doors_of, network_of
from gridmap.routes.problem import UNREACHABLE, Problem, Shift, Stop, problem_of
from gridmap.streets.network import Network
from gridmap.streets.travel import Travel

KINDS = ("uniform", "clustered", "streets")
_WALK = 1.2  # m/s
_TOWN = 2500.0  # metres a side
_EVENING = 9000  # seconds
_METRIC = 26986  # the plane of Massachusetts
_DOORS = 3000  # in the whole city
_BESIDE = Path(__file__).parents[2] / "shared" / "data"


def spots(kind: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return places on the plane, x and y in metres."""
    if kind == "uniform":
        return rng.uniform(0, _TOWN, (count, 2))
    centres = rng.uniform(0, _TOWN, (max(3, count // 20), 2))
    return centres[rng.integers(len(centres), size=count)] + rng.normal(0, 150, (count, 2))


@cache
def city() -> Network:
    """Return the streets of Cambridge (GRIDMAP_REAL_DATA, else ../shared/data); without them a lattice town's."""
    file = Path(os.environ.get("GRIDMAP_REAL_DATA") or _BESIDE) / "cambridge" / "street_centerlines.geojson"
    if not file.is_file():
        print("no streets of Cambridge: a lattice town instead")
        return network_of(43)
    return Network(gpd.read_file(file).to_crs(_METRIC).geometry)


def streets(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return metres and seconds on foot between the doors nearest to one in the city, that one first."""
    doors = doors_of(city(), _DOORS, seed)
    near = doors.iloc[doors.distance(doors.iloc[0]).argsort(kind="stable").to_numpy()[: count + count // 4]]
    travel = Travel(city(), near.reset_index(drop=True))
    there = np.flatnonzero((travel.metres[0] != UNREACHABLE) & (travel.metres[:, 0] != UNREACHABLE))[:count]
    return travel.metres[np.ix_(there, there)], travel.seconds[np.ix_(there, there)]


def evening(kind: str, stops: int, shifts: int, seed: int) -> Problem:
    """Return an evening of `shifts` visitors who leave one place and come back to it."""
    rng = np.random.default_rng([KINDS.index(kind), stops, shifts, seed])
    if kind == "streets":
        metres, seconds = streets(stops + 1, seed)
    else:
        metres = _whole(spots(kind, stops + 1, rng))
        seconds = np.rint(metres / _WALK).astype(np.int64)
    calls = []
    for place in range(1, stops + 1):
        begin = int(rng.integers(0, 7200))
        windows = ((begin, begin + 3600),) if rng.random() < 0.3 else ()
        calls.append(Stop(place, int(rng.integers(1, 11)), int(rng.integers(240, 900)), windows))
    return problem_of(metres, seconds, calls, [Shift(0, 0, 0, _EVENING)] * shifts)


def _whole(xy: np.ndarray) -> np.ndarray:
    """Return the whole metres between places on the plane."""
    return np.floor(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 0.5).astype(np.int64)


def orienteering(kind: str, stops: int, generation: int, seed: int) -> Problem:
    """Return a problem without services, as those published: prizes all one (1), any (2), or by distance (3).

    The time is half of what a tour of all stops would take about. Source of the prizes: Fischetti, Salazar, Toth,
    Solving the orienteering problem through branch-and-cut (1998).
    """
    metres = _whole(spots(kind, stops + 1, np.random.default_rng([stops, generation, seed])))
    far = 1 + 99 * metres[0, 1:] // metres[0].max()
    prizes = (np.ones(stops, dtype=np.int64), 1 + (7141 * np.arange(1, stops + 1) + 73) % 100, far)[generation - 1]
    return _tour(metres, prizes, int(0.5 * 0.7124 * np.sqrt(stops) * _TOWN))


def _tour(metres: np.ndarray, prizes: np.ndarray, most: int) -> Problem:
    calls = [Stop(place, int(prize)) for place, prize in enumerate(prizes.tolist(), 1)]
    return problem_of(metres, metres, calls, [Shift(0, 0, 0, most)])


def published(file: Path) -> Problem:
    """Return an orienteering problem of a file in the format of OPLib; the first place must be the depot."""
    lines = [line.split() for line in file.read_text(encoding="utf-8").replace(":", " ").splitlines()]
    heads = {line[0]: line[1:] for line in lines if line}
    depot = lines[lines.index(["DEPOT_SECTION"]) + 1]
    unread = f"{file.name}: only EUC_2D from the first place is read"
    if heads["EDGE_WEIGHT_TYPE"] != ["EUC_2D"] or depot != ["1"]:
        raise SystemExit(unread)
    size = int(heads["DIMENSION"][0])
    first = lines.index(["NODE_COORD_SECTION"]) + 1
    xy = np.array([line[1:3] for line in lines[first : first + size]], dtype=float)
    first = lines.index(["NODE_SCORE_SECTION"]) + 1
    prizes = np.array([line[1] for line in lines[first : first + size]], dtype=np.int64)
    return _tour(_whole(xy), prizes[1:], int(heads["COST_LIMIT"][0]))
