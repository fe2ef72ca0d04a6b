"""How often each subject was visited in each period: a visit goes to one period alone.

The rule: to the oldest period that is still short of visits and in its grace, else to the one that holds its day. Two
visits to a subject on one local day are one. Source: DESIGN 4, Duties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.ledger.counting import FITS, OUTCOME, Calls
from gridmap.ledger.periods import Days, Span

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
NEVER = np.iinfo(np.int64).min  # the microseconds of no instant, as numpy writes NaT


@dataclass(frozen=True, eq=False)
class Visited:
    """Days on which subjects were called at, by day, then subject; `size` subjects in all.

    `counts`: a visit of that day counts, the first of them at `instant` (microseconds; NEVER where none does).
    """

    subject: Days
    day: Days
    counts: Mask
    instant: Days
    size: int

    def between(self, begin: int, end: int) -> Rows:
        """Return the rows of the days [begin, end)."""
        first, last = np.searchsorted(self.day, [begin, end])
        return np.arange(first, last)


@dataclass(frozen=True, eq=False)
class Tally:
    """One period of every subject: counts by number of the subject, and the `rows` of `Visited` that went to it.

    `met_at`: the microseconds of the visit that was the last one needed, NEVER where there is none.
    """

    count: Days
    attempts: Days
    met_at: Days
    rows: Rows


def visited(calls: Calls, size: int) -> Visited:
    """Return the days of the calls that fit, whatever their outcome."""
    fits = (calls.reason == FITS) | (calls.reason == OUTCOME)
    counts = calls.reason[fits] == FITS
    subject, day = calls.subject[fits], calls.day[fits]
    instant = np.where(counts, calls.instant[fits], NEVER)
    key = day * size + subject
    order = np.lexsort((instant, ~counts, key))
    key = key[order]
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    kept = order[first]
    return Visited(subject[kept], day[kept], counts[kept], instant[kept], size)


class Sharing:
    """Gives visited days to periods, the oldest period first: what one has taken is gone for the others."""

    def __init__(self, days: Visited, grace: int) -> None:
        self._days = days
        self._grace = grace
        self._free = np.ones(len(days.day), dtype=bool)

    def give(self, span: Span, needed: int, may: Mask) -> Rows:
        """Return the rows of the days that a period gets: the free ones in it, and some of its grace.

        Those are for who `may` and is short, as many as are needed.
        """
        days = self._days
        own = days.between(*span)
        own = own[self._free[own]]
        late = days.between(span[1], span[1] + self._grace)
        return self._given(needed, own, late[self._free[late] & may[days.subject[late]]])

    def give_each(self, begin: Days, end: Days, needed: int, may: Mask) -> Rows:
        """Return what each subject's own period gets."""
        days = self._days
        starts, stops = begin[days.subject], end[days.subject]
        own = np.flatnonzero((starts <= days.day) & (days.day < stops))
        late = (stops <= days.day) & (days.day < stops + self._grace) & may[days.subject]
        return self._given(needed, own, np.flatnonzero(late))

    def _given(self, needed: int, own: Rows, late: Rows) -> Rows:
        days = self._days
        late = late[days.counts[late]]
        if not len(late):
            return own
        short = needed - _count(days, own[days.counts[own]])
        taken = late[_rank(days.subject[late]) < short[days.subject[late]]]
        self._free[taken] = False
        return np.concatenate([own, taken])


def tally(days: Visited, rows: Rows, needed: int) -> Tally:
    """Return what the days that went to a period count for each subject."""
    counting = rows[days.counts[rows]]
    met_at = np.full(days.size, NEVER, dtype=np.int64)
    last = counting if needed == 1 else counting[_rank(days.subject[counting]) == needed - 1]
    # of several the first stays, for it is written last
    met_at[days.subject[last][::-1]] = days.instant[last][::-1]
    return Tally(_count(days, counting), _count(days, rows), met_at, rows)


def last_of(subject: Days) -> Mask:
    """Return which rows are the last of their subject; equal ones stand together."""
    last = np.ones(len(subject), dtype=bool)
    last[:-1] = subject[1:] != subject[:-1]
    return last


def _count(days: Visited, rows: Rows) -> Days:
    return np.bincount(days.subject[rows], minlength=days.size).astype(np.int64)


def _rank(subject: Days) -> Days:
    """Return the how-manieth of its subject each row is, from 0, in the order of the rows."""
    order = np.argsort(subject, kind="stable")
    held = subject[order]
    fresh = np.ones(len(held), dtype=bool)
    fresh[1:] = held[1:] != held[:-1]
    place = np.arange(len(held))
    rank = np.empty(len(held), dtype=np.int64)
    rank[order] = place - np.maximum.accumulate(np.where(fresh, place, 0))
    return rank


@dataclass(frozen=True, eq=False)
class Interval:
    """Intervals [begin, end) that a counting visit ended, a row each, by subject, then day: by a visit at `instant`.

    `row`: that visit's among the days visited.
    """

    subject: Days
    begin: Days
    end: Days
    instant: Days
    met: Mask
    attempts: Days
    row: Rows


def intervals(days: Visited, since: Days, *, every: int, grace: int) -> tuple[Interval, Days, Days]:
    """Return the intervals that a visit ended; the first day of the one that each subject is in; the attempts in that.

    `since`: the first day of each subject. An interval of `every` days begins on the day after the last counting visit,
    and ends with the next one; a visit after its grace ends it unmet. One that was missed goes on until somebody comes.
    """
    order = np.lexsort((days.day, days.subject))
    order = order[days.day[order] >= since[days.subject[order]]]
    rank = _rank(days.subject[order])
    counting = np.flatnonzero(days.counts[order])
    ended, rank = order[counting], rank[counting]
    subject, day = days.subject[ended], days.day[ended]
    last = last_of(subject)
    again = ~last[:-1]
    begin, attempts = since[subject], rank + 1
    begin[1:][again] = day[:-1][again] + 1
    attempts[1:][again] = np.diff(rank)[again]
    now, rest = since.copy(), np.bincount(days.subject[order], minlength=days.size).astype(np.int64)
    now[subject[last]] = day[last] + 1
    rest[subject[last]] -= rank[last] + 1
    end, met = np.minimum(begin + every, day + 1), day < begin + every + grace
    return Interval(subject, begin, end, days.instant[ended], met, attempts, ended), now, rest
