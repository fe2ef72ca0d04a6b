"""The subjects of a duty: what they are called, and on which days each is one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.ledger.duties import Duty
from gridmap.ledger.periods import ENDLESS, Days, iso, local_days, number, numbers

SUBJECT_COLUMNS = ("layer", "subject", "valid_from", "valid_to")
_BEGINLESS = -ENDLESS


class Subjects:
    """Numbered subjects with the days on which they are subjects at all.

    `rows`: SUBJECT_COLUMNS, a row a term; one subject may have several, whose days do not overlap. `layer` is null for
    cadres. `layers` and `names` give what number i is called.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        self._begin = numbers(rows["valid_from"], missing=_BEGINLESS)
        self._end = numbers(rows["valid_to"], missing=ENDLESS)
        layer_codes, self._known_layers = pd.factorize(rows["layer"].fillna(""))
        self._indexes: dict[str, tuple[int, pd.Index]] = {}
        self._row = np.zeros(len(rows), dtype=np.int64)
        names, layers, size = [], [], 0
        for at, layer in enumerate(self._known_layers):
            here = layer_codes == at
            found, index = _numbered(rows["subject"].to_numpy(dtype=object)[here])
            self._row[here] = found + size
            self._indexes[layer] = size, index
            told = index.to_numpy()
            names.append(told)
            layers.append(np.full(len(told), layer or None, dtype=object))
            size += len(told)
        empty = np.empty(0, dtype=object)
        self.names: NDArray[np.object_] = np.concatenate([empty, *names])
        self.layers: NDArray[np.object_] = np.concatenate([empty, *layers])

    def __len__(self) -> int:
        return len(self.names)

    def find(self, layers: pd.Series | None, names: pd.Series) -> Days:
        """Return the number of each name in its layer, -1 where there is none; without `layers`: of cadres."""
        found = np.full(len(names), -1, dtype=np.int64)
        if names.empty:
            return found
        for layer, (first, index) in self._indexes.items():
            here = np.ones(len(names), dtype=bool) if layers is None else (layers == layer).to_numpy(dtype=bool)
            if here.all():
                at = index.get_indexer(pd.Index(names, dtype=object))
                found = np.where(at < 0, found, at + first)
            elif here.any():
                at = index.get_indexer(pd.Index(names[here], dtype=object))
                found[here] = np.where(at < 0, -1, at + first)
        return found

    def on(self, days: Days | int) -> NDArray[np.bool_]:
        """Return which subjects are valid on a day, or each on the day of its own."""
        told = days if isinstance(days, int) else days[self._row]
        return self._any((self._begin <= told) & (told < self._end))

    def since(self, day: int) -> Days:
        """Return since when each subject has been valid up to `day` without a break; ENDLESS where it is not."""
        order = np.lexsort((self._begin, self._row))
        row, begin, end = self._row[order], self._begin[order], self._end[order]
        fresh = np.ones(len(row), dtype=bool)
        fresh[1:] = (row[1:] != row[:-1]) | (begin[1:] > end[:-1])
        begun = begin[np.maximum.accumulate(np.where(fresh, np.arange(len(row)), 0))]
        found = np.full(len(self), ENDLESS, dtype=np.int64)
        held = (begin <= day) & (day < end)
        found[row[held]] = begun[held]
        return found

    def _any(self, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
        found = np.zeros(len(self), dtype=bool)
        found[self._row[rows]] = True
        return found


def _numbered(names: NDArray[np.object_]) -> tuple[Days, pd.Index]:
    """Return the number of each name, and the names without repetition; where each is there once, it is hashed once."""
    index = pd.Index(names, dtype=object)
    if index.is_unique:
        return np.arange(len(names)), index
    codes, told = pd.factorize(names)
    return codes, pd.Index(told, dtype=object)


def closed_subjects(duty: Duty, closed: pd.DataFrame, *, on: dt.date, zone: dt.tzinfo) -> pd.DataFrame:
    """Return the subjects of a duty on closed issues, by the end of the day `on`: SUBJECT_COLUMNS.

    `closed`: layer, key, closed_at (datetime64[us, UTC]), a row for each issue of each feature. A feature is a subject
    from the local day of its last closing within the duty's days; each once.
    """
    about = duty.subject
    if about.closed_from is None or about.closed_to is None:
        return pd.DataFrame(columns=list(SUBJECT_COLUMNS), dtype=object)
    rows = closed[closed["closed_at"].notna()]
    days, _ = local_days(rows["closed_at"], zone)
    last = min(number(about.closed_to), number(on) + 1)
    held = (days >= number(about.closed_from)) & (days < last)
    if about.layers:
        held &= rows["layer"].isin(about.layers).to_numpy(dtype=bool)
    kept = pd.DataFrame({"layer": rows["layer"], "subject": rows["key"], "day": days}, index=rows.index)[held]
    kept = kept.sort_values(["layer", "subject", "day"]).drop_duplicates(["layer", "subject"], keep="last")
    begun = iso(kept["day"].to_numpy(dtype=np.int64))
    told = kept.assign(valid_from=begun, valid_to=None)[list(SUBJECT_COLUMNS)]
    return told.astype(object).reset_index(drop=True)
