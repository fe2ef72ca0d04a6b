"""Rows into a sorted frame, where they belong: what has changed in it is a handful of very many."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

Frame = TypeVar("Frame", pd.DataFrame, gpd.GeoDataFrame)


def spliced(rows: Frame, gone: NDArray[np.bool_], new: Frame, by: Sequence[str]) -> Frame:
    """Return the rows without those `gone` and with the `new` ones, on a fresh index.

    Both stand in the order of the columns `by`, what is missing last, and so does what comes back: of equal ones the
    new ones are last. The frame given is not changed.
    """
    if new.empty:
        return rows[~gone].reset_index(drop=True) if gone.any() else rows
    kept = rows[~gone]
    if kept.empty:
        return new.reset_index(drop=True)
    held, come = _columns(kept, by), _columns(new, by)
    places = [bisect_right(range(len(kept)), _key(come, row), key=lambda at: _key(held, at)) for row in range(len(new))]
    order = np.insert(np.arange(len(kept)), places, np.arange(len(kept), len(kept) + len(new)))
    return pd.concat([kept, new], ignore_index=True).take(order).reset_index(drop=True)


def _columns(rows: pd.DataFrame, by: Sequence[str]) -> list[tuple[NDArray[np.object_], NDArray[np.bool_]]]:
    return [(rows[name].to_numpy(dtype=object), rows[name].isna().to_numpy(dtype=bool)) for name in by]


def _key(columns: list[tuple[NDArray[np.object_], NDArray[np.bool_]]], at: int) -> tuple[Any, ...]:
    return tuple((True, "") if missing[at] else (False, values[at]) for values, missing in columns)
