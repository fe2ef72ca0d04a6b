"""Findings about a roster."""

from __future__ import annotations

import datetime as dt
from string import Formatter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.grid.grid import Grid
from gridmap.people.findings import COLUMNS, KINDS, roster_findings
from gridmap.people.roster import Roster
from gridmap.words import CATALOGUES, say
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

# Everybody has a post and every cell a head: nothing to find.
WHOLE = (
    head(HARBOUR, "an"),
    unit(QUAY, "police"),
    head(MARKET, "bo"),
    head(PIER, "cui"),
    head(SHED, "du"),
    head(STALLS, "fu"),
)


def found(grid: Grid, held: Roster, kind: str, **more: object) -> list[list[object]]:
    """The findings of one kind: cell, cadre, days, measure (None for NaN)."""
    rows = roster_findings(grid, held, ON, **more)  # type: ignore[arg-type]
    columns = ["cell", "cadre", "valid_from", "valid_to", "measure"]
    picked = rows.loc[rows["kind"] == kind, columns].astype(object)
    return picked.where(picked.notna(), None).to_numpy().tolist()


def without(*cells: str) -> list[Row]:
    return [row for row in WHOLE if row[0] not in cells]


def test_a_whole_roster_has_no_finding(harbour: Grid) -> None:
    rows = roster_findings(harbour, roster(WHOLE), ON)
    assert rows.empty
    assert rows.columns.tolist() == list(COLUMNS)


@pytest.mark.parametrize("cell", [HARBOUR, QUAY, PIER])
def test_a_cell_of_any_level_without_a_head_is_found(harbour: Grid, cell: str) -> None:
    assert found(harbour, roster(without(cell)), "no_head") == [[cell, None, None, None, None]]


def test_it_says_since_when_there_is_no_head(harbour: Grid) -> None:
    ended = [head(PIER, "cui", "2014-01-01", "2014-06-01"), head(PIER, "du", "2015-01-01", "2015-06-15")]
    assert found(harbour, roster([*without(PIER), *ended]), "no_head") == [[PIER, None, "2015-06-15", None, None]]


def test_a_head_to_come_is_no_head_yet(harbour: Grid) -> None:
    held = roster([*without(PIER), head(PIER, "cui", "2015-06-16")])
    assert found(harbour, held, "no_head") == [[PIER, None, None, None, None]]


def test_a_unit_without_a_chief_is_no_head(harbour: Grid) -> None:
    assert found(harbour, roster([*without(PIER), unit(PIER, "lamps")]), "no_head")[0][0] == PIER


def test_two_heads_are_found_with_the_one_who_answers(harbour: Grid) -> None:
    held = roster([*WHOLE, head(PIER, "an")])
    assert found(harbour, held, "two_heads") == [[PIER, "an", None, None, 2.0]]


def test_a_chief_who_is_also_head_himself_is_one_head(harbour: Grid) -> None:
    assert found(harbour, roster([*WHOLE, head(QUAY, "bo")]), "two_heads") == []


def test_a_break_is_found_with_its_days(harbour: Grid) -> None:
    terms = [head(PIER, "cui", "2015-01-01", "2015-02-01"), head(PIER, "du", "2015-02-11")]
    held = roster([*without(PIER), *terms])
    assert found(harbour, held, "break_between_terms") == [[PIER, None, "2015-02-01", "2015-02-11", 10.0]]


def test_a_term_within_another_makes_no_break(harbour: Grid) -> None:
    terms = [head(PIER, "cui", "2015-01-01", "2015-05-01"), head(PIER, "du", "2015-02-01", "2015-03-01")]
    held = roster([*without(PIER), *terms, head(PIER, "fu", "2015-05-01")])
    assert found(harbour, held, "break_between_terms") == []


DAYS = st.integers(1, 30)
TERMS = st.lists(st.tuples(DAYS, DAYS).filter(lambda two: two[0] <= two[1]), max_size=6)


