"""Dark metres of streets: `dark_stretches` beside buffers and differences in shapely, the same town in the same run.

The peer is what one writes with shapely at hand: buffer each lamp, find with an STRtree the buffers that each road
meets, unite them, and take the difference. Its circles are polygons of 64 corners: it finds more metres dark by what
these lack.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.link import best, peak_memory, show
from gridmap.streets.lighting import Lighting, dark_stretches

RADIUS, SPACING, OFFSET, BLOCK = 25.0, 30.0, 4.0, 100.0
NO_LAMPS, DARK = 0.1, 800 / 5100  # shares of the streets, and of the lamps
CRS = "EPSG:4547"


def town(blocks: int, seed: int) -> tuple[gpd.GeoSeries, gpd.GeoSeries, NDArray[np.bool_]]:
    """Return the crooked streets of a town of `blocks` x `blocks` blocks, its lamps, and which of them work."""
    rng = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(*2 * [np.arange(blocks + 1) * BLOCK], indexing="ij"), axis=-1)
    corners += rng.uniform(-12, 12, corners.shape) + np.array([548_000.0, 2_498_000.0])
    begin = np.concatenate([corners[:-1].reshape(-1, 2), corners[:, :-1].reshape(-1, 2)])
    end = np.concatenate([corners[1:].reshape(-1, 2), corners[:, 1:].reshape(-1, 2)])
    bends = [begin + (end - begin) * at / 3 + rng.uniform(-3, 3, begin.shape) for at in (1, 2)]
    streets = shapely.linestrings(np.stack([begin, *bends, end], axis=1))
    poles = _poles(streets[rng.random(len(streets)) >= NO_LAMPS])
    return gpd.GeoSeries(streets, crs=CRS), gpd.GeoSeries(poles, crs=CRS), rng.random(len(poles)) >= DARK


def _poles(streets: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return points every SPACING metres along streets, OFFSET to their left."""
    length = shapely.length(streets)
    count = np.maximum(1, (length // SPACING).astype(int))
    street = np.repeat(np.arange(len(streets)), count)
    turn = np.arange(len(street)) - np.repeat(np.cumsum(count) - count, count)
    place = (turn + 0.5) * (length / count)[street]
    here, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(streets[street], place + more)) for more in (0.0, 0.1)
    )
    way = (ahead - here) / np.linalg.norm(ahead - here, axis=1)[:, None]
    return np.asarray(shapely.points(here + np.column_stack([-way[:, 1], way[:, 0]]) * OFFSET), dtype=object)


def by_difference(roads: gpd.GeoSeries, lamps: gpd.GeoSeries) -> NDArray[np.object_]:
    """Return what the buffers of the lamps leave of each road."""
    buffers = shapely.buffer(lamps.to_numpy(), RADIUS, quad_segs=16)
    left = roads.to_numpy().copy()
    road, buffer = shapely.STRtree(buffers).query(left, predicate="intersects")
    order = np.argsort(road, kind="stable")
    met, first = np.unique(road[order], return_index=True)
    for at, near in zip(met, np.split(buffer[order], first[1:]), strict=True):
        left[at] = shapely.difference(left[at], shapely.union_all(buffers[near]))
    return left


def a_district(blocks: int, rounds: int) -> None:
    """Compare a town with the peer, then change one lamp after the other."""
    roads, lamps, working = town(blocks, seed=1)
    on = lamps[working]
    found = dark_stretches(roads, on, RADIUS, shortest=0.0)
    ours = found.groupby("road")["length_m"].sum().reindex(roads.index, fill_value=0.0).to_numpy()
    theirs = shapely.length(by_difference(roads, on))
    # Between two of 64 corners 3 cm of the radius are lacking: the lamps' circles are that much too small.
    assert (theirs >= ours - 1e-6).all()
    np.testing.assert_allclose(ours.sum(), theirs.sum(), rtol=3e-3)
    taken = best(
        rounds,
        exact=lambda: dark_stretches(roads, on, RADIUS, shortest=0.0),
        difference=lambda: by_difference(roads, on),
    )
    title = f"{len(lamps):,} lamps, {roads.length.sum() / 1000:,.0f} km"
    dark = f"dark km {theirs.sum() / 1000:.3f}, {ours.sum() / 1000:.3f}"
    detail = f"{taken['difference']:.2f} s, {taken['exact']:.3f} s; {dark}"
    show(f"{title}: buffer + difference / dark_stretches", taken["difference"] / taken["exact"], ">= 20", detail)
    lighting = Lighting(roads, lamps, working)
    times = []
    for lamp in np.random.default_rng(2).permutation(len(lamps))[:300].tolist():
        start = time.perf_counter()
        lighting.relight(lamp, working=not working[lamp])
        times.append(1000 * (time.perf_counter() - start))
        working[lamp] = not working[lamp]
    np.testing.assert_array_equal(lighting.stretches()["from_m"], Lighting(roads, lamps, working).stretches()["from_m"])
    show(f"{title}: one lamp changed, ms", float(np.median(times)), "< 10", f"slowest of 300: {max(times):.1f} ms")


def _in_own_process(blocks: int, answer: multiprocessing.connection.Connection) -> None:
    roads, lamps, working = town(blocks, seed=1)
    before = peak_memory()
    start = time.perf_counter()
    found = dark_stretches(roads, lamps[working], RADIUS)
    taken = time.perf_counter() - start
    answer.send((len(lamps), roads.length.sum() / 1000, len(found), taken, before, peak_memory()))


def a_city(blocks: int) -> None:
    """Measure the peak memory of a large city in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_in_own_process, args=(blocks, theirs))
    process.start()
    theirs.close()
    lamps, kilometres, rows, taken, before, peak = ours.recv()
    process.join()
    detail = f"{rows:,} rows in {taken:.1f} s; {before:.0f} MB of it the town and libraries"
    show(f"{lamps:,} lamps, {kilometres:,.0f} km: peak memory, MB", peak, "< 3000", detail)


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--blocks", type=int, default=31, help="blocks a side of the district")
    ask.add_argument("--city", type=int, default=303, help="blocks a side of the city")
    ask.add_argument("--rounds", type=int, default=5)
    given = ask.parse_args()
    print(f"{'':<52} {'ratio':>6}   wanted")
    a_district(given.blocks, given.rounds)
    a_city(given.city)


if __name__ == "__main__":
    main()
