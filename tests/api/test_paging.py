"""Pages of a list: together they are the whole list once, in order, whatever comes or goes meanwhile."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import URL
from starlette.requests import Request

from api.paging import Page, Paging
from gridmap.errors import ArgumentError


def page(frame: pd.DataFrame, limit: int, after: str | None = None, sort: str | None = None) -> Page:
    request = Request({"type": "http", "headers": [], "path": "/list", "query_string": b"", "server": ("x", 80)})
    return Paging(request, limit, after, sort).of(frame, key="key")


def following(one: Page) -> str | None:
    return None if one.next is None else dict(pair.split("=") for pair in URL(one.next).query.split("&"))["after"]


def walked(frame: pd.DataFrame, limit: int, sort: str | None) -> list[dict[str, Any]]:
    rows, after = [], None
    while True:
        one = page(frame, limit, after, sort)
        assert one.count == len(frame)
        rows += one.items
        after = following(one)
        if after is None:
            return rows


VALUES = st.one_of(st.none(), st.integers(-3, 3))
TEXTS = st.one_of(st.none(), st.sampled_from(["a", "b", "中", "%3D&=", ""]))
ROWS = st.lists(st.tuples(VALUES, TEXTS), max_size=12)


def frame_of(rows: list[tuple[int | None, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": [f"k{number:02}" for number in range(len(rows))],
            "number": pd.array([row[0] for row in rows], dtype="Int64"),
            "text": pd.array([row[1] for row in rows], dtype="string"),
        }
    )


@given(ROWS, st.integers(1, 5), st.sampled_from([None, "number", "-number", "text", "-text", "-key"]))
@settings(deadline=None, max_examples=150)
def test_pages_are_the_list_once_and_in_order(
    rows: list[tuple[int | None, str | None]], limit: int, sort: str | None
) -> None:
    frame = frame_of(rows)
    seen = walked(frame, limit, sort)
    assert sorted(row["key"] for row in seen) == list(frame["key"])
    name = (sort or "key").removeprefix("-")
    values = [row[name] for row in seen]
    there = [value for value in values if value is not None]
    assert values == there + [None] * (len(values) - len(there)), "what is not there stands last"
    assert there == sorted(there, reverse=bool(sort) and str(sort).startswith("-"))


@given(ROWS.filter(lambda rows: len(rows) >= 3), st.sampled_from(["number", "-number", "text", "-text", None]))
@settings(deadline=None, max_examples=100)
def test_a_row_that_goes_meanwhile_shifts_nothing(rows: list[tuple[int | None, str | None]], sort: str | None) -> None:
    frame = frame_of(rows)
    whole = [row["key"] for row in walked(frame, 100, sort)]
    first = page(frame, 2, None, sort)
    gone = frame[frame["key"] != first.items[-1]["key"]]
    second = page(gone, 100, following(first), sort)
    assert [row["key"] for row in second.items] == whole[2:]


@pytest.mark.parametrize("after", ["nonsense", "W10", "e30", "WyJhIiwiYiIsImMiXQ"])
def test_an_after_of_another_list_is_refused(after: str) -> None:
    with pytest.raises(ArgumentError, match="not of this list"):
        page(frame_of([(1, "a"), (2, "b")]), 1, after)


def test_a_column_that_is_not_shown_sorts_nothing() -> None:
    with pytest.raises(ArgumentError, match="key, number, text"):
        page(frame_of([(1, "a")]), 1, sort="password")
