from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings

from gridmap.errors import NotFoundError
from gridmap.grid.grid import Grid
from gridmap.ledger.indicators import Section, cell_at, grouped, issue_section, issues_grouped, together, week_of
from gridmap.ledger.issues import QUANTITIES
from gridmap.ledger.marks import duty_marks, issue_marks
from gridmap.ledger.ratios import DUTY_RATIOS, ISSUE_RATIOS, Ratio
from tests.ledger.ledgers import NOW, SINCE, any_issues, any_states, closed, issue, issues, state, states

LEVEL_OF = {1: "big", 2: "middle", 3: "small"}


def _harbour() -> Grid:
    """One big cell of two middle ones, of two and of one small cell."""
    shapes = {code: shapely.box(at, 0, at + 1, 1) for at, code in enumerate(("111", "112", "121"))}
    for above in ("11", "12", "1"):
        shapes[above] = shapely.union_all([shape for code, shape in shapes.items() if code.startswith(above)])
    rows = [(code, LEVEL_OF[len(code)], code[:-1] or None, code, shape) for code, shape in shapes.items()]
    return Grid(gpd.GeoDataFrame(rows, columns=["code", "level", "parent", "name", "geometry"], crs=4547))


HARBOUR = _harbour()


def section(*rows: dict[str, object]) -> Section:
    return issue_section("issues", issues(*rows), since=SINCE, now=NOW)


def test_a_figure_stands_under_the_name_of_its_section_with_its_share() -> None:
    figures = section(closed(2), closed(4), issue()).figures()
    assert figures["issues.closed"] == 2
    assert figures["issues.filed"] == 3
    assert figures["issues.closed_share"] == 2 / 3
    assert figures["issues.median_days"] == 3.0


def test_a_figure_of_nothing_is_null() -> None:
    figures = section().figures()
    assert figures["issues.filed"] == 0
    assert figures["issues.closed_share"] is None
    assert figures["issues.median_days"] is None


@settings(max_examples=40)
@given(any_issues)
def test_every_figure_leads_to_as_many_rows_as_it_says(rows: Sequence[dict[str, object]]) -> None:
    held = section(*rows)
    figures = held.figures()
    for name, column in held.marks.items():
        followed = held.follow(str(name))
        assert followed["counted"].sum() == figures[f"issues.{name}"]
        assert len(followed) == (column != 0).sum()
    for name, ratio in held.ratios().items():
        behind = held.follow(name)
        assert Ratio(int(behind["counted"].sum()), len(behind)) == ratio


def test_a_median_leads_to_the_closed_issues() -> None:
    assert section(closed(2), issue()).follow("median_days")["state"].tolist() == ["closed"]


def test_a_figure_that_is_none_is_named() -> None:
    with pytest.raises(NotFoundError, match="popularity"):
        section().follow("popularity")


@settings(max_examples=40)
@given(any_issues)
def test_parts_sum_to_the_whole_however_they_are_grouped(rows: Sequence[dict[str, object]]) -> None:
    frame = issues(*rows)
    marks = issue_marks(frame, since=SINCE, now=NOW)
    for by in ("unit", "category", "source", "cell"):
        parts = grouped(marks, frame[by], ISSUE_RATIOS)
        pd.testing.assert_series_equal(parts[list(marks)].sum(), marks.sum(), check_dtype=False)
        assert parts.index.name == by


@settings(max_examples=40)
@given(any_issues)
def test_small_cells_sum_to_their_middle_cell_those_to_the_big_cell_and_all_to_the_office(
    rows: Sequence[dict[str, object]],
) -> None:
    frame = issues(*rows)
    marks = issue_marks(frame, since=SINCE, now=NOW)
    of = {}
    for level in ("big", "middle", "small"):
        counted = grouped(marks, cell_at(frame["cell"], HARBOUR, level), ISSUE_RATIOS)
        of[level] = together([counted], ISSUE_RATIOS, [*HARBOUR.level(level)["code"], "none"])
        assert of[level]["filed"].sum() == marks["filed"].sum()
    assert of["big"].loc["1", "filed"] == of["middle"].loc[["11", "12"], "filed"].sum()
    own = int(marks.loc[frame["cell"] == "11", "filed"].sum())
    assert of["middle"].loc["11", "filed"] == of["small"].loc[["111", "112"], "filed"].sum() + own


