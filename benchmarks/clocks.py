"""A million due instants in one call: the clocks of deadlines beside numpy's business days.

The peer for `work_days` is `numpy.busday_offset` with the same holidays and make-up days: it gives the day alone, so
the local start day is found for it, as it is for the clock. Both give the same days.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from benchmarks.link import best, show
from gridmap.people.calendar import Calendar, china
from gridmap.people.clocks import CLOCKS, due_at, resumed, time_left

FIRST, LAST = "2015-01-01", "2025-06-30"
LENGTH = 5


def starts(count: int) -> pd.DatetimeIndex:
    """Return that many instants of ten years, day and night."""
    low, high = (pd.Timestamp(day).value // 1000 for day in (FIRST, LAST))
    drawn = np.random.default_rng(3).integers(low, high, count)
    return pd.DatetimeIndex(drawn.astype("datetime64[us]")).tz_localize("UTC")


def business_days(calendar: Calendar, begun: pd.DatetimeIndex) -> np.ndarray:
    """Return the days due as numpy counts them: every day of the week may be worked, the days off are its holidays."""
    years = calendar.years
    days = np.arange(f"{years[0]}-01-01", f"{years[-1] + 1}-01-01", dtype="datetime64[D]")
    off = days[~calendar.is_working(days)]
    local = begun.tz_convert("Asia/Shanghai").tz_localize(None).to_numpy().astype("datetime64[D]")
    return np.busday_offset(local, LENGTH, roll="backward", weekmask="1111111", holidays=off)


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--starts", type=int, default=1_000_000)
    ask.add_argument("--rounds", type=int, default=3)
    given = ask.parse_args()
    calendar, begun = china(), starts(given.starts)
    due = due_at(calendar, "work_days", LENGTH, begun)
    days = due.tz_convert("Asia/Shanghai").tz_localize(None).to_numpy().astype("datetime64[D]")
    assert (days == business_days(calendar, begun)).all()
    later = begun + pd.Timedelta(days=3)
    taken = best(
        given.rounds,
        **{clock: lambda clock=clock: due_at(calendar, clock, LENGTH, begun) for clock in CLOCKS},
        peer=lambda: business_days(calendar, begun),
        left=lambda: time_left(calendar, "work_days", due, begun),
        resumed=lambda: resumed(calendar, "work_days", due, begun, later),
    )
    print(f"{'':<52} {'ratio':>6}   wanted")
    detail = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in taken.items())
    title = f"{given.starts:,} deadlines"
    show(f"{title}: busday_offset / work_days", taken["peer"] / taken["work_days"], "> 1", detail)
    show(f"{title}: slowest clock, seconds", max(taken[clock] for clock in CLOCKS), "< 2", "")


if __name__ == "__main__":
    main()
