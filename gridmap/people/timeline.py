"""A calendar laid out as instants: local days, working days in their order, and hours of work, as sorted numbers.

Instants are int64 microseconds of UTC, local days int64 days since 1970-01-01; so whatever is asked of a calendar is a
search in sorted numbers, and daylight saving is in them already.
"""

from __future__ import annotations

import datetime as dt
from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError

Numbers: TypeAlias = NDArray[np.int64]
_DAY_US = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Timeline:
    """The days of a calendar from its first year to its last.

    `midnights`: when each local day begins, and when the last one ends. `working`: whether it is a working day; false
    in the years between that are not `known`. `passed`: working days before each day. `work_days`: the local day of
    each of them; `closings`: when it closes. `opens`, `closes`: the spans of work; `worked`: the microseconds of work
    before each span, and in all of them.
    """

    first: int
    years: tuple[int, ...]
    midnights: Numbers
    working: NDArray[np.bool_]
    known: NDArray[np.bool_]
    passed: Numbers
    work_days: Numbers
    closings: Numbers
    opens: Numbers
    closes: Numbers
    worked: Numbers

    @classmethod
    def of(
        cls,
        zone: ZoneInfo,
        working: Mapping[int, NDArray[np.bool_]],
        hours: Sequence[tuple[dt.time, dt.time]],
    ) -> Self:
        """Lay out the years of `working` (not empty) with the hours of a working day."""
        years = range(min(working), max(working) + 1)
        nothing = {year: np.zeros(days_in(year), dtype=bool) for year in years if year not in working}
        works = np.concatenate([working.get(year, nothing.get(year)) for year in years]).astype(bool)
        known = np.concatenate([np.full(days_in(year), year in working) for year in years])
        first = int(np.datetime64(f"{years[0]:04}-01-01", "D").astype(np.int64))
        days = first + np.arange(len(works) + 1)
        at = days[:-1][works]
        opens = np.stack([_instants(zone, at, begin, opening=True) for begin, _ in hours])
        ends = [at + (end <= begin) for begin, end in hours]
        closes = np.stack([_instants(zone, on, end, opening=False) for on, (_, end) in zip(ends, hours, strict=True)])
        spans = np.maximum(closes - opens, 0).T.ravel()
        return cls(
            first=first,
            years=tuple(sorted(working)),
            midnights=_instants(zone, days, dt.time(0), opening=True),
            working=works,
            known=known,
            passed=np.concatenate([[0], np.cumsum(works)]),
            work_days=at,
            closings=closes[-1],
            opens=opens.T.ravel(),
            closes=np.maximum(closes, opens).T.ravel(),
            worked=np.concatenate([[0], np.cumsum(spans)]),
        )

    def day_of(self, instants: Numbers) -> Numbers:
        """Return the local day of each instant. ArgumentError for one in a year without data."""
        days = self.first + np.searchsorted(self.midnights, instants, side="right") - 1
        outside = (instants < self.midnights[0]) | (instants >= self.midnights[-1])
        if outside.any():
            raise missing_year(int(_year(instants[outside][:1] // _DAY_US)[0]), self.years)
        self.refuse_unknown(days, days)
        return days

    def is_working(self, days: Numbers) -> NDArray[np.bool_]:
        """Return whether each local day is a working day. ArgumentError for one in a year without data."""
        self.refuse_unknown(days, days)
        return np.asarray(self.working[days - self.first], dtype=np.bool_)

    def midnight_after(self, days: Numbers) -> Numbers:
        """Return 24:00 of each local day."""
        return self.midnights[days - self.first + 1]

    def working_days_to(self, days: Numbers) -> Numbers:
        """Return how many working days there are up to each local day, itself included."""
        return self.passed[days - self.first + 1]

    def nth(self, numbers: Numbers, since: Numbers) -> Numbers:
        """Return where (in `work_days`, `closings`) the working day with each number stands; they count from 1.

        ArgumentError where there is a year without data between the local day `since` and it.
        """
        if len(numbers) and numbers.max() > len(self.work_days):
            raise missing_year(self.years[-1] + 1, self.years)
        found = numbers - 1
        self.refuse_unknown(since, self.work_days[found])
        return found

    def worked_to(self, instants: Numbers) -> Numbers:
        """Return the microseconds of work there were up to each instant. ArgumentError as `day_of`."""
        self.day_of(instants)
        if not len(self.opens):
            return np.zeros(len(instants), dtype=np.int64)
        span = np.searchsorted(self.opens, instants, side="right") - 1
        inside = np.clip(instants - self.opens[span], 0, self.closes[span] - self.opens[span])
        return np.asarray(np.where(span < 0, 0, self.worked[span] + inside), dtype=np.int64)

    def when_worked(self, amounts: Numbers, since: Numbers) -> Numbers:
        """Return the first instant by which that many microseconds of work are done, counted as `worked_to`.

        Never before the instant `since`. ArgumentError where there is a year without data between the two.
        """
        if len(amounts) and amounts.max() > self.worked[-1]:
            raise missing_year(self.years[-1] + 1, self.years)
        span = np.maximum(np.searchsorted(self.worked, amounts, side="left") - 1, 0)
        found: Numbers = np.maximum(self.opens[span] + amounts - self.worked[span], since)
        self.refuse_unknown(self.day_of(since), self.day_of(found))
        return found

    def refuse_unknown(self, begin: Numbers, end: Numbers) -> None:
        """Raise ArgumentError where a local day from `begin` through `end` lies in a year without data."""
        if not len(begin):
            return
        low, high = int(begin.min()), int(end.max())
        if low < self.first or high >= self.first + len(self.working):
            raise missing_year(int(_year(np.array([low if low < self.first else high]))[0]), self.years)
        if self.known.all():
            return
        unknown = np.concatenate([[0], np.cumsum(~self.known)])
        touched = unknown[end - self.first + 1] > unknown[begin - self.first]
        if touched.any():
            days = np.arange(begin[touched][0], end[touched][0] + 1)
            raise missing_year(int(_year(days[~self.known[days - self.first]][:1])[0]), self.years)


def days_in(year: int) -> int:
    """Return how many days a year has."""
    return 366 if isleap(year) else 365


def missing_year(year: int, known: Sequence[int]) -> ArgumentError:
    """Return the error for a year without data; `known` are those with data, in their order."""
    return ArgumentError("people.calendar_missing", year=year, known=f"{known[0]}-{known[-1]}")


def _instants(zone: ZoneInfo, days: Numbers, time: dt.time, *, opening: bool) -> Numbers:
    """Return when it is `time` on each local day.

    Of an hour that comes twice an opening takes the first, a closing the second; one that is left out is its end.
    """
    clock = ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000_000 + time.microsecond
    wall = pd.DatetimeIndex((days * _DAY_US + clock).astype("datetime64[us]"))
    first = np.full(len(days), opening)
    local = wall.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return local.tz_convert("UTC").tz_localize(None).as_unit("us").to_numpy().astype(np.int64)


def _year(days: Numbers) -> Numbers:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
