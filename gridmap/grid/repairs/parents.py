"""Parents that take the border of their children, where the two differ by little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gridmap.grid.checks.level import same_ground
from gridmap.grid.checks.plane import gathered, is_wide, polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridmap.grid.checks.level import Level


def following(parents: Level, children: Level, width: float) -> NDArray[np.object_]:
    """Return the shapes of `parents` (local metres), rebuilt from `children` where needed.

    Needed is it where parent and children differ by ground narrower than `width` metres, or where the parent's own
    edges match no neighbour's. Wider differences stay the parent's: holes in it stay its ground, children far outside
    stay outside. A parent whose code is not its own, and one without children, stays as it is.
    """
    codes, unions, _ = children.families
    own = pd.Series(parents.codes, dtype=object)
    own = own[own.notna() & ~own.duplicated(keep=False)]
    family = pd.Series(np.arange(len(codes)), index=codes)
    rows = own[own.isin([code for code in codes if code is not None])].index.to_numpy()
    union = unions[family.loc[own.loc[rows]].to_numpy()]
    differs = ~same_ground(parents.shapes[rows], union)
    rows, union = rows[differs], union[differs]
    lack, lacking, narrow_lack = _split(shapely.difference(parents.shapes[rows], union), width)
    over, beyond, narrow_over = _split(shapely.difference(union, parents.shapes[rows]), width)
    needed = parents.suspect[rows]
    needed[np.concatenate([narrow_lack, narrow_over])] = True
    needed = _with_neighbours(parents.shapes[rows], needed)
    union[lacking] = shapely.union(union[lacking], lack)
    union[beyond] = shapely.difference(union[beyond], over)
    shapes = parents.shapes.copy()
    ground, at = gathered(*polygons_of(union[needed]))
    shapes[rows[needed][at]] = ground
    return shapes


def _with_neighbours(shapes: NDArray[np.object_], needed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return `needed` with all that touch one of them, and so on: a new vertex on a border is one for both sides."""
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    graph = csr_array((np.ones(len(left)), (left, right)), shape=(len(shapes), len(shapes)))
    group = connected_components(graph, directed=False)[1]
    return np.isin(group, group[needed])


def _split(
    differences: NDArray[np.object_], width: float
) -> tuple[NDArray[np.object_], NDArray[np.intp], NDArray[np.intp]]:
    """Return the wide ground of each row that has some, those rows, and the rows that have narrow ground."""
    parts, at = polygons_of(differences)
    wide = is_wide(parts, width)
    shapes, rows = gathered(parts[wide], at[wide])
    return shapes, rows, np.unique(at[~wide])
