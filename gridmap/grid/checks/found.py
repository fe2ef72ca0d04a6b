"""Defects as they are found: rows of one shape, before they are measured and put in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Texts: TypeAlias = NDArray[np.object_] | pd.Series[str] | Sequence[str | None] | str | None

Unit = Literal["m2", "m", ""]
COLUMNS = ("kind", "level", "code", "other", "measure", "unit", "hint", "geometry")


def found(
    kind: str,
    level: Texts,
    code: Texts,
    other: Texts,
    geometry: NDArray[np.object_],
    *,
    unit: Unit = "",
    hint: str | None = None,
    measure: NDArray[np.float64] | float = 0.0,
) -> pd.DataFrame:
    """Return one row a geometry (in the cells' CRS), single values repeated.

    `hint` is the code of a sentence of `words` that takes the row's own columns as inputs; by default the kind's.
    With the unit m2 or m the measure is taken later, of the geometry.
    """
    count = len(geometry)
    columns: dict[str, object] = {
        "kind": kind,
        "level": level,
        "code": code,
        "other": other,
        "measure": measure,
        "unit": unit,
        "hint": f"grid.hint_{kind}" if hint is None else f"grid.hint_{hint}",
        "geometry": geometry,
    }
    return pd.DataFrame({name: _column(values, count) for name, values in columns.items()}, columns=list(COLUMNS))


def _column(values: object, count: int) -> NDArray[np.object_]:
    column = np.empty(count, dtype=object)
    column[:] = values if values is None or isinstance(values, (str, float)) else np.asarray(values, dtype=object)
    return column
