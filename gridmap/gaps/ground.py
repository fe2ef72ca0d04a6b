"""Defects of the grid as ground: each piece once, whatever levels it is a defect of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.gaps.view import View


def defects_at(view: View, kinds: Sequence[str], levels: Sequence[str]) -> gpd.GeoDataFrame:
    """Return the defects of the kinds named, index 0, 1, 2, ...; ground that is one at two levels stands once.

    What overlaps at the level of the small cells does so at the levels above as well: such ground stays with the first
    level of `levels` that has it (by a point within it).
    """
    rows = view.defects[view.defects["kind"].isin(kinds) & view.defects.geometry.notna()]
    kept = [rows.iloc[:0]]
    for level in levels:
        here = rows[rows["level"] == level]
        said = shapely.STRtree(pd.concat(kept).geometry.to_numpy())
        inside = shapely.point_on_surface(here.geometry.to_numpy())
        known = np.unique(said.query(inside, predicate="intersects")[0])
        kept.append(here[~np.isin(np.arange(len(here)), known)])
    return gpd.GeoDataFrame(pd.concat(kept), crs=rows.crs).sort_index().reset_index(drop=True)


def numbered(pairs: Iterable[Sequence[object]]) -> list[str]:
    """Return a subject a row: the texts of each row, with the number of the row among its equals from the second on."""
    seen: Counter[str] = Counter()
    subjects = []
    for texts in pairs:
        name = " ".join(text for text in texts if isinstance(text, str))
        seen[name] += 1
        subjects.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return subjects
