"""Travel between places on the street network: whole metres and seconds, and the ground of each leg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridmap.errors import ArgumentError
from gridmap.streets.arcs import Arcs, arcs_of
from gridmap.streets.fast import FastWays
from gridmap.streets.lines import Floats, Places
from gridmap.streets.network import WALK_M_S, Network

UNREACHABLE = -1
_AT_ONCE = 64  # sources a search: the rows of a search are as long as the network

Whole = NDArray[np.int64]


class Travel:
    """Travel from each of `places` to each other: the quickest path by `mode`, from door to door.

    `metres` and `seconds` are n x n, int64, row = from: the path's own metres and time, and the walk between door and
    street at both ends (1.2 m/s in every mode); UNREACHABLE (-1) where there is no way, or a door lies over `limit`
    metres from the streets; 0 on the diagonal and between places that coincide. `within` (seconds) ends the search:
    what is further is unreachable. `speeds` by road class replace those of `streets.network.SPEEDS`. `ways` (of the
    same network, mode and speeds) answers sooner and the same.

    Raises ArgumentError for an unknown mode, an impossible speed, geometry that is no point.
    """

    def __init__(
        self,
        network: Network,
        places: gpd.GeoDataFrame | gpd.GeoSeries,
        mode: str = "walk",
        *,
        limit: float = 300.0,
        within: float | None = None,
        speeds: Mapping[str, float] | None = None,
        ways: FastWays | None = None,
    ) -> None:
        self._network = network
        self._places = places.geometry.to_crs(network.crs) if len(places) else places.geometry
        self.snapped = network.snap(places, mode, limit=limit)
        self._speeds = network.speeds(mode, speeds)
        self._within = within
        if ways is None:
            weight, unpacked = _search(self._arcs.graph, self._arcs.node, self._limit), self._arcs.unpacked
        else:
            weight, unpacked = ways.centimetres(self.snapped, within), ways.unpacked
        door = np.nan_to_num(self.snapped.door_m)
        self.metres: Whole = np.empty(weight.shape, dtype=np.int64)
        self.seconds: Whole = np.empty(weight.shape, dtype=np.int64)
        for begin in range(0, len(door), _AT_ONCE):
            rows = slice(begin, begin + _AT_ONCE)
            on_the_way, length = unpacked(weight[rows])
            self.metres[rows] = _whole(length, door[rows], door)
            self.seconds[rows] = _whole(on_the_way, door[rows] / WALK_M_S, door / WALK_M_S)
        same = _coincide(self._places)
        self.metres[same] = self.seconds[same] = 0

    @cached_property
    def _arcs(self) -> Arcs:
        """Return the network with the places on it: prepared ways do without until a leg is asked for."""
        return arcs_of(self._network, self.snapped, *self._speeds)

    @property
    def _limit(self) -> float:
        return np.inf if self._within is None else self._arcs.limit(self._within)

    def legs(self, order: Sequence[int]) -> gpd.GeoSeries:
        """Return the ground of the legs between consecutive places of `order` (their positions), in the roads' CRS.

        A leg runs from door to door; its length in metres is that of `metres` to within one. Raises ArgumentError for a
        leg that there is no way for.
        """
        pairs = list(pairwise(order))
        wrong = [pair for pair in pairs if self.metres[pair] == UNREACHABLE]
        if wrong:
            raise ArgumentError("streets.no_way", argument="order", start=wrong[0][0], end=wrong[0][1])
        lines = [self._leg(start, end) for start, end in pairs]
        return gpd.GeoSeries(lines, crs=self._network.crs)

    def _leg(self, start: int, end: int) -> shapely.LineString:
        doors = shapely.get_coordinates(self._places.iloc[[start, end]].to_numpy())
        if self.metres[start, end] == 0:
            return shapely.LineString(doors)
        _, before = dijkstra(
            self._arcs.graph, indices=self._arcs.node[start], limit=self._limit, return_predecessors=True
        )
        path = [int(self._arcs.node[end])]
        while path[-1] != self._arcs.node[start]:
            path.append(int(before[path[-1]]))
        path.reverse()
        steps = [self._step(a, b) for a, b in pairwise(path)]
        snapped = [self._street(one) for one in (start, end)]
        xy = [doors[:1], snapped[0], *(shapely.get_coordinates(step) for step in steps), snapped[1], doors[1:]]
        return shapely.LineString(np.concatenate(xy))

    def _street(self, place: int) -> Floats:
        """Return where a place reaches the street, as a row of x and y."""
        along = float(self.snapped.along[place])
        line = self._network.ground(int(self.snapped.edge[place]), along, along)
        return np.asarray(shapely.get_coordinates(line)[:1])

    def _step(self, start: int, end: int) -> shapely.LineString:
        """Return the ground of the lightest arc between two nodes."""
        row = slice(*self._arcs.graph.indptr[start : start + 2])
        at = row.start + int(np.flatnonzero(self._arcs.graph.indices[row] == end)[0])
        return self._network.ground(int(self._arcs.edge[at]), float(self._arcs.begin[at]), float(self._arcs.finish[at]))


def _search(graph: csr_array, node: Places, limit: float) -> Floats:
    """Return the least weight from each place to each other; places without a node, and no way, are infinite."""
    weight = np.full((len(node), len(node)), np.inf)
    real = np.flatnonzero(node >= 0)
    sources, of_place = np.unique(node[real], return_inverse=True)
    order = np.argsort(of_place, kind="stable")
    for begin in range(0, len(sources), _AT_ONCE):
        part = sources[begin : begin + _AT_ONCE]
        rows = np.take(dijkstra(graph, indices=part, limit=limit), node, axis=1)
        mine = order[slice(*np.searchsorted(of_place[order], [begin, begin + len(part)]))]
        weight[real[mine]] = rows[of_place[mine] - begin]
    weight[:, node < 0] = np.inf  # the last node was taken
    return weight


def _whole(way: Floats, door: Floats, other: Floats) -> Floats:
    """Return whole units from door to door: what the way takes and both doors; UNREACHABLE where there is no way."""
    total = way + door[:, None]
    total += other
    np.rint(total, out=total)
    total[~np.isfinite(total)] = UNREACHABLE
    return total


def _coincide(places: gpd.GeoSeries) -> tuple[Places, Places]:
    """Return which pairs of places coincide, each with itself too; one without coordinates only with itself."""
    shapes = places.to_numpy()
    xy = np.stack([shapely.get_x(shapes), shapely.get_y(shapes)], axis=1)
    spots, of_place = np.unique(xy, axis=0, return_inverse=True)
    own = np.arange(len(xy))
    if len(spots) == len(xy):
        return own, own
    order = np.argsort(of_place, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(of_place[order])) + 1)
    pairs = [np.stack(np.meshgrid(group, group), axis=-1).reshape(-1, 2) for group in groups if len(group) > 1]
    every = np.concatenate([np.stack([own, own], axis=1), *pairs])
    return every[:, 0], every[:, 1]
