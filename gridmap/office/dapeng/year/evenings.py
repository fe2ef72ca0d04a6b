"""When things happen and when they are entered: the evenings on which the office writes its ledger."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

FIRST, LAST = dt.date(2015, 3, 2), dt.date(2015, 12, 30)
CAMPAIGN_ENDS = dt.date(2015, 10, 31)  # the last day of the campaign (assumed)
LOOK_BACK_BEGINS = dt.date(2015, 11, 1)
LOOK_BACK_ENDS = dt.date(2015, 12, 22)  # before some are away
# Public holidays of 2015 that fall on a Tuesday or a Thursday: nothing is entered.
_HOLIDAYS = frozenset({dt.date(2015, 9, 3), dt.date(2015, 10, 1), dt.date(2015, 10, 6)})
_ENTERED = dt.time(21, 30)
_FRIDAY = 4
_OPENS, _MINUTES = dt.time(9, 0), 8 * 60  # office hours, about


@dataclass(frozen=True, slots=True)
class Evenings:
    """The days on which the ledger is entered, at half past nine in the evening, in the office's zone."""

    days: tuple[dt.date, ...]
    zone: ZoneInfo

    @classmethod
    def of(cls, weekdays: Sequence[int], zone: ZoneInfo) -> Evenings:
        """Return every such weekday (Monday is 0) from March to December that is no public holiday."""
        every = (FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1))
        return cls(tuple(day for day in every if day.weekday() in weekdays and day not in _HOLIDAYS), zone)

    def instant(self, number: int) -> dt.datetime:
        """Return the instant at which the entries of an evening are made."""
        return dt.datetime.combine(self.days[number], _ENTERED, self.zone)

    def of_day(self, day: dt.date) -> int:
        """Return the first evening not before a day; as many as there are, if none is left."""
        return bisect_left(self.days, day)

    def of_instant(self, at: dt.datetime) -> int:
        """Return the first evening at which `at` is past; as many as there are, if none is left."""
        number = self.of_day(at.date())
        return number + 1 if number < len(self.days) and self.instant(number) < at else number

    def between(self, first: dt.date, last: dt.date) -> range:
        """Return the evenings from one day to another, both included."""
        return range(self.of_day(first), self.of_day(last + dt.timedelta(days=1)))

    def at(self, day: dt.date, hour: float) -> dt.datetime:
        """Return a local day and hour, to the minute."""
        return dt.datetime.combine(day, dt.time(0), self.zone) + dt.timedelta(minutes=round(hour * 60))


def in_office_hours(at: dt.datetime, after: dt.datetime) -> dt.datetime:
    """Return about `at`, moved into office hours of the weekday before, but later than `after`.

    The time of day is pressed into the hours of the office, so that an order of times within a day stays.
    """
    minutes = (at.hour * 60 + at.minute) * _MINUTES // (24 * 60)
    moved = dt.datetime.combine(at.date(), _OPENS, at.tzinfo) + dt.timedelta(minutes=minutes)
    moved -= dt.timedelta(days=max(0, moved.weekday() - _FRIDAY))
    return max(moved, after + dt.timedelta(minutes=20))


def working_day(rng: np.random.Generator, first: dt.date, last: dt.date) -> dt.date:
    """Return a weekday drawn between two days, both included."""
    day = first + dt.timedelta(days=int(rng.integers(0, (last - first).days + 1)))
    earlier = day - dt.timedelta(days=max(0, day.weekday() - _FRIDAY))
    return earlier if earlier >= first else day
