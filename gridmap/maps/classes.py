"""Classes of a figure for maps: borders at round numbers, every value in exactly one class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10

import numpy as np
import pandas as pd

from gridmap.errors import ArgumentError
from gridmap.words import DEFAULT_LANGUAGE, say

MOST = 6
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes from `borders`, ascending: a class holds its lower border and not its upper one, the last has no end.

    `shares`: values are shares of 1 and read as per cent; else they are counts.
    """

    borders: tuple[float, ...]
    shares: bool = False

    def __len__(self) -> int:
        """Return how many classes there are."""
        return len(self.borders)

    def of(self, values: Iterable[float | None] | pd.Series) -> np.ndarray:
        """Return the number of each value's class, 0 the lowest; -1 where a value is missing.

        Raises ArgumentError for a value that is below the first border or not finite, and for a share above 1.
        """
        given = pd.to_numeric(pd.Series(values), errors="raise").to_numpy(dtype=np.float64, na_value=np.nan)
        top = 1.0 if self.shares else np.finfo(np.float64).max
        wrong = given[(given < self.borders[0]) | (given > top)]
        if len(wrong):
            raise ArgumentError(
                "maps.outside_classes", argument="values", given=f"{wrong[0]:g}", low=f"{self.borders[0]:g}"
            )
        found = np.searchsorted(self.borders, given, side="right") - 1
        return np.where(np.isnan(given), -1, found)

    def label(self, number: int, lang: str = DEFAULT_LANGUAGE) -> str:
        """Return how class `number` reads in a legend: "75 % to < 90 %", "100 %", "20 to 39", "100 and more"."""
        low = self.borders[number]
        if number == len(self.borders) - 1:
            if self.shares and low == 1.0:
                return say("maps.percent", lang, percent="100")
            return say("maps.class_last", lang, low=self._said(low, lang))
        high = self.borders[number + 1]
        if self.shares:
            return say("maps.class_range", lang, low=self._said(low, lang), high=self._said(high, lang))
        last = int(high) - 1
        return f"{int(low):,}" if last == low else say("maps.class_counts", lang, low=f"{int(low):,}", high=f"{last:,}")

    def _said(self, border: float, lang: str) -> str:
        return say("maps.percent", lang, percent=f"{border * 100:g}") if self.shares else f"{int(border):,}"


# All covered is a class of its own: the one that needs nobody. Fixed, so that two days can be laid side by side.
COVERAGE = Classes((0.0, 0.25, 0.50, 0.75, 0.90, 1.0), shares=True)


def count_classes(values: Iterable[float | None] | pd.Series, most: int = MOST) -> Classes:
    """Return at most `most` classes of one round width (1, 2 or 5 times a power of ten) that hold all values.

    Missing values are passed over; no value at all gives one class. Raises ArgumentError for a value that is negative
    or not finite, or for `most` below 1.
    """
    if most < 1:
        raise ArgumentError("maps.no_classes", argument="most", given=most)
    given = pd.to_numeric(pd.Series(values), errors="raise").to_numpy(dtype=np.float64, na_value=np.nan)
    Classes((0.0,)).of(given)
    highest = float(np.nanmax(given)) if np.isfinite(given).any() else 0.0
    width = _round_width(highest, most)
    return Classes(tuple(float(width * number) for number in range(int(highest // width) + 1)))


def _round_width(highest: float, most: int) -> int:
    """The least round width of which fewer than `most` fit below `highest`, so that this one is in the last class."""
    power: int = 10 ** floor(log10(max(highest / most, 1.0)))
    while True:
        for step in _STEPS:
            if highest // (step * power) < most:
                return step * power
        power *= 10
