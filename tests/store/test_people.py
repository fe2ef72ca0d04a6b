"""The roster as kept: a changed term ends one row and begins another; nothing is said twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pytest

from gridmap.people.roster import (
    ABSENCE_COLUMNS,
    ASSIGNMENT_COLUMNS,
    CADRE_COLUMNS,
    STAND_IN_COLUMNS,
    UNIT_COLUMNS,
    Roster,
)
from gridmap.store import people
from gridmap.store.engine import Store
from gridmap.store.people import RosterPlan, end_assignments, keep_roster, phones
from gridmap.store.scope import EVERYWHERE

MARCH, JUNE = dt.date(2015, 3, 1), dt.date(2015, 6, 1)
QUAY = "440307010001101"


def frame(columns: Iterable[str], rows: Iterable[tuple[object, ...]] = ()) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns), dtype=object)


def plan(*posts: tuple[object, ...], tier: str = "grid_worker", **more: Any) -> RosterPlan:
    """Li and Wu of the harbour unit, whose chief is Wu, and the posts given."""
    people_there = [("7", "李一", tier, "harbour"), ("8", "吴二", "section", "harbour")]
    held: dict[str, Any] = {
        "cadres": frame(CADRE_COLUMNS, people_there),
        "units": frame(UNIT_COLUMNS, [("harbour", "8")]),
        "assignments": frame(ASSIGNMENT_COLUMNS, posts),
        "absences": frame(ABSENCE_COLUMNS),
        "stand_ins": frame(STAND_IN_COLUMNS),
        "phones": {"7": "13800000007"},
    }
    return RosterPlan(**held | more)


def head(begin: str | None, end: str | None = None, who: str = "7") -> tuple[object, ...]:
    return (QUAY, "cadre", who, "head", "charge", begin, end)


def keep(store: Store, said: RosterPlan, on: dt.date = MARCH) -> dict[str, int]:
    with store.writing(EVERYWHERE) as tx:
        return keep_roster(tx, said, on=on)


def kept(store: Store) -> Roster:
    with store.reading(EVERYWHERE) as tx:
        return people.roster(tx)


def terms(store: Store) -> list[tuple[str, str, str | None]]:
    rows = kept(store).assignments
    return list(rows[["who", "valid_from", "valid_to"]].itertuples(index=False, name=None))


def test_what_is_kept_comes_back(store: Store) -> None:
    said = plan(
        head("2015-01-01"),
        absences=frame(ABSENCE_COLUMNS, [("7", "2015-05-01", "2015-05-08")]),
        stand_ins=frame(STAND_IN_COLUMNS, [("7", "8", None, "2015-05-01", None)]),
    )
    counts = keep(store, said)
    assert counts == {"cadres": 2, "units": 1, "phones": 1, "added": 3, "ended": 0, "unchanged": 0}
    held = kept(store)
    for name in ("cadres", "units", "assignments", "absences", "stand_ins"):
        pd.testing.assert_frame_equal(getattr(held, name), getattr(said, name))


def test_an_empty_roster_has_every_column(store: Store) -> None:
    assert list(kept(store).stand_ins.columns) == list(STAND_IN_COLUMNS)
    assert kept(store).cadres.empty


@pytest.mark.parametrize("begin", ["2015-01-01", None])
def test_the_same_twice_changes_nothing(store: Store, begin: str | None) -> None:
    keep(store, plan(head(begin)))
    again = keep(store, plan(head(begin)), on=JUNE)
    assert again == {"cadres": 0, "units": 0, "phones": 0, "added": 0, "ended": 0, "unchanged": 1}


def test_an_empty_begin_is_the_day_of_keeping(store: Store) -> None:
    keep(store, plan(head(None)))
    assert terms(store) == [("7", "2015-03-01", None)]


def test_a_changed_end_ends_one_row_and_begins_another(store: Store) -> None:
    keep(store, plan(head(None)))
    counts = keep(store, plan(head(None, "2015-12-01")), on=JUNE)
    assert (counts["added"], counts["ended"]) == (1, 1)
    assert terms(store) == [("7", "2015-03-01", "2015-06-01"), ("7", "2015-06-01", "2015-12-01")]


def test_a_term_corrected_from_its_first_day_replaces_the_kept_one(store: Store) -> None:
    keep(store, plan(head("2015-01-01")))
    keep(store, plan(head("2015-01-01", "2015-02-01")))
    assert terms(store) == [("7", "2015-01-01", "2015-02-01")]


def test_a_complete_file_ends_the_posts_that_it_lacks(store: Store) -> None:
    keep(store, plan(head("2015-01-01"), head("2015-08-01", who="8")))
    keep(store, plan(complete=True), on=JUNE)
    assert terms(store) == [("7", "2015-01-01", "2015-06-01"), ("8", "2015-08-01", None)]


def test_a_cadre_who_rises_has_a_new_version(store: Store) -> None:
    keep(store, plan())
    assert keep(store, plan(tier="community"), on=JUNE)["cadres"] == 1
    assert kept(store).cadres["tier"].tolist() == ["community", "section"]


def test_a_unit_keeps_its_chief_where_the_file_names_none(store: Store) -> None:
    keep(store, plan())
    assert keep(store, plan(units=frame(UNIT_COLUMNS, [("harbour", None)])))["units"] == 0
    assert kept(store).units["chief"].tolist() == ["8"]


def test_telephones_are_asked_for_by_name(store: Store) -> None:
    keep(store, plan())
    with store.reading(EVERYWHERE) as tx:
        assert phones(tx, ["7"]) == {"7": "13800000007"}
        assert phones(tx, ["8"]) == {}
    assert "13800000007" not in repr(plan())


def test_assignments_of_cells_that_are_gone_end_and_are_listed(store: Store) -> None:
    keep(store, plan(head("2015-01-01"), head("2015-08-01", who="8")))
    with store.writing(EVERYWHERE) as tx:
        assert end_assignments(tx, [QUAY], on=JUNE).empty
        gone = end_assignments(tx, ["440307010001"], on=JUNE)
    assert gone["who"].tolist() == ["7", "8"]
    assert terms(store) == [("7", "2015-01-01", "2015-06-01")]
