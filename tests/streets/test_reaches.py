"""Intervals: what they leave uncovered, and which share metres."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.streets.reaches import overlapping, uncovered

intervals = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=12)


@settings(deadline=None)
@given(intervals)
def test_a_metre_is_left_if_and_only_if_no_interval_covers_it(drawn: list[tuple[int, int]]) -> None:
    start = np.array([float(at) for at, _ in drawn])
    end = np.minimum(start + [length for _, length in drawn], 60.0)
    left = uncovered(0.0, 60.0, start, end)
    middles = np.arange(60) + 0.5
    covered = ((middles[:, None] > start) & (middles[:, None] < end)).any(axis=1)
    found = ((middles[:, None] > left[0]) & (middles[:, None] < left[1])).any(axis=1)
    assert (found == ~covered).all()
    assert (left[0][1:] > left[1][:-1]).all()


def test_less_than_a_micrometre_is_rounding() -> None:
    assert uncovered(0.0, 9.0, np.array([0.0, 5 + 1e-7]), np.array([5.0, 9.0]))[0].tolist() == []


@settings(deadline=None)
@given(intervals, intervals)
def test_pairs_are_those_that_share_metres(apart: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    ends = np.cumsum([[gap, length] for gap, length in apart]).reshape(-1, 2).astype(float)
    low = np.array([float(at) for at, _ in others])
    high = low + [length for _, length in others]
    pairs = overlapping(ends[:, 0], ends[:, 1], low, high)
    wanted = (ends[:, 0][:, None] < high) & (low < ends[:, 1][:, None])
    assert sorted(zip(*pairs.tolist(), strict=True)) == sorted(zip(*np.nonzero(wanted), strict=True))
