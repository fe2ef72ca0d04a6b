"""The periods of a duty: calendar periods tile the days, a campaign is one, an interval runs from visit to visit.

Days are whole numbers, days since 1970-01-01, so that a million of them are one array; periods are half-open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError

CALENDAR = ("day", "week", "month", "quarter", "year")
PERIODS = (*CALENDAR, "campaign", "interval", "closing")
ENDLESS = np.iinfo(np.int32).max  # the day on which what has no end would end

Days: TypeAlias = NDArray[np.int64]
Span: TypeAlias = tuple[int, int]

_EPOCH = dt.date(1970, 1, 1)
_IN_DAYS = {"day": 1, "week": 7}
_IN_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def number(day: dt.date) -> int:
    """Return the days since 1970-01-01."""
    return (day - _EPOCH).days


def day(number_: int) -> dt.date:
    """Return the day of a number of days since 1970-01-01."""
    return _EPOCH + dt.timedelta(days=int(number_))


def numbers(days: pd.Series, *, missing: int) -> Days:
    """Return ISO days as numbers, `missing` where there is none. Equal texts are read once."""
    codes, texts = pd.factorize(days)
    told = np.array([number(dt.date.fromisoformat(text)) for text in texts] + [missing], dtype=np.int64)
    return told[codes]


def texts(values: Sequence[str | None]) -> NDArray[np.object_]:
    """Return texts as an array of objects."""
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def iso(days: Days) -> NDArray[np.object_]:
    """Return the ISO text of each day."""
    codes, told = pd.factorize(days)
    return texts([day(int(one)).isoformat() for one in told])[codes]


def local_days(instants: pd.Series, zone: dt.tzinfo) -> tuple[Days, Days]:
    """Return the local day of each instant and the microseconds since its midnight, as the clock on the wall shows."""
    wall = instants.dt.tz_convert(zone).dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    days = wall.astype("datetime64[D]")
    return days.astype(np.int64), (wall - days).astype(np.int64)


def span_of(kind: str, number_: int) -> Span:
    """Return the calendar period that holds a day: ISO weeks begin on Monday, quarters in January, April and so on."""
    held = day(number_)
    if kind == "day":
        return number_, number_ + 1
    if kind == "week":
        return number_ - held.weekday(), number_ - held.weekday() + 7
    months = _IN_MONTHS[kind]
    begin = held.replace(month=(held.month - 1) // months * months + 1, day=1)
    year, month = divmod(begin.month - 1 + months, 12)
    return number(begin), number(dt.date(begin.year + year, month + 1, 1))


def spans(kind: str, first: int, last: int) -> Iterator[Span]:
    """Yield the calendar periods that hold the days `first` to `last`, in their order, without hole or overlap."""
    begin, end = span_of(kind, first)
    while begin <= last:
        yield begin, end
        begin, end = span_of(kind, end)


def needed(count: int, kind: str, average_over: str | None, span: Span) -> int:
    """Return how many visits a period needs: `count` of each `kind` in it, on average, rounded up.

    Two a week over a month of 31 days: 2 * 31 / 7, so 9.
    """
    if average_over is None:
        return count
    if kind in _IN_DAYS:
        return -(-count * (span[1] - span[0]) // _IN_DAYS[kind])
    return count * _IN_MONTHS[average_over] // _IN_MONTHS[kind]


def longer(kind: str) -> tuple[str, ...]:
    """Return the calendar periods over which an average of `kind` can be taken."""
    if kind not in CALENDAR:
        return ()
    after = CALENDAR[CALENDAR.index(kind) + 1 :]
    return tuple(one for one in after if one in _IN_MONTHS or kind == "day")


def label(kind: str, span: Span) -> str:
    """Return the name of a period: 2015-10-31, 2015-W44, 2015-10, 2015-Q4, 2015; else its first and last day."""
    begin = day(span[0])
    if kind == "day":
        return begin.isoformat()
    if kind == "week":
        year, week, _ = begin.isocalendar()
        return f"{year}-W{week:02}"
    if kind == "month":
        return f"{begin:%Y-%m}"
    if kind == "quarter":
        return f"{begin:%Y}-Q{(begin.month + 2) // 3}"
    if kind == "year":
        return f"{begin:%Y}"
    return f"{begin.isoformat()}/{day(span[1] - 1).isoformat()}"


def begin_of(kind: str, name: str) -> int:
    """Return the first day of the period that `label` calls `name`; the name of a day is that of the period it is in.

    Raises ArgumentError for a name that no such period has.
    """
    try:
        return _begin(kind, name.strip())
    except ValueError:
        example = label(kind, span_of(kind, 0) if kind in CALENDAR else (0, 1))
        raise ArgumentError("ledger.no_period", period=name, kind=kind, example=example) from None


def _begin(kind: str, name: str) -> int:
    if kind not in CALENDAR:
        return number(dt.date.fromisoformat(name.partition("/")[0]))
    year, _, rest = name.partition("-")
    if rest.startswith("W"):
        held = dt.date.fromisocalendar(int(year), int(rest[1:]), 1)
    elif rest.startswith("Q"):
        held = dt.date(int(year), 3 * int(rest[1:]) - 2, 1)
    elif "-" in rest:
        return span_of(kind, number(dt.date.fromisoformat(name)))[0]
    else:
        held = dt.date(int(year), int(rest) if rest else 1, 1)
    span = span_of(kind, number(held))
    if label(kind, span) != name:
        raise ValueError(name)
    return span[0]
