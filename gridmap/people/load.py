"""What each cadre answers for: cells, area, and features by layer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.people.roster import Roster


def load_of(grid: Grid, roster: Roster, answers: pd.DataFrame, links: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the load of every cadre of the roster; index: cadre, in the roster's order.

    Columns: tier, unit, cells (small cells he answers for, also those that fall to him from below), area_m2 (of these),
    features (of all layers), and one column a layer of `links` (the columns key and code of `store.links.links`). A
    feature counts once for each cadre: a road that runs through two of his cells is one. `answers` is of `who_answers`.
    """
    small = grid.level("small").drop_duplicates("code").set_index("code")
    cadre = answers["cadre"].reindex(small.index)
    area = pd.Series(grid.metric.area(small.geometry), index=small.index)
    found = roster.cadres.set_index("cadre")[["tier", "unit"]].copy()
    found["cells"] = cadre.value_counts().reindex(found.index, fill_value=0).astype("int64")
    found["area_m2"] = area.groupby(cadre).sum().reindex(found.index, fill_value=0.0).astype("float64")
    found["features"] = 0
    for layer, rows in links.items():
        who = rows["code"].map(cadre)
        pairs = pd.DataFrame({"key": rows["key"], "cadre": who}).dropna().drop_duplicates()
        found[layer] = pairs["cadre"].value_counts().reindex(found.index, fill_value=0).astype("int64")
        found["features"] += found[layer]
    return found
