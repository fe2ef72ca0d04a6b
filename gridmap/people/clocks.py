"""The four clocks by which deadlines run (DESIGN 4, Issues): when something is due, and how much time is left.

`urgent_hours`: elapsed hours, day and night. `work_hours`: hours inside office hours only. `work_days`: the closing
time of the n-th working day after the start day. `natural_days`: 24:00 of the n-th day after the start day, moved to
24:00 of the next working day if that day is none. Days are local days of the calendar's zone.

Instants are aware, one or many (a datetime, a DatetimeIndex, a Series, a list); one and many are broadcast. A missing
instant (NaT) gives a missing one. ArgumentError for a naive instant, and where a day lies in a year without data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from gridmap.errors import ArgumentError
from gridmap.people.calendar import Calendar
from gridmap.people.timeline import Numbers, Timeline

CLOCKS = ("urgent_hours", "work_hours", "work_days", "natural_days")
IN_DAYS = ("work_days", "natural_days")
Instants: TypeAlias = dt.datetime | pd.DatetimeIndex | pd.Series | Sequence[dt.datetime]

_HOUR_US = 3_600_000_000
_MISSING = np.iinfo(np.int64).min


def due_at(calendar: Calendar, clock: str, length: ArrayLike, start: Instants) -> pd.DatetimeIndex:
    """Return when each deadline is (UTC), by a clock and its length in the clock's own unit.

    Lengths are positive; in days they are whole. Raises ArgumentError for others and for an unknown clock.
    """
    lengths = np.atleast_1d(np.asarray(length, dtype=np.float64))
    _check(clock, lengths)
    begun, lengths = np.broadcast_arrays(_microseconds("start", start), lengths)
    return _where_known(_run, calendar, clock, lengths, begun)


def resumed(calendar: Calendar, clock: str, due: Instants, paused: Instants, resumed_at: Instants) -> pd.DatetimeIndex:
    """Return the new deadlines (UTC) of what was paused: what was left when it paused runs on from `resumed_at`.

    In days, as many are left as lie after the day of the pause, up to the day due; a rest of less than a day ends with
    the first closing time (24:00 of the first working day) not before the resume. What was over when it paused stays
    due when it was. Raises ArgumentError for a resume before its pause and for an unknown clock.
    """
    _check(clock, np.ones(1))
    was, since, until = np.broadcast_arrays(
        _microseconds("due", due), _microseconds("paused", paused), _microseconds("resumed", resumed_at)
    )
    return _where_known(_resume, calendar, clock, was, since, until)


def time_left(calendar: Calendar, clock: str, due: Instants, now: Instants) -> NDArray[np.float64]:
    """Return what is left until each deadline in the clock's own unit, negative when it is over; NaN where unknown.

    A working day is as much of its hours as is left, so five days are left from closing time to closing time. A
    deadline is over when `now` is past it: by a working clock that is 0 until the next office hour has begun.
    """
    _check(clock, np.ones(1))
    until, since = np.broadcast_arrays(_microseconds("due", due), _microseconds("now", now))
    there = (until != _MISSING) & (since != _MISSING)
    left = np.full(len(until), np.nan)
    left[there] = _left(calendar, clock, until[there], since[there])
    return left


def _run(calendar: Calendar, clock: str, lengths: NDArray[np.float64], start: Numbers) -> Numbers:
    if clock == "urgent_hours":
        return start + _to_us(lengths)
    line = calendar.timeline
    if clock == "work_hours":
        return line.when_worked(line.worked_to(start) + _to_us(lengths), start)
    days, count = line.day_of(start), lengths.astype(np.int64)
    if clock == "work_days":
        return line.closings[line.nth(line.working_days_to(days) + count, days)]
    return _end_of(line, days + count, days)


def _resume(calendar: Calendar, clock: str, due: Numbers, paused: Numbers, until: Numbers) -> Numbers:
    if (until < paused).any():
        raise ArgumentError("people.clock_resumed", argument="resumed")
    over = due < paused
    if clock == "urgent_hours":
        return np.where(over, due, until + due - paused)
    line, new = calendar.timeline, due.copy()
    here = ~over
    due, paused, until = due[here], paused[here], until[here]
    if clock == "work_hours":
        rest = line.worked_to(due) - line.worked_to(paused)
        new[here] = line.when_worked(line.worked_to(until) + rest, until)
        return new
    days = line.day_of(until)
    if clock == "work_days":
        rest = _closing(line, due) - line.working_days_to(line.day_of(paused))
        numbers = np.maximum(line.working_days_to(days) + rest, _closing(line, until))
        new[here] = line.closings[line.nth(numbers, days)]
        return new
    rest = np.maximum(line.day_of(due - 1) - line.day_of(paused), 0)
    new[here] = _end_of(line, days + rest, days)
    return new


def _closing(line: Timeline, instants: Numbers) -> Numbers:
    """Return the number of the working day that is the first to close at or after each instant."""
    return np.searchsorted(line.closings, instants, side="left") + 1


def _end_of(line: Timeline, days: Numbers, since: Numbers) -> Numbers:
    """Return 24:00 of each local day, or of the next working day if it is none."""
    line.refuse_unknown(since, days)
    none = ~line.is_working(days)
    moved = days.copy()
    moved[none] = line.work_days[line.nth(line.working_days_to(days[none]) + 1, days[none])]
    return line.midnight_after(moved)


def _left(calendar: Calendar, clock: str, due: Numbers, now: Numbers) -> NDArray[np.float64]:
    if clock == "urgent_hours":
        return (due - now) / _HOUR_US
    line = calendar.timeline
    if clock == "natural_days":
        return _days(line, due) - _days(line, now)
    left = line.worked_to(due) - line.worked_to(now)
    if clock == "work_hours":
        return left / _HOUR_US
    return left / sum(_span_us(begin, end) for begin, end in calendar.hours)


def _days(line: Timeline, instants: Numbers) -> NDArray[np.float64]:
    """Return instants as local days and parts of a day; one of 23 hours counts as one too."""
    days = line.day_of(instants)
    begin, end = line.midnights[days - line.first], line.midnight_after(days)
    return np.asarray(days + (instants - begin) / (end - begin), dtype=np.float64)


def _span_us(begin: dt.time, end: dt.time) -> int:
    seconds = [(one.hour * 60 + one.minute) * 60 + one.second for one in (begin, end)]
    return ((seconds[1] - seconds[0] - 1) % 86_400 + 1) * 1_000_000


def _to_us(hours: NDArray[np.float64]) -> Numbers:
    return np.rint(hours * _HOUR_US).astype(np.int64)


def _check(clock: str, lengths: NDArray[np.float64]) -> None:
    if clock not in CLOCKS:
        raise ArgumentError("people.clock_unknown", clock=clock, allowed=", ".join(CLOCKS))
    whole = clock not in IN_DAYS or bool((lengths == np.rint(lengths)).all())
    if not (whole and np.isfinite(lengths).all() and (lengths > 0).all()):
        raise ArgumentError("people.clock_length", clock=clock)


def _microseconds(argument: str, given: Instants) -> Numbers:
    """Return instants as int64 microseconds of UTC; a missing one is the least number there is."""
    if isinstance(given, pd.DatetimeIndex | pd.Series) and isinstance(given.dtype, pd.DatetimeTZDtype):
        held = pd.DatetimeIndex(given)
    else:
        many = [given] if isinstance(given, dt.datetime) or given is None else list(given)
        aware = [isinstance(one, dt.datetime) and one.tzinfo is not None for one in many]
        if not all(known or pd.isna(one) for known, one in zip(aware, many, strict=True)):
            raise ArgumentError("people.clock_naive", argument=argument)
        held = pd.DatetimeIndex(pd.to_datetime(many, utc=True))
    return held.tz_convert("UTC").tz_localize(None).as_unit("us").to_numpy().astype(np.int64)


def _where_known(
    run: Callable[..., Numbers], calendar: Calendar, clock: str, *given: NDArray[np.generic]
) -> pd.DatetimeIndex:
    """Run a clock where no instant is missing, and return what it gives as instants, NaT elsewhere."""
    there = np.logical_and.reduce([one != _MISSING for one in given])
    found = np.full(len(there), _MISSING)
    if there.any():
        found[there] = run(calendar, clock, *(one[there] for one in given))
    return pd.DatetimeIndex(found.astype("datetime64[us]")).tz_localize("UTC")
