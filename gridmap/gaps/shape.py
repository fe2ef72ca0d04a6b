"""The one shape of a gap: something that should be covered and is not, with reasons that anyone can check by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from pyproj import CRS

# kind: what is missing (a name of NAMES). subject: what it is about, unique within a kind: a layer and key
# ("streetlights L00001"), a cell code, a cadre, a stretch. small, middle, big: the codes of the cell it lies in (of
# several, the lowest); missing where it is in none or the subject is a cell of a higher level. measure in unit (m2, m,
# features, "" for a bare finding). since: ISO day, the first on which it holds without a break up to the day asked for.
# responsible: the cadre id who answers there on that day; missing is the coordinating team. reason: a code of words
# whose sentence takes `inputs` (a mapping). geometry: where, in the CRS of the grid; missing where it has no place.
COLUMNS = (
    "kind",
    "subject",
    "small",
    "middle",
    "big",
    "measure",
    "unit",
    "since",
    "responsible",
    "reason",
    "inputs",
    "geometry",
)

# Every kind of the design, in the order in which lists show them. Not all are computed yet.
NAMES = (
    "uncovered_area",
    "overlap",
    "unattended_cell",
    "unlinked_feature",
    "unvisited",
    "overdue_duty",
    "unlit_road",
    "dark_road",
    "overdue_issue",
    "overloaded_cadre",
    "out_of_reach",
)
_TEXTS = ("kind", "subject", "small", "middle", "big", "unit", "since", "responsible", "reason")


def gap_frame(columns: dict[str, object], crs: CRS) -> gpd.GeoDataFrame:
    """Return gaps from their COLUMNS in stable order: by kind as in NAMES, then big, middle, small, subject.

    Text is object with None where missing, measure float64. Raises KeyError for a missing column.
    """
    frame = gpd.GeoDataFrame({name: columns[name] for name in COLUMNS}, geometry="geometry", crs=crs)
    for name in _TEXTS:
        text = frame[name].astype(object)
        frame[name] = text.where(text.notna(), None)
    frame["measure"] = frame["measure"].astype("float64")
    place = {name: at for at, name in enumerate(NAMES)}
    order = frame.assign(place=frame["kind"].map(place).fillna(len(NAMES)))
    ranked = order.sort_values(
        ["place", "kind", "big", "middle", "small", "subject"], kind="stable", na_position="last"
    )
    return frame.loc[ranked.index].reset_index(drop=True)


def no_gaps(crs: CRS) -> gpd.GeoDataFrame:
    """Return no gap at all, in the shape of gaps."""
    columns = {name: pd.Series(dtype="float64" if name == "measure" else object) for name in COLUMNS[:-1]}
    return gpd.GeoDataFrame(columns | {"geometry": gpd.GeoSeries([], crs=crs)}, geometry="geometry", crs=crs)
