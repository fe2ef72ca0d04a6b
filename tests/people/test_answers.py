"""Who answers: the head, else the stand-in, else the parent's, else the coordinating team."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import NotFoundError
from gridmap.grid.grid import Grid
from gridmap.people.answers import answer_chain, answers_at, heads_in_force, who_answers
from gridmap.people.roster import Roster
from gridmap.words import say
from tests.people.conftest import (
    CADRES,
    HARBOUR,
    MARKET,
    ON,
    PIER,
    QUAY,
    SHED,
    STALLS,
    Row,
    away,
    head,
    roster,
    stand_in,
    unit,
)


def answer(grid: Grid, held: Roster, cell: str, on: dt.date = ON) -> tuple[object, ...]:
    row = who_answers(grid, held, on).loc[cell]
    return (row["cadre"], row["how"], row["at"], row["since"], row["attended"], row["absent"])


def test_the_head_in_force_answers(harbour: Grid) -> None:
    assert answer(harbour, roster([head(PIER, "cui")]), PIER) == ("cui", "head", PIER, "2015-01-01", True, None)


@pytest.mark.parametrize(
    ("on", "who"), [("2014-12-31", None), ("2015-01-01", "cui"), ("2015-03-31", "cui"), ("2015-04-01", None)]
)
def test_days_are_half_open(harbour: Grid, on: str, who: str | None) -> None:
    held = roster([head(PIER, "cui", end="2015-04-01")])
    assert answer(harbour, held, PIER, dt.date.fromisoformat(on))[0] == who


def test_a_member_does_not_answer(harbour: Grid) -> None:
    held = roster([(PIER, "cadre", "cui", "member", "charge", "2015-01-01", None)])
    assert answer(harbour, held, PIER)[1] == "team"


def test_the_chief_answers_for_what_his_unit_holds(harbour: Grid) -> None:
    assert answer(harbour, roster([unit(QUAY, "police")]), QUAY) == ("bo", "chief", QUAY, "2015-01-01", True, None)


def test_a_unit_without_a_chief_answers_for_nothing(harbour: Grid) -> None:
    held = roster([unit(QUAY, "lamps"), head(HARBOUR, "an")])
    assert answer(harbour, held, QUAY) == ("an", "parent", HARBOUR, "2015-01-01", False, None)


def test_a_stand_in_answers_while_the_head_is_away(harbour: Grid) -> None:
    held = roster([head(PIER, "cui")], [away("cui")], [stand_in("cui", "du")])
    assert answer(harbour, held, PIER) == ("du", "stand_in", PIER, "2015-06-01", True, "cui")
    assert answer(harbour, held, PIER, dt.date(2015, 5, 31))[:2] == ("cui", "head")


def test_a_stand_in_for_one_who_is_there_does_not_answer(harbour: Grid) -> None:
    assert answer(harbour, roster([head(PIER, "cui")], [], [stand_in("cui", "du")]), PIER)[0] == "cui"


def test_a_stand_in_for_this_cell_comes_before_one_for_all_cells(harbour: Grid) -> None:
    posts = [head(PIER, "cui"), head(SHED, "cui")]
    held = roster(posts, [away("cui")], [stand_in("cui", "du"), stand_in("cui", "fu", PIER)])
    assert [answer(harbour, held, cell)[0] for cell in (PIER, SHED)] == ["fu", "du"]


def test_a_stand_in_who_is_away_himself_does_not_count(harbour: Grid) -> None:
    held = roster([head(PIER, "cui"), head(QUAY, "bo")], [away("cui"), away("du")], [stand_in("cui", "du")])
    assert answer(harbour, held, PIER) == ("bo", "parent", QUAY, "2015-01-01", False, "cui")


def test_a_chief_who_is_away_has_his_stand_in_too(harbour: Grid) -> None:
    held = roster([unit(QUAY, "police")], [away("bo")], [stand_in("bo", "du")])
    assert answer(harbour, held, QUAY)[:2] == ("du", "stand_in")


def test_what_the_parent_cannot_answer_falls_to_the_one_above(harbour: Grid) -> None:
    held = roster([head(PIER, "cui"), head(QUAY, "bo"), head(HARBOUR, "an")], [away("cui"), away("bo")])
    assert answer(harbour, held, PIER)[:3] == ("an", "parent", HARBOUR)
    assert answer(harbour, held, QUAY)[:3] == ("an", "parent", HARBOUR)
    assert answer(harbour, held, STALLS)[:3] == ("an", "parent", HARBOUR)


def test_without_anybody_the_coordinating_team_answers(harbour: Grid) -> None:
    assert answer(harbour, roster(), PIER) == (None, "team", None, None, False, None)


def test_of_two_heads_the_lowest_id_that_is_there_answers_in_any_order(harbour: Grid) -> None:
    posts = [head(PIER, "du"), head(PIER, "cui", "2015-02-01")]
    for rows in (posts, posts[::-1]):
        assert answer(harbour, roster(rows), PIER)[0] == "cui"
        assert answer(harbour, roster(rows, [away("cui")], [stand_in("cui", "fu")]), PIER)[0] == "du"


def test_every_cell_has_a_row_in_the_order_of_the_grid(harbour: Grid) -> None:
    answers = who_answers(harbour, roster(), ON)
    assert answers.index.tolist() == harbour.cells["code"].tolist()
    assert answers["level"].tolist() == harbour.cells["level"].tolist()
    assert answers["attended"].dtype == bool


def test_heads_are_listed_whether_away_or_not() -> None:
    held = roster([unit(QUAY, "police"), unit(MARKET, "lamps"), head(PIER, "cui")], [away("cui")])
    assert heads_in_force(held, ON)[["cell", "cadre", "how"]].to_numpy().tolist() == [
        [QUAY, "bo", "chief"],
        [PIER, "cui", "head"],
    ]


DAYS = st.integers(1, 6).map(lambda day: f"2015-06-0{day}")
NAMES = st.sampled_from([cadre for cadre, *_ in CADRES])
CELLS = st.sampled_from([HARBOUR, QUAY, MARKET, PIER, SHED, STALLS])


def spans(*parts: st.SearchStrategy[object]) -> st.SearchStrategy[list[Row]]:
    """Rows of these parts and of two days in order; the second may be missing."""
    days = st.tuples(DAYS, st.none() | DAYS).filter(lambda two: two[1] is None or two[0] <= two[1])
    return st.lists(st.tuples(st.tuples(*parts), days).map(lambda row: (*row[0], *row[1])), max_size=5)


HEADS = spans(CELLS, st.just("cadre"), NAMES, st.just("head"), st.just("charge"))
CHIEFS = spans(CELLS, st.just("unit"), st.sampled_from(["police", "lamps"]), st.just("head"), st.just("sponsor"))


def by_the_rule(held: Roster, cell: str, day: str) -> str | None:
    """Return who answers, straight from the sentence of the design."""

    def now(rows: pd.DataFrame) -> list[tuple[object, ...]]:
        found = rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None)
        return [row for row in found if row[-2] <= day and (row[-1] is None or day < row[-1])]

    gone = {row[0] for row in now(held.absences)}
    chiefs = dict(held.units.itertuples(index=False, name=None))
    heads = {row[2] if row[1] == "cadre" else chiefs[row[2]] for row in now(held.assignments) if row[0] == cell}
    heads = sorted(heads - {None})
    for who in heads:
        if who not in gone:
            return who
    for who in heads:
        for where in (cell, None):
            ready = sorted(r[1] for r in now(held.stand_ins) if r[0] == who and r[2] == where and r[1] not in gone)
            if ready:
                return ready[0]
    return by_the_rule(held, cell[:-1], day) if len(cell) > 1 else None


@settings(deadline=None, max_examples=60)
@given(heads=HEADS, chiefs=CHIEFS, absences=spans(NAMES), stand_ins=spans(NAMES, NAMES, st.none() | CELLS), day=DAYS)
def test_the_answer_is_that_of_the_rule_read_aloud(  # noqa: PLR0917 - one argument a frame
    harbour: Grid, heads: list[Row], chiefs: list[Row], absences: list[Row], stand_ins: list[Row], day: str
) -> None:
    held = roster([*heads, *chiefs], absences, stand_ins)
    on = dt.date.fromisoformat(day)
    answers = who_answers(harbour, held, on)
    assert answers["cadre"].to_dict() == {cell: by_the_rule(held, cell, day) for cell in answers.index}
    for cell in answers.index:
        chain = answer_chain(harbour, held, cell, on)
        assert chain.loc[chain["answers"], "cadre"].tolist() == [answers.loc[cell, "cadre"]]


def test_the_chain_says_why_each_level_is_passed_over(harbour: Grid) -> None:
    held = roster([head(PIER, "cui"), head(HARBOUR, "an")], [away("cui")])
    chain = answer_chain(harbour, held, PIER, ON)
    assert chain["cell"].tolist() == [PIER, QUAY, HARBOUR, None]
    assert chain["how"].tolist() == ["away", "nobody", "head", "team"]
    assert chain["answers"].tolist() == [False, False, True, False]
    assert [say(code, "en", **given) for code, given in zip(chain["reason"], chain["inputs"], strict=True)] == [
        "cui, head of 111, is away and nobody stands in",
        "11 has no head",
        "an is head of 1 since 2015-01-01",
        "the coordinating team above the office",
    ]


def test_a_stand_in_and_a_chief_say_so_in_the_chain(harbour: Grid) -> None:
    held = roster([head(PIER, "cui"), unit(QUAY, "police")], [away("cui")], [stand_in("cui", "du")])
    chain = answer_chain(harbour, held, PIER, ON).set_index("cell")
    assert chain.loc[PIER, ["cadre", "absent", "reason"]].tolist() == ["du", "cui", "people.chain_stand_in"]
    assert chain.loc[QUAY, ["cadre", "reason"]].tolist() == ["bo", "people.chain_chief"]


def test_the_chain_of_an_unknown_cell_is_not_found(harbour: Grid) -> None:
    with pytest.raises(NotFoundError, match="999"):
        answer_chain(harbour, roster(), "999", ON)


@pytest.mark.parametrize("dtype", [object, "str"])
def test_answers_come_on_the_callers_index_and_none_for_no_cell(harbour: Grid, dtype: object) -> None:
    answers = who_answers(harbour, roster([head(PIER, "cui")]), ON)
    codes = pd.Series([STALLS, PIER, None, "999", PIER], index=list("abcda"), dtype=dtype)
    found = answers_at(answers, codes)
    assert found.index.tolist() == list("abcda")
    assert found["cadre"].tolist() == [None, "cui", None, None, "cui"]
    assert found["how"].tolist() == ["team", "head", None, None, "head"]
    assert found["attended"].tolist() == [False, True, None, None, True]


def test_no_codes_and_no_cells_give_no_rows(harbour: Grid) -> None:
    empty = pd.Series([], dtype=object)
    assert answers_at(who_answers(harbour, roster(), ON), empty).empty
    nowhere = Grid(harbour.cells.iloc[:0])
    answers = who_answers(nowhere, roster([head(PIER, "cui")]), ON)
    assert answers.empty
    assert answers_at(answers, pd.Series([PIER]))["cadre"].tolist() == [None]
    assert np.issubdtype(answers["attended"].dtype, np.bool_)
