"""Metres of road with no lamp at all."""

from __future__ import annotations

import geopandas as gpd

from gridmap.gaps.lit_roads import LAMPS, ROADS, gaps_of_half
from gridmap.gaps.view import View
from gridmap.streets.lighting import UNLIT


class UnlitRoad:
    """Of each dark stretch the metres with no lamp of any state within the radius, in metres, one gap a stretch.

    A dark stretch is a maximal part of a street with every point over `limits.lamp_radius_m` from every working lamp,
    from `limits.dark_from_m` metres on. `since` is the first day of its roads' present rows, not before the edition.
    """

    name = "unlit_road"
    layers: tuple[str, ...] | None = (ROADS, LAMPS)

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        return gaps_of_half(view, self.name, UNLIT, "gaps.unlit_road")


KIND = UnlitRoad()
