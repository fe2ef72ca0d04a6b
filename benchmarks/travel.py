"""Ways between places beside the bare dijkstra call, and prepared ways beside both; walks beside networkx's.

Times are CPU seconds, the least of several rounds: none of these works waits for anything but the processor.

The towns are generated: streets of a lattice with crooked corners, a part of them missing. The streets of Cambridge are
those that the tests of real data read (GRIDMAP_REAL_DATA).
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra

from benchmarks.lighting import town
from benchmarks.link import show
from gridmap.streets.arcs import arcs_of
from gridmap.streets.fast import FastWays
from gridmap.streets.network import Network
from gridmap.streets.travel import Travel
from gridmap.streets.walk import walk

_AT_ONCE = 64
_MISSING = 0.15
FEW, MANY = 300, 2000
LARGE = 100_000  # nodes
REAL_DATA = Path(os.environ.get("GRIDMAP_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data")


def network_of(blocks: int) -> Network:
    """Return the network of a town of `blocks` x `blocks` blocks, a part of its streets missing."""
    streets, _, _ = town(blocks, seed=1)
    return Network(streets[np.random.default_rng(2).random(len(streets)) >= _MISSING])


def doors_of(network: Network, count: int, seed: int = 3) -> gpd.GeoSeries:
    """Return places within 30 m of the streets."""
    rng = np.random.default_rng(seed)
    edges = network.edges.geometry.sample(count, random_state=seed + 1, replace=True).to_numpy()
    spots = shapely.get_coordinates(shapely.line_interpolate_point(edges, rng.random(count), normalized=True))
    return gpd.GeoSeries(shapely.points(spots + rng.uniform(-30, 30, spots.shape)), crs=network.crs)


def bare(network: Network, doors: gpd.GeoSeries) -> Callable[[], None]:
    """Return the plain call of scipy on the same graph, as many sources at once as memory allows."""
    arcs = arcs_of(network, network.snap(doors), *network.speeds("walk"))
    nodes = np.unique(arcs.node[arcs.node >= 0])

    def search() -> None:
        for begin in range(0, len(nodes), _AT_ONCE):
            dijkstra(arcs.graph, indices=nodes[begin : begin + _AT_ONCE])

    return search


def best(rounds: int, **works: Callable[[], object]) -> dict[str, float]:
    """Return the least CPU seconds of each work, over rounds that take them in turn."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.process_time()
            work()
            times[name].append(time.process_time() - start)
    return {name: min(taken) for name, taken in times.items()}


def cambridge() -> Network | None:
    """Return the streets of Cambridge, or null where there is no real data."""
    file = REAL_DATA / "cambridge" / "street_centerlines.geojson"
    return Network(gpd.read_file(file).to_crs(26986).geometry) if file.is_file() else None


def matrices(name: str, network: Network, ways: FastWays, count: int, rounds: int) -> None:
    """Compare the matrix of `count` doors with the bare call, and the prepared ways with it."""
    doors = doors_of(network, count)
    plain, fast = Travel(network, doors), Travel(network, doors, ways=ways)
    np.testing.assert_array_equal(plain.metres, fast.metres)
    np.testing.assert_array_equal(plain.seconds, fast.seconds)
    taken = best(
        rounds,
        ours=lambda: Travel(network, doors),
        bare=bare(network, doors),
        fast=lambda: Travel(network, doors, ways=ways),
    )
    title = f"{name}, {count:,} x {count:,}"
    detail = f"{taken['ours']:.2f} s, {taken['bare']:.2f} s: {taken['ours'] / taken['bare']:.2f}"
    show(f"{title}: Travel / bare dijkstra", taken["ours"] / taken["bare"], "<= 1.2", detail)
    wanted = ">= 4" if network.nodes > LARGE and count <= FEW else ""
    show(f"{title}: Travel / prepared", taken["ours"] / taken["fast"], wanted, f"{taken['fast']:.2f} s")


def matrices_of(name: str, network: Network, rounds: Mapping[int, int]) -> None:
    """Compare the matrices of so many doors, each in so many rounds, on one network prepared once."""
    begun = time.process_time()
    ways = FastWays(network)
    title = f"{name}, {network.nodes:,} nodes"
    print(f"{title}: prepared in {time.process_time() - begun:.1f} s")
    for count, times in rounds.items():
        matrices(name, network, ways, count, times)


def a_walk(name: str, network: Network, rounds: int, *, peer: bool) -> None:
    """Measure a walk over every street; beside networkx's eulerize, which takes minutes from 1,000 nodes on."""
    tail, head, metres = network.ends
    graph = nx.MultiGraph(zip(tail.tolist(), head.tolist(), strict=True))
    part = max(nx.connected_components(graph), key=len)
    kept = np.flatnonzero(np.isin(tail, list(part)))
    taken = best(rounds, ours=lambda: walk(network, kept))["ours"]
    own = walk(network, kept)
    title = f"walk of {name}, {len(part):,} nodes"
    detail = f"{taken:.2f} s; {own.metres_m / own.street_m:.3f} times the streets"
    show(f"{title}: seconds", taken, "< 1 at 2,500 nodes", detail)
    if not peer:
        return
    graph = nx.MultiGraph(graph.subgraph(part))
    begun = time.process_time()
    even = nx.eulerize(graph)
    slow = time.process_time() - begun
    # A street that eulerize walks again is the shortest between its crossings.
    longest_first = kept[np.argsort(-metres[kept])]
    ends = zip(tail[longest_first].tolist(), head[longest_first].tolist(), strict=True)
    length = dict(zip(map(frozenset, ends), metres[longest_first].tolist(), strict=True))
    again = Counter(map(frozenset, even.edges())) - Counter(map(frozenset, graph.edges()))
    theirs = own.street_m + sum(length[both] * times for both, times in again.items())
    detail = f"eulerize {theirs / own.street_m:.3f} times the streets in {slow:.1f} s"
    show(f"{title}: walk / eulerize, metres", own.metres_m / theirs, "<= 1", detail)


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--city", type=int, default=446, help="blocks a side of the large town: 446 gives 200,000 nodes")
    ask.add_argument("--rounds", type=int, default=3, help="2,000 x 2,000 in the large town is done once")
    given = ask.parse_args()
    print(f"{'':<52} {'ratio':>6}   wanted")
    real = cambridge()
    if real is None:
        print(f"Cambridge is left out: no real data at {REAL_DATA}, set GRIDMAP_REAL_DATA.")
    else:
        matrices_of("Cambridge", real, {FEW: given.rounds, MANY: given.rounds})
        a_walk("Cambridge", real, given.rounds, peer=False)
    matrices_of("town", network_of(given.city), {FEW: given.rounds, MANY: 1})
    for blocks, peer in ((20, True), (51, False)):
        a_walk("a town", network_of(blocks), given.rounds, peer=peer)


if __name__ == "__main__":
    main()
