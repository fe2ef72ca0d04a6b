"""Every street of a place once: a closed walk for surveys, as short as it can be found, split into evenings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import rustworkx as rx
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from gridmap.errors import ArgumentError
from gridmap.streets.arcs import Arcs, arcs_of
from gridmap.streets.lines import Floats, Places, components
from gridmap.streets.network import Network, Snapped

LINK = -1  # a step straight across open ground, where no street leads
_NEAREST = 12  # odd nodes that each may be matched with, at first
_AROUND = 1500.0  # metres: how far they are looked for, at first


@dataclass(frozen=True, eq=False)
class Walk:
    """A walk from node to node. By step: the `edge` of the network (LINK = none), `forward` along it or not, `metres`.

    `nodes` has one more than there are steps. `again` marks steps that survey nothing: a street walked before, one that
    was not asked for, a link. `street_m` are the metres surveyed, `metres_m` all.
    """

    network: Network
    nodes: Places
    edge: Places
    forward: NDArray[np.bool_]
    metres: Floats
    again: NDArray[np.bool_]

    @property
    def metres_m(self) -> float:
        """Return the metres of the whole walk."""
        return float(self.metres.sum())

    @property
    def street_m(self) -> float:
        """Return the metres surveyed, each street once."""
        return float(self.metres[~self.again].sum())

    def ground(self) -> shapely.LineString:
        """Return the walk as one line, in the CRS of the roads."""
        return _line(self)

    def evenings(self, budget_m: float) -> list[Walk]:
        """Return the walk cut into parts of at most `budget_m` metres, as few as there can be in this order.

        Steps at either end that survey nothing are left away; a part begins where the survey goes on. Raises
        ArgumentError for a street longer than the budget.
        """
        surveyed = ~self.again
        if (self.metres[surveyed] > budget_m).any():
            raise ArgumentError("streets.budget", argument="budget_m", given=budget_m, longest=self.metres.max())
        parts, first = [], 0
        while first < len(self.edge):
            if not surveyed[first]:
                first += 1
                continue
            length = np.cumsum(self.metres[first:])
            last = first + max(1, int(np.searchsorted(length, budget_m, side="right")))
            while not surveyed[last - 1]:
                last -= 1
            parts.append(_part(self, slice(first, last)))
            first = last
        return parts


def edges_within(network: Network, area: shapely.Geometry) -> Places:
    """Return the edges whose middle lies in `area` (polygon in the CRS of the roads), in their order."""
    middles = shapely.line_interpolate_point(network.edges.geometry.to_numpy(), 0.5, normalized=True)
    return np.flatnonzero(shapely.intersects(area, middles))


def walk(network: Network, edges: Sequence[int] | Places | None = None, *, start: int | None = None) -> Walk:
    """Return a closed walk over each of `edges` (null = all) at least once, from the node `start` (null = any).

    Streets that do not hang together are joined by the shortest ways along other streets, or straight across where
    there are none. Nodes with an odd number of streets are matched so that the ways walked again are short: the best
    matching among near neighbours (Edmonds' algorithm on the streets' distances; source: Guan, 1962, the Chinese
    postman problem). One-ways do not bind those on foot. A `start` beside those streets is walked to and from.
    """
    wanted = np.arange(len(network.edges)) if edges is None else np.unique(np.asarray(edges, dtype=np.intp))
    tail, head, _ = network.ends
    if not len(wanted):
        nodes = np.array([0 if start is None else start], dtype=np.intp)[: min(1, network.nodes)]
        return _walked(network, nodes, np.empty(0, dtype=np.intp), wanted)
    nowhere = Snapped(np.empty(0, dtype=np.intp), np.empty(0), np.empty(0))
    arcs = arcs_of(network, nowhere, np.ones(len(tail)), np.ones(len(tail)))
    steps = [(int(tail[edge]), int(head[edge]), int(edge)) for edge in wanted]
    ways = _Ways(network, arcs)
    if start is not None and start not in {*tail[wanted].tolist(), *head[wanted].tolist()}:
        ends = np.unique(np.concatenate([tail[wanted], head[wanted]]))
        steps += 2 * ways.way(*ways.closest(np.array([start]), ends))
    steps += _joins(ways, steps)
    steps += _matched(ways, steps)
    return _walked(network, *_circuit(steps, int(tail[wanted[0]]) if start is None else start), wanted)


class _Ways:
    """Shortest ways between nodes, as steps; straight across where no street leads."""

    def __init__(self, network: Network, arcs: Arcs) -> None:
        self._network, self._arcs = network, arcs
        self.places = network.places

    def distances(self, nodes: Places, within: float) -> Floats:
        """Return the metres from each of `nodes` to each; infinite where no street leads within so many metres."""
        weight = dijkstra(self._arcs.graph, indices=nodes, limit=self._arcs.limit(within))[:, nodes]
        found = np.isfinite(weight)
        return np.where(found, self._arcs.unpacked(np.where(found, weight, 0.0))[1], np.inf)

    def closest(self, ours: Places, theirs: Places) -> tuple[int, int]:
        """Return the nearest pair of nodes of two sets: along streets if there is a way, else straight."""
        weight, _, source = dijkstra(self._arcs.graph, indices=theirs, min_only=True, return_predecessors=True)
        at = int(np.argmin(weight[ours]))
        if np.isfinite(weight[ours[at]]):
            return int(ours[at]), int(source[ours[at]])
        apart, near = cKDTree(self.places[theirs]).query(self.places[ours])
        return int(ours[np.argmin(apart)]), int(theirs[near[np.argmin(apart)]])

    def way(self, start: int, end: int, within: float = np.inf) -> list[tuple[int, int, int]]:
        """Return the steps of the shortest way, if it has at most so many metres: from node, to node, edge."""
        limit = self._arcs.limit(within)
        weight, before = dijkstra(self._arcs.graph, indices=start, limit=limit, return_predecessors=True)
        if not np.isfinite(weight[end]):
            return [(start, end, LINK)]
        path = [end]
        while path[-1] != start:
            path.append(int(before[path[-1]]))
        return [(one, other, self._edge(one, other)) for one, other in pairwise(reversed(path))]

    def _edge(self, start: int, end: int) -> int:
        row = slice(*self._arcs.graph.indptr[start : start + 2])
        at = row.start + int(np.flatnonzero(self._arcs.graph.indices[row] == end)[0])
        return int(self._arcs.edge[at])


def _joins(ways: _Ways, steps: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the ways that make one whole of the parts that do not hang together: each the shortest to the rest."""
    found: list[tuple[int, int, int]] = []
    while True:
        ends = np.array([step[:2] for step in (*steps, *found)], dtype=np.intp)
        nodes, at = np.unique(ends, return_inverse=True)
        part = components(len(nodes), *at.reshape(-1, 2).T)
        if part.max() == 0:
            return found
        ours, theirs = nodes[part == 0], nodes[part != 0]
        found += ways.way(*ways.closest(ours, theirs))


