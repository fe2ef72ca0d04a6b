"""Periods: calendar periods tile the days; each has a name that leads back to it."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.ledger import periods
from gridmap.ledger.periods import CALENDAR, begin_of, label, longer, needed, number, span_of, spans

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31)).map(number)
KINDS = st.sampled_from(CALENDAR)


@given(KINDS, DAYS, st.integers(0, 900))
def test_calendar_periods_tile(kind: str, first: int, days: int) -> None:
    found = list(spans(kind, first, first + days))
    assert found[0][0] <= first < found[0][1]
    assert found[-1][0] <= first + days < found[-1][1]
    assert all(one[1] == after[0] for one, after in pairwise(found))


@given(KINDS, DAYS)
def test_every_day_of_a_period_has_the_same_period_and_name(kind: str, day: int) -> None:
    span = span_of(kind, day)
    assert {span_of(kind, one) for one in range(*span)} == {span}
    assert begin_of(kind, label(kind, span)) == span[0]
    assert begin_of(kind, periods.day(day).isoformat()) == span[0]


@pytest.mark.parametrize(
    ("kind", "day", "name", "begin", "end"),
    [
        ("day", "2015-10-31", "2015-10-31", "2015-10-31", "2015-11-01"),
        ("week", "2016-01-01", "2015-W53", "2015-12-28", "2016-01-04"),
        ("month", "2016-02-29", "2016-02", "2016-02-01", "2016-03-01"),
        ("quarter", "2015-12-31", "2015-Q4", "2015-10-01", "2016-01-01"),
        ("year", "2015-07-01", "2015", "2015-01-01", "2016-01-01"),
    ],
)
def test_a_period_begins_and_ends_where_the_calendar_says(kind: str, day: str, name: str, begin: str, end: str) -> None:
    span = span_of(kind, number(dt.date.fromisoformat(day)))
    assert label(kind, span) == name
    assert periods.iso(np.array(span)).tolist() == [begin, end]


def test_a_campaign_is_named_by_its_first_and_last_day() -> None:
    span = number(dt.date(2015, 3, 1)), number(dt.date(2015, 11, 1))
    assert label("campaign", span) == "2015-03-01/2015-10-31"
    assert begin_of("campaign", "2015-03-01/2015-10-31") == span[0]


@pytest.mark.parametrize(
    ("kind", "name"), [("month", "2015-13"), ("week", "2015-10"), ("quarter", "2015-Q5"), ("campaign", "spring")]
)
def test_a_name_that_no_period_has_is_refused_with_an_example(kind: str, name: str) -> None:
    with pytest.raises(ArgumentError, match="write it as"):
        begin_of(kind, name)


def test_an_average_is_rounded_up_over_the_days_of_the_longer_period() -> None:
    october = span_of("month", number(dt.date(2015, 10, 5)))
    february = span_of("month", number(dt.date(2015, 2, 5)))
    assert needed(2, "week", "month", october) == 9
    assert needed(2, "week", "month", february) == 8
    assert needed(1, "day", "week", span_of("week", number(dt.date(2015, 2, 5)))) == 7
    assert needed(2, "month", "quarter", span_of("quarter", number(dt.date(2015, 2, 5)))) == 6
    assert needed(3, "week", None, october) == 3
    assert longer("week") == ("month", "quarter", "year")
    assert longer("year") == longer("campaign") == ()


def test_the_local_day_of_an_instant_is_that_of_the_wall() -> None:
    instants = pd.Series(pd.to_datetime(["2015-03-08T06:59:59Z", "2015-03-08T07:00:00Z", "2015-03-09T03:59:59Z"]))
    days, clock = periods.local_days(instants.astype("datetime64[us, UTC]"), ZoneInfo("America/New_York"))
    assert periods.iso(days).tolist() == ["2015-03-08"] * 3
    assert (clock // 3_600_000_000).tolist() == [1, 3, 23], "the clock skips the hour from two to three"


def test_a_missing_day_is_what_one_says_it_is() -> None:
    assert periods.numbers(pd.Series(["1970-01-02", None, "1970-01-02"]), missing=-5).tolist() == [1, -5, 1]
