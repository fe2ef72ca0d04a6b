"""The street network: edges between crossings, how fast each is travelled by whom, and where things snap to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.ops
from numpy.typing import NDArray
from pyproj import CRS

from gridmap.errors import ArgumentError
from gridmap.grid.metric import Metric
from gridmap.grid.places import lines_in, points_xy
from gridmap.streets.lines import Floats, Places
from gridmap.streets.noding import noded

WALK_M_S = 1.2  # from door to street, in every mode
# Metres a second by mode and road class ("" = all others, 0 = not allowed). Assumed; a call may give its own.
SPEEDS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "walk": MappingProxyType({"": WALK_M_S, "motorway": 0.0}),
        "ebike": MappingProxyType({"": 4.2, "lane": 2.8, "path": 0.0, "motorway": 0.0}),
        "car": MappingProxyType(
            {"": 7.0, "motorway": 16.0, "arterial": 11.0, "collector": 8.0, "lane": 3.0, "path": 0.0}
        ),
    }
)
VEHICLES = ("ebike", "car")  # one-ways bind them, not those on foot
ONE_WAY = MappingProxyType({"both": 0, "forward": 1, "backward": -1})


@dataclass(frozen=True, eq=False)
class Snapped:
    """Where things reach the network.

    By thing: the `edge` (-1 = unreachable), the metres `along` it from its tail, and `door_m`, the straight walk from
    the thing to that place (NaN where unreachable).
    """

    edge: Places
    along: Floats
    door_m: Floats


class Network:
    """The streets of a place as edges between nodes; measured as `Lighting` measures.

    `roads` are centre lines in any CRS; missing and empty ones take no part. By road, each a Series with the index of
    `roads` or null: `classes` (for the speed), `oneway` (`forward`, `backward` along the drawn line, `both` or missing)
    and `level` (roads of different levels cross without meeting; missing = ground).

    `edges`: road (label), tail, head (nodes), metres, geometry from tail to head, in the roads' CRS; `faults`: kind
    (`dangle`, `crossing`, `island`: see `streets.noding.Noded`), road, other (labels), metres, geometry.

    Raises ArgumentError for a missing CRS, geometry that is no line, an unknown `oneway`, a Series of another index.
    """

    def __init__(
        self,
        roads: gpd.GeoDataFrame | gpd.GeoSeries,
        *,
        classes: pd.Series[str] | None = None,
        oneway: pd.Series[str] | None = None,
        level: pd.Series[str] | None = None,
    ) -> None:
        shapes = lines_in(roads, roads.crs, "roads")
        self._metric = Metric(roads.crs, shapely.total_bounds(shapes) if len(shapes) else (np.nan,) * 4)
        if self._metric.planar is not self._metric.crs:
            shapes = self._metric.to_metres(shapes)
        parts = {"classes": classes, "oneway": oneway, "level": level}
        by_road = {name: _by_road(name, values, roads.index) for name, values in parts.items()}
        self._noded = noded(shapes, by_road["level"])
        self._labels = roads.index
        self._class = by_road["classes"][self._noded.road]
        self._way = _ways(by_road["oneway"])[self._noded.road]
        self._tree = shapely.STRtree(self._noded.ground)

    @property
    def edges(self) -> gpd.GeoDataFrame:
        """Return the edges, in the order of the roads."""
        own = self._noded
        columns = {"road": self._labels[own.road], "tail": own.tail, "head": own.head, "metres": own.metres}
        return gpd.GeoDataFrame(columns, geometry=self._metric.from_metres(own.ground), crs=self._metric.crs)

    @property
    def faults(self) -> gpd.GeoDataFrame:
        """Return what is wrong with the roads as a network, each at its place."""
        frame = self._noded.faults
        named = {
            name: pd.Series([self._labels[at] if at >= 0 else None for at in frame[name]], dtype=object)
            for name in ("road", "other")
        }
        places = self._metric.from_metres(frame["geometry"].to_numpy())
        return gpd.GeoDataFrame(frame.assign(**named), geometry=places, crs=self._metric.crs)

    @property
    def crs(self) -> CRS:
        """Return the CRS of the roads."""
        return self._metric.crs

    @property
    def nodes(self) -> int:
        """Return how many nodes there are."""
        return len(self._noded.nodes)

    @property
    def places(self) -> Floats:
        """Return x and y of the nodes in the plane that is measured in, metres."""
        return self._noded.nodes

    @property
    def ends(self) -> tuple[Places, Places, Floats]:
        """Return tail, head and metres of the edges, as the search for paths takes them."""
        return self._noded.tail, self._noded.head, self._noded.metres

    def speeds(self, mode: str, given: Mapping[str, float] | None = None) -> tuple[Floats, Floats]:
        """Return metres a second along each edge, and against it; 0 = not allowed.

        `given`: by road class, over those of SPEEDS. Raises ArgumentError for an unknown mode or an impossible speed.
        """
        if mode not in SPEEDS:
            raise ArgumentError("streets.mode", argument="mode", given=mode, allowed=", ".join(SPEEDS))
        table = {**SPEEDS[mode], **(given or {})}
        wrong = {name: speed for name, speed in table.items() if not (np.isfinite(speed) and speed >= 0)}
        if wrong:
            raise ArgumentError("streets.speed", argument="given", given=wrong)
        speed = np.array([table.get(one, table[""]) for one in self._class], dtype=np.float64)
        if mode not in VEHICLES:
            return speed, speed
        return np.where(self._way >= 0, speed, 0.0), np.where(self._way <= 0, speed, 0.0)

    def snap(self, places: gpd.GeoDataFrame | gpd.GeoSeries, mode: str = "walk", *, limit: float = 300.0) -> Snapped:
        """Return where `places` (points in any CRS) reach the nearest edge that `mode` may use, within `limit` metres.

        Of edges equally near, the first. Missing and empty places are unreachable. Raises ArgumentError as `speeds`,
        and for geometry that is no point.
        """
        along, against = self.speeds(mode)
        allowed = np.flatnonzero((along > 0) | (against > 0))
        tree = self._tree if len(allowed) == len(self._noded.road) else shapely.STRtree(self._noded.ground[allowed])
        x, y = points_xy(places, self._metric.planar, "places")
        points = np.array(shapely.points(x, y), dtype=object)
        points[~(np.isfinite(x) & np.isfinite(y))] = None
        (thing, edge), gap = tree.query_nearest(points, max_distance=limit, return_distance=True)
        thing, first = np.unique(thing, return_index=True)  # by thing, then edge: the first of those equally near
        found = Snapped(np.full(len(x), -1, dtype=np.intp), np.zeros(len(x)), np.full(len(x), np.nan))
        found.edge[thing] = allowed[edge[first]]
        found.door_m[thing] = gap[first]
        found.along[thing] = shapely.line_locate_point(self._noded.ground[found.edge[thing]], points[thing])
        return found

    def ground(self, edge: int, start: float, end: float) -> shapely.LineString:
        """Return the ground of an edge between two places along it (metres from its tail), in the roads' CRS.

        It runs from `start` to `end`, backwards if that is less.
        """
        piece = shapely.ops.substring(self._noded.ground[edge], start, end)
        shape: shapely.LineString = self._metric.from_metres(np.array([piece], dtype=object))[0]
        return shape


def _by_road(name: str, values: pd.Series[str] | None, index: pd.Index) -> NDArray[np.object_]:
    """Return a value a road, "" where there is none."""
    if values is None:
        return np.full(len(index), "", dtype=object)
    if not values.index.equals(index):
        raise ArgumentError("streets.by_road", argument=name, count=len(index))
    return values.astype(object).where(values.notna(), "").to_numpy(dtype=object)


def _ways(given: NDArray[np.object_]) -> NDArray[np.int64]:
    allowed = {"": 0, **ONE_WAY}
    wrong = sorted({str(one) for one in given if one not in allowed})
    if wrong:
        raise ArgumentError("streets.oneway", argument="oneway", given=", ".join(wrong), allowed=", ".join(ONE_WAY))
    return np.array([allowed[one] for one in given], dtype=np.int64)
