"""The service that is quickest to reach from each of many places."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridmap.streets.arcs import Arcs, arcs_of, weights
from gridmap.streets.lines import Floats, Places
from gridmap.streets.network import WALK_M_S, Network

COLUMNS = ("service", "metres", "seconds")


def nearest_service(
    network: Network,
    services: gpd.GeoDataFrame | gpd.GeoSeries,
    places: gpd.GeoDataFrame | gpd.GeoSeries,
    mode: str = "walk",
    *,
    limit: float = 300.0,
) -> pd.DataFrame:
    """Return for each of `places` (points) the service that is quickest to reach from it, on the index of `places`.

    Columns: service (its label, None = there is no way to any), metres and seconds from door to door (NaN where none).
    A door over `limit` metres from the streets has no way. One search for all, on the ways that lead to the services.
    Raises ArgumentError for an unknown mode and for geometry that is no point.
    """
    both = [one.geometry.to_crs(network.crs) for one in (places, services)]
    snapped = network.snap(gpd.GeoSeries(pd.concat(both, ignore_index=True), crs=network.crs), mode, limit=limit)
    along, against = network.speeds(mode)
    arcs = arcs_of(network, snapped, against, along, even=False)
    service, weight = _searched(arcs, snapped.door_m, len(places))
    found = pd.DataFrame({"service": None, "metres": np.nan, "seconds": np.nan}, index=places.index)
    found["service"] = found["service"].astype(object)
    reached = np.flatnonzero(np.isfinite(weight))
    seconds, metres = arcs.unpacked(weight[reached])
    door = snapped.door_m[reached]
    found.iloc[reached, 0] = services.index.to_numpy(dtype=object)[service[reached]]
    found.iloc[reached, 1] = metres + door
    found.iloc[reached, 2] = seconds + door / WALK_M_S
    return found


def _searched(arcs: Arcs, door_m: Floats, count: int) -> tuple[Places, Floats]:
    """Return for the first `count` places the nearest of the others, as its position, and the weight of the way.

    The way begins at a service's own door, from a node of its own, so that its walk to the street counts.
    """
    mine, theirs = arcs.node[:count], arcs.node[count:]
    there = np.flatnonzero(theirs >= 0)
    weight = np.full(count, np.inf)
    service = np.full(count, -1, dtype=np.intp)
    if not len(there):
        return service, weight
    first = arcs.graph.shape[0]
    ways = arcs.graph.tocoo()
    values = np.concatenate([ways.data, weights(door_m[count:][there], WALK_M_S)])
    rows, columns = np.concatenate([ways.row, first + there]), np.concatenate([ways.col, theirs[there]])
    size = first + len(theirs)
    graph = csr_array((values, (rows, columns)), shape=(size, size))
    best, _, source = dijkstra(graph, indices=first + there, min_only=True, return_predecessors=True)
    real = np.flatnonzero(mine >= 0)
    weight[real] = best[mine[real]]
    service[real] = np.where(np.isfinite(weight[real]), source[mine[real]] - first, -1)
    return service, weight
