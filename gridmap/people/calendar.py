"""The working calendar: which days are working days, and between which hours an office works on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.people.timeline import Timeline, days_in, missing_year

Hours: TypeAlias = tuple[tuple[dt.time, dt.time], ...]

OFFICE_HOURS: Hours = ((dt.time(9), dt.time(12)), (dt.time(14), dt.time(18)))
SHANGHAI = ZoneInfo("Asia/Shanghai")
# The years whose holidays and make-up workdays the State Council's notices in chinese_calendar tell.
CHINA_YEARS = range(min(chinese_calendar.constants.holidays).year, max(chinese_calendar.constants.holidays).year + 1)
_SATURDAY = 5


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working days and office hours of one zone.

    `working`: for each year known, whether each of its days is a working day (365 or 366 of them). `hours`: the hours
    of a working day in local time, half-open, in their order; one that ends at or before its begin ends on the next
    day, whatever day that is (a night shift; 00:00 to 00:00 is a whole day). Raises ArgumentError for a year of
    another length, for no year at all, and for hours that overlap or are out of order.
    """

    zone: ZoneInfo
    working: Mapping[int, NDArray[np.bool_]]
    hours: Hours = OFFICE_HOURS

    def __post_init__(self) -> None:
        for year, days in self.working.items():
            if len(days) != days_in(year):
                raise ArgumentError("people.calendar_year", year=year, days=len(days), allowed=days_in(year))
        if not self.working:
            raise ArgumentError("people.calendar_empty")
        if not _in_order(self.hours):
            raise ArgumentError("people.calendar_hours", hours=hours_text(self.hours))

    @property
    def years(self) -> tuple[int, ...]:
        """The years known, in their order."""
        return tuple(sorted(self.working))

    def is_working(self, days: dt.date | Iterable[object]) -> NDArray[np.bool_]:
        """Return for each local day (a date, an ISO text or a datetime64; one or many) whether it is a working day.

        Raises ArgumentError for a day of a year without data, or for what is no day.
        """
        given = [days] if isinstance(days, dt.date | str) else list(days)
        try:
            asked = np.array(given, dtype="datetime64[D]")
        except (TypeError, ValueError):
            raise ArgumentError("people.calendar_days", argument="days") from None
        if np.isnat(asked).any():
            raise ArgumentError("people.calendar_days", argument="days")
        return self.timeline.is_working(asked.astype(np.int64))

    def with_days(self, days: Mapping[dt.date, bool]) -> Calendar:
        """Return the calendar in which the days given are working days or not; the others stay as they are.

        In a year without data the others are working days from Monday to Friday: a notice names the exceptions only.
        """
        working = {year: held.copy() for year, held in self.working.items()}
        for day, works in days.items():
            year = working.setdefault(day.year, _monday_to_friday(day.year))
            year[day.timetuple().tm_yday - 1] = works
        return replace(self, working=working)

    @cached_property
    def timeline(self) -> Timeline:
        """The days and hours as instants in UTC."""
        return Timeline.of(self.zone, self.working, self.hours)


def china(years: Iterable[int] = CHINA_YEARS, *, zone: ZoneInfo = SHANGHAI, hours: Hours = OFFICE_HOURS) -> Calendar:
    """Return the calendar of China: weekends, public holidays, and the workdays that make up for them (调休).

    Raises ArgumentError for a year whose notice `chinese_calendar` does not have. Source: the State Council's notices.
    """
    working = {}
    for year in years:
        if year not in CHINA_YEARS:
            raise missing_year(year, CHINA_YEARS)
        held = _monday_to_friday(year)
        for days, works in ((chinese_calendar.constants.holidays, False), (chinese_calendar.constants.workdays, True)):
            held[[day.timetuple().tm_yday - 1 for day in days if day.year == year]] = works
        working[year] = held
    return Calendar(zone, working, hours)


def weekdays(years: Iterable[int], *, zone: ZoneInfo, hours: Hours = OFFICE_HOURS) -> Calendar:
    """Return the calendar in which Monday to Friday are working days and nothing else is known."""
    return Calendar(zone, {year: _monday_to_friday(year) for year in years}, hours)


def hours_text(hours: Hours) -> str:
    """Return hours as a person reads them: 09:00-12:00, 14:00-18:00."""
    return ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in hours)


def _monday_to_friday(year: int) -> NDArray[np.bool_]:
    first = dt.date(year, 1, 1).weekday()
    return (first + np.arange(days_in(year))) % 7 < _SATURDAY


def _in_order(hours: Hours) -> bool:
    """Return whether each span begins when the one before has ended; the last one, before the first of the next day."""
    if not hours or any(one.tzinfo is not None for span in hours for one in span):
        return False
    begin, end = hours[-1]
    return all(b < e <= after for (b, e), (after, _) in pairwise(hours)) and (begin < end or end <= hours[0][0])
