"""What no lamp lights, as gaps: looked for once a View, for the two kinds that it is split into."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.gaps.cells import answering, chains
from gridmap.gaps.ground import numbered
from gridmap.gaps.shape import gap_frame, no_gaps
from gridmap.gaps.view import Limits, View
from gridmap.streets.lighting import Lighting

ROADS, LAMPS, WORKING, DARK = "roads", "streetlights", "working", "dark"
_TOUCH_M = 0.01
_TOUCH_M = 0.01
_SEEN: WeakKeyDictionary[View, gpd.GeoDataFrame] = WeakKeyDictionary()


def gaps_of_half(view: View, kind: str, half: str, reason: str) -> gpd.GeoDataFrame:
    """Return as gaps what is `half` (unlit or dark) of each dark stretch: one a stretch, in metres.

    It lies in the lowest of its cells. `since` is the last day on which a road or lamp of it began to be as it is, and
    not before the edition. No gap where the view has no roads that declare the kind, or keeps no register of lamps.
    """
    if ROADS not in view.layers_with(kind) or LAMPS not in view.features:
        return no_gaps(view.grid.crs)
    stretches = _stretches(view)
    rows = stretches[stretches["kind"] == half].sort_values(["stretch", "key", "from_m"])
    if rows.empty:
        return no_gaps(view.grid.crs)
    found = _one_a_stretch(rows).join(_lamps_beside(view, rows))
    cells = _lowest_cells(view, rows).reindex(found.index).to_numpy(dtype=object)
    edition = view.edition_from.isoformat()
    columns: dict[str, object] = {
        "kind": kind,
        "subject": numbered([(ROADS, key, f"{at:.1f}") for key, at in zip(found["key"], found["from_m"], strict=True)]),
        **chains(view.grid, cells),
        "measure": found["length_m"].to_numpy(),
        "unit": "m",
        "since": [max(edition, road, lamp) for road, lamp in zip(found["begun"], found["stopped"], strict=True)],
        "responsible": answering(view, cells),
        "reason": reason,
        "inputs": _inputs(found),
        "geometry": _ground(rows),
    }
    return gap_frame(columns, view.grid.crs)


def _stretches(view: View) -> gpd.GeoDataFrame:
    """Return the dark stretches of a view, split, with what is known of each row's road; looked for once."""
    if view not in _SEEN:
        roads, lamps = (view.features[layer].reset_index(drop=True) for layer in (ROADS, LAMPS))
        classes, usual = _column(roads, "road_class"), Limits()
        known = pd.DataFrame(
            {
                "key": roads["key"],
                "name": _column(roads, "name").fillna(roads["key"]),
                "begun": roads["valid_from"].astype(object),
                "radius": _by_class(view.limits.lamp_radius_m, classes, usual.lamp_radius_m[""]),
                "shortest": _by_class(view.limits.dark_from_m, classes, usual.dark_from_m[""]),
            }
        )
        working = (_column(lamps, "status") == WORKING).to_numpy()
        lighting = Lighting(roads, lamps, working, known["radius"], known["shortest"])
        _SEEN[view] = lighting.stretches(split=True).join(known, on="road")
    return _SEEN[view]


def _column(rows: pd.DataFrame, name: str) -> pd.Series[str]:
    """Return a column as objects; one that the register does not have is missing throughout."""
    return rows[name].astype(object) if name in rows else pd.Series(np.nan, index=rows.index, dtype=object)


def _by_class(limits: Mapping[str, float], classes: pd.Series[str], usual: float) -> pd.Series[float]:
    return classes.map(dict(limits)).astype(float).fillna(limits.get("", usual))


def _one_a_stretch(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return by stretch its first row (of the road with the lowest key), its metres, smallest limit, last day."""
    stretches = rows.groupby("stretch")
    found = pd.DataFrame(rows.drop_duplicates("stretch").set_index("stretch"))
    sums = {"length_m": stretches["length_m"].sum(), "shortest": stretches["shortest"].min()}
    return found.assign(**sums, begun=stretches["begun"].max())


def _lamps_beside(view: View, rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return by stretch the lamps that reach it: keys, how many are dark, last day on which one stopped working."""
    lamps = view.features[LAMPS].reset_index(drop=True)
    pairs = rows[["stretch", "beside"]].explode("beside").dropna().drop_duplicates()
    at = pairs["beside"].to_numpy(dtype=np.intp)
    beside = pd.DataFrame(
        {
            "lamps": lamps["key"].to_numpy()[at],
            "dark": (_column(lamps, "status") == DARK).to_numpy()[at].astype(int),
            "stopped": lamps["valid_from"].to_numpy()[at],
        },
        index=pairs["stretch"].to_numpy(),
    ).groupby(level=0)
    found = pd.DataFrame(
        {"lamps": beside["lamps"].agg(list), "dark": beside["dark"].sum(), "stopped": beside["stopped"].max()}
    )
    found = found.reindex(rows["stretch"].unique())
    found["lamps"] = [keys if isinstance(keys, list) else [] for keys in found["lamps"]]
    return found.fillna({"dark": 0, "stopped": ""})


def _lowest_cells(view: View, rows: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return by stretch the lowest code of the small cells that hold metres of it; none outside all cells."""
    pieces = view.grid.link_lines(rows.geometry)
    stretch = rows["stretch"].reindex(pieces["line"]).to_numpy()
    lowest: pd.Series[str] = pieces["code"].groupby(stretch).min().astype(object)
    # A road along the rim of the cells: a point between two of its corners lies beside it by rounding.
    rim = rows[~rows["stretch"].isin(lowest.dropna().index)].drop_duplicates("stretch")
    middles = shapely.line_interpolate_point(rim.geometry.to_numpy(), 0.5, normalized=True)
    near = view.grid.link(gpd.GeoSeries(middles, index=rim["stretch"].to_numpy(), crs=rim.crs), snap=_TOUCH_M)
    return lowest.combine_first(near.astype(object))


def _inputs(found: pd.DataFrame) -> list[dict[str, object]]:
    """Return the inputs of the reasons: figures, the road with the lowest key, the poles of the lamps."""
    count = found["lamps"].map(len)
    columns = found[["name", "stretch_m", "radius", "shortest"]].assign(
        road=found["key"],
        metres=found["length_m"],
        lamps=count,
        dark=found["dark"].astype(int),
        unknown=count - found["dark"].astype(int),
        poles=found["lamps"],
    )
    return [{str(name): value for name, value in row.items()} for row in columns.to_dict("records")]


def _ground(rows: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the ground of each stretch, in the order of `rows`: one line where its pieces follow each other."""
    lines = shapely.multilinestrings(rows.geometry.to_numpy(), indices=pd.factorize(rows["stretch"])[0])
    return np.asarray(shapely.line_merge(lines), dtype=object)
