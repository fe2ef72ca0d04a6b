"""What no lamp lights, as gaps: looked for once a View, for the two kinds it is split into."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.gaps.cells import answering, chains
from gridmap.gaps.ground import numbered
from gridmap.gaps.shape import gap_frame, no_gaps
from gridmap.gaps.view import Limits, View
from gridmap.streets.lighting import Lighting

ROADS, LAMPS, WORKING, DARK = "roads", "streetlights", "working", "dark"
_GAP = ["stretch", "kind"]
_SEEN: WeakKeyDictionary[View, tuple[pd.DataFrame, pd.DataFrame]] = WeakKeyDictionary()


def gaps_of_half(view: View, kind: str, half: str, reason: str) -> gpd.GeoDataFrame:
    """Return the gaps of one half (unlit or dark) of the dark stretches: one a stretch, its metres of that half.

    Lines are in the grid's CRS. A gap lies in the lowest of its cells. No gap where the view has no roads that declare
    the kind, or keeps no register of lamps.
    """
    if ROADS not in view.layers_with(kind) or LAMPS not in view.features:
        return no_gaps(view.grid.crs)
    rows, lamps = _looked_at(view)
    rows, lamps = rows[rows["kind"] == half], lamps[lamps["kind"] == half]
    if rows.empty:
        return no_gaps(view.grid.crs)
    found = _one_a_stretch(rows).join(_beside(lamps), how="left")
    cells = _lowest_cells(view, rows)
    found["cell"] = cells.reindex(found.index)
    found[["lamps", "dark"]] = found[["lamps", "dark"]].fillna(0).astype(int)
    since = found[["begun", "went_dark"]].fillna("").max(axis=1)
    columns: dict[str, object] = {
        "kind": kind,
        "subject": numbered([(ROADS, key, f"{at:.1f}") for key, at in zip(found["key"], found["from_m"], strict=True)]),
        **chains(view.grid, found["cell"]),
        "measure": found["length_m"].to_numpy(),
        "unit": "m",
        "since": [max(day, view.edition_from.isoformat()) for day in since],
        "responsible": answering(view, found["cell"]),
        "reason": reason,
        "inputs": _inputs(found),
        "geometry": _lines(rows, found.index),
    }
    return gap_frame(columns, view.grid.crs)


def _looked_at(view: View) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of the dark stretches with what is known of their roads, and the lamps beside each, once."""
    if view not in _SEEN:
        _SEEN[view] = _look(view)
    return _SEEN[view]


def _look(view: View) -> tuple[pd.DataFrame, pd.DataFrame]:
    roads, lamps = (view.features[layer].reset_index(drop=True) for layer in (ROADS, LAMPS))
    classes = _column(roads, "road_class")
    usual = Limits()
    limits = pd.DataFrame(
        {
            "radius": _by_class(view.limits.lamp_radius_m, classes, usual.lamp_radius_m[""]),
            "shortest": _by_class(view.limits.dark_from_m, classes, usual.dark_from_m[""]),
        }
    )
    status = _column(lamps, "status")
    lighting = Lighting(roads, lamps, (status == WORKING).to_numpy(), limits["radius"], limits["shortest"])
    rows = lighting.stretches(split=True)
    known = limits.assign(key=roads["key"], name=_column(roads, "name"), begun=roads["valid_from"].astype(object))
    beside = rows[[*_GAP, "beside"]].explode("beside").dropna().drop_duplicates()
    at = beside["beside"].to_numpy(dtype=int)
    said = lamps.loc[at, ["key", "valid_from"]].assign(dark=status[at] == DARK).set_axis(beside.index)
    return rows.join(known, on="road"), beside[_GAP].join(said) if beside.index.is_unique else pd.concat(
        [beside[_GAP].reset_index(drop=True), said.reset_index(drop=True)], axis=1
    )


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as object with None where missing; all None if the register does not have it."""
    column = rows[name].astype(object) if name in rows else pd.Series(None, index=rows.index, dtype=object)
    return column.where(column.notna(), None)


def _by_class(limits: Mapping[str, float], classes: pd.Series, usual: float) -> pd.Series:
    return classes.map(dict(limits)).astype(float).fillna(limits.get("", usual))


def _one_a_stretch(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a stretch: the lowest key of its roads and where it begins there, its metres, and the limits."""
    ordered = rows.sort_values([*_GAP, "key", "from_m"]).groupby(_GAP)
    found = ordered[["key", "name", "from_m", "stretch_m", "radius"]].nth(0).set_axis(ordered.ngroup().index[:0])
    return found
