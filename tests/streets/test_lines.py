"""Roads on one axis: how they are laid out, where they meet, and how the axis is cut back into ground."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmap.streets.lines import SNAP, lay_out


def drawn(*roads: list[tuple[float, float]] | None) -> np.ndarray:
    shapes = np.empty(len(roads), dtype=object)
    shapes[:] = [None if road is None else shapely.LineString(road) for road in roads]
    return shapes


def test_lines_follow_each_other_apart_and_keep_their_metres() -> None:
    lines = lay_out(drawn([(0, 0), (3, 4), (3, 4), (3, 14)], None, [(50, 0), (50, 0)], [(90, 0), (97, 0)]))
    assert lines.road.tolist() == [0, 3]
    assert (lines.end - lines.start).tolist() == [15, 7]
    assert (lines.start[1:] > lines.end[:-1]).all()
    assert lines.metres(lines.start + 2, np.array([0, 1])).tolist() == [2, 2]


def test_lines_of_one_street_are_neighbours_on_the_axis() -> None:
    lines = lay_out(drawn([(0, 0), (10, 0)], [(0, 50), (10, 50)], [(20, 0), (10, 0)]))
    assert len(set(lines.street)) == 2
    assert (np.diff(lines.street) >= 0).all()
    one, other = np.flatnonzero(np.isin(lines.road, [0, 2]))
    assert (lines.partner[2 * one + 1], lines.partner[2 * other + 1]) == (2 * other + 1, 2 * one + 1)
    assert (lines.partner >= 0).sum() == 2


@pytest.mark.parametrize(("apart", "met"), [(0.9 * SNAP, 2), (1.1 * SNAP, 0)])
def test_ends_meet_within_a_centimetre(apart: float, met: int) -> None:
    lines = lay_out(drawn([(0, 0), (10, 0)], [(10 + apart, 0), (20, 0)]))
    assert (lines.partner >= 0).sum() == met


def test_the_axis_is_cut_back_into_ground_with_its_bends() -> None:
    lines = lay_out(drawn([(0, 0), (10, 0), (10, 10), (0, 10)]))
    start, end = np.array([0.0, 4.0, 10.0]), np.array([30.0, 23.0, 12.0])
    pieces = lines.cut(lines.start + start, lines.start + end)
    assert shapely.equals_exact(
        pieces,
        drawn([(0, 0), (10, 0), (10, 10), (0, 10)], [(4, 0), (10, 0), (10, 10), (7, 10)], [(10, 0), (10, 2)]),
        tolerance=1e-9,
    ).all()


def test_no_roads_make_no_lines() -> None:
    assert len(lay_out(drawn(None)).road) == len(lay_out(drawn()).road) == 0
