"""A roster that contradicts itself is refused, with all its faults."""

from __future__ import annotations

import pandas as pd
import pytest

from gridmap.errors import ArgumentError, FaultsError
from gridmap.people.roster import Roster, in_force
from tests.people.conftest import ON, PIER, away, head, roster


def test_missing_columns_are_named() -> None:
    whole = vars(roster())
    with pytest.raises(ArgumentError, match=r"units.*chief"):
        Roster(**whole | {"units": pd.DataFrame({"unit": []})})


def test_every_fault_is_told_with_frame_row_and_column_and_no_value() -> None:
    cadres = [("cui", "崔某", "captain", "office"), ("cui", "崔某", "team", "office"), (None, "崔某", "team", "office")]
    posts = [(PIER, "robot", "cui", "boss", "fun", "2015-01-01", None), head(PIER, "cui", "2015-02-01", "2015-01-01")]
    with pytest.raises(FaultsError) as caught:
        roster(posts, [(*away("cui")[:1], None, None)], cadres=cadres, units=[("office", "cui"), ("office", None)])
    assert {(fault.sheet, fault.row, fault.column) for fault in caught.value.faults} == {
        ("cadres", 1, "tier"),
        ("cadres", 2, "cadre"),
        ("cadres", 3, "cadre"),
        ("units", 2, "unit"),
        ("assignments", 1, "holder"),
        ("assignments", 1, "part"),
        ("assignments", 1, "kind"),
        ("assignments", 2, "valid_from"),
        ("absences", 1, "valid_from"),
    }
    assert "崔某" not in str(caught.value)
    assert "cui" not in str(caught.value)


@pytest.mark.parametrize(
    ("begin", "end", "held"),
    [
        ("2015-06-15", None, True),
        ("2015-06-15", "2015-06-16", True),
        ("2015-06-15", "2015-06-15", False),
        ("2015-06-16", None, False),
        ("2015-01-01", "2015-06-15", False),
    ],
)
def test_days_hold_from_the_first_and_not_on_the_last(begin: str, end: str | None, held: bool) -> None:
    rows = roster([head(PIER, "cui", begin, end)]).assignments
    assert len(in_force(rows, ON)) == held
