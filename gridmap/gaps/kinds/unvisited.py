"""Features with a duty whose present period has no visit that counts."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gridmap.gaps.cells import chains
from gridmap.gaps.duties import bare, broken, of_layers
from gridmap.gaps.shape import gap_frame, no_gaps
from gridmap.gaps.view import View

_OPEN = ("due", "overdue", "missed")


class Unvisited:
    """Features that a duty covers and that nobody has met: no counting visit in its newest period begun by that day.

    One gap a feature of the layers that declare this kind, however many duties say so: they stand in the inputs, each
    with its period. Measured as one feature. `since` is the begin of the period, or of the earliest before it from
    which on none had a visit, but not before the feature's present row; of several duties the earliest. Periods further
    back than those of the view are not looked at.
    """

    name = "unvisited"
    layers: tuple[str, ...] | None = None
    ledger = ("duties",)

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        if view.duties is None:
            return no_gaps(view.grid.crs)
        begun = of_layers(view.duties, view.layers_with(self.name))
        begun = begun[begun["begin"] <= view.on.isoformat()]
        if begun.empty:
            return no_gaps(view.grid.crs)
        found = broken(begun, (begun["count"] == 0) & begun["state"].isin(_OPEN))
        rows = found.merge(_features(view, set(found["layer"])), on=["layer", "subject"])
        if rows.empty:
            return no_gaps(view.grid.crs)
        rows["told"] = rows["duty"] + " " + rows["period"]
        rows["since"] = rows[["first_begin", "valid_from"]].max(axis=1)
        rows["running"] = rows["state"] == "due"
        each = rows.groupby(["layer", "subject"], sort=False)
        gaps = rows.drop_duplicates(["layer", "subject"]).set_index(["layer", "subject"])
        gaps = gaps.assign(
            told=each["told"].agg(", ".join), since=each["since"].min(), running=each["running"].any()
        ).reset_index()
        columns: dict[str, object] = {
            "kind": self.name,
            "subject": gaps["layer"] + " " + gaps["subject"],
            **chains(view.grid, gaps["cell"]),
            "measure": 1.0,
            "unit": "features",
            "since": gaps["since"],
            "responsible": bare(gaps["answering"]),
            "reason": ["gaps.unvisited" if running else "gaps.unvisited_over" for running in gaps["running"]],
            "inputs": [
                {"layer": layer, "key": key, "duties": told}
                for layer, key, told in zip(gaps["layer"], gaps["subject"], gaps["told"], strict=True)
            ],
            "geometry": gaps["geometry"].to_numpy(),
        }
        return gap_frame(columns, view.grid.crs)


def _features(view: View, layers: set[str]) -> pd.DataFrame:
    """Return the features of the layers: layer, subject, valid_from, geometry."""
    held = [
        pd.DataFrame(rows[["key", "valid_from", "geometry"]]).rename(columns={"key": "subject"}).assign(layer=layer)
        for layer, rows in view.features.items()
        if layer in layers
    ]
    return (
        pd.concat(held, ignore_index=True)
        if held
        else pd.DataFrame(columns=["layer", "subject", "valid_from", "geometry"])
    )


KIND = Unvisited()