@settings(deadline=None, max_examples=60)
@given(terms=TERMS)
def test_breaks_are_the_days_between_heads_counted_one_by_one(harbour: Grid, terms: list[tuple[int, int]]) -> None:
    held = roster([head(PIER, "cui", f"2015-05-{begin:02}", f"2015-05-{end:02}") for begin, end in terms])
    # A term that ends on the day it begins holds on no day, yet says when the next one should have begun.
    covered = {day for begin, end in terms for day in range(begin, end)}
    touched = {day for two in terms for day in two}
    reach = range(min(touched, default=0), max((begin for begin, _ in terms), default=0))
    missing = {day for day in reach if day not in covered}
    breaks = found(harbour, held, "break_between_terms")
    days = [day for _, _, begin, end, _ in breaks for day in range(int(str(begin)[-2:]), int(str(end)[-2:]))]
    assert sorted(days) == sorted(missing)
    assert sum(row[-1] for row in breaks) == len(missing)  # type: ignore[misc]


def test_a_head_away_without_a_stand_in_is_found_with_his_days(harbour: Grid) -> None:
    held = roster(WHOLE, [away("cui", end="2015-07-01"), away("du"), away("fu")], [stand_in("fu", "an")])
    assert found(harbour, held, "absent_without_stand_in") == [
        [PIER, "cui", "2015-06-01", "2015-07-01", None],
        [SHED, "du", "2015-06-01", None, None],
    ]


def test_a_stand_in_who_is_away_too_is_none(harbour: Grid) -> None:
    held = roster(WHOLE, [away("cui"), away("du")], [stand_in("cui", "du"), stand_in("du", "fu")])
    assert [row[0] for row in found(harbour, held, "absent_without_stand_in")] == [PIER]


def test_a_post_in_a_cell_that_is_not_there_is_unknown_or_ended(harbour: Grid) -> None:
    held = roster(
        [*WHOLE, head("113", "cui"), unit("13", "police", end="2016-01-01"), head("14", "du", end="2015-02-01")]
    )
    assert found(harbour, held, "unknown_cell", once={"13"}) == [["113", "cui", "2015-01-01", None, None]]
    assert found(harbour, held, "ended_cell", once={"13"}) == [["13", "police", "2015-01-01", "2016-01-01", None]]


def test_a_cadre_without_a_post_is_found_unless_his_unit_has_one(harbour: Grid) -> None:
    held = roster([unit(QUAY, "office"), (PIER, "cadre", "zeng", "member", "charge", "2015-01-01", None)])
    idle = [row[1] for row in found(harbour, held, "cadre_without_cell")]
    assert idle == [cadre for cadre, _, _, his in CADRES if his != "office"]


BAD = roster(
    [
        head(PIER, "cui", "2015-03-01"),
        head(PIER, "du"),
        head(SHED, "cui", "2015-02-01", "2015-03-01"),
        head(SHED, "cui", "2015-04-01"),
        head("8", "fu"),
        head("9", "fu"),
    ],
    [away("cui"), away("du")],
)


def test_findings_come_in_one_order_whatever_that_of_the_rows(harbour: Grid) -> None:
    rows = roster_findings(harbour, BAD, ON, once=("8",))
    assert set(rows["kind"]) == set(KINDS)
    turned = {name: frame.iloc[::-1] for name, frame in vars(BAD).items()}
    pd.testing.assert_frame_equal(roster_findings(harbour, Roster(**turned), ON, once=("8",)), rows)
    assert rows["kind"].map(KINDS.index).is_monotonic_increasing


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_finding_says_what_to_do(harbour: Grid, lang: str) -> None:
    for row in roster_findings(harbour, BAD, ON, once=("8",)).to_dict("records"):
        told = say(row["hint"], lang, **row)
        names = {name for _, name, _, _ in Formatter().parse(CATALOGUES[lang][row["hint"]]) if name}
        assert names <= set(COLUMNS)
        assert "None" not in told
        assert "nan" not in told


def test_what_was_wrong_later_is_not_wrong_yet(harbour: Grid) -> None:
    before = roster_findings(harbour, roster(WHOLE, [away("cui")]), dt.date(2015, 5, 31))
    assert before.empty
