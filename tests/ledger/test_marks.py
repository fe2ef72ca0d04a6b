from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings

from gridmap.ledger.marks import days_to_close, duty_marks, first_of_each, issue_marks, newest_periods, quantity_marks
from gridmap.ledger.ratios import DUTY_RATIOS, ISSUE_RATIOS
from tests.ledger.ledgers import DAY, NOW, SINCE, any_issues, any_states, closed, issue, issues, state, states


def sums(*rows: dict[str, object], since: dt.datetime = SINCE, now: dt.datetime = NOW) -> pd.Series:
    return issue_marks(issues(*rows), since=since, now=now).sum()


def test_rejected_and_duplicate_count_neither_above_nor_below_the_line() -> None:
    found = sums(closed(2), issue("reported"), issue("rejected"), issue("duplicate"))
    assert (found["closed"], found["filed"], found["open"]) == (1, 2, 1)
    assert (found["rejected"], found["duplicate"]) == (1, 1)


def test_solved_and_explained_are_told_apart() -> None:
    found = sums(
        closed(1), closed(1, result="explained"), closed(1, result="explained"), issue("done", result="solved")
    )
    assert (found["solved"], found["explained"], found["referred"], found["closed"]) == (1, 2, 0, 3)


def test_rates_divide_by_the_issues_due_in_the_period_and_not_by_those_closed_in_it() -> None:
    early = closed(1, due_at=SINCE - DAY)
    within = closed(1, due_at=NOW - 3 * DAY)
    late = closed(9, due_at=NOW - 3 * DAY)
    still = issue("filed", due_at=NOW - DAY)
    later = closed(1, due_at=NOW + DAY)
    found = sums(early, within, late, still, later)
    assert (found["due"], found["due_closed"], found["on_time"]) == (3, 2, 1)


def test_a_period_holds_its_first_instant_and_not_its_last() -> None:
    assert sums(issue(due_at=SINCE), issue(due_at=NOW))["due"] == 1


def test_what_is_closed_at_its_due_instant_is_on_time() -> None:
    due = NOW - 3 * DAY
    assert sums(closed(7, due_at=due), closed(7.01, due_at=due))["on_time"] == 1


def test_a_deferred_issue_is_open_and_neither_due_nor_overdue() -> None:
    found = sums(issue(deferred=True, due_at=NOW - DAY))
    assert (found["open"], found["deferred"], found["overdue"], found["due"]) == (1, 1, 0, 0)


def test_only_the_quantities_of_closed_issues_are_achieved() -> None:
    rows = issues(closed(1, quantities={"yuan": 1500.5, "people": 2}), issue("done", quantities={"yuan": 99}))
    assert quantity_marks(rows).sum().to_dict() == {"people": 2, "yuan": 1500.5, "lamps": 0, "startups": 0}


def test_a_place_counts_once_however_many_issues_it_has() -> None:
    shop, lamp = [("businesses", "S1")], [("streetlights", "L1"), ("streetlights", "L2")]
    corner = shapely.Point(114.5, 22.6)
    found = sums(
        issue(features=shop),
        issue(features=shop),
        issue("rejected", features=shop),
        issue(features=lamp),
        issue(geometry=corner),
        issue(geometry=shapely.Point(114.500000001, 22.6)),
        issue(),
    )
    assert (found["places"], found["repeat_places"]) == (3, 2)


def test_days_to_close_run_from_the_report() -> None:
    took = days_to_close(issues(closed(2.5), issue("done")))
    assert took[0] == 2.5
    assert pd.isna(took[1])


@settings(max_examples=40)
@given(any_issues)
def test_no_numerator_of_issues_is_more_than_its_denominator(rows: Sequence[dict[str, object]]) -> None:
    marks = issue_marks(issues(*rows), since=NOW - 20 * DAY, now=NOW)
    for numerator, denominator in ISSUE_RATIOS.values():
        assert not (marks[numerator] & ~marks[denominator]).any()


