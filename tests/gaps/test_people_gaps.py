"""Cells that nobody attends, cadres who have too much."""

from __future__ import annotations

from itertools import starmap

import pandas as pd
import pytest
from shapely import Point

from gridmap.gaps.kinds.overloaded_cadre import KIND as OVERLOADED
from gridmap.gaps.kinds.unattended_cell import KIND as UNATTENDED
from gridmap.gaps.view import Limits
from gridmap.words import say
from tests.gaps.conftest import BIG, EAST, EASTERN, NORTH, WEST, Look, block, roster

FIRST, SECOND, THIRD, FOURTH = f"{WEST}01", f"{WEST}02", f"{EASTERN}01", f"{EASTERN}02"
ATTENDED = {f"c{code}": ("li", True, None) for code in (BIG, WEST, EASTERN, FIRST, SECOND, THIRD, FOURTH)}


def at(*places: tuple[float, float]) -> dict[str, Point]:
    points = starmap(lambda x, y: Point(EAST + x, NORTH + y), places)
    return {f"H{number}": point for number, point in enumerate(points)}


def test_where_every_cell_has_its_own_there_is_no_gap(look: Look) -> None:
    assert UNATTENDED.find(look(own=ATTENDED)).empty


def test_a_small_cell_without_a_head_is_the_parents_and_counts_its_features(look: Look) -> None:
    view = look(own=ATTENDED | {f"c{SECOND}": ("wang", False, None)}, households=at((5, 150), (6, 150), (150, 5)))
    gaps = UNATTENDED.find(view)
    assert len(gaps) == 1
    gap = gaps.iloc[0]
    assert (gap["small"], gap["middle"], gap["big"]) == (SECOND, WEST, BIG)
    assert (gap["measure"], gap["unit"], gap["responsible"]) == (2, "features", "wang")
    assert say(gap["reason"], **gap["inputs"]) == f"cell {SECOND} has no head in force; 2 features lie in it"
    assert gap.geometry.equals(block(0, 1))


def test_a_head_away_makes_a_gap_of_a_small_cell_but_of_no_higher_one(look: Look) -> None:
    away = {f"c{SECOND}": ("wang", False, "li"), f"c{WEST}": ("wang", False, "li")}
    gaps = UNATTENDED.find(look(own=ATTENDED | away))
    assert gaps["subject"].tolist() == [SECOND]
    assert gaps["reason"].tolist() == ["gaps.head_away"]


def test_a_middle_cell_without_a_head_is_a_gap_of_its_own(look: Look) -> None:
    gap = UNATTENDED.find(look(own=ATTENDED | {f"c{WEST}": ("chief", False, None)}, households=at((5, 5)))).iloc[0]
    assert (gap["small"], gap["middle"], gap["measure"]) == (None, WEST, 1)


HEAD = ("cadre", "li", "head", "charge")


@pytest.mark.parametrize(
    ("terms", "absences", "stand_ins", "since"),
    [
        ([], [], [], "2015-01-01"),
        ([("2014-01-01", "2014-06-01")], [], [], "2015-01-01"),
        ([("2014-01-01", "2015-05-01")], [], [], "2015-05-01"),
        ([("2014-01-01", "2015-05-01"), ("2015-07-01", "2015-09-01")], [], [], "2015-09-01"),
        ([("2014-01-01", None)], [("li", "2015-12-01", None)], [], "2015-12-01"),
        (
            [("2014-01-01", None)],
            [("li", "2015-10-01", None)],
            [("li", "wang", SECOND, "2015-10-01", "2015-11-15")],
            "2015-11-15",
        ),
        ([("2014-01-01", None)], [("li", "2015-02-01", "2015-03-01"), ("li", "2015-12-24", None)], [], "2015-12-24"),
    ],
)
def test_it_holds_since_the_last_day_on_which_head_or_stand_in_was_in_force(
    look: Look,
    terms: list[tuple[str, str | None]],
    absences: list[tuple[object, ...]],
    stand_ins: list[tuple[object, ...]],
    since: str,
) -> None:
    held = roster([(SECOND, *HEAD, *days) for days in terms], absences, stand_ins)
    view = look(own=ATTENDED | {f"c{SECOND}": ("chief", False, None)}, roster=held)
    assert UNATTENDED.find(view)["since"].tolist() == [since]


def load(features: int) -> pd.DataFrame:
    return pd.DataFrame({"tier": ["grid_worker"], "features": [features]}, index=pd.Index(["li"], name="cadre"))


def test_features_above_the_tiers_limit_are_the_measure(look: Look) -> None:
    own = {f"c{code}": ("li", True, None) for code in (FIRST, THIRD)}
    view = look(own=own, load=load(3), limits=Limits(load={"grid_worker": 2}), households=at((5, 5), (6, 6), (150, 5)))
    gap = OVERLOADED.find(view).iloc[0]
    assert (gap["subject"], gap["responsible"], gap["measure"], gap["small"]) == ("li", "li", 1, FIRST)
    assert gap.geometry.area == pytest.approx(20_000)
    assert say(gap["reason"], **gap["inputs"]) == "li answers for 3 features; the limit of the tier is 2"


def test_at_the_limit_or_without_one_there_is_no_gap(look: Look) -> None:
    assert OVERLOADED.find(look(load=load(2), limits=Limits(load={"grid_worker": 2}))).empty
    assert OVERLOADED.find(look(load=load(9), limits=Limits(load={"community": 2}))).empty


def test_overload_holds_since_the_feature_that_was_one_too_many(look: Look) -> None:
    own = {f"c{FIRST}": ("li", True, None)}
    view = look(own=own, load=load(3), limits=Limits(load={"grid_worker": 1}), households=at((5, 5), (6, 6), (7, 7)))
    view.features["households"]["valid_from"] = ["2015-02-01", "2015-08-01", "2015-05-01"]
    assert OVERLOADED.find(view)["since"].tolist() == ["2015-05-01"]
