"""What an import changes: the rules of upsert, worked out on frames alone."""

from __future__ import annotations

import traceback

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.errors import ArgumentError
from gridmap.store.changes import Plan, plan
from tests.store.town import HOUSES, NOON, SECRET, day, file, given

HERE, THERE = shapely.Point(114, 22.5), shapely.Point(115, 22.5)


def kept(frame: gpd.GeoDataFrame, begins: int = 1, ends: int | None = None) -> gpd.GeoDataFrame:
    """The store's present rows, as if `frame` had been imported on a day."""
    whole = frame.copy()
    for one in HOUSES.fields:
        if one.name not in whole:
            whole[one.name] = pd.Series([None] * len(whole), dtype=object)
    for name in ("cell", "cell_reason"):
        if name not in whole:
            whole[name] = pd.Series([None] * len(whole), dtype=object)
    whole["key"] = whole["code"]
    whole["feature_id"] = range(11, 11 + len(whole))
    whole["version_id"] = range(101, 101 + len(whole))
    whole["valid_from"] = pd.Series([day(begins).isoformat()] * len(whole), dtype=object)
    whole["valid_to"] = pd.Series([day(ends).isoformat() if ends else None] * len(whole), dtype=object)
    return whole.drop(columns=["sheet", "row"])


def planned(current: gpd.GeoDataFrame, frame: gpd.GeoDataFrame, on: int = 5, **options: object) -> Plan:
    return plan(current, frame, HOUSES, **{"given": given(frame), "on": day(on), **options})


NOTHING = kept(file([], places=[]).assign(code=pd.Series(dtype=object)))
TWO = kept(file([{"code": "A", "people": 3, "name": SECRET}, {"code": "B", "people": 4}], places=[HERE, None]))


def test_a_new_key_is_added_with_every_column_of_the_layer() -> None:
    made = planned(NOTHING, file([{"code": "A", "people": 3}], places=[HERE]))
    assert made.counts() == {"added": 1, "changed": 0, "unchanged": 0, "closed": 0, "rejected": 0}
    row = made.added.iloc[0]
    assert (row["key"], row["code"], row["people"], row["geometry"]) == ("A", "A", 3, HERE)
    assert pd.isna(row["feature_id"])
    assert pd.isna(row["version_id"])
    assert [name for name in HOUSES.by_name if name not in made.added] == []
    assert made.added.crs.equals("EPSG:4326")
    assert (made.added["people"].dtype, made.added["rent"].dtype) == (pd.Int64Dtype(), np.float64)


def test_the_same_rows_change_nothing() -> None:
    made = planned(
        TWO, file([{"code": "B", "people": 4}, {"code": "A", "people": 3, "name": SECRET}], places=[None, HERE])
    )
    assert made.counts() == {"added": 0, "changed": 0, "unchanged": 2, "closed": 0, "rejected": 0}


def test_a_changed_row_carries_the_ids_of_the_row_it_replaces_and_what_the_file_does_not_tell() -> None:
    made = planned(TWO, file([{"code": "B", "people": 5}, {"code": "A", "people": 7}]))
    assert made.changed["key"].tolist() == ["B", "A"]
    assert made.changed["version_id"].tolist() == [102, 101]
    assert made.changed["feature_id"].tolist() == [12, 11]
    assert made.changed["people"].tolist() == [5, 7]
    assert made.changed["name"].tolist() == [None, SECRET]
    assert made.changed.geometry.tolist() == [None, HERE]


@pytest.mark.parametrize(("clear", "expected"), [(False, 3), (True, None)])
def test_an_empty_value_clears_only_when_asked_to(clear: bool, expected: int | None) -> None:
    made = planned(TWO, file([{"code": "A", "people": None}]), clear=clear)
    if clear:
        assert made.changed["people"].isna().tolist() == [True]
        assert made.changed["name"].tolist() == [SECRET]
    else:
        assert made.unchanged == 1


def test_clearing_takes_a_place_away_where_places_are_given() -> None:
    frame = file([{"code": "A", "people": 3}], places=[None])
    assert planned(TWO, frame, given=("code", "geometry")).unchanged == 1
    cleared = planned(TWO, frame, given=("code", "geometry"), clear=True)
    assert cleared.changed.geometry.tolist() == [None]
    assert planned(TWO, frame, given=("code",), clear=True).unchanged == 1


def test_a_column_that_is_there_but_not_given_is_not_looked_at() -> None:
    made = planned(TWO, file([{"code": "A", "people": 99}], places=[THERE]), given=("code",))
    assert made.unchanged == 1


def test_a_moved_place_a_cell_and_its_reason_are_changes() -> None:
    assert planned(TWO, file([{"code": "A"}], places=[THERE])).changed.geometry.tolist() == [THERE]
    assert planned(TWO, file([{"code": "A", "cell": "C1"}])).changed["cell"].tolist() == ["C1"]
    assert planned(TWO, file([{"code": "A", "cell_reason": "gate"}])).changed["cell_reason"].tolist() == ["gate"]


def test_what_a_workbook_rounds_off_a_coordinate_is_no_move() -> None:
    for moved, counts in ((1e-13, (0, 1)), (1e-7, (1, 0))):
        made = planned(TWO, file([{"code": "A"}], places=[shapely.Point(HERE.x + moved, HERE.y)]))
        assert (len(made.changed), made.unchanged) == counts


def test_an_empty_geometry_is_no_place_and_heights_are_left_out() -> None:
    frame = file([{"code": "A"}, {"code": "B"}], places=[shapely.Point(114, 22.5, 9), shapely.Point()])
    assert planned(TWO, frame).unchanged == 2


