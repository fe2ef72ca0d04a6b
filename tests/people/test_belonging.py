"""Who belongs to a cell on a day."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.people.answers import who_answers
from gridmap.people.belonging import belonging, change_days
from gridmap.people.roster import ABSENCE_COLUMNS, ASSIGNMENT_COLUMNS, STAND_IN_COLUMNS, Roster
from tests.house.guarded import village

BIG, MIDDLE, SMALL, FAR = "440307010001", "4403070100011", "440307010001101", "440307010001201"
CADRES = (
    ("zhou", "office"),
    ("wu", "works"),
    ("li", "wangmu"),
    ("zhao", "wangmu"),
    ("qian", "kuichong"),
    ("doc", None),
)


def roster(*more: tuple[str, ...]) -> Roster:
    """Zhou heads the big cell, the works department the middle one, Li a small one where the doctor is a member."""
    posts = [
        (BIG, "cadre", "zhou", "head", "charge", "2015-01-01", None),
        (MIDDLE, "unit", "works", "head", "charge", "2015-01-01", None),
        (SMALL, "cadre", "li", "head", "charge", "2015-01-01", "2015-07-01"),
        (SMALL, "cadre", "doc", "member", "charge", "2015-01-01", None),
        *more,
    ]
    return Roster(
        cadres=pd.DataFrame(
            [(who, who, "section", unit) for who, unit in CADRES], columns=["cadre", "name", "tier", "unit"]
        ),
        units=pd.DataFrame({"unit": ["works"], "chief": ["wu"]}),
        assignments=pd.DataFrame(posts, columns=list(ASSIGNMENT_COLUMNS), dtype=object),
        absences=pd.DataFrame([("li", "2015-05-01", "2015-05-08")], columns=list(ABSENCE_COLUMNS), dtype=object),
        stand_ins=pd.DataFrame(
            [("li", "qian", None, "2015-05-01", "2015-05-08")], columns=list(STAND_IN_COLUMNS), dtype=object
        ),
    )


def test_heads_of_the_chain_members_and_units_belong() -> None:
    there = belonging(Grid(village()), roster(), dt.date(2015, 3, 12))
    assert there.answering[SMALL] == "li"
    assert there.heads[SMALL] == {"li", "wu", "zhou"}
    assert there.posted[SMALL] == {"li", "wu", "zhou", "doc"}
    assert there.units[SMALL] == {"wangmu", "works", "office"}
    assert [who for who, _ in CADRES if there.belongs(SMALL, who)] == ["zhou", "wu", "li", "zhao", "doc"]
    assert [who for who, _ in CADRES if there.belongs(FAR, who)] == ["zhou"]
    assert there.belongs(FAR, "li", ("zhou",))
    assert not there.belongs(FAR, "li", ("zhao",))


def test_in_no_cell_nobody_is_a_stranger_and_an_unknown_cell_has_nobody() -> None:
    there = belonging(Grid(village()), roster(), dt.date(2015, 3, 12))
    assert there.belongs(None, "qian")
    assert not there.belongs("44", "zhou")


def test_a_stand_in_belongs_while_he_stands_in() -> None:
    away = belonging(Grid(village()), roster(), dt.date(2015, 5, 1))
    assert (away.answering[SMALL], away.belongs(SMALL, "qian")) == ("qian", True)
    back = belonging(Grid(village()), roster(), dt.date(2015, 5, 8))
    assert (back.answering[SMALL], back.belongs(SMALL, "qian")) == ("li", False)


def test_between_two_days_of_change_nobody_moves() -> None:
    grid, people = Grid(village()), roster()
    days = change_days(people)
    assert days == ["2015-01-01", "2015-05-01", "2015-05-08", "2015-07-01"]
    for first, last in (("2015-01-01", "2015-04-30"), ("2015-05-08", "2015-06-30"), ("2015-07-01", "2016-01-01")):
        one, other = (belonging(grid, people, dt.date.fromisoformat(day)) for day in (first, last))
        assert one == other
    for day in ("2015-05-03", "2015-12-31"):
        on = dt.date.fromisoformat(day)
        answers = who_answers(grid, people, on)["cadre"].to_dict()
        assert belonging(grid, people, on).answering == answers
