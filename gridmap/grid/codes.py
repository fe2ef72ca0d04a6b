"""Codes of cells and the three levels: how a cell finds its parent."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

# The levels, from the top down (DESIGN 2).
LEVELS = ("big", "middle", "small")
# Digits of a code at each level: the community's 12, then our own split of the three digits after it (DESIGN 4).
CODE_LENGTHS: Mapping[str, int] = MappingProxyType({"big": 12, "middle": 13, "small": 15})
# Codes and other text of a frame: the string type that the libraries of this product agree on, missing as NaN.
TEXT = pd.StringDtype(na_value=np.nan)


def level_above(level: str, used: frozenset[str] = frozenset(LEVELS)) -> str | None:
    """Return the next level above `level` among those `used`; None at the top."""
    above = [name for name in LEVELS[: LEVELS.index(level)] if name in used]
    return above[-1] if above else None


def parents_by_prefix(
    codes: pd.Series[str], levels: pd.Series[str], lengths: Mapping[str, int] = CODE_LENGTHS
) -> pd.Series[str]:
    """Return each cell's parent code: the first digits of its own, as many as the next level above has.

    `lengths` gives the digits of a code at each level (GEOID20: 11, 12, 15). A level that no cell uses is passed over.
    Missing for cells of the top level, for a missing code, and for a code that is not as long as its level says.
    The parent need not exist: `Grid.check` tells orphans. The index of `codes` comes back.

    Raises ArgumentError if `lengths` misses a level in use or does not grow from level to level.
    """
    used = frozenset(levels.dropna())
    _check_lengths(lengths, used)
    parents = np.full(len(codes), None, dtype=object)
    for level in used:
        above = level_above(level, used)
        if above is None:
            continue
        here = (levels == level).to_numpy(dtype=bool, na_value=False)
        whole = here & (codes.str.len() == lengths[level]).to_numpy(dtype=bool, na_value=False)
        parents[whole] = codes[whole].str.slice(0, lengths[above])
    return pd.Series(parents, index=codes.index, dtype=TEXT, name="parent")


def _check_lengths(lengths: Mapping[str, int], used: frozenset[str]) -> None:
    missing = [level for level in LEVELS if level in used and level not in lengths]
    grow = [lengths[level] for level in LEVELS if level in lengths]
    if missing or min(grow, default=1) < 1 or any(low >= high for low, high in pairwise(grow)):
        given = ", ".join(f"{level} {length}" for level, length in lengths.items())
        raise ArgumentError("grid.code_lengths", argument="lengths", given=given, levels=", ".join(LEVELS))


def parents_by_cover(cells: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return each cell's parent code: the cell of the next level above that holds a point within the child.

    `cells` has `code`, `level` and `geometry`; a level that no cell uses is passed over. The point is taken in the
    cells' own CRS; where several cells hold it, the lowest code. Missing for cells of the top level, for those in no
    cell above, and where the geometry is missing, empty or not finite. The index of `cells` comes back.
    """
    from gridmap.grid.link import Linker
    from gridmap.grid.places import inner_xy

    used = frozenset(cells["level"].dropna())
    parents = np.full(len(cells), None, dtype=object)
    shapes = cells.geometry.to_numpy()
    for level in used:
        above = level_above(level, used)
        if above is None:
            continue
        children = np.flatnonzero(cells["level"] == level)
        over = np.flatnonzero(cells["level"] == above)
        linker = Linker(cells["code"].iloc[over], shapes[over])
        parents[children] = linker.codes_at(linker.find(*inner_xy(shapes[children])))
    return pd.Series(parents, index=cells.index, dtype=TEXT, name="parent")
