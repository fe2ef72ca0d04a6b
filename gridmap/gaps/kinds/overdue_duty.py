"""Duties that were not done in the last period that has ended: of features and of cadres."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.gaps.cells import chains
from gridmap.gaps.duties import bare, broken
from gridmap.gaps.shape import gap_frame, no_gaps
from gridmap.gaps.view import View

_LATE = ("overdue", "missed")


class OverdueDuty:
    """A duty and a subject that are overdue or missed in the newest period that has ended by that day.

    The subject is the duty and the cadre, or the layer, the key and the duty of a feature (of the layers that declare
    this kind). Measured by the visits that are short. `since` is the day after that period, or after the earliest one
    from which on all were overdue or missed; periods further back than those of the view are not looked at. A cadre has
    no place: he counts at the lowest of his own cells.
    """

    name = "overdue_duty"
    layers: tuple[str, ...] | None = None
    ledger = ("duties",)

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        if view.duties is None:
            return no_gaps(view.grid.crs)
        held = view.duties["layer"].isna() | view.duties["layer"].isin(view.layers_with(self.name))
        ended = view.duties[held & (view.duties["end"] <= view.on.isoformat())]
        rows = broken(ended, ended["state"].isin(_LATE))
        cadre = rows["layer"] == ""
        columns: dict[str, object] = {
            "kind": self.name,
            "subject": np.where(
                cadre, rows["duty"] + " " + rows["subject"], rows["layer"] + " " + rows["subject"] + " " + rows["duty"]
            ),
            **chains(view.grid, rows["cell"]),
            "measure": (rows["needed"] - rows["count"]).to_numpy(),
            "unit": "visits",
            "since": rows["first_end"],
            "responsible": bare(rows["answering"]),
            "reason": ["gaps.duty_overdue" if state == "overdue" else "gaps.duty_missed" for state in rows["state"]],
            "inputs": rows[["duty", "layer", "subject", "period", "needed", "count"]].to_dict("records"),
            "geometry": _places(view, rows),
        }
        return gap_frame(columns, view.grid.crs)


def _places(view: View, rows: pd.DataFrame) -> list[object]:
    """Return the place of each feature; None of a cadre, and of a feature that is no more."""
    places = {
        (layer, key): place
        for layer in set(rows["layer"]) - {""}
        for key, place in zip(view.features[layer]["key"], view.features[layer].geometry, strict=True)
    }
    return [places.get(whose) for whose in zip(rows["layer"], rows["subject"], strict=True)]


KIND = OverdueDuty()
