from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.maps.classes import COVERAGE, Classes, count_classes
from gridmap.words import LANGUAGES

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=50)
COUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=50)


def holds(classes: Classes, number: int, value: float) -> bool:
    """Return whether a class holds a value, read off its borders alone."""
    last = number == len(classes) - 1
    return classes.borders[number] <= value and (last or value < classes.borders[number + 1])


@given(SHARES)
@settings(deadline=None)
def test_every_share_is_in_exactly_one_class(shares: list[float]) -> None:
    found = COVERAGE.of(shares)
    for share, number in zip(shares, found, strict=True):
        assert [n for n in range(len(COVERAGE)) if holds(COVERAGE, n, share)] == [number]


@given(COUNTS, st.integers(1, 8))
@settings(deadline=None)
def test_every_count_is_in_exactly_one_of_the_classes_made_for_it(counts: list[int], most: int) -> None:
    classes = count_classes(counts, most)
    found = classes.of(counts)
    assert 1 <= len(classes) <= most
    assert found.max() == len(classes) - 1
    for count, number in zip(counts, found, strict=True):
        assert [n for n in range(len(classes)) if holds(classes, n, count)] == [number]


@given(COUNTS)
@settings(deadline=None)
def test_borders_of_counts_are_round(counts: list[int]) -> None:
    borders = np.array(count_classes(counts).borders)
    steps = np.diff(borders)
    assert borders[0] == 0
    assert len(set(steps)) <= 1
    assert all(str(int(step)).rstrip("0") in {"1", "2", "5"} for step in steps)


def test_coverage_has_six_classes_and_all_covered_is_one_of_its_own() -> None:
    assert len(COVERAGE) == 6
    assert COVERAGE.of([0, 0.2499, 0.25, 0.89, 0.999, 1]).tolist() == [0, 0, 1, 3, 4, 5]


@pytest.mark.parametrize("missing", [None, math.nan, pd.NA])
def test_a_missing_value_is_in_no_class(missing: object) -> None:
    assert COVERAGE.of(pd.Series([0.5, missing], dtype="Float64")).tolist() == [2, -1]


def test_no_value_at_all_is_one_class() -> None:
    assert count_classes([]).borders == (0.0,)
    assert count_classes([None, 0]).borders == (0.0,)


@pytest.mark.parametrize("wrong", [-0.1, 1.0001, math.inf, -math.inf])
def test_a_value_outside_is_refused_and_named(wrong: float) -> None:
    with pytest.raises(ArgumentError, match=f"{wrong:g}"):
        COVERAGE.of([0.5, wrong])


@pytest.mark.parametrize("wrong", [-1.0, math.inf])
def test_counts_are_finite_and_from_zero(wrong: float) -> None:
    with pytest.raises(ArgumentError, match="outside"):
        count_classes([1, wrong])


def test_no_class_at_all_is_refused() -> None:
    with pytest.raises(ArgumentError, match="one at least"):
        count_classes([1], 0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_labels_differ_and_leave_no_gap_between_them(lang: str) -> None:
    for classes in (COVERAGE, count_classes([137])):
        labels = [classes.label(number, lang) for number in range(len(classes))]
        assert len(set(labels)) == len(labels)


def test_labels_read_as_a_clerk_reads_them() -> None:
    assert [COVERAGE.label(n) for n in (0, 3, 5)] == ["0 % to < 25 %", "75 % to < 90 %", "100 %"]
    assert COVERAGE.label(3, "zh") == "75 % 至 < 90 %"
    assert [count_classes([137]).label(n) for n in (0, 2)] == ["0 to 49", "100 and more"]
    assert [count_classes([3]).label(n) for n in range(4)] == ["0", "1", "2", "3 and more"]
