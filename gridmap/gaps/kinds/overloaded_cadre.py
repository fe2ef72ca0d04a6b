"""Cadres who answer for more features than their tier's limit."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gridmap.gaps.cells import cell_of_each, chains
from gridmap.gaps.shape import gap_frame
from gridmap.gaps.view import View


class OverloadedCadre:
    """Cadres with more features in their own small cells than `limits.load` of their tier; measured by those above it.

    It lies in the lowest of those cells; its geometry is all of them. `since` is the first day on which the features
    now there were more than the limit, not before the last of the cells came to the cadre and not before the edition;
    features that have gone since are not looked at.
    """

    name = "overloaded_cadre"
    layers: tuple[str, ...] | None = None

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        limit = view.load["tier"].map(dict(view.limits.load)).astype(float)
        over = view.load.assign(limit=limit)[view.load["features"] > limit].astype({"features": int, "limit": int})
        small = view.answers[view.answers["level"] == "small"]
        held = {cadre: small[small["cadre"] == cadre] for cadre in over.index}
        begun = _begun(view)
        lowest = [min(held[cadre].index, default=None) for cadre in over.index]
        shapes = view.grid.cells.set_index("code").geometry
        columns: dict[str, object] = {
            "kind": self.name,
            "subject": over.index.to_numpy(dtype=object),
            **chains(view.grid, lowest),
            "measure": (over["features"] - over["limit"]).to_numpy(),
            "unit": "features",
            "since": [
                _since(view, held[cadre], begun, limit) for cadre, limit in zip(over.index, over["limit"], strict=True)
            ],
            "responsible": over.index.to_numpy(dtype=object),
            "reason": "gaps.overloaded",
            "inputs": over[["tier", "features", "limit"]].assign(cadre=over.index).to_dict("records"),
            "geometry": [shapes.reindex(held[cadre].index).union_all() for cadre in over.index],
        }
        return gap_frame(columns, view.grid.crs)


def _begun(view: View) -> pd.DataFrame:
    """Return the cell and the first day of each feature in a cell."""
    parts = [
        pd.DataFrame({"cell": cell_of_each(view, layer).to_numpy(), "day": rows["valid_from"].to_numpy()})
        for layer, rows in view.features.items()
    ]
    return pd.concat(parts) if parts else pd.DataFrame({"cell": [], "day": []}, dtype=object)


def _since(view: View, cells: pd.DataFrame, begun: pd.DataFrame, limit: int) -> str:
    days: list[str] = sorted(begun.loc[begun["cell"].isin(cells.index), "day"])
    held: list[str] = cells["since"].dropna().tolist()
    return max([view.edition_from.isoformat(), *held, *days[limit : limit + 1]])


KIND = OverloadedCadre()
