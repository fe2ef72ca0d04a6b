"""The subjects of a duty: what they are called, and on which days each is one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.ledger.duties import Duty
from gridmap.ledger.periods import ENDLESS, Days, iso, local_days, number, numbers

SUBJECT_COLUMNS = ("layer", "subject", "valid_from", "valid_to")


class Terms:
    """Terms of numbered things: [begin, end), a row each; something may have none, or several.

    `subject`: the number of the thing, below `size`.
    """

    def __init__(self, subject: Days, begin: Days, end: Days, size: int) -> None:
        held = subject >= 0
        self._subject, self._begin, self._end = subject[held], begin[held], end[held]
        self._size = size

    def on(self, days: Days | int) -> NDArray[np.bool_]:
        """Return which things have a term that holds a day, or each the day of its own."""
        told = days if isinstance(days, int) else days[self._subject]
        found = np.zeros(self._size, dtype=bool)
        found[self._subject[(self._begin <= told) & (told < self._end)]] = True
        return found

    def at(self, subject: Days, day: Days) -> NDArray[np.bool_]:
        """Return for each pair of a thing and a day whether a term holds; a thing may stand in several."""
        found = np.zeros(len(subject), dtype=bool)
        pairs = pd.DataFrame({"subject": subject, "day": day, "row": np.arange(len(subject))})
        terms = pd.DataFrame({"subject": self._subject, "begin": self._begin, "end": self._end})
        met = pairs[pairs["subject"].isin(self._subject)].merge(terms, on="subject")
        found[met.loc[(met["begin"] <= met["day"]) & (met["day"] < met["end"]), "row"].to_numpy(dtype=np.intp)] = True
        return found

    def since(self, day: int) -> Days:
        """Return since when each thing has had terms up to `day` without a break; ENDLESS where it has none then."""
        order = np.lexsort((self._begin, self._subject))
        subject, begin, end = self._subject[order], self._begin[order], self._end[order]
        fresh = np.ones(len(subject), dtype=bool)
        fresh[1:] = (subject[1:] != subject[:-1]) | (begin[1:] > end[:-1])
        begun = begin[np.maximum.accumulate(np.where(fresh, np.arange(len(subject)), 0))]
        found = np.full(self._size, ENDLESS, dtype=np.int64)
        held = (begin <= day) & (day < end)
        found[subject[held]] = begun[held]
        return found


class Subjects:
    """Numbered subjects with the days on which they are subjects at all.

    `rows`: SUBJECT_COLUMNS, a row a term; one subject may have several, whose days do not overlap. `layer` is null for
    cadres. `layers` and `names` give what number i is called, `terms` its days.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        layer_codes, known = pd.factorize(rows["layer"].fillna(""))
        self._indexes: dict[str, tuple[int, pd.Index]] = {}
        subject = np.zeros(len(rows), dtype=np.int64)
        names, layers, size = [], [], 0
        for at, layer in enumerate(known):
            here = layer_codes == at
            found, index = _numbered(rows["subject"].to_numpy(dtype=object)[here])
            subject[here] = found + size
            self._indexes[layer] = size, index
            told = index.to_numpy()
            names.append(told)
            layers.append(np.full(len(told), layer or None, dtype=object))
            size += len(told)
        empty = np.empty(0, dtype=object)
        self.names: NDArray[np.object_] = np.concatenate([empty, *names])
        self.layers: NDArray[np.object_] = np.concatenate([empty, *layers])
        self.terms = self.terms_of(subject, rows)

    def __len__(self) -> int:
        return len(self.names)

    def terms_of(self, subject: Days, rows: pd.DataFrame) -> Terms:
        """Return the terms that rows with valid_from and valid_to give to these subjects (-1 = to none)."""
        begin, end = numbers(rows["valid_from"], missing=-ENDLESS), numbers(rows["valid_to"], missing=ENDLESS)
        return Terms(subject, begin, end, len(self))

    def find(self, layers: pd.Series | None, names: pd.Series) -> Days:
        """Return the number of each name in its layer, -1 where there is none; without `layers` in the first."""
        found = np.full(len(names), -1, dtype=np.int64)
        if names.empty:
            return found
        for layer, (first, index) in self._indexes.items():
            here = found < 0 if layers is None else (layers == layer).to_numpy(dtype=bool)
            if here.all():
                at = index.get_indexer(pd.Index(names, dtype=object))
                found = np.where(at < 0, found, at + first)
            elif here.any():
                at = index.get_indexer(pd.Index(names[here], dtype=object))
                found[here] = np.where(at < 0, -1, at + first)
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
