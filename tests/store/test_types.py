"""Instants are UTC microseconds, days ISO text, geometries 2D WKB, plain data sorted JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Dialect, Integer, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from gridmap.errors import ArgumentError
from gridmap.store.types import Day, Geometry, Instant, Json, microseconds, text_column

SHANGHAI = timezone(timedelta(hours=8))
DIALECT: Dialect = sqlite.dialect()

drawer = Table(
    "drawer",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("instant", Instant),
    Column("day", Day),
    Column("place", Geometry),
    Column("data", Json),
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        drawer.create(opened)
        yield opened
    engine.dispose()


def kept(connection: Connection, **values: object) -> tuple[Any, Any]:
    """Return what stands in the file for the one value given, and what comes back."""
    connection.execute(insert(drawer), values)
    (name,) = values
    raw = connection.execute(text(f"SELECT {name} FROM drawer")).scalar_one()
    return raw, connection.execute(select(drawer.c[name])).scalar_one()


def test_an_instant_keeps_its_moment_and_comes_back_in_utc(connection: Connection) -> None:
    evening = datetime(2015, 12, 31, 18, 30, 0, 5, tzinfo=SHANGHAI)
    raw, back = kept(connection, instant=evening)
    assert raw == 1_451_557_800_000_005
    assert back == evening
    assert back.tzinfo is UTC


@given(st.datetimes(timezones=st.just(SHANGHAI)))
def test_every_instant_comes_back_to_the_microsecond(moment: datetime) -> None:
    instant = Instant()
    assert instant.process_result_value(instant.process_bind_param(moment, DIALECT), DIALECT) == moment


@pytest.mark.parametrize("wrong", [datetime(2015, 12, 31, 18, 30), date(2015, 12, 31), "2015-12-31", 0])  # noqa: DTZ001
def test_a_naive_datetime_or_no_datetime_is_no_instant(wrong: object) -> None:
    with pytest.raises(ArgumentError, match="give it with a time zone"):
        microseconds(wrong)


def test_a_naive_datetime_never_reaches_the_file(connection: Connection) -> None:
    with pytest.raises(StatementError, match="time zone"):
        kept(connection, instant=datetime(2015, 12, 31))  # noqa: DTZ001


def test_a_day_is_iso_text_so_that_text_order_is_time_order(connection: Connection) -> None:
    raw, back = kept(connection, day=date(2015, 3, 12))
    assert (raw, back) == ("2015-03-12", date(2015, 3, 12))


@pytest.mark.parametrize("wrong", [datetime(2015, 3, 12, tzinfo=UTC), "2015-03-12"])
def test_an_instant_or_a_text_is_no_day(wrong: Any) -> None:
    with pytest.raises(ArgumentError, match="plain date"):
        Day().process_bind_param(wrong, DIALECT)


def test_a_geometry_is_kept_as_flat_little_endian_wkb(connection: Connection) -> None:
    raw, back = kept(connection, place=shapely.Point(114.47, 22.59, 30.0))
    assert raw == back == shapely.to_wkb(shapely.Point(114.47, 22.59), byte_order=1)


def test_wkb_is_taken_as_it_is(connection: Connection) -> None:
    wkb = shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)]))
    assert kept(connection, place=wkb)[1] == wkb


def test_equal_data_is_equal_text(connection: Connection) -> None:
    raw, back = kept(connection, data={"b": [1, None], "a": "路灯"})
    assert raw == '{"a":"路灯","b":[1,null]}'
    assert back == {"a": "路灯", "b": [1, None]}


@pytest.mark.parametrize("name", ["instant", "day", "place", "data"])
def test_null_stays_null(connection: Connection, name: str) -> None:
    assert kept(connection, **{name: None}) == (None, None)


def test_a_text_column_bears_its_mark() -> None:
    assert text_column("name", "personal", nullable=False).info == {"mark": "personal"}
