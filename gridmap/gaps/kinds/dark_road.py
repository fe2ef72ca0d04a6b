"""Metres of road that have lamps, none of which works."""

from __future__ import annotations

import geopandas as gpd

from gridmap.gaps.lit_roads import LAMPS, ROADS, gaps_of_half
from gridmap.gaps.view import View
from gridmap.streets.lighting import DARK


class DarkRoad:
    """Of each dark stretch (see UnlitRoad) the metres within the radius of lamps that do not work, one gap a stretch.

    A lamp whose status is anything but working, unknown too, does not light; how many are dark and how many unknown are
    inputs. `since` is the last day on which one of them stopped, not before the roads' present rows or the edition.
    """

    name = "dark_road"
    layers: tuple[str, ...] | None = (ROADS, LAMPS)

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        return gaps_of_half(view, self.name, DARK, "gaps.dark_road")


KIND = DarkRoad()
