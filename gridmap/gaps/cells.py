"""Where a gap lies: from codes to the columns small, middle, big, and from a layer's links to one cell a feature."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from gridmap.gaps.view import View
from gridmap.grid.codes import LEVELS
from gridmap.grid.grid import Grid


def chains(grid: Grid, codes: Iterable[object]) -> dict[str, np.ndarray]:
    """Return the columns small, middle, big of cells of any level: itself and those above it.

    None below a cell's own level, for a code that is missing, and for one that the grid does not have.
    """
    levels = dict(zip(grid.cells["code"], grid.cells["level"], strict=True))
    known = {code: _chain(grid, code, levels) for code in {code for code in codes if code in levels}}
    given = list(codes)
    return {
        level: np.array([known.get(code, {}).get(level) for code in given], dtype=object) for level in reversed(LEVELS)
    }


def _chain(grid: Grid, code: object, levels: dict[object, str]) -> dict[str, str]:
    return {levels[above]: above for above in grid.chain(str(code))}


def answering(view: View, codes: Iterable[object]) -> np.ndarray:
    """Return the cadre who answers for each cell on the day of the view; None = the coordinating team."""
    cadres = {code: cadre for code, cadre in view.answers["cadre"].items() if isinstance(cadre, str)}
    return np.array([cadres.get(code) for code in codes], dtype=object)


def cell_of_each(view: View, layer: str) -> pd.Series:
    """Return the small cell of each feature of a layer, by key: of several (a line) the lowest; None where in none."""
    links = view.links[layer].dropna(subset=["code"])
    if not links["key"].is_unique:  # sorting a million texts takes seconds, and only lines have several links
        links = links.sort_values("code").drop_duplicates("key")
    held = links.set_index("key")["code"]
    keys = view.features[layer]["key"]
    codes = held.reindex(keys.to_numpy()).astype(object)
    return codes.where(codes.notna(), None)
