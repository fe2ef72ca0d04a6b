"""The cells: communities, residents' groups and street blocks, as unions of the same pieces of ground."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.office.dapeng import ground
from gridmap.office.dapeng.names import Names

_BLOCKS_OF_SMALL = 5.0  # built blocks of a small cell, about
_MOST_SMALL = 14  # small cells of a middle cell
_ROUNDS = 8  # of Lloyd's relaxation
_HILL = 0.012  # what a block on the hills weighs beside a built one
_GROUPS = (5, 7, 3, 4, 5, 7, 4)  # middle cells of each community


def codes_of_blocks() -> np.ndarray:
    """Return the code of the small cell of every block (text of 15 digits), "" on the strip that no cell holds.

    Lattice order of `ground.blocks`. It is the same for every seed: the grid is the ground's, not chance's.
    """
    rng = np.random.default_rng(440307010)
    column, row = ground.blocks()
    uv: ground.Floats = np.column_stack([column, row]).astype(np.float64) + 0.5
    u, v = uv.T
    weight: ground.Floats = _HILL + np.minimum(ground.density(u, v), 1.0)
    home = ground.community(u, v)
    codes = np.full(len(u), "", dtype="U15")
    for number, place in enumerate(ground.PLACES):
        of_community = np.flatnonzero(home == number)
        groups = _split(rng, uv, weight, of_community, _GROUPS[number])
        for group, of_group in enumerate(groups, start=1):
            town = ground.built(u[of_group], v[of_group]).sum()
            parts = int(np.clip(round(town / _BLOCKS_OF_SMALL), 2, _MOST_SMALL))
            for small, of_small in enumerate(_split(rng, uv, weight, of_group, parts), start=1):
                codes[of_small] = f"{place.code}{group}{small:02}"
    (west, east), (south, north) = ground.RESERVOIR
    codes[(column >= west) & (column < east) & (row >= south) & (row < north)] = ""
    return codes


def _split(
    rng: np.random.Generator, uv: ground.Floats, weight: ground.Floats, of: ground.Whole, parts: int
) -> list[ground.Whole]:
    """Split blocks into about `parts` compact parts of about equal weight, from west to east; none is empty."""
    (x, y), w = uv[of].T, weight[of]
    seeds = np.column_stack([x, y])[rng.choice(len(of), min(parts, len(of)), replace=False, p=w / w.sum())]
    for _ in range(_ROUNDS):
        near = ground.nearest(x, y, seeds)
        held = np.unique(near)
        seeds = np.array(
            [np.average(np.column_stack([x, y])[near == one], axis=0, weights=w[near == one]) for one in held]
        )
    seeds = seeds[np.lexsort((seeds[:, 1], seeds[:, 0]))]
    near = ground.nearest(x, y, seeds)
    return [of[near == one] for one in np.unique(near)]


def cells(names: Names) -> gpd.GeoDataFrame:
    """Return code, level, parent, name and geometry (EPSG:4547) of the cells of three levels."""
    codes = codes_of_blocks()
    kept = codes != ""
    column, row = ground.blocks()
    shapes = ground.pieces(column[kept], row[kept])
    held = pd.Series(shapes.ravel(), index=np.repeat(codes[kept], shapes.shape[1]))
    rows = []
    for level, digits in (("big", 12), ("middle", 13), ("small", 15)):
        for code, group in held.groupby(held.index.str[:digits]):
            parent = {"big": None, "middle": code[:12], "small": code[:13]}[level]
            rows.append((code, level, parent, names.cell(code), shapely.coverage_union_all(group.to_numpy())))
    columns = ["code", "level", "parent", "name", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=ground.CRS)
