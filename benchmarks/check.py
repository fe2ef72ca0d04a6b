"""Checking a clean nest of 50,000 small cells, against the shapely calls that a check cannot do without, run bare."""

from __future__ import annotations

import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.partition import partition
from gridmap.grid.check import check_cells
from gridmap.grid.codes import CODE_LENGTHS
from gridmap.grid.metric import Metric

CELLS, VERTICES, ROUNDS = 50_000, 85, 3
LEVELS = ("big", "middle", "small")


def bare(cells: gpd.GeoDataFrame) -> None:
    """Ask what must be asked: is each cell valid, is each level a coverage, are its families their parents' ground."""
    shapely.is_valid(cells.geometry.to_numpy())
    upper = None
    for level in LEVELS:
        here = cells[cells["level"] == level].sort_values("parent", kind="stable")
        shapes = np.asarray(here.geometry, dtype=object)
        shapely.coverage_invalid_edges(shapes, 1.0)
        if upper is None:
            shapely.coverage_union_all(shapes)
        else:
            parent = here["parent"].to_numpy()
            starts = np.flatnonzero(parent[1:] != parent[:-1]) + 1
            unions = np.array([shapely.coverage_union_all(family) for family in np.split(shapes, starts)])
            ground = np.asarray(upper.sort_values("code").geometry, dtype=object)
            assert shapely.equals_exact(shapely.normalize(unions), shapely.normalize(ground)).all()
            shapely.coverage_union_all(unions)
        upper = here


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that `work` takes: both sides run in this one thread."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    cells = partition(CELLS, VERTICES, seed=4, levels=LEVELS)
    metric = Metric(cells.crs, cells.total_bounds)
    defects = check_cells(cells, metric=metric, code_lengths=CODE_LENGTHS)
    print(f"{len(cells)} cells, {shapely.get_num_coordinates(cells.geometry.to_numpy()).sum()} vertices", end=", ")
    print(f"{len(defects)} defects {dict(defects['kind'].value_counts())}")
    print(f"{'':>8}{'check s':>10}{'bare s':>10}{'ratio':>8}")
    ratios = []
    for number in range(ROUNDS):
        check = seconds(lambda: check_cells(cells, metric=metric, code_lengths=CODE_LENGTHS))
        calls = seconds(lambda: bare(cells))
        ratios.append(check / calls)
        print(f"{number + 1:>8}{check:>10.2f}{calls:>10.2f}{ratios[-1]:>8.2f}")
    print(f"{'median':>8}{'':>20}{np.median(ratios):>8.2f}   aim: at most 1.30")


if __name__ == "__main__":
    main()