def _matched(ways: _Ways, steps: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the ways to walk again so that every node has an even number of steps."""
    ends = np.array([step[:2] for step in steps], dtype=np.intp)
    nodes, count = np.unique(ends, return_counts=True)
    odd = nodes[count % 2 == 1]
    if not len(odd):
        return []
    far = ways.distances(odd, _AROUND)
    pairs = _pairs(far)
    if pairs is None:
        far = ways.distances(odd, np.inf)
        apart = ways.places[odd][:, None] - ways.places[odd][None]
        # A link is taken only where no street leads: it counts as longer than any way.
        beyond = far[np.isfinite(far)].max(initial=0.0) * len(odd) + 1.0
        pairs = _pairs(np.where(np.isfinite(far), far, np.hypot(apart[..., 0], apart[..., 1]) + beyond))
    chosen = [(int(odd[one]), int(odd[other]), float(far[one, other]) + 1.0) for one, other in pairs or ()]
    return [step for one, other, within in chosen for step in ways.way(one, other, within)]


def _pairs(far: Floats) -> list[tuple[int, int]] | None:
    """Return the matching of least total length, looked for among near neighbours, more of them until all have one.

    Null if there is none with ways of finite length.
    """
    count = len(far)
    together = np.bincount(components(count, *np.nonzero(np.isfinite(far))))
    if (together % 2).any():
        return None
    order = np.argsort(far, axis=1, kind="stable")
    near = _NEAREST
    while True:
        near = min(near, count - 1)
        graph = rx.PyGraph(multigraph=False)
        graph.add_nodes_from(range(count))
        rows = np.repeat(np.arange(count), near + 1)
        pairs = np.unique(np.sort(np.stack([rows, order[:, : near + 1].ravel()], axis=1), axis=1), axis=0)
        pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & np.isfinite(far[pairs[:, 0], pairs[:, 1]])]
        most = int(far[pairs[:, 0], pairs[:, 1]].max(initial=0.0) * 100) + 1
        graph.add_edges_from([(a, b, most - int(far[a, b] * 100)) for a, b in pairs.tolist()])
        found = rx.max_weight_matching(graph, max_cardinality=True, weight_fn=lambda weight: weight)
        if 2 * len(found) == count:
            return sorted((min(pair), max(pair)) for pair in found)
        if near == count - 1:
            return None
        near *= 2


def _circuit(steps: Sequence[tuple[int, int, int]], start: int) -> tuple[Places, Places]:
    """Return the nodes and edges of a walk over every step once, from `start` back to it (Hierholzer, 1873)."""
    leaving: dict[int, list[int]] = {}
    for number, (one, other, _) in enumerate(steps):
        leaving.setdefault(one, []).append(number)
        leaving.setdefault(other, []).append(number)
    used = [False] * len(steps)
    stack, done = [(start, LINK)], []
    while stack:
        node, _ = stack[-1]
        while leaving[node] and used[leaving[node][-1]]:
            leaving[node].pop()
        if not leaving[node]:
            done.append(stack.pop())
            continue
        number = leaving[node].pop()
        used[number] = True
        one, other, edge = steps[number]
        stack.append((other if node == one else one, edge))
    done.reverse()
    nodes = np.array([node for node, _ in done], dtype=np.intp)
    return nodes, np.array([edge for _, edge in done[1:]], dtype=np.intp)


def _walked(network: Network, nodes: Places, edge: Places, wanted: Places) -> Walk:
    tail, _, metres = network.ends
    real = edge != LINK
    straight = np.hypot(*np.diff(network.places[nodes], axis=0).T) if len(edge) else np.empty(0)
    length = np.where(real, metres[edge], straight) if len(edge) else straight
    _, first = np.unique(edge, return_index=True)
    again = np.ones(len(edge), dtype=bool)
    again[first] = False
    again |= ~np.isin(edge, wanted)
    return Walk(network, nodes, edge, tail[edge] == nodes[:-1] if len(edge) else real, length, again)


def _part(whole: Walk, steps: slice) -> Walk:
    nodes = whole.nodes[steps.start : steps.stop + 1]
    columns = (getattr(whole, name)[steps] for name in ("edge", "forward", "metres", "again"))
    return Walk(whole.network, nodes, *columns)


def _line(own: Walk) -> shapely.LineString:
    """Return the ground of a walk; a link is the straight line between the ends of those beside it."""
    shapes = own.network.edges.geometry.to_numpy()
    ways = [
        shapely.get_coordinates(shapes[own.edge[step]])[:: 1 if own.forward[step] else -1]
        for step in range(len(own.edge))
        if own.edge[step] != LINK
    ]
    return shapely.LineString(np.concatenate(ways)) if ways else shapely.LineString()
