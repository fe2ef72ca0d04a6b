"""The four clocks: when something is due, what is left, and what runs on after a pause."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.people.calendar import OFFICE_HOURS, Calendar, Hours, china, weekdays
from gridmap.people.clocks import CLOCKS, IN_DAYS, due_at, resumed, time_left
from tests.people import slow_clock

CHINA = china()
SHANGHAI = CHINA.zone
BOSTON = weekdays(range(2014, 2018), zone=ZoneInfo("America/New_York"))
NIGHT: Hours = ((dt.time(22), dt.time(6)),)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def local(instants: pd.DatetimeIndex, zone: ZoneInfo = SHANGHAI) -> str:
    (one,) = instants.tz_convert(zone)
    return f"{one:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("clock", "length", "start", "due"),
    [
        # Friday 17:55 before a make-up Saturday
        ("work_hours", 0.5, "2015-10-09T17:55", "2015-10-10T09:25"),
        ("work_hours", 7, "2015-10-09T17:55", "2015-10-10T17:55"),
        ("work_days", 1, "2015-10-09T17:55", "2015-10-10T18:00"),
        ("work_days", 2, "2015-10-09T17:55", "2015-10-12T18:00"),
        ("natural_days", 1, "2015-10-09T17:55", "2015-10-11T00:00"),
        ("urgent_hours", 2, "2015-10-09T23:00", "2015-10-10T01:00"),
        # a plain Friday
        ("work_hours", 0.5, "2015-10-16T17:55", "2015-10-19T09:25"),
        ("work_days", 1, "2015-10-16T17:55", "2015-10-19T18:00"),
        ("natural_days", 1, "2015-10-16T17:55", "2015-10-20T00:00"),
        # ends exactly at closing time, not when the office opens again; begins before it opens, and at noon
        ("work_hours", 7, "2015-10-16T09:00", "2015-10-16T18:00"),
        ("work_hours", 3, "2015-10-16T07:00", "2015-10-16T12:00"),
        ("work_hours", 1, "2015-10-16T12:30", "2015-10-16T15:00"),
        # the eve of Spring Festival 2015 (18 to 24 February are holidays)
        ("work_hours", 2, "2015-02-17T17:00", "2015-02-25T10:00"),
        ("work_days", 1, "2015-02-17T09:00", "2015-02-25T18:00"),
        ("urgent_hours", 48, "2015-02-18T20:00", "2015-02-20T20:00"),
        # ends on a holiday: moved to the end of the next working day
        ("natural_days", 3, "2015-09-30T10:00", "2015-10-09T00:00"),
        ("natural_days", 8, "2015-09-30T10:00", "2015-10-09T00:00"),
        # begins on a holiday
        ("work_days", 1, "2015-10-03T10:00", "2015-10-08T18:00"),
        ("work_hours", 1, "2015-10-03T10:00", "2015-10-08T10:00"),
    ],
)
def test_when_it_is_due(clock: str, length: float, start: str, due: str) -> None:
    assert local(due_at(CHINA, clock, length, at(start))) == due


@pytest.mark.parametrize(
    ("clock", "length", "start", "due"),
    [
        # clocks go forward on Sunday 2015-03-08 at 02:00, back on Sunday 2015-11-01 at 02:00
        ("urgent_hours", 24, "2015-03-07T12:00", "2015-03-08T13:00"),
        ("urgent_hours", 24, "2015-10-31T12:00", "2015-11-01T11:00"),
        ("work_hours", 2, "2015-03-06T17:00", "2015-03-09T10:00"),
        ("work_days", 1, "2015-10-30T12:00", "2015-11-02T18:00"),
        ("natural_days", 1, "2015-10-31T12:00", "2015-11-03T00:00"),
    ],
)
def test_daylight_saving_in_new_york(clock: str, length: float, start: str, due: str) -> None:
    assert local(due_at(BOSTON, clock, length, at(start, BOSTON.zone)), BOSTON.zone) == due


def test_a_night_shift_loses_the_hour_that_is_left_out_and_gains_the_one_that_comes_twice() -> None:
    every = {year: np.ones(365, dtype=bool) for year in (2015,)}
    nights = Calendar(BOSTON.zone, every, NIGHT)
    spring = due_at(nights, "work_hours", 7, at("2015-03-07T22:00", BOSTON.zone))
    autumn = due_at(nights, "work_hours", 9, at("2015-10-31T22:00", BOSTON.zone))
    assert local(spring, BOSTON.zone) == "2015-03-08T06:00"
    assert local(autumn, BOSTON.zone) == "2015-11-01T06:00"


def test_a_night_shift_closes_on_the_next_day_whatever_day_that_is() -> None:
    nights = china([2015], hours=NIGHT)
    assert local(due_at(nights, "work_hours", 4, at("2015-10-16T23:00"))) == "2015-10-17T03:00"
    assert local(due_at(nights, "work_hours", 8, at("2015-10-16T23:00"))) == "2015-10-19T23:00"
    assert local(due_at(nights, "work_days", 1, at("2015-10-16T23:00"))) == "2015-10-20T06:00"


@pytest.mark.parametrize(
    ("clock", "due", "paused", "again", "new"),
    [
        ("urgent_hours", "2015-10-12T12:00", "2015-10-12T10:00", "2015-10-13T23:00", "2015-10-14T01:00"),
        # resumed outside hours: the rest begins when the office opens
        ("work_hours", "2015-10-12T12:00", "2015-10-12T10:00", "2015-10-16T20:00", "2015-10-19T11:00"),
        ("work_hours", "2015-10-12T15:00", "2015-10-12T11:00", "2015-10-14T13:00", "2015-10-14T16:00"),
        # two working days lie after the pause
        ("work_days", "2015-10-14T18:00", "2015-10-12T10:00", "2015-10-16T10:00", "2015-10-20T18:00"),
        ("work_days", "2015-10-14T18:00", "2015-10-12T10:00", "2015-10-12T17:00", "2015-10-14T18:00"),
        # less than a day is left: the first closing time from the resume on
        ("work_days", "2015-10-14T18:00", "2015-10-14T10:00", "2015-10-16T10:00", "2015-10-16T18:00"),
        ("work_days", "2015-10-14T18:00", "2015-10-14T10:00", "2015-10-16T20:00", "2015-10-19T18:00"),
        ("work_days", "2015-10-14T18:00", "2015-10-14T10:00", "2015-10-17T10:00", "2015-10-19T18:00"),
        ("natural_days", "2015-10-15T00:00", "2015-10-12T10:00", "2015-10-13T10:00", "2015-10-16T00:00"),
        ("natural_days", "2015-10-15T00:00", "2015-10-12T10:00", "2015-09-30T10:00", None),
        ("natural_days", "2015-10-15T00:00", "2015-10-14T10:00", "2015-10-17T10:00", "2015-10-20T00:00"),
        # over when it paused: it stays over
        ("work_hours", "2015-10-12T12:00", "2015-10-12T12:01", "2015-10-16T20:00", "2015-10-12T12:00"),
    ],
)
def test_what_was_left_runs_on_after_a_pause(clock: str, due: str, paused: str, again: str, new: str | None) -> None:
    if new is None:
        with pytest.raises(ArgumentError, match="resumes"):
            resumed(CHINA, clock, at(due), at(paused), at(again))
    else:
        assert local(resumed(CHINA, clock, at(due), at(paused), at(again))) == new


@pytest.mark.parametrize(
    ("clock", "due", "now", "left"),
    [
        ("urgent_hours", "2015-10-12T12:00", "2015-10-12T10:30", 1.5),
        ("urgent_hours", "2015-10-12T12:00", "2015-10-13T12:00", -24),
        ("work_hours", "2015-10-12T15:00", "2015-10-12T11:00", 2),
        ("work_hours", "2015-10-12T15:00", "2015-10-13T10:00", -4),
        ("work_hours", "2015-10-16T18:00", "2015-10-17T10:00", 0),  # over, but no office hour has passed
        ("work_days", "2015-10-14T18:00", "2015-10-12T18:00", 2),
        ("work_days", "2015-10-14T18:00", "2015-10-14T14:30", 0.5),
        ("work_days", "2015-10-14T18:00", "2015-10-19T18:00", -3),
        ("natural_days", "2015-10-15T00:00", "2015-10-12T12:00", 2.5),
        ("natural_days", "2015-10-15T00:00", "2015-10-16T00:00", -1),
    ],
)
def test_time_left_is_in_the_clocks_own_unit(clock: str, due: str, now: str, left: float) -> None:
    assert time_left(CHINA, clock, at(due), at(now)).tolist() == pytest.approx([left])


def test_one_and_many_are_broadcast_and_what_is_missing_stays_missing() -> None:
    starts = pd.Series([at("2015-10-16T09:00"), None], dtype="datetime64[us, UTC]")
    due = due_at(CHINA, "work_hours", 7, starts)
    assert due[0] == at("2015-10-16T18:00")
    assert due.isna().tolist() == [False, True]
    assert np.isnan(time_left(CHINA, "work_hours", due, at("2015-10-16T09:00"))).tolist() == [False, True]
    assert due_at(CHINA, "urgent_hours", [1, 2], at("2015-10-16T09:00")).tolist() == [
        at("2015-10-16T10:00"),
        at("2015-10-16T11:00"),
    ]
    assert due_at(CHINA, "work_days", 1, []).empty
    assert str(due.dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize(("clock", "length"), [("work_days", 1.5), ("natural_days", 0), ("urgent_hours", -1)])
def test_a_length_that_no_clock_runs_is_refused(clock: str, length: float) -> None:
    with pytest.raises(ArgumentError, match=clock):
        due_at(CHINA, clock, length, at("2015-10-16T09:00"))


def test_an_unknown_clock_and_a_naive_instant_are_refused() -> None:
    with pytest.raises(ArgumentError, match="sand.*urgent_hours"):
        due_at(CHINA, "sand", 1, at("2015-10-16T09:00"))
    with pytest.raises(ArgumentError, match="start"):
        due_at(CHINA, "work_days", 1, dt.datetime(2015, 10, 16, 9))  # noqa: DTZ001
    with pytest.raises(ArgumentError, match="start"):
        due_at(CHINA, "work_days", 1, pd.DatetimeIndex(["2015-10-16"]))


@pytest.mark.parametrize(
    ("clock", "length"), [("work_hours", 500), ("work_hours", 50), ("work_days", 60), ("natural_days", 20)]
)
def test_a_deadline_in_a_year_without_data_says_so(clock: str, length: int) -> None:
    for calendar, start, year in (
        (CHINA, "2026-12-30T12:00", "2027"),
        (china([2014, 2016]), "2014-12-30T12:00", "2015"),
        (CHINA, "2027-05-01T12:00", "2027"),
    ):
        with pytest.raises(ArgumentError, match=rf"{year}.*calendar import"):
            due_at(calendar, clock, length, at(start))
    assert local(due_at(CHINA, "urgent_hours", 500, at("2026-12-30T00:00"))) == "2027-01-19T20:00"


SPRING = dt.datetime(2015, 1, 20, tzinfo=dt.UTC)
MINUTES = st.integers(0, 60 * 24 * 300)
SHIFTS = st.sampled_from([OFFICE_HOURS, NIGHT, ((dt.time(7, 30), dt.time(11, 10)), (dt.time(20), dt.time(1, 5)))])
PLACES = st.sampled_from([CHINA, BOSTON])


@settings(deadline=None, max_examples=60)
@given(calendar=PLACES, hours=SHIFTS, clock=st.sampled_from(CLOCKS), length=st.integers(1, 30), start=MINUTES)
def test_a_deadline_is_what_counting_minutes_gives(
    calendar: Calendar, hours: Hours, clock: str, length: int, start: int
) -> None:
    here = Calendar(calendar.zone, {year: calendar.working[year] for year in (2014, 2015, 2016)}, hours)
    begun = SPRING + start * slow_clock.MINUTE
    (due,) = due_at(here, clock, length, begun)
    assert due == slow_clock.due(here, clock, length, begun)
    if clock not in IN_DAYS:
        assert time_left(here, clock, due, begun).tolist() == pytest.approx([length])


@settings(deadline=None, max_examples=60)
@given(calendar=PLACES, clock=st.sampled_from(CLOCKS), length=st.integers(1, 12), spans=st.lists(MINUTES, max_size=2))
def test_a_pause_of_no_length_changes_nothing_and_a_longer_one_never_brings_the_deadline_forward(
    calendar: Calendar, clock: str, length: int, spans: list[int]
) -> None:
    begun = SPRING + 60 * 24 * 20 * slow_clock.MINUTE
    due = due_at(calendar, clock, length, begun)
    paused = begun + (spans[0] % (60 * 24 * 14) if spans else 0) * slow_clock.MINUTE
    assert resumed(calendar, clock, due, paused, paused).tolist() == due.tolist()
    again = paused + (spans[-1] if spans else 0) * slow_clock.MINUTE
    (new,) = resumed(calendar, clock, due, paused, again)
    assert new >= due[0]
    if clock == "work_hours" and paused <= due[0]:
        rest = slow_clock.minutes_of_work(calendar, paused, due[0].to_pydatetime())
        assert slow_clock.minutes_of_work(calendar, again, new.to_pydatetime()) == rest
