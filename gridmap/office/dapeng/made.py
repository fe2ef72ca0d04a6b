"""The whole of the made-up Dapeng as plain frames, with no file: for the demo office, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from gridmap.office.dapeng import ground, premises, streets
from gridmap.office.dapeng.cells import cells
from gridmap.office.dapeng.names import Names
from gridmap.office.dapeng.size import Size
from gridmap.words import DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Dapeng:
    """Territory and cells, and the features of each layer under the names of its fields; all in EPSG:4547."""

    territory: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    features: Mapping[str, gpd.GeoDataFrame]


def dapeng(seed: int, size: Size | None = None, *, lang: str = DEFAULT_LANGUAGE) -> Dapeng:
    """Return the Dapeng of a seed, as large as `size` (null: the model office), its names in `lang`.

    The ground and its cells are the same for every seed. Each layer has a stream of chance of its own: a count changed
    leaves the other layers as they are.
    """
    size, names = size or Size(), Names(lang)
    chance = iter(np.random.default_rng(seed).spawn(8))
    town = premises.Town(names)
    roads = streets.roads(next(chance), names)
    features = {
        "roads": roads,
        "streetlights": streets.lamps(next(chance), roads, size),
        "households": premises.households(next(chance), town, names, size),
        "businesses": premises.businesses(next(chance), town, names, size),
        "rentals": premises.rentals(next(chance), town, names, size),
        "organisations": premises.organisations(next(chance), town, names, size),
        "enterprises": premises.enterprises(next(chance), town, names, size),
        "care_places": premises.care_places(next(chance), town, names, size),
    }
    land = gpd.GeoDataFrame(geometry=[ground.territory()], crs=ground.CRS)
    return Dapeng(land, cells(names), features)
