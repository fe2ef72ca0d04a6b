"""Coverage in figures: for each cell of each level what lies there and how much of it is covered."""

from __future__ import annotations

import pandas as pd

from gridmap.gaps.cells import cell_of_each
from gridmap.gaps.registry import KINDS, find_gaps
from gridmap.gaps.rollup import NOWHERE, OFFICE
from gridmap.gaps.view import View
from gridmap.grid.codes import LEVELS

ROADS, LAMPS = "roads", "streetlights"
_METRES = {"unlit_m": "unlit_road", "dark_m": "dark_road"}


def coverage(view: View) -> pd.DataFrame:
    """Return the coverage of a day, index code: level by level from the office ("") down, cells by code, then `none`.

    Columns: level; the features of each layer (named `layer:NAME`) and all `features`; `linked` of them, which is all
    but in the row `none` and the office; `attended` = those in small cells that have a head or stand-in of their own;
    `small_cells` and `attended_cells` below; with lamps `cells_without_lamp`; with roads `road_m`, `unlit_m` and
    `dark_m`, the last two from the gaps (each stretch whole, at its lowest code). Shares are the reader's: n of N.
    A feature of several cells counts once, at its lowest code; the metres of a road count where they are.
    """
    codes = view.grid.level("small")["code"].dropna().sort_values().to_numpy(dtype=object)
    small = pd.DataFrame(index=pd.Index([*codes, NOWHERE], name="code"))
    for layer in view.features:
        small[f"layer:{layer}"] = cell_of_each(view, layer).fillna(NOWHERE).value_counts()
    small = small.fillna(0).astype("int64")
    small["features"] = small.sum(axis=1).astype("int64")
    small["linked"] = small["features"].where(small.index != NOWHERE, 0)
    attended = view.answers["attended"].reindex(small.index).eq(True)
    small["attended"] = small["features"].where(attended, 0)
    small["small_cells"] = (small.index != NOWHERE).astype("int64")
    small["attended_cells"] = attended.astype("int64")
    if LAMPS in view.features:
        small["cells_without_lamp"] = small["small_cells"].where(small[f"layer:{LAMPS}"] == 0, 0)
    if ROADS in view.features:
        small = small.join(_metres(view)).fillna(0.0)
    return _summed(view, small)


def _metres(view: View) -> pd.DataFrame:
    """Return by small cell the metres of the roads, and of their stretches that are unlit or dark."""
    links = view.links[ROADS]
    columns = {"road_m": links["length_m"].groupby(links["code"].fillna(NOWHERE)).sum()}
    gaps = find_gaps(view, [kind for kind in _METRES.values() if kind in KINDS])
    for name, kind in _METRES.items():
        rows = gaps[gaps["kind"] == kind]
        columns[name] = rows["measure"].groupby(rows["small"].fillna(NOWHERE)).sum()
    return pd.DataFrame(columns).astype(float)


def _summed(view: View, small: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the small cells summed up to every cell above them, to the office, and to `none`."""
    pairs = view.grid.closure()
    levels = view.grid.cells.set_index("code")["level"]
    sums = small.reindex(pairs["cell"]).set_axis(pairs["ancestor"].to_numpy(), axis=0).dropna()
    cells = sums.groupby(level=0, sort=True).sum().astype(small.dtypes.to_dict()).rename_axis("code")
    cells.insert(0, "level", levels.reindex(cells.index).to_numpy(dtype=object))
    office = small.sum().to_frame().T.set_axis([""], axis=0).assign(level=OFFICE)
    nowhere = small.loc[[NOWHERE]].assign(level=NOWHERE)
    parts = [office, *(cells[cells["level"] == level] for level in LEVELS), nowhere]
    return pd.concat(parts).astype(small.dtypes.to_dict()).rename_axis("code")[list(cells.columns)]
