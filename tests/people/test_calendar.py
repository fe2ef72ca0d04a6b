"""The working calendar: weekends, holidays, make-up workdays, hours, and years that nobody told of."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gridmap.errors import ArgumentError
from gridmap.people.calendar import CHINA_YEARS, OFFICE_HOURS, Calendar, china, hours_text, weekdays
from gridmap.people.timeline import days_in

NIGHT = ((dt.time(22), dt.time(6)),)
BOSTON = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2015-10-01", False),  # National Day, a Thursday
        ("2015-10-10", True),  # a Saturday that makes up for it
        ("2015-10-11", False),  # the Sunday after it
        ("2015-02-18", False),  # the eve of Spring Festival
        ("2015-02-15", True),  # a Sunday that makes up for it
        ("2015-09-03", False),  # once only: 70 years after the war
        ("2015-10-12", True),
    ],
)
def test_china_keeps_holidays_and_works_on_make_up_days(day: str, works: bool) -> None:
    assert china().is_working(day).tolist() == [works]


def test_many_days_are_asked_at_once() -> None:
    days = np.arange("2015-10-01", "2015-10-11", dtype="datetime64[D]")
    assert china().is_working(days).tolist() == [False] * 7 + [True] * 3
    assert china().is_working([dt.date(2015, 10, 9), "2015-10-11"]).tolist() == [True, False]
    assert china().is_working([]).tolist() == []


def test_weekdays_know_no_holiday() -> None:
    calendar = weekdays([2015], zone=BOSTON)
    assert calendar.is_working("2015-07-03").all()
    assert not calendar.is_working("2015-07-04").any()


@pytest.mark.parametrize("year", [CHINA_YEARS[0] - 1, CHINA_YEARS[-1] + 1])
def test_a_year_without_data_says_so_and_what_to_do(year: int) -> None:
    for ask in (lambda: china([year]), lambda: china().is_working(dt.date(year, 5, 1))):
        with pytest.raises(ArgumentError, match=rf"{year}.*gridmap calendar import"):
            ask()


def test_a_year_missing_between_two_is_missing() -> None:
    calendar = china([2014, 2016])
    assert calendar.years == (2014, 2016)
    assert calendar.is_working(["2014-01-02", "2016-01-04"]).all()
    with pytest.raises(ArgumentError, match="2015"):
        calendar.is_working("2015-06-01")


def test_a_notice_changes_single_days_and_opens_a_year_of_weekdays() -> None:
    calendar = china([2026]).with_days({dt.date(2026, 12, 31): False, dt.date(2027, 1, 1): False})
    assert calendar.years == (2026, 2027)
    days = ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-04"]
    assert calendar.is_working(days).tolist() == [True, False, False, False, True]
    assert china([2026]).is_working("2026-12-31").all(), "the calendar it came from stays as it was"


@pytest.mark.parametrize("days", [["yesterday"], [None], [3.5]])
def test_what_is_no_day_is_refused(days: list[object]) -> None:
    with pytest.raises(ArgumentError, match="days"):
        china().is_working(days)


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((dt.time(14), dt.time(18)), (dt.time(9), dt.time(12))),
        ((dt.time(9), dt.time(13)), (dt.time(12), dt.time(18))),
        ((dt.time(5), dt.time(12)), (dt.time(22), dt.time(6))),
        ((dt.time(22), dt.time(6)), (dt.time(9), dt.time(12))),
        ((dt.time(9, tzinfo=dt.UTC), dt.time(12, tzinfo=dt.UTC)),),
    ],
)
def test_hours_that_overlap_or_are_out_of_order_are_refused(hours: tuple[tuple[dt.time, dt.time], ...]) -> None:
    with pytest.raises(ArgumentError, match="hours"):
        china([2015], hours=hours)


def test_hours_may_touch_and_may_go_over_midnight() -> None:
    for hours in (NIGHT, ((dt.time(9), dt.time(12)), (dt.time(12), dt.time(9))), ((dt.time(0), dt.time(0)),)):
        assert china([2015], hours=hours).hours == hours


def test_a_year_has_as_many_entries_as_days() -> None:
    assert (days_in(2015), days_in(2016)) == (365, 366)
    with pytest.raises(ArgumentError, match="2016"):
        Calendar(BOSTON, {2016: np.ones(365, dtype=bool)})
    with pytest.raises(ArgumentError, match="year"):
        Calendar(BOSTON, {})


def test_hours_read_as_people_write_them() -> None:
    assert hours_text(OFFICE_HOURS) == "09:00-12:00, 14:00-18:00"
