"""What the states of duties say of gaps: the newest period of each subject, and since when it has been as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_WHOSE = ["duty", "layer", "subject"]


def broken(rows: pd.DataFrame, bad: pd.Series[bool]) -> pd.DataFrame:
    """Return the newest row of each (duty, layer, subject) if it is bad, with `first_begin` and `first_end`.

    `rows`: columns of `ledger.states`, a row a period. Those two are the begin and the end of the earliest period from
    which on all have been bad without a hole between them.
    """
    frame = rows.assign(bad=bad, layer=rows["layer"].fillna("")).sort_values([*_WHOSE, "begin"], kind="stable")
    whose = frame[_WHOSE].ne(frame[_WHOSE].shift()).any(axis=1)
    breaks = whose | ~frame["bad"] | ~frame["bad"].shift(fill_value=False) | (frame["begin"] != frame["end"].shift())
    runs = breaks.cumsum()
    first = frame.groupby(runs)[["begin", "end"]].transform("first")
    frame = frame.assign(first_begin=first["begin"], first_end=first["end"])
    newest = whose.shift(-1, fill_value=True)
    return frame[newest & frame["bad"]].reset_index(drop=True)


def of_layers(rows: pd.DataFrame, layers: Iterable[str]) -> pd.DataFrame:
    """Return the rows about features of these layers."""
    return rows[rows["layer"].isin(list(layers))]


def bare(column: pd.Series[Any]) -> NDArray[np.object_]:
    """Return the values of a column, null as None."""
    return np.asarray(column.astype(object).where(column.notna(), None), dtype=object)
