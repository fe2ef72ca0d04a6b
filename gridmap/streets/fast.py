"""Ways on large networks, prepared once and then answered many times sooner (extra `fast-travel`)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.streets.arcs import BASE
from gridmap.streets.lines import Floats, Places
from gridmap.streets.network import Network, Snapped

_ABSENT = 2**32 - 2  # centimetres: RoutingKit counts with 32 bits, and its largest number means that there is no way


class FastWays:
    """A network prepared for many searches, by customizable contraction hierarchies (RoutingKit).

    For a mode that goes at one speed in both directions wherever it may go, as walking does: then the answers are those
    of `Travel` without it. Ways are below 21,000 km. Source: Dibbelt, Strasser, Wagner, Customizable Contraction
    Hierarchies (2016).

    Raises ArgumentError where the extra is not installed, and for a mode with several speeds or one-ways.
    """

    def __init__(self, network: Network, mode: str = "walk", *, speeds: Mapping[str, float] | None = None) -> None:
        along, against = network.speeds(mode, speeds)
        if len(np.unique(along[along > 0])) > 1 or (along != against).any():
            raise ArgumentError("streets.several_speeds", argument="mode", given=mode)
        try:
            kit: Any = import_module("pyroutingkit")
        except ImportError:
            raise ArgumentError("streets.no_fast_travel", argument="ways") from None
        self._network = network
        tail, head, metres = network.ends
        allowed = along > 0
        ends = np.stack([tail[allowed], head[allowed]]).astype(np.uint32)
        whole = np.rint(metres[allowed] * 100).astype(np.uint32)
        x, y = network.places.astype(np.float32).T
        self._topology = kit.CCHTopology()
        both = np.concatenate([ends, ends[::-1]], axis=1)
        self._topology.build(both[0], both[1], y, x, network.nodes)
        self._metric = kit.CCHMetric(self._topology)
        self._metric.customize(np.concatenate([whole, whole]))
        self._none = kit.INF_WEIGHT

    def weights(self, snapped: Snapped) -> Floats:
        """Return the weights of the ways between places that reach the network, n x n, as a search among `Arcs` gives.

        Infinite where there is no way.
        """
        tail, head, metres = self._network.ends
        there = np.flatnonzero(snapped.edge >= 0)
        edge = snapped.edge[there]
        along = np.rint(snapped.along[there] * 100)
        rest = np.rint(metres[edge] * 100) - along
        ends = np.stack([tail[edge], head[edge]], axis=1)
        nodes, at = np.unique(ends, return_inverse=True)
        at = at.reshape(-1, 2)
        between = self._between(nodes)
        to_end = np.stack([along, rest], axis=1)
        best = np.full((len(there), len(there)), np.inf)
        for own in (0, 1):
            for other in (0, 1):
                way = between[np.ix_(at[:, own], at[:, other])] + to_end[:, own, None] + to_end[None, :, other]
                best = np.minimum(best, way)
        same = edge[:, None] == edge[None, :]
        best = np.where(same, np.minimum(best, np.abs(along[:, None] - along[None, :])), best)
        weights = np.full((len(snapped.edge),) * 2, np.inf)
        weights[np.ix_(there, there)] = best * (BASE + 1.0)
        return weights

    def _between(self, nodes: Places) -> NDArray[np.float64]:
        """Return the centimetres between nodes, infinite where there is no way."""
        if not len(nodes):
            return np.empty((0, 0))
        asked = nodes.astype(np.uint32)
        found = np.asarray(self._metric.distances_many_to_many(asked, asked), dtype=np.float64)
        return np.where(found >= min(self._none, _ABSENT), np.inf, found.reshape(len(nodes), len(nodes)))
