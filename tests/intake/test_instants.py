"""A day with a time, however a register writes it, is one instant of UTC."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.intake import kinds
from gridmap.intake.instants import read_instants
from gridmap.intake.texts import Column

FIRST, LAST = dt.datetime(1901, 1, 1), dt.datetime(2099, 12, 31)  # noqa: DTZ001 of a clock, whatever its zone
SHENZHEN, BOSTON = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def read(*written: str | None, zone: ZoneInfo = SHENZHEN) -> tuple[list[str | None], dict[str, list[int]]]:
    column = Column(pa.array(written, pa.string()), np.full(len(written), kinds.TEXT, dtype=np.int8))
    found = read_instants(column, zone)
    held = [None if pd.isna(one) else one.strftime("%Y-%m-%dT%H:%M:%S") for one in found.values]
    return held, {one.code.removeprefix("intake."): np.flatnonzero(one.where).tolist() for one in found.problems}


@pytest.mark.parametrize(
    "written",
    [
        "2015-01-06 08:30",
        "2015-1-6 8:30:00",
        "2015/1/6 8:30",
        "2015.01.06T08:30:00.000",
        "2015年1月6日8时30分",
        "2015 年 1 月 6 日 8:30",
        "1/6/2015 8:30 AM",
        "01/06/2015 08:30:00 AM",
        "2015-01-06T00:30Z",
        "2015-01-05 19:30:00-05:00",
    ],
)
def test_an_instant_is_read_however_it_is_written(written: str) -> None:
    assert read(written) == (["2015-01-06T00:30:00"], {})


@pytest.mark.parametrize(
    "written",
    ["x", "13/13/2015 01:00 AM", "2015-02-30 01:00", "2015-01-01 24:30", "1/6/2015 8:30", "1/6/2015 13:30 PM", "8:30"],
)
def test_what_is_no_instant_is_a_fault(written: str) -> None:
    assert read(written) == ([None], {"not_instant": [0]})


def test_a_space_alone_parts_the_day_from_the_hour() -> None:
    assert read("2015-1-1 08:30", "2015-1-10 8:30")[0] == ["2015-01-01T00:30:00", "2015-01-10T00:30:00"]


def test_twelve_am_is_midnight_and_twelve_pm_is_noon() -> None:
    held, _ = read("1/6/2015 12:00:00 AM", "1/6/2015 12:00:00 PM", zone=BOSTON)
    assert held == ["2015-01-06T05:00:00", "2015-01-06T17:00:00"]


def test_a_time_of_a_spreadsheet_is_the_one_that_it_shows() -> None:
    assert read("2015-01-06T08:30:04.999999", "2015-01-06T08:59:59.9999999")[0] == [
        "2015-01-06T00:30:05",
        "2015-01-06T01:00:00",
    ]


def test_a_day_alone_is_its_midnight_and_nothing_is_nothing() -> None:
    assert read("2015-01-06", None) == (["2015-01-05T16:00:00", None], {})


def test_an_hour_shown_twice_is_the_first_and_one_left_out_is_a_fault() -> None:
    held, found = read("2015-11-01 01:30", "2015-03-08 02:30", zone=BOSTON)
    assert held == ["2015-11-01T05:30:00", None]
    assert found == {"no_such_time": [1]}


@settings(deadline=None, max_examples=60)
@given(
    st.datetimes(FIRST, LAST),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"]),
)
def test_every_instant_comes_back_from_every_spelling(clock: dt.datetime, spelling: str) -> None:
    clock = clock.replace(microsecond=0)
    held, _ = read(clock.strftime(spelling), zone=ZoneInfo("UTC"))
    assert held == [clock.strftime("%Y-%m-%dT%H:%M:%S")]
