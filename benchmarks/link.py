"""Points to cells: Grid.link beside geopandas.sjoin and SedonaDB, the same points and cells in the same run.

Best of several rounds, the peers in turn within each round, so that a busy machine is unfair to none of them. Every
answer is compared. Times of `link` start and end with a GeoSeries and a Series, those of `sjoin` with frames, those of
SedonaDB with tables already in its memory and an Arrow table of pairs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import sedonadb

from benchmarks.partition import partition
from gridmap.grid.grid import Grid

VERTICES = 85
PAIRS = "SELECT points.id, cells.code FROM points JOIN cells ON ST_Intersects(cells.geometry, points.geometry)"


def scattered(cells: gpd.GeoDataFrame, count: int, seed: int) -> gpd.GeoSeries:
    """Return points spread evenly over the bounds of `cells`."""
    west, south, east, north = cells.total_bounds
    rng = np.random.default_rng(seed)
    return gpd.GeoSeries(
        gpd.points_from_xy(rng.uniform(west, east, count), rng.uniform(south, north, count)), crs=cells.crs
    )


def lowest(pairs: pd.Series, points: gpd.GeoSeries) -> pd.Series:
    """Return the lowest of the codes found for each point, missing if none: what `link` answers."""
    return pairs.groupby(level=0).min().reindex(points.index)


def joined(points: gpd.GeoSeries, cells: gpd.GeoDataFrame) -> pd.Series:
    """Return the codes of the cells that `sjoin` finds for each point."""
    return gpd.sjoin(points.to_frame("geometry"), cells[["code", "geometry"]], predicate="intersects")["code"]


def sedona(points: gpd.GeoSeries, cells: gpd.GeoDataFrame) -> Callable[[], pa.Table]:
    """Return the join in SedonaDB, points and cells already in its memory."""
    session = sedonadb.connect()
    session.create_data_frame(points.to_frame("geometry").assign(id=points.index)).to_memtable().to_view("points")
    session.create_data_frame(cells[["code", "geometry"]]).to_memtable().to_view("cells")
    return lambda: pa.table(session.sql(PAIRS))


def best(rounds: int, **works: Callable[[], object]) -> dict[str, float]:
    """Return the shortest time of each work in seconds, over rounds that take them in turn."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - start)
    return {name: min(taken) for name, taken in times.items()}


def peak_memory() -> float:
    """Return the most memory that this process has had so far, in MB (what getrusage says includes its parent's)."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def show(what: str, ratio: float, wanted: str, detail: str) -> None:
    """Print one line of the table."""
    print(f"{what:<52} {ratio:6.1f}   {wanted:<22} {detail}")


def same(found: pd.Series, other: pd.Series) -> None:
    """Stop the benchmark if two answers differ."""
    np.testing.assert_array_equal(found.fillna(""), other.fillna(""))


def a_district(count: int, rounds: int) -> None:
    """Compare `count` points in 2,000 cells with both peers, then ten times as many points with these."""
    cells = partition(2000, VERTICES, seed=1)
    points = scattered(cells, count, seed=2)
    grid = Grid(cells)
    in_sedona = sedona(points, cells)
    found = grid.link(points)
    same(found, lowest(joined(points, cells), points))
    table = in_sedona()
    same(found, lowest(pd.Series(table["code"].to_numpy(), index=table["id"].to_numpy()), points))
    taken = best(
        rounds,
        link=lambda: grid.link(points),
        build=lambda: Grid(cells).link(points),
        sedona=in_sedona,
        join=lambda: joined(points, cells),
    )
    detail = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in taken.items())
    title = f"{count:,} points x {len(cells):,} cells"
    show(f"{title}: sjoin / link", taken["join"] / taken["link"], ">= 20, aim 30", detail)
    show(f"{title}: SedonaDB / link", taken["sedona"] / taken["link"], ">= 8, aim 10", "")
    show(f"{title}: sjoin / link with its build", taken["join"] / taken["build"], ">= 4, aim 5", "")
    many = scattered(cells, 10 * count, seed=3)
    taken = best(rounds, one=lambda: grid.link(points), ten=lambda: grid.link(many))
    show(f"{10 * count:,} points / {count:,} points", taken["ten"] / taken["one"], "<= 12", f"{taken['ten']:.3f} s")


def _in_own_process(count: int, cells: int, answer: multiprocessing.connection.Connection) -> None:
    tiles = partition(cells, VERTICES, seed=1)
    points = scattered(tiles, count, seed=2)
    before = peak_memory()
    start = time.perf_counter()
    found = Grid(tiles).link(points)
    taken = time.perf_counter() - start
    peak = peak_memory()
    start = time.perf_counter()
    pairs = joined(points, tiles)
    join = time.perf_counter() - start
    same(found, lowest(pairs, points))
    answer.send((len(tiles), taken, join, before, peak))


def a_city(count: int, cells: int, rounds: int) -> None:
    """Compare `count` points in many cells, the build included, in processes of their own: time and peak memory."""
    context = multiprocessing.get_context("spawn")
    told = []
    for _ in range(rounds):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_in_own_process, args=(count, cells, theirs))
        process.start()
        theirs.close()
        told.append(ours.recv())
        process.join()
    size = told[0][0]
    taken, join = min(one[1] for one in told), min(one[2] for one in told)
    before, peak = max(one[3] for one in told), max(one[4] for one in told)
    title = f"{count:,} points x {size:,} cells"
    show(f"{title}: sjoin / link with its build", join / taken, "> 1", f"link {taken:.3f} s, join {join:.3f} s")
    show(f"{title}: peak memory, MB", peak, "< 1200", f"{before:.0f} MB of it points, cells and libraries")


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--points", type=int, default=1_000_000)
    ask.add_argument("--cells", type=int, default=50_000, help="cells of the city")
    ask.add_argument("--rounds", type=int, default=5)
    given = ask.parse_args()
    print(f"{'':<52} {'ratio':>6}   wanted")
    a_district(given.points, given.rounds)
    a_city(given.points, given.cells, min(given.rounds, 2))


if __name__ == "__main__":
    main()