@settings(max_examples=40)
@given(any_issues)
def test_the_issues_are_open_closed_rejected_or_duplicate(rows: Sequence[dict[str, object]]) -> None:
    marks = issue_marks(issues(*rows), since=NOW - 20 * DAY, now=NOW)
    assert (marks[["open", "closed", "rejected", "duplicate"]].sum(axis=1) == 1).all()
    assert (marks[["filed", "rejected", "duplicate"]].sum(axis=1) == 1).all()
    assert (marks[["overdue", "deferred", "in_hand"]].sum(axis=1) == marks["open"]).all()
    assert (marks[["solved", "explained", "referred"]].sum(axis=1) == marks["closed"]).all()


@settings(max_examples=40)
@given(any_issues)
def test_an_issue_once_overdue_stays_overdue_until_something_happens(rows: Sequence[dict[str, object]]) -> None:
    today = issue_marks(issues(*rows), since=SINCE, now=NOW)
    tomorrow = issue_marks(issues(*rows), since=SINCE, now=NOW + DAY)
    for name in ("overdue", "due", "due_closed", "on_time"):
        assert (tomorrow[name] >= today[name]).all()


@settings(max_examples=40)
@given(any_issues)
def test_the_order_of_issues_changes_no_figure(rows: Sequence[dict[str, object]]) -> None:
    turned = issue_marks(issues(*reversed(rows)), since=SINCE, now=NOW).sum()
    pd.testing.assert_series_equal(turned, issue_marks(issues(*rows), since=SINCE, now=NOW).sum())


def test_a_feature_is_covered_only_by_a_counting_visit() -> None:
    rows = states(
        state("S1", "met", count=1, attempts=3), state("S2", attempts=2), state("S3"), state("S4", "exempt", attempts=1)
    )
    found = duty_marks(rows).sum()
    assert (found["covered"], found["attempted"], found["eligible"]) == (1, 2, 3)
    assert (found["visits_met"], found["visits"], found["exempt"]) == (1, 5, 1)


def test_a_duty_that_is_still_upcoming_has_nobody_eligible() -> None:
    assert duty_marks(states(state("S1", "upcoming")))["eligible"].sum() == 0


@settings(max_examples=40)
@given(any_states)
def test_no_numerator_of_duties_is_more_than_its_denominator(rows: Sequence[dict[str, object]]) -> None:
    found = duty_marks(states(*rows)).sum()
    for numerator, denominator in DUTY_RATIOS.values():
        assert found[numerator] <= found[denominator]


@settings(max_examples=40)
@given(any_states)
def test_the_newest_period_of_a_duty_is_one_for_all_its_subjects(rows: Sequence[dict[str, object]]) -> None:
    newest = newest_periods(states(*rows))
    begun = [str(row["begin"]) for row in rows if row["state"] != "upcoming"]
    assert set(newest["begin"]) == ({max(begun)} if begun else set())


def test_each_subject_has_its_own_newest_period_where_periods_are_its_own() -> None:
    rows = states(state("S1", month=8), state("S1", month=9), state("S2", month=10))
    assert newest_periods(rows, own=["shops"])["begin"].tolist() == ["2015-09-01", "2015-10-01"]
    assert newest_periods(rows)["subject"].tolist() == ["S2"]


@pytest.mark.parametrize("chosen", [[True, True, True], [False, True, True]])
def test_the_first_of_each_counts_distinct_things(chosen: list[bool]) -> None:
    first = first_of_each(np.array(chosen), pd.Series(["a", "a", "b"]), pd.Series(["x", "x", "x"]))
    assert first.sum() == 2


def test_nothing_counts_for_nothing() -> None:
    assert issue_marks(issues(), since=SINCE, now=NOW).sum().sum() == 0
    assert duty_marks(states()).sum().sum() == 0
    assert newest_periods(states()).empty
