"""Each limit has a message of its own, with what is there and what is allowed."""

from __future__ import annotations

from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import ArgumentError, FileError
from gridmap.intake.limits import Limits
from gridmap.words import LANGUAGES, known, say

BY_STAGE = {"inspect_seconds", "parse_seconds", "inspect_bytes", "parse_bytes", "result_bytes"}


@pytest.mark.parametrize("name", [one.name for one in fields(Limits) if one.name not in BY_STAGE])
def test_every_limit_on_a_file_has_its_words(name: str) -> None:
    assert known(f"intake.{name}")
    for lang in LANGUAGES:
        sentence = say(f"intake.{name}", lang, file="a.csv", found=11, allowed=10, row=3, member="m")
        assert "a.csv" in sentence
        assert "10" in sentence


@pytest.mark.parametrize("value", [0, -1, 1.5, "8"])
def test_a_limit_is_a_positive_whole_number(value: object) -> None:
    with pytest.raises(ArgumentError) as caught:
        Limits(rows=value)  # type: ignore[arg-type]
    assert caught.value.inputs == {"argument": "rows", "value": value}


def test_a_register_of_100_000_rows_and_30_columns_is_within_the_defaults() -> None:
    Limits().check_size(100_001, 30)


@given(st.integers(0, 400_000), st.integers(0, 600))
def test_a_table_passes_if_its_rows_columns_and_cells_do(rows: int, columns: int) -> None:
    limits = Limits()
    within = rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.cells
    if within:
        limits.check_size(rows, columns)
        return
    with pytest.raises(FileError) as caught:
        limits.check_size(rows, columns)
    assert caught.value.inputs["found"] > caught.value.inputs["allowed"]  # type: ignore[operator]


def test_limits_survive_the_way_to_the_parsing_process() -> None:
    limits = Limits(rows=7)
    assert Limits(**limits.as_dict()) == limits
    assert limits.as_dict() == asdict(limits)
