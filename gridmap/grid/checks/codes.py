"""Defects of codes: missing, duplicate and wrong-prefix codes, orphans, childless parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridmap.grid.checks.found import found
from gridmap.grid.codes import LEVELS, level_above

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


def code_defects(cells: pd.DataFrame, code_lengths: Mapping[str, int] | None) -> list[pd.DataFrame]:
    """Return the defects of codes and parents of `cells` (code and parent missing, never blank; geometry).

    A cell without a code is that alone: no cell of the tree, so neither orphan nor child. A duplicate is one row a
    code, its measure the number of cells that bear it. An orphan's parent is missing or is no cell of the next level
    in use. A childless parent has no child though the level below is in use. With `code_lengths` (digits a level)
    a code has its level's length, and begins with its parent's code; an orphan's prefix is not looked at.
    """
    coded = cells[cells["code"].notna()]
    missing = cells[cells["code"].isna()]
    orphan = _orphans(coded)
    defects = [
        found("missing_code", missing["level"], None, missing["parent"], _shapes(missing)),
        _duplicates(coded),
        *_orphan_rows(coded[orphan]),
        *_childless(coded),
    ]
    return defects if code_lengths is None else [*defects, *_wrong_prefixes(coded, orphan, code_lengths)]


def _shapes(cells: pd.DataFrame) -> NDArray[np.object_]:
    return np.asarray(cells["geometry"], dtype=object)


def _duplicates(cells: pd.DataFrame) -> pd.DataFrame:
    twice = cells[cells["code"].duplicated(keep=False)]
    groups = list(twice.groupby("code", sort=True))
    places = np.empty(len(groups), dtype=object)
    places[:] = [shapely.geometrycollections(_shapes(group)) for _, group in groups]
    return found(
        "duplicate_code",
        [str(group["level"].iloc[0]) for _, group in groups],
        [str(code) for code, _ in groups],
        None,
        places,
        measure=np.array([float(len(group)) for _, group in groups]),
    )


def _above(cells: pd.DataFrame) -> pd.Series[str]:
    """Return the level that each cell's parent must be of, missing at the top level in use."""
    used = frozenset(cells["level"])
    return cells["level"].map({level: level_above(level, used) for level in LEVELS})


def _orphans(cells: pd.DataFrame) -> NDArray[np.bool_]:
    above = _above(cells)
    known = pd.MultiIndex.from_frame(cells[["level", "code"]])
    stated = pd.MultiIndex.from_arrays([above, cells["parent"]])
    return np.asarray(above.notna().to_numpy() & ~stated.isin(known))


def _orphan_rows(orphans: pd.DataFrame) -> list[pd.DataFrame]:
    nowhere = orphans["parent"].isna()
    return [
        found("orphan", part["level"], part["code"], part["parent"], _shapes(part), hint=hint)
        for part, hint in ((orphans[nowhere], "no_parent"), (orphans[~nowhere], "orphan"))
    ]


def _childless(cells: pd.DataFrame) -> list[pd.DataFrame]:
    defects = []
    for level in cells["level"].unique():
        above = level_above(level, frozenset(cells["level"]))
        if above is not None:
            parents = cells[cells["level"] == above].drop_duplicates("code")
            childless = parents[~parents["code"].isin(cells.loc[cells["level"] == level, "parent"])]
            defects.append(found("childless_parent", above, childless["code"], None, _shapes(childless)))
    return defects


def _wrong_prefixes(
    cells: pd.DataFrame, orphan: NDArray[np.bool_], code_lengths: Mapping[str, int]
) -> list[pd.DataFrame]:
    length = cells["level"].map(dict(code_lengths))
    wrong_length = (length.notna() & (cells["code"].str.len() != length)).to_numpy(dtype=bool)
    upper = _above(cells).map(dict(code_lengths))
    judged = upper.notna().to_numpy() & ~orphan & ~wrong_length
    begins = [
        not look or str(code)[: int(digits)] == parent
        for look, code, digits, parent in zip(judged, cells["code"], upper, cells["parent"], strict=True)
    ]
    wrong_prefix = cells[~np.array(begins, dtype=bool)]
    short = cells[wrong_length]
    digits = np.asarray(length[wrong_length], dtype=np.float64)
    return [
        found(
            "wrong_prefix",
            short["level"],
            short["code"],
            short["parent"],
            _shapes(short),
            hint="wrong_length",
            measure=digits,
        ),
        found(
            "wrong_prefix", wrong_prefix["level"], wrong_prefix["code"], wrong_prefix["parent"], _shapes(wrong_prefix)
        ),
    ]
