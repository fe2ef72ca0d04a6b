"""Filters: read as the cql2 package reads them, without its falls; true for the rows that one counts by hand."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import cql2 as package
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from api.standards.cql2 import Filter
from api.standards.cql2_like import fits
from api.standards.cql2_read import DEEPEST, LONGEST, read_json, read_text
from gridmap.errors import ArgumentError

SHANGHAI = ZoneInfo("Asia/Shanghai")
KINDS = {
    "name": "text",
    "count": "integer",
    "length": "number",
    "dark": "boolean",
    "day": "day",
    "at": "instant",
    "geometry": "shape",
}


def lane() -> gpd.GeoDataFrame:
    """Five lamps along a lane, a step apart; of the last nothing is known."""
    return gpd.GeoDataFrame(
        {
            "name": ["Ab%c", "路灯 2", "É_x", "it's", None],
            "count": pd.array([1, 2, 3, 4, None], dtype="Int64"),
            "length": [0.5, 1.5, -2.0, 4.0, np.nan],
            "dark": pd.array([True, False, True, False, None], dtype="boolean"),
            "day": ["2015-01-01", "2015-06-15", "2015-12-30", "2015-12-31", None],
            "at": pd.to_datetime(
                ["2015-12-30T15:59:59Z", "2015-12-30T16:00:00Z", "2015-12-31T15:59:59Z", "2015-12-31T16:00:00Z", None]
            ),
        },
        geometry=[shapely.Point(0, 0), shapely.Point(1, 0), shapely.Point(2, 0), shapely.Point(3, 0), None],
        crs=4326,
    )


def rows_of(asked: Any) -> list[int]:
    """Return which lamps, from 1, a filter keeps."""
    filtered = Filter(lane(), KINDS, SHANGHAI, lambda geometry: geometry)
    found = filtered.matching(read_text(asked) if isinstance(asked, str) else asked)
    return [int(one) + 1 for one in np.flatnonzero(found)]


@pytest.mark.parametrize(
    ("asked", "lamps"),
    [
        ("count = 2", [2]),
        ("count <> 2", [1, 3, 4]),
        ("NOT count = 2", [1, 3, 4]),
        ("count > 1 AND count < 4", [2, 3]),
        ("count = 1 OR count = 2 AND dark = TRUE", [1]),
        ("(count = 1 OR count = 2) AND dark = FALSE", [2]),
        ("dark", [1, 3]),
        ("NOT dark", [2, 4]),
        ("count BETWEEN 2 AND 3", [2, 3]),
        ("count NOT BETWEEN 2 AND 3", [1, 4]),
        ("count IN (1, 4, 9)", [1, 4]),
        ("name NOT IN ('it''s', 'Ab%c')", [2, 3]),
        ("name = 'it''s'", [4]),
        ("name IS NULL", [5]),
        ("name IS NOT NULL", [1, 2, 3, 4]),
        ("count = NULL", []),
        ("NOT count = NULL", []),
        ("count = NULL OR count = 1", [1]),
        ("name LIKE '路灯%'", [2]),
        ("name LIKE 'Ab\\%c'", [1]),
        ("name LIKE '_\\_x'", [3]),
        ("name NOT LIKE '%'", []),
        ("name ILIKE 'AB%'", [1]),
        ("dark = 1", [1, 3]),
        ("day >= '2015-12-30T'", [3, 4]),
        ("CASEI(name) = CASEI('AB%C')", [1]),
        ("CASEI(name) LIKE 'ab%'", [1]),
        ("ACCENTI(name) = ACCENTI('E_x')", [3]),
        ("count + 1 = 2 * length", [2]),
        ("length / 0 > 1", []),
        ("NOT length / 0 > 1", []),
        ("count DIV 2 = 1", [2, 3]),
        ("count % 2 = 1", [1, 3]),
        ("count ^ 2 = 16", [4]),
        ("-length = 2", [3]),
        ("count > length", [1, 2, 3]),
        ("day >= DATE('2015-12-30')", [3, 4]),
        ("day = '2015-06-15'", [2]),
        ("at >= TIMESTAMP('2015-12-30T16:00:00Z')", [2, 3, 4]),
        ("at >= TIMESTAMP('2015-12-31T00:00:00+08:00')", [2, 3, 4]),
        ("at >= DATE('2015-12-31')", [2, 3, 4]),
        ("at < DATE('2016-01-01')", [1, 2, 3]),
        ("T_AFTER(day, DATE('2015-06-15'))", [3, 4]),
        ("T_BEFORE(day, DATE('2015-06-15'))", [1]),
        ("T_INTERSECTS(at, DATE('2015-12-31'))", [2, 3]),
        ("T_INTERSECTS(day, INTERVAL('2015-06-15', '2015-12-30'))", [2, 3]),
        ("T_INTERSECTS(day, INTERVAL('..', '2015-06-15'))", [1, 2]),
        ("T_DURING(day, INTERVAL('2015-06-15', '..'))", [3, 4]),
        ("T_EQUALS(day, DATE('2015-01-01'))", [1]),
        ("T_DISJOINT(day, INTERVAL('2015-02-01', '2015-12-30'))", [1, 4]),
        ("T_CONTAINS(INTERVAL('2015-06-15', '2015-12-31'), day)", [3]),
        ("S_INTERSECTS(geometry, BBOX(0.5, -1, 2, 1))", [2, 3]),
        ("S_WITHIN(geometry, POLYGON((0 -1, 2 -1, 2 1, 0 1, 0 -1)))", [2]),
        ("S_DISJOINT(geometry, POINT(0 0))", [2, 3, 4]),
        ("S_EQUALS(geometry, POINT(3 0))", [4]),
        ("S_CONTAINS(LINESTRING(0 0, 2 0), geometry)", [2]),
        ("NOT S_INTERSECTS(geometry, POINT(0 0))", [2, 3, 4]),
        ("S_INTERSECTS(geometry, POINT EMPTY)", []),
        ("TRUE", [1, 2, 3, 4, 5]),
        ("FALSE", []),
    ],
)
def test_a_filter_keeps_the_rows_that_one_counts_by_hand(asked: str, lamps: list[int]) -> None:
    assert rows_of(asked) == lamps


def test_an_unknown_property_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ArgumentError, match="name, count, length, dark, day, at, geometry"):
        rows_of("telephone = '1'")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("count = 'one'", "filter_kinds"),
        ("name > 1", "filter_kinds"),
        ("geometry = geometry", "filter_kinds"),
        ("name LIKE 1", "filter_kind"),
        ("dark = 2", "filter_kinds"),
        ("name LIKE name", "filter_value"),
        ("name", "filter_kind"),
        ("count", "filter_kind"),
        ("'text'", "filter_predicate"),
        ("1 = 1 + name", "filter_kind"),
        ("S_INTERSECTS(geometry, name)", "filter_kind"),
        ("S_INTERSECTS(geometry)", "filter_arguments"),
        ("S_NEAR(geometry, POINT(0 0))", "filter_function"),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3))", "filter_value"),
        ("day = DATE('soon')", "filter_moment"),
        ("day = 'soon'", "filter_moment"),
        ("at > TIMESTAMP('9999-99-99T00:00:00Z')", "filter_moment"),
        ("T_AFTER(day, 1)", "filter_kind"),
        ("count = 1e999", "filter_value"),
        ("count =", "filter_text"),
        ("count = 1 count", "filter_text"),
        ("count NOT 1", "filter_text"),
        ("name = 'open", "filter_text"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))", "filter_shape"),
        ("S_INTERSECTS(geometry, POINT(0 0", "filter_text"),
        ("(" * (DEEPEST + 1) + "TRUE" + ")" * (DEEPEST + 1), "filter_deep"),
        ("NOT " * (DEEPEST + 1) + "TRUE", "filter_deep"),
        ("count = " + "-" * (DEEPEST + 1) + "1", "filter_deep"),
        ("x" * (LONGEST + 1), "filter_long"),
        ({"op": "=", "args": 1}, "filter_predicate"),
        ({"op": "in", "args": [{"property": "count"}, []]}, "filter_value"),
        ({"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point"}]}, "filter_value"),
        ([], "filter_predicate"),
        ({"op": "=", "args": [{"property": ["a"]}, 1]}, "filter_property"),
    ],
)
def test_what_cannot_be_looked_at_is_refused_by_name(asked: Any, code: str) -> None:
    with pytest.raises(ArgumentError) as told:
        rows_of(asked)
    assert told.value.code == f"api.{code}"
    assert told.value.say("zh") != told.value.say("en")


def test_json_is_read_as_deep_as_text() -> None:
    deep: Any = True
    for _ in range(DEEPEST):
        deep = {"op": "not", "args": [deep]}
    for text, code in (("{", "filter_json"), (json.dumps(deep), "filter_deep"), ("1" * (LONGEST + 1), "filter_long")):
        with pytest.raises(ArgumentError) as told:
            read_json(text)
        assert told.value.code == f"api.{code}"
    assert read_json('{"op": "not", "args": [true]}') == {"op": "not", "args": [True]}


NAMES = st.sampled_from(["name", "count", '"a b"', "中文", "day"])
LITERALS = st.one_of(
    st.integers(-99, 99).map(str),
    st.sampled_from(["'x'", "'it''s'", "1.5", "2e3", "TRUE", "FALSE", "DATE('2015-12-31')", "CASEI('X')", "NULL"]),
)
SUMS = st.recursive(
    st.one_of(NAMES, LITERALS),
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "DIV"]), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=4,
)
PREDICATES = st.one_of(
    st.tuples(SUMS, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), SUMS).map(" ".join),
    st.tuples(NAMES, st.sampled_from(["IS NULL", "IS NOT NULL", "LIKE 'a%'", "NOT LIKE '_'"])).map(" ".join),
    st.tuples(NAMES, SUMS, SUMS).map(lambda parts: "{} BETWEEN {} AND {}".format(*parts)),
    st.tuples(NAMES, LITERALS, LITERALS).map(lambda parts: "{} NOT IN ({}, {})".format(*parts)),
    st.sampled_from(
        [
            "S_INTERSECTS(geometry, POINT(1 2))",
            "S_WITHIN(geometry, POLYGON((0 0, 1 0, 1 1, 0 0), (0.1 0.1, 0.2 0.1, 0.2 0.2, 0.1 0.1)))",
            "S_DISJOINT(geometry, BBOX(1, 2, 3, 4))",
            "S_TOUCHES(geometry, MULTILINESTRING((0 0, 1 1), (2 2, 3 3)))",
            "T_DURING(day, INTERVAL('2015-01-01', '..'))",
            "T_AFTER(day, TIMESTAMP('2015-01-01T00:00:00Z'))",
        ]
    ),
)
FILTERS = st.recursive(
    PREDICATES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: " OR ".join(f"({one})" for one in parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: " AND ".join(f"({one})" for one in parts)),
        inner.map(lambda one: f"NOT ({one})"),
    ),
    max_leaves=6,
)


def flat(read: Any) -> Any:
    """Return a filter without ANDs in ANDs, which the package flattens."""
    if isinstance(read, list | tuple):
        return [flat(one) for one in read]
    if not isinstance(read, dict):
        return read
    made = {name: flat(one) for name, one in read.items()}
    if made.get("op") in {"and", "or"}:
        args: list[Any] = []
        for one in made["args"]:
            args += one["args"] if isinstance(one, dict) and one.get("op") == made["op"] else [one]
        made["args"] = args
    return made


@given(FILTERS)
@settings(deadline=None, max_examples=300)
def test_text_is_read_as_the_cql2_package_reads_it(text: str) -> None:
    assert flat(read_text(text)) == flat(package.parse_text(text).to_json())


@given(st.text(st.sampled_from("()'\"-+^%=<>.,aT 10\\é中"), max_size=200))
@settings(deadline=None, max_examples=300)
def test_no_text_is_anything_but_read_or_refused(text: str) -> None:
    with contextlib.suppress(ArgumentError):
        assert set(rows_of(text)) <= {1, 2, 3, 4, 5}


@given(st.text("ab%_\\é", max_size=8), st.text("ab_%é", max_size=12))
@settings(deadline=None, max_examples=400)
def test_like_is_the_pattern_that_one_would_write(pattern: str, text: str) -> None:
    assert fits(pattern)(text) == slowly(pattern)(text)


def slowly(pattern: str) -> Callable[[str], bool]:
    """The same by trying everything."""

    def fit(text: str, at: int = 0) -> bool:
        if at >= len(pattern):
            return not text
        here = pattern[at]
        if here == "%":
            return any(fit(text[skip:], at + 1) for skip in range(len(text) + 1))
        if here == "\\" and at + 1 < len(pattern):
            at, here = at + 1, pattern[at + 1]
            return text[:1] == here and fit(text[1:], at + 1)
        return bool(text) and here in {"_", text[0]} and fit(text[1:], at + 1)

    return fit


def test_a_pattern_of_many_holes_takes_no_time_of_its_own() -> None:
    assert not fits("%a" * 40 + "b")("a" * 20_000)


def test_a_day_and_an_instant_meet_in_the_zone_of_the_office() -> None:
    day = dt.date(2015, 12, 31)
    first = dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI).astimezone(dt.UTC)
    assert rows_of(f"at >= DATE('{day}')") == rows_of(f"at >= TIMESTAMP('{first.isoformat()}')")
