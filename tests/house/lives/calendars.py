"""How the working calendar and the clocks live."""

from __future__ import annotations

import datetime as dt

import pytest

from gridmap.errors import ArgumentError
from gridmap.people.calendar import OFFICE_HOURS, china, hours_text, weekdays
from gridmap.people.clocks import CLOCKS, due_at, resumed, time_left


def live() -> None:
    """Run every clock on both kinds of calendar, over a pause."""
    for calendar in (china(), weekdays([2015, 2016], zone=china([2015]).zone)):
        changed = calendar.with_days({dt.date(2015, 10, 9): False})
        assert not changed.is_working("2015-10-09").any()
        assert changed.years == calendar.years
        start = dt.datetime(2015, 9, 30, 9, 55, tzinfo=dt.UTC)
        for clock in CLOCKS:
            due = due_at(changed, clock, 3, start)
            later = resumed(changed, clock, due, start, start + dt.timedelta(days=20))
            assert time_left(changed, clock, later, start)[0] > 0
    assert hours_text(OFFICE_HOURS)
    with pytest.raises(ArgumentError, match="1999"):
        china([1999])
