"""Roads as a network, and the ways between places."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gridmap.streets.fast import FastWays
from gridmap.streets.network import Network
from gridmap.streets.noding import noded
from gridmap.streets.services import nearest_service
from gridmap.streets.travel import Travel
from gridmap.streets.walk import edges_within, walk


def live() -> None:
    east, north = 548_000.0, 2_498_000.0
    cross = np.array(
        [shapely.LineString([(0, 50), (200, 50)]), shapely.LineString([(100, 0), (100, 100)])], dtype=object
    )
    noded(cross)
    roads = gpd.GeoSeries(shapely.transform(cross, lambda xy: np.add(xy, (east, north))), crs="EPSG:4547").to_crs(4326)
    network = Network(roads)
    assert len(network.edges) == 4
    assert len(network.faults) == 1
    doors = gpd.GeoSeries([shapely.Point(east, north + 55), shapely.Point(east + 105, north)], crs="EPSG:4547")
    travel = Travel(network, doors)
    assert travel.metres[0, 1] == 160
    travel.legs([0, 1])
    nearest_service(network, doors.iloc[:1], doors)
    assert Travel(network, doors, ways=FastWays(network)).metres[0, 1] == 160
    own = walk(network, edges_within(network, network.edges.union_all().convex_hull.buffer(1)), start=0)
    assert own.metres_m >= own.street_m
    own.ground()
    own.evenings(1000)