def test_numbers_compare_exactly_and_nulls_equal_nulls() -> None:
    current = kept(file([{"code": "A", "rent": 0.1 + 0.2}, {"code": "B", "rent": None}]))
    frame = file([{"code": "A", "rent": 0.3}, {"code": "B", "rent": None}])
    made = planned(current, frame, clear=True)
    assert made.changed["key"].tolist() == ["A"]
    assert made.unchanged == 1


def test_rows_absent_from_the_file_end_only_with_complete() -> None:
    frame = file([{"code": "B", "people": 4}])
    assert len(planned(TWO, frame).closed) == 0
    assert planned(TWO, frame, complete=True).closed["version_id"].tolist() == [101]


def test_complete_leaves_alone_what_begins_later_or_has_ended() -> None:
    frame = file([{"code": "Z"}])
    assert len(planned(kept(file([{"code": "A"}]), begins=6), frame, complete=True).closed) == 0
    assert len(planned(kept(file([{"code": "A"}]), ends=3), frame, complete=True).closed) == 0
    assert len(planned(kept(file([{"code": "A"}]), ends=9), frame, complete=True).closed) == 0
    assert len(planned(kept(file([{"code": "A"}]), begins=5), frame, complete=True).closed) == 1


def test_a_day_before_the_newest_row_is_a_fault_of_that_row_alone_that_names_the_day() -> None:
    current = kept(file([{"code": "A", "people": 3}]), begins=6)
    made = planned(current, file([{"code": "N"}, {"code": "A", "people": 4}]), file="houses.xlsx")
    (fault,) = made.faults
    assert (fault.code, fault.file, fault.sheet, fault.row) == ("store.newer_version", "houses.xlsx", "一", 3)
    assert "2015-01-06" in fault.say("en")
    assert "2015-01-06" in fault.say("zh")
    assert made.counts() == {"added": 1, "changed": 0, "unchanged": 0, "closed": 0, "rejected": 1}


def test_a_change_before_the_day_a_row_ends_is_a_fault_but_the_same_row_is_none() -> None:
    current = kept(file([{"code": "A", "people": 3}]), ends=9)
    assert planned(current, file([{"code": "A", "people": 3}])).unchanged == 1
    (fault,) = planned(current, file([{"code": "A", "people": 4}])).faults
    assert fault.code == "store.ends_later"
    assert "2015-01-09" in fault.say()


@pytest.mark.parametrize("ends", [3, 5])
def test_a_closed_key_comes_back_on_its_feature_with_what_was_known(ends: int) -> None:
    current = kept(file([{"code": "A", "people": 3, "name": SECRET}], places=[HERE]), ends=ends)
    made = planned(current, file([{"code": "A", "people": 3}]))
    assert made.counts()["added"] == 1
    assert made.added["feature_id"].tolist() == [11]
    assert made.added["name"].tolist() == [SECRET]
    assert made.added.geometry.tolist() == [HERE]


def test_rows_without_a_number_of_their_own_are_counted_from_one() -> None:
    current = kept(file([{"code": "A"}]), begins=6)
    (fault,) = planned(current, file([{"code": "A"}]).drop(columns=["sheet", "row"])).faults
    assert (fault.sheet, fault.row) == ("", 1)


def test_the_index_of_the_file_plays_no_part() -> None:
    frame = file([{"code": "B", "people": 5}, {"code": "N", "people": 1}], places=[THERE, HERE])
    frame.index = pd.Index([7, 7])
    made = planned(TWO, frame)
    assert made.changed.geometry.tolist() == [THERE]
    assert made.added.geometry.tolist() == [HERE]
    assert made.rows()["key"].tolist() == ["N", "B"]


def test_null_and_repeated_keys_are_refused_in_one_sentence() -> None:
    with pytest.raises(ArgumentError, match="2 rows have no key and 1 rows repeat one"):
        planned(TWO, file([{"code": "A"}, {"code": "A"}, {"code": None}, {"code": None}]))


def test_given_columns_must_be_there_and_be_known() -> None:
    with pytest.raises(ArgumentError, match="people, floor"):
        planned(TWO, file([{"code": "A"}]), given=("code", "people", "floor"))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("people", [SECRET]),
        ("rent", [np.inf]),
        ("rent", [SECRET]),
        ("name", [5]),
        ("age", [SECRET]),
        ("poor", [SECRET]),
    ],
)
def test_a_column_of_another_type_is_refused_without_showing_a_value(name: str, wrong: list[object]) -> None:
    frame = file([{"code": "A"}]).assign(**{name: pd.Series(wrong, dtype=object)})
    with pytest.raises(ArgumentError, match=f"field {name}") as caught:
        planned(TWO, frame)
    assert SECRET not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)


def test_an_instant_is_no_day() -> None:
    with pytest.raises(ArgumentError, match="give a plain date"):
        plan(TWO, file([{"code": "A"}]), HOUSES, given=("code",), on=NOON)


def test_places_in_another_system_are_refused() -> None:
    frame = file([{"code": "A"}], places=[HERE], crs="EPSG:4547")
    with pytest.raises(ArgumentError, match="EPSG:4326"):
        planned(TWO, frame)


def test_a_plan_shows_no_personal_value() -> None:
    made = planned(TWO, file([{"code": "A", "people": 9}, {"code": "B", "name": SECRET}]))
    assert SECRET not in repr(made)
