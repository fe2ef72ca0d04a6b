"""Features that are in no cell, and so nobody's."""

from __future__ import annotations

from collections.abc import Hashable

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.gaps.cells import cell_of_each
from gridmap.gaps.shape import gap_frame, no_gaps
from gridmap.gaps.view import View

_REASONS = {
    "outside": "gaps.outside",
    "line": "gaps.line_outside",
    "unknown_cell": "gaps.unknown_cell",
    "unplaced": "gaps.unplaced",
}


class UnlinkedFeature:
    """Features of the layers that declare this kind, of which no piece is in a cell; one each (unit: features).

    Outside all cells (the nearest one and the metres to it are inputs; of a line, its length), with a cell in the
    register that the grid does not have, or with neither coordinates nor a cell. In no cell, so nobody's: the
    coordinating team answers. `since` is the later of the first days of the feature's present row and of the edition:
    what was before is not looked at.
    """

    name = "unlinked_feature"
    layers: tuple[str, ...] | None = None

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        found = [_of_layer(view, layer) for layer in view.layers_with(self.name)]
        rows = pd.concat([frame for frame in found if len(frame)]) if any(map(len, found)) else None
        if rows is None:
            return no_gaps(view.grid.crs)
        nowhere = np.full(len(rows), None, dtype=object)
        columns: dict[str, object] = {
            "kind": self.name,
            "subject": rows["layer"] + " " + rows["key"],
            "small": nowhere,
            "middle": nowhere,
            "big": nowhere,
            "measure": 1.0,
            "unit": "features",
            "since": [max(day, view.edition_from.isoformat()) for day in rows["valid_from"]],
            "responsible": nowhere,
            "reason": rows["how"].map(_REASONS),
            "inputs": _told(rows[["layer", "key", "nearest", "distance_m", "length_m"]]),
            "geometry": rows["geometry"],
        }
        return gap_frame({name: _bare(column) for name, column in columns.items()}, view.grid.crs)


def _of_layer(view: View, layer: str) -> pd.DataFrame:
    """Return the features of a layer in no cell, with what their links say of it."""
    features, links = view.features[layer], view.links[layer]
    alone = features.loc[cell_of_each(view, layer).isna().to_numpy(), ["key", "valid_from", "geometry"]]
    held = links[links["key"].isin(alone["key"])].groupby("key")
    said = held[["how", "nearest", "distance_m"]].first().assign(length_m=held["length_m"].sum())
    rows = alone.assign(layer=layer).merge(said, left_on="key", right_index=True, how="left")
    rows["how"] = rows["how"].fillna("unplaced").mask(rows["length_m"] > 0, "line")
    return pd.DataFrame(rows)


def _told(rows: pd.DataFrame) -> list[dict[Hashable, object]]:
    """Return the rows as plain data: what is not known is null, for JSON has no NaN."""
    plain = rows.astype(object)
    return plain.where(plain.notna(), None).to_dict("records")


def _bare(column: object) -> object:
    return column.reset_index(drop=True) if isinstance(column, pd.Series) else column


KIND = UnlinkedFeature()
