"""Cells for which nobody of their own answers: no head in force, or a head away without a stand-in."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gridmap.gaps.attendance import unattended_since
from gridmap.gaps.cells import answering, cell_of_each, chains
from gridmap.gaps.shape import gap_frame
from gridmap.gaps.view import View


class UnattendedCell:
    """Cells whose own head and stand-in are not in force; the measure is the features in them.

    A small cell always; a middle or big one only if it has no head at all: while its head is away, those of its cells
    answer. Who answers instead (the parent's) is responsible. `since` is the first day from which on the cell has had
    neither, by the roster's terms, absences and stand-ins; it is never before the edition.
    """

    name = "unattended_cell"
    layers: tuple[str, ...] | None = None

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        answers = view.answers.reindex(view.grid.cells["code"].dropna())
        away = answers["absent"].notna()
        alone = ~answers["attended"].eq(True) & ((answers["level"] == "small") | ~away)
        rows = answers[alone]
        codes = rows.index.to_numpy(dtype=object)
        there = _features_in(view).reindex(codes).fillna(0).astype(int)
        geometry = view.grid.cells.set_index("code").geometry.reindex(codes)
        columns: dict[str, object] = {
            "kind": self.name,
            "subject": codes,
            **chains(view.grid, codes),
            "measure": there.to_numpy(),
            "unit": "features",
            "since": unattended_since(view, codes),
            "responsible": answering(view, codes),
            "reason": ["gaps.head_away" if is_away else "gaps.no_head" for is_away in away[alone]],
            "inputs": [
                {"code": code, "cadre": cadre, "features": count}
                for code, cadre, count in zip(codes, rows["absent"], there.tolist(), strict=True)
            ],
            "geometry": geometry.to_numpy(),
        }
        return gap_frame(columns, view.grid.crs)


def _features_in(view: View) -> pd.Series:
    """Return how many features lie in each cell of any level, a feature of several cells once, at its lowest code."""
    cells = [cell_of_each(view, layer) for layer in view.features]
    small = pd.concat(cells).value_counts() if cells else pd.Series(dtype=int)
    pairs = view.grid.closure()
    return pairs["cell"].map(small).fillna(0).groupby(pairs["ancestor"]).sum()


KIND = UnattendedCell()
