"""Lists of visits: what tells of a home is masked unless the person took part, answers there, or gives a reason."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from gridmap.errors import ArgumentError, RefusedError
from gridmap.office.auditing import read_audit
from gridmap.office.visit_lists import export_visits, list_visits
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.office.visited import BIG, OTHER, SMALL, at, settle, uid, visit

READER, CLERK = Person("r", "reader"), Person("c", "clerk")
LI, ZHAO, LEADER = (
    Person("li", "cadre", None, "7"),
    Person("zhao", "cadre", None, "8"),
    Person("zhou", "leader", None, "1"),
)


@pytest.fixture
def visited(office: Office, tmp_path: Path) -> Office:
    """The village's office with a visit at two households, a shop and a care place."""
    settle(office, tmp_path)
    said = [
        visit("a", note="门口有狗"),
        visit("b", "H2", lead="8", outcome="absent", at=at("2015-03-13T20:00")),
        visit("shop", "S1", layer="businesses", mode="inspection", note="=1+1"),
        visit("care", "C1", layer="care_places", at=at("2015-04-01T09:00")),
    ]
    assert record(LOCAL_ADMINISTRATOR, office, said).recorded == 4
    return office


def seen(person: Person, office: Office, **asked: object) -> pd.DataFrame:
    return list_visits(person, office, **asked).set_index("visit", drop=False)


def test_of_homes_a_reader_sees_no_outcome_and_no_time_and_of_sensitive_ones_nothing(visited: Office) -> None:
    rows = seen(READER, visited)
    assert set(rows.index) == {uid("a"), uid("b"), uid("shop")}
    assert rows.loc[[uid("a"), uid("b")], "outcome"].tolist() == [None, None]
    assert rows.loc[[uid("a"), uid("b")], ["at", "recorded_at"]].isna().all(axis=None)
    assert rows.loc[uid("shop"), "outcome"] == "met"
    assert rows["note"].isna().all()
    assert rows["key"].tolist() == ["S1", "H1", "H2"]


def test_who_took_part_or_answers_there_sees_all_of_it(visited: Office) -> None:
    rows = seen(LI, visited)
    assert set(rows.index) == {uid("a"), uid("b"), uid("shop"), uid("care")}
    assert rows.loc[uid("a"), ["outcome", "note"]].tolist() == ["met", "门口有狗"]
    assert rows.loc[uid("b"), "outcome"] is None
    assert seen(LEADER, visited)["outcome"].tolist() == ["met", "met", "absent", "met"]
    assert uid("care") not in seen(ZHAO, visited).index
    assert uid("care") not in seen(CLERK, visited).index


def test_revealing_needs_a_reason_that_the_audit_keeps_first(visited: Office) -> None:
    assert seen(LOCAL_ADMINISTRATOR, visited).loc[uid("a"), "outcome"] is None
    with pytest.raises(ArgumentError, match="reason"):
        seen(LOCAL_ADMINISTRATOR, visited, reveal=["outcome"])
    with pytest.raises(ArgumentError, match="phone"):
        seen(LOCAL_ADMINISTRATOR, visited, reveal=["phone"], reason="x")
    with pytest.raises(RefusedError):
        seen(CLERK, visited, reveal=["outcome"], reason="x")
    rows = seen(LOCAL_ADMINISTRATOR, visited, reveal=["outcome", "note"], reason="a complaint")
    assert rows.loc[uid("a"), ["outcome", "note"]].tolist() == ["met", "门口有狗"]
    assert rows.loc[[uid("a")], "at"].isna().all()
    (kept,) = read_audit(LOCAL_ADMINISTRATOR, visited).query("action == 'reveal'")["detail"]
    assert kept == {"fields": ["note", "outcome"], "rows": 4, "reason": "a complaint"}


def test_a_list_narrowed_by_time_does_not_tell_the_time_it_masks(visited: Office) -> None:
    assert seen(READER, visited, since=dt.date(2015, 3, 1)).index.tolist() == [uid("shop")]
    assert seen(READER, visited, as_of=visited.clock.now()).index.tolist() == [uid("shop")]
    assert len(seen(LEADER, visited, as_of=visited.clock.now())) == 4
    assert seen(ZHAO, visited, since=dt.date(2015, 3, 13)).index.tolist() == [uid("b")]
    assert seen(LEADER, visited, on=dt.date(2015, 3, 12))["key"].tolist() == ["H1", "S1"]


def test_a_scope_keeps_what_lies_in_it(visited: Office) -> None:
    assert seen(Person("x", "reader", frozenset({SMALL})), visited)["key"].tolist() == ["S1", "H1"]
    assert seen(Person("x", "reader", frozenset({"44"})), visited).empty
    assert seen(READER, visited, under=BIG, layer="households")["cell"].tolist() == [SMALL, OTHER]


def test_a_workbook_is_masked_as_the_list_and_holds_no_formula(visited: Office, tmp_path: Path) -> None:
    target = tmp_path / "visits.xlsx"
    assert export_visits(LOCAL_ADMINISTRATOR, visited, target, lang="zh") == 4
    page = openpyxl.load_workbook(target).worksheets[0]
    header, *rows = [[cell.value for cell in row] for row in page.iter_rows()]
    by_key = {row[header.index("主键")]: dict(zip(header, row, strict=True)) for row in rows}
    assert by_key["H1"]["走访结果"] is None
    assert by_key["H1"]["走访时间"] is None
    assert (by_key["S1"]["走访结果"], by_key["S1"]["走访方式"]) == ("见到", "检查")
    assert by_key["S1"]["走访备注"] is None
    told = tmp_path / "told.xlsx"
    export_visits(LOCAL_ADMINISTRATOR, visited, told, reveal=["note", "at", "outcome"], reason="a complaint", lang="zh")
    page = openpyxl.load_workbook(told).worksheets[0]
    notes = [row[header.index("走访备注")] for row in page.iter_rows(min_row=2)]
    shop = next(cell for cell in notes if cell.value == "=1+1")
    assert shop.data_type == "s"
    with pytest.raises(RefusedError):
        export_visits(READER, visited, target)
    with pytest.raises(ArgumentError):
        export_visits(LOCAL_ADMINISTRATOR, visited, tmp_path / "visits.csv")
