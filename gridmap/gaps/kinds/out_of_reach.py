"""Premises from which no service window is within walking distance."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.gaps.cells import answering, cell_of_each, chains
from gridmap.gaps.shape import gap_frame, no_gaps
from gridmap.gaps.view import View
from gridmap.streets.network import Network
from gridmap.streets.services import nearest_service

ROADS, SERVICES, WINDOW = "roads", "organisations", "service_window"


class OutOfReach:
    """Features of the layers that declare this kind whose walk to the nearest service window is over `limits.reach_m`.

    The walk goes from door to door along the streets (`streets.services.nearest_service`); a feature from which there
    is no way is out of reach too. Unplaced features are not looked at, and without a service window or a street nothing
    is said. One gap a feature (unit: features); its metres are an input. `since` is the latest of the first days of the
    feature's present row, of the edition, and of the present rows of the windows: what was before is not looked at.
    """

    name = "out_of_reach"
    layers: tuple[str, ...] | None = None

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        windows, roads = _windows(view), view.features.get(ROADS)
        asked = [name for name in view.layers_with(self.name) if name not in (ROADS, SERVICES)]
        if windows is None or roads is None or roads.empty or not asked:
            return no_gaps(view.grid.crs)
        network = Network(roads.geometry, classes=roads.get("road_class"))
        found = [_far(view, layer, network, windows) for layer in asked]
        rows = pd.concat([frame for frame in found if len(frame)]) if any(map(len, found)) else None
        if rows is None:
            return no_gaps(view.grid.crs)
        rows = rows.reset_index(drop=True)
        begun = max(view.edition_from.isoformat(), windows["valid_from"].max())
        no_way = rows["metres"].isna()
        columns: dict[str, object] = {
            "kind": self.name,
            "subject": rows["layer"] + " " + rows["key"],
            **chains(view.grid, rows["cell"]),
            "measure": 1.0,
            "unit": "features",
            "since": [max(day, begun) for day in rows["valid_from"]],
            "responsible": answering(view, rows["cell"]),
            "reason": np.where(no_way, "gaps.no_way_to_window", "gaps.far_from_window"),
            "inputs": _inputs(view, rows),
            "geometry": rows["geometry"],
        }
        return gap_frame(columns, view.grid.crs)


def _windows(view: View) -> gpd.GeoDataFrame | None:
    """Return the service windows with a place, null if there are none."""
    rows = view.features.get(SERVICES)
    if rows is None or "kind" not in rows:
        return None
    windows = rows[rows["kind"].eq(WINDOW) & rows.geometry.notna()].set_index("key")
    return windows if len(windows) else None


def _far(view: View, layer: str, network: Network, windows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the placed features of a layer from which the nearest window is too far, with the metres to it."""
    rows = view.features[layer].reset_index(drop=True)
    placed = rows.geometry.notna() & ~rows.geometry.is_empty
    cells = cell_of_each(view, layer).reset_index(drop=True)
    near = nearest_service(network, windows, rows[placed])
    rows = rows[placed].assign(layer=layer, cell=cells[placed], service=near["service"], metres=near["metres"])
    far = rows["metres"].isna() | (rows["metres"] > view.limits.reach_m)
    return pd.DataFrame(rows.loc[far, ["layer", "key", "cell", "service", "metres", "valid_from", "geometry"]])


def _inputs(view: View, rows: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {"layer": layer, "key": key, "service": service, "metres": metres, "reach": view.limits.reach_m}
        for layer, key, service, metres in zip(rows["layer"], rows["key"], rows["service"], rows["metres"], strict=True)
    ]


KIND = OutOfReach()
