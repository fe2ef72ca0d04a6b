"""A walk over every street: each at least once, closed, hardly longer than it must be, in evenings that fit."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.streets.network import Network
from gridmap.streets.walk import LINK, Walk, edges_within, walk
from tests.streets.town import EAST, NORTH, blocks, roads


def assert_walks(own: Walk, wanted: set[int]) -> None:
    """Each street asked for is surveyed once, the walk is closed, and each step leads on from the last."""
    assert sorted(own.edge[~own.again].tolist()) == sorted(wanted)
    assert own.nodes[0] == own.nodes[-1]
    tail, head, metres = own.network.ends
    for (one, other), edge, forward in zip(pairwise(own.nodes), own.edge, own.forward, strict=True):
        if edge != LINK:
            assert (one, other) == ((tail[edge], head[edge]) if forward else (head[edge], tail[edge]))
    assert own.metres[own.edge != LINK].tolist() == metres[own.edge[own.edge != LINK]].tolist()
    assert own.street_m == pytest.approx(metres[sorted(wanted)].sum())


def eulerized(network: Network, edges: list[int]) -> float:
    """Return the metres of networkx's closed walk over the same streets."""
    tail, head, metres = network.ends
    graph = nx.MultiGraph()
    shortest: dict[frozenset[int], float] = {}
    for edge in edges:
        graph.add_edge(int(tail[edge]), int(head[edge]))
        ends = frozenset((int(tail[edge]), int(head[edge])))
        shortest[ends] = min(shortest.get(ends, np.inf), float(metres[edge]))
    even = nx.eulerize(graph)
    again = {frozenset((a, b)): even.number_of_edges(a, b) - graph.number_of_edges(a, b) for a, b, _ in even.edges}
    return float(metres[edges].sum()) + sum(shortest[ends] * count for ends, count in again.items())


def test_a_ring_is_walked_once_round() -> None:
    own = walk(Network(blocks(1, 1)))
    assert_walks(own, {0, 1, 2, 3})
    assert own.metres_m == own.street_m == 400
    assert own.ground().length == pytest.approx(400)


def test_a_dead_end_is_walked_there_and_back() -> None:
    own = walk(Network(roads([(0, 0), (100, 0)], [(100, 0), (200, 0)])))
    assert_walks(own, {0, 1})
    assert (own.street_m, own.metres_m) == (200, 400)


def test_between_two_odd_crossings_the_shortest_street_is_walked_again() -> None:
    own = walk(Network(roads([(0, 0), (100, 0)], [(0, 0), (50, 80), (100, 0)], [(0, 0), (50, -60), (100, 0)])))
    assert_walks(own, {0, 1, 2})
    assert own.metres_m - own.street_m == pytest.approx(100)


@pytest.mark.parametrize("start", [0, 3])
def test_it_begins_and_ends_where_it_is_asked_to(start: int) -> None:
    own = walk(Network(blocks(2, 2)), start=start)
    assert own.nodes[0] == own.nodes[-1] == start


def test_from_beside_the_cell_one_walks_there_and_back() -> None:
    network = Network(roads([(0, 0), (100, 0)], [(100, 0), (200, 0)], [(200, 0), (260, 80), (200, 80), (200, 0)]))
    (away,) = np.flatnonzero((network.places == network.places.min(axis=0)).all(axis=1))
    own = walk(network, [2], start=int(away))
    assert_walks(own, {2})
    assert own.metres_m - own.street_m == pytest.approx(400)


def test_streets_that_do_not_hang_together_are_joined_along_other_streets() -> None:
    network = Network(roads([(0, 0), (100, 0)], [(100, 0), (200, 0)], [(200, 0), (300, 0)]))
    own = walk(network, [0, 2])
    assert_walks(own, {0, 2})
    assert LINK not in own.edge
    assert own.metres_m == 600


def test_where_no_street_leads_one_goes_straight_across() -> None:
    own = walk(Network(roads([(0, 0), (100, 0)], [(0, 30), (100, 30)])))
    assert_walks(own, {0, 1})
    assert (own.edge == LINK).sum() == 2
    assert own.metres_m == pytest.approx(260)


def test_an_evening_is_no_longer_than_its_budget_and_nothing_is_left_out() -> None:
    own = walk(Network(blocks(4, 4)))
    parts = own.evenings(900)
    assert all(part.metres_m <= 900 for part in parts)
    assert sorted(edge for part in parts for edge in part.edge[~part.again]) == sorted(own.edge[~own.again])
    assert not any(part.again[0] or part.again[-1] for part in parts)
    assert len(own.evenings(1e9)) == 1


def test_a_budget_below_a_street_is_refused() -> None:
    with pytest.raises(ArgumentError, match="less than one street"):
        walk(Network(blocks(1, 1))).evenings(99)


def test_the_streets_of_a_cell_are_those_whose_middle_lies_in_it() -> None:
    network = Network(blocks(2, 1))
    area = shapely.box(EAST - 1, NORTH - 1, EAST + 101, NORTH + 101)
    assert len(edges_within(network, area)) == 4
    assert_walks(walk(network, edges_within(network, area)), set(edges_within(network, area).tolist()))


def test_no_street_is_no_walk() -> None:
    own = walk(Network(blocks(1, 1)), [])
    assert own.metres_m == own.street_m == 0
    assert own.ground().is_empty
    assert own.evenings(10) == []


corner = st.integers(0, 5)
strokes = st.lists(st.lists(st.tuples(corner, corner), min_size=2, max_size=3, unique=True), min_size=1, max_size=9)


@settings(max_examples=60)
@given(strokes)
def test_it_is_never_longer_than_the_walk_of_networkx(drawn: list[list[tuple[int, int]]]) -> None:
    network = Network(roads(*[[(100.0 * x, 100.0 * y) for x, y in stroke] for stroke in drawn]))
    own = walk(network)
    edges = list(range(len(network.edges)))
    assert_walks(own, set(edges))
    if LINK not in own.edge:
        assert own.metres_m <= eulerized(network, edges) + 0.02 * len(edges)