def test_what_is_in_no_cell_counts_in_the_row_none_and_a_cell_without_issues_has_its_row() -> None:
    frame = issues(issue(cell="111"), issue(cell=None), issue(cell="999"))
    marks = issue_marks(frame, since=SINCE, now=NOW)
    counted = grouped(marks, cell_at(frame["cell"], HARBOUR, "small"), {})
    counted = together([counted], ISSUE_RATIOS, HARBOUR.level("small")["code"])
    assert counted["filed"].to_dict() == {"111": 1, "112": 0, "121": 0, "none": 2}
    assert pd.isna(counted.loc["112", "closed_share"])


@settings(max_examples=40)
@given(any_states)
def test_duties_roll_up_as_issues_do(rows: Sequence[dict[str, object]]) -> None:
    frame = states(*rows)
    marks = duty_marks(frame)
    for level in ("big", "middle", "small"):
        counted = grouped(marks, cell_at(frame["cell"], HARBOUR, level), DUTY_RATIOS)
        assert counted["eligible"].sum() == marks["eligible"].sum()


def test_parts_stand_side_by_side_with_their_shares() -> None:
    frame, rows = issues(closed(1, cell="111")), states(state("S1", "met", count=1, attempts=1, cell="112"))
    left = issues_grouped(frame, frame["cell"], since=SINCE, now=NOW)
    right = grouped(duty_marks(rows)[["eligible", "covered"]], rows["cell"], {})
    both = together([left, right], {**ISSUE_RATIOS, **DUTY_RATIOS})
    assert both[["filed", "eligible"]].to_numpy().tolist() == [[1, 0], [0, 1]]
    assert both["closed_share"].tolist()[0] == 1.0
    assert both["covered_share"].tolist()[1] == 1.0
    assert pd.isna(both.loc["112", "median_days"])


def test_each_group_has_its_own_median() -> None:
    frame = issues(closed(2, unit="police"), closed(4, unit="police"), closed(8, unit="lamps"), issue(unit=""))
    days = issues_grouped(frame, frame["unit"], since=SINCE, now=NOW)["median_days"]
    assert days["police"] == 3.0
    assert days["lamps"] == 8.0
    assert pd.isna(days["none"])


def test_the_row_of_nobody_stands_last() -> None:
    frame = issues(issue(unit=None), issue(unit="zoo"))
    assert grouped(issue_marks(frame, since=SINCE, now=NOW), frame["unit"], {}).index.tolist() == ["zoo", "none"]


def test_a_week_is_that_of_the_local_day() -> None:
    instants = pd.Series(
        pd.to_datetime(["2015-11-01T15:59Z", "2015-11-01T16:00Z", None, "2016-01-03T00:00Z"], utc=True)
    )
    weeks = week_of(instants, ZoneInfo("Asia/Shanghai")).tolist()
    assert weeks == ["2015-W44", "2015-W45", None, "2015-W53"]


def test_a_section_of_duties_tells_what_was_tried_from_what_was_met() -> None:
    rows = states(state("S1", "met", count=1, attempts=2), state("S2", attempts=1))
    held = Section("shops", rows, duty_marks(rows), DUTY_RATIOS)
    assert held.figures()["shops.covered_share"] == 0.5
    assert held.figures()["shops.attempted_share"] == 1.0
    assert held.figures()["shops.contact_share"] == 1 / 3


def test_quantities_of_a_group_stay_sums() -> None:
    frame = issues(closed(1, unit="lamps", quantities={"lamps": 38}), closed(1, unit="lamps", quantities={"lamps": 2}))
    found = issues_grouped(frame, frame["unit"], since=SINCE, now=NOW).loc["lamps", list(QUANTITIES)]
    assert found.to_dict() == {"people": 0.0, "yuan": 0.0, "lamps": 40.0, "startups": 0.0}
