"""Ways between places beside the bare dijkstra call, and prepared ways beside both; walks beside networkx's.

The towns are generated: streets of a lattice with crooked corners, a part of them missing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra

from benchmarks.lighting import town
from benchmarks.link import best, show
from gridmap.streets.arcs import arcs_of
from gridmap.streets.fast import FastWays
from gridmap.streets.network import Network
from gridmap.streets.travel import Travel
from gridmap.streets.walk import walk

_AT_ONCE = 64
_MISSING = 0.15


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


def matrices(blocks: int, count: int, rounds: int) -> None:
    """Compare the matrix of `count` doors with the bare call, and the prepared ways with it."""
    network = network_of(blocks)
    doors = doors_of(network, count)
    begun = time.perf_counter()
    ways = FastWays(network)
    built = time.perf_counter() - begun
    taken = best(
        rounds,
        ours=lambda: Travel(network, doors),
        bare=bare(network, doors),
        fast=lambda: Travel(network, doors, ways=ways),
    )
    title = f"{network.nodes:,} nodes, {count:,} x {count:,}"
    detail = f"{taken['ours']:.2f} s, {taken['bare']:.2f} s"
    show(f"{title}: Travel / bare dijkstra", taken["ours"] / taken["bare"], "<= 1.2", detail)
    detail = f"{taken['fast']:.2f} s; built in {built:.1f} s"
    show(f"{title}: Travel / prepared", taken["ours"] / taken["fast"], ">= 4", detail)


def walks(blocks: int, rounds: int) -> None:
    """Compare a walk over every street with networkx's eulerize: time and length."""
    network = network_of(blocks)
    tail, head, metres = network.ends
    graph = nx.MultiGraph(zip(tail.tolist(), head.tolist(), strict=True))
    part = max(nx.connected_components(graph), key=len)
    kept = np.flatnonzero(np.isin(tail, list(part)))
    even = nx.eulerize(nx.MultiGraph(graph.subgraph(part)))
    length = dict(zip(map(frozenset, zip(tail.tolist(), head.tolist(), strict=True)), metres.tolist(), strict=True))
    theirs = sum(length[frozenset(ends)] for ends in even.edges())
    taken = best(rounds, ours=lambda: walk(network, kept))
    begun = time.perf_counter()
    nx.eulerize(nx.MultiGraph(graph.subgraph(part)))
    slow = time.perf_counter() - begun
    title = f"walk of {len(part):,} nodes"
    show(f"{title}: eulerize / walk, time", slow / taken["ours"], ">= 1", f"{slow:.1f} s, {taken['ours']:.2f} s")
    own = walk(network, kept)
    detail = f"{own.metres_m / own.street_m:.3f} times the streets, {theirs / own.street_m:.3f}"
    show(f"{title}: walk / eulerize, metres", own.metres_m / theirs, "<= 1", detail)


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--city", type=int, default=446, help="blocks a side of the large town: 446 gives 200,000 nodes")
    ask.add_argument("--rounds", type=int, default=3)
    given = ask.parse_args()
    print(f"{'':<52} {'ratio':>6}   wanted")
    for blocks, count in ((43, 300), (43, 2000), (given.city, 300)):
        matrices(blocks, count, given.rounds)
    for blocks in (20, 49):
        walks(blocks, given.rounds)


if __name__ == "__main__":
    main()
