"""The network as a graph with places on it: one weight for time and metres, both whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from gridmap.streets.lines import Floats, Places
from gridmap.streets.network import Network, Snapped

# One search finds the quickest path and its metres: a weight is milliseconds * BASE + centimetres, both whole, and the
# sums stay below 2^53 where float64 is exact (18 hours, 671 km). Where all go at one speed the shortest path is the
# quickest: there each centimetre counts as a millisecond, so that no rounding of time decides.
BASE = 2.0**26
_EVEN = 10.0  # metres a second: a centimetre a millisecond
END = 0.005  # metres: a place nearer to the end of an edge is that end


@dataclass(frozen=True, eq=False)
class Arcs:
    """The network with places on it.

    By arc, in the order of `graph`: the `edge` it runs on, from `begin` to `finish` (metres along it). `node`: that of
    each place, -1 = unreachable. `speed`: metres a second where all arcs have the same; null = they differ.
    """

    edge: Places
    begin: Floats
    finish: Floats
    graph: csr_array
    node: Places
    speed: float | None

    def unpacked(self, weight: Floats) -> tuple[Floats, Floats]:
        """Return the seconds and metres of weights; of infinite ones, neither is finite."""
        if self.speed is not None:
            metres = weight / (100 * (BASE + 1))
            return metres / self.speed, metres
        ms = np.floor(weight / BASE)
        with np.errstate(invalid="ignore"):  # what is infinite has no metres
            return ms / 1000, (weight - ms * BASE) / 100

    def limit(self, seconds: float) -> float:
        """Return a weight that no way of so many seconds exceeds."""
        ms = np.ceil(seconds * 1000 if self.speed is None else seconds * self.speed * 100)
        return float((ms + 1) * BASE)


def arcs_of(network: Network, snapped: Snapped, along: Floats, against: Floats, *, even: bool = True) -> Arcs:
    """Return the arcs of the network with each place as a node of its own on its edge.

    `along` and `against`: metres a second by edge, 0 = not allowed (`Network.speeds`). With `even` a network of one
    speed is searched by metres alone.
    """
    speeds = np.unique(np.concatenate([along, against]))
    speeds = speeds[speeds > 0]
    speed = float(speeds[0]) if even and len(speeds) == 1 else None
    tail, head, metres = network.ends
    edge, at, node = _stations(network, snapped)
    # Each edge is a chain: tail, the places on it in order, head.
    chain_edge = np.concatenate([np.arange(len(tail)), edge, np.arange(len(tail))])
    # In whole centimetres, so that the pieces of an edge sum to it.
    chain_at = np.round(np.concatenate([np.zeros(len(tail)), at, metres]), 2)
    chain_node = np.concatenate([tail, network.nodes + np.arange(len(edge)), head])
    order = np.lexsort((np.repeat([0, 1, 2], [len(tail), len(edge), len(tail)]), chain_at, chain_edge))
    chain_edge, chain_at, chain_node = chain_edge[order], chain_at[order], chain_node[order]
    first = np.flatnonzero(chain_edge[1:] == chain_edge[:-1])
    one, two, own = chain_node[first], chain_node[first + 1], chain_edge[first]
    begin, finish = chain_at[first], chain_at[first + 1]
    both = _Both(
        start=np.concatenate([one, two]),
        end=np.concatenate([two, one]),
        edge=np.concatenate([own, own]),
        begin=np.concatenate([begin, finish]),
        finish=np.concatenate([finish, begin]),
        speed=np.concatenate([along[own], against[own]]),
    )
    return both.arcs(network.nodes + len(edge), node, speed)


@dataclass(frozen=True, eq=False)
class _Both:
    """Arcs in both directions, those that are not allowed too."""

    start: Places
    end: Places
    edge: Places
    begin: Floats
    finish: Floats
    speed: Floats

    def arcs(self, nodes: int, node: Places, even: float | None) -> Arcs:
        """Return those that are allowed, of several between two nodes the lightest."""
        allowed = np.flatnonzero((self.speed > 0) & (self.start != self.end))
        length = np.abs(self.finish - self.begin)[allowed]
        weight = weights(length, self.speed[allowed] if even is None else _EVEN)
        order = np.lexsort((weight, self.end[allowed], self.start[allowed]))
        kept, weight = allowed[order], weight[order]
        fresh = np.append(True, (np.diff(self.start[kept]) != 0) | (np.diff(self.end[kept]) != 0))[: len(kept)]
        kept, weight = kept[fresh], weight[fresh]
        starts = np.searchsorted(self.start[kept], np.arange(nodes + 1))
        graph = csr_array((weight, self.end[kept].astype(np.int32), starts.astype(np.int32)), shape=(nodes, nodes))
        return Arcs(self.edge[kept], self.begin[kept], self.finish[kept], graph, node, even)


def weights(metres: Floats, speed: Floats | float) -> Floats:
    """Return the weights of `metres` at `speed` (m/s); never 0, which would be no arc."""
    ms, cm = np.rint(metres / speed * 1000), np.rint(metres * 100)
    return np.asarray(np.maximum(ms * BASE + cm, 1.0), dtype=np.float64)


def _stations(network: Network, snapped: Snapped) -> tuple[Places, Floats, Places]:
    """Return the distinct places inside edges (edge, metres along), and the node of each place (-1 = unreachable)."""
    tail, head, metres = network.ends
    node = np.full(len(snapped.edge), -1, dtype=np.intp)
    there = np.flatnonzero(snapped.edge >= 0)
    edge, along = snapped.edge[there], snapped.along[there]
    at_tail, at_head = along <= END, along >= metres[edge] - END
    node[there] = np.where(at_tail, tail[edge], head[edge])
    inside = ~(at_tail | at_head)
    keys = np.stack([edge[inside].astype(np.float64), np.round(along[inside], 2)], axis=1)
    if not len(keys):
        return np.empty(0, dtype=np.intp), np.empty(0), node
    stations, of_place = np.unique(keys, axis=0, return_inverse=True)
    node[there[inside]] = network.nodes + of_place
    return stations[:, 0].astype(np.intp), stations[:, 1], node
