"""Ways on large networks, prepared once and then answered many times sooner (extra `fast-travel`)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.streets.arcs import END
from gridmap.streets.lines import Floats, Places
from gridmap.streets.network import Network, Snapped

_AT_ONCE = 64  # nodes a search


class FastWays:
    """A network prepared for many searches, by customizable contraction hierarchies (RoutingKit).

    For a mode that goes at one speed in both directions wherever it may go, as walking does: then the answers are those
    of `Travel` without it. Ways are below 21,000 km. Source: Dibbelt, Strasser, Wagner, Customizable Contraction
    Hierarchies (2016).

    Raises ArgumentError where the extra is not installed, and for a mode with several speeds or one-ways.
    """

    def __init__(self, network: Network, mode: str = "walk", *, speeds: Mapping[str, float] | None = None) -> None:
        along, against = network.speeds(mode, speeds)
        allowed = along > 0
        if len(np.unique(along[allowed])) > 1 or (along != against).any():
            raise ArgumentError("streets.several_speeds", argument="mode", given=mode)
        try:
            kit: Any = import_module("pyroutingkit")
        except ImportError:
            raise ArgumentError("streets.no_fast_travel", argument="ways") from None
        self._network = network
        self._speed = float(along.max(initial=0.0))
        self._none = kit.INF_WEIGHT
        self._kit = kit.CCH()
        if network.nodes:  # without any, the kit ends the process
            self._build(allowed)

    def _build(self, allowed: NDArray[np.bool_]) -> None:
        tail, head, metres = self._network.ends
        ends = np.stack([tail[allowed], head[allowed]]).astype(np.uint32)
        both = np.concatenate([ends, ends[::-1]], axis=1)
        whole = np.rint(metres[allowed] * 100).astype(np.uint32)
        # The kit takes any array for a contiguous one: of a column of `places` it would read x and y in turn, and cut
        # the network at random, which takes hours where it should take seconds.
        x, y = np.ascontiguousarray(self._network.places.T, dtype=np.float32)
        self._kit.build_topology(both[0], both[1], y, x, self._network.nodes)
        self._kit.customize_weights(np.concatenate([whole, whole]))

    def centimetres(self, snapped: Snapped, within: float | None = None) -> Floats:
        """Return the whole centimetres of the ways between places that reach the network, n x n.

        Infinite where there is no way, or none of at most `within` seconds.
        """
        cm = np.full((len(snapped.edge),) * 2, np.inf)
        there = np.flatnonzero(snapped.edge >= 0)
        cm[np.ix_(there, there)] = self._least(snapped.edge[there], snapped.along[there])
        if within is not None:
            cm[cm > np.ceil(within * self._speed * 100)] = np.inf
        return cm

    def unpacked(self, weight: Floats) -> tuple[Floats, Floats]:
        """Return the seconds and metres of ways of so many centimetres; of infinite ones, neither is finite."""
        metres = weight / 100
        return metres / (self._speed or 1.0), metres

    def _least(self, edge: Places, along: Floats) -> Floats:
        """Return the centimetres between places on edges: by any two of their ends, or along one edge."""
        tail, head, metres = self._network.ends
        begun, whole = np.rint(along * 100), np.rint(metres[edge] * 100)
        begun = np.where(along <= END, 0.0, np.where(along >= metres[edge] - END, whole, begun))
        nodes, at = np.unique(np.stack([tail[edge], head[edge]]), return_inverse=True)
        at = at.reshape(2, -1)
        between = self._between(nodes)
        to_end = np.stack([begun, whole - begun])
        least = np.where(edge[:, None] == edge, np.abs(begun[:, None] - begun), np.inf)
        for own in (0, 1):
            for other in (0, 1):
                way = between[np.ix_(at[own], at[other])]
                way += to_end[own][:, None]
                way += to_end[other]
                np.minimum(least, way, out=least)
        return least

    def _between(self, nodes: Places) -> Floats:
        """Return the centimetres between nodes, infinite where there is no way.

        A way back is as long as the way there: from west to east, each is asked for the way to those before it. The kit
        looks at all that lies between the nodes asked for: then that is half of it.
        """
        order = np.argsort(self._network.places[nodes, 0], kind="stable")
        asked = nodes[order].astype(np.uint32)
        found = np.zeros((len(nodes), len(nodes)), dtype=np.uint32)
        for begin in range(0, len(nodes), _AT_ONCE):
            end = min(begin + _AT_ONCE, len(nodes))
            part = self._kit.distances_many_to_many(asked[begin:end], asked[:end])
            found[order[begin:end, None], order[:end]] = np.reshape(part, (end - begin, end))
        found = np.maximum(found, found.T)  # each pair stands there once, 0 the other way
        return np.where(found >= self._none, np.inf, found)
