"""The figures of a village that is visited, has issues, and looks back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from gridmap.errors import ArgumentError, NotFoundError, RefusedError
from gridmap.office import figuring
from gridmap.office.figure_export import export_figures
from gridmap.office.figure_names import figure_names
from gridmap.office.figure_tables import FIGURE_COLUMNS, figure_table
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.words import say
from tests.house.test_glossary import CHINESE
from tests.office.conftest import CLOCK
from tests.office.lived import found
from tests.office.visited import BIG, FAR, SMALL, at

ON = dt.date(2015, 10, 31)
YEAR_END = dt.date(2015, 12, 31)
READER = Person("reader", "reader")
SAMPLED = 13  # of all figures so many are passed over: each one followed counts the day anew


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A year: two of three households met in the campaign, one issue closed in time, one overdue, one after it."""
    folder = tmp_path_factory.mktemp("lived")
    found(folder / "home", folder)
    with open_office(folder / "home", clock=CLOCK) as office:
        yield office


def told_on(
    office: Office, on: dt.date = ON, person: Person = LOCAL_ADMINISTRATOR, **more: dt.datetime
) -> figuring.Figures:
    return figuring.figures(person, office, on=on, **more)


def test_a_campaign_tells_covered_attempted_and_met_apart(lived: Office) -> None:
    told = told_on(lived)
    assert [told[f"households.{name}"] for name in ("covered", "attempted", "eligible")] == [2, 3, 3]
    assert told["households.covered_share"] == 2 / 3
    assert [told[f"duties.households_2015.{name}"] for name in ("visits_met", "visits")] == [2, 3]
    assert told["households.features"] == 4


def test_the_campaign_is_still_told_of_after_its_end(lived: Office) -> None:
    assert told_on(lived, YEAR_END)["households.covered"] == 2


def test_before_the_first_visit_nobody_is_covered(lived: Office) -> None:
    told = told_on(lived, dt.date(2015, 3, 11))
    assert [told[f"households.{name}"] for name in ("covered", "attempted", "eligible")] == [0, 0, 3]


def test_issues_are_counted_as_they_stood_on_the_day(lived: Office) -> None:
    before, after = told_on(lived, dt.date(2015, 5, 4)), told_on(lived, dt.date(2015, 5, 5))
    assert [before[f"issues.{name}"] for name in ("filed", "closed", "open")] == [2, 0, 2]
    assert [after[f"issues.{name}"] for name in ("filed", "closed", "open")] == [2, 1, 1]
    assert after["issues.closed_share"] == 0.5


def test_a_duplicate_is_counted_nowhere(lived: Office) -> None:
    told = told_on(lived)
    assert [told[f"issues.{name}"] for name in ("filed", "closed", "duplicate", "overdue")] == [2, 1, 1, 1]


def test_what_is_reported_after_the_campaign_is_none_of_its_issues(lived: Office) -> None:
    told = told_on(lived, YEAR_END)
    assert told["issues.filed"] == 3
    assert told["campaign_2015.issues.filed"] == 2


def test_what_was_recorded_later_was_not_known(lived: Office) -> None:
    told = told_on(lived, as_of=at("2015-07-01T00:00"))
    assert told["issues.duplicate"] == 0
    assert told["visits.made"] == 4


def test_rates_are_of_the_issues_due_in_the_period(lived: Office) -> None:
    told = told_on(lived)
    assert [told[f"issues.{name}"] for name in ("due", "due_closed", "on_time")] == [2, 1, 1]
    later = figuring.figures(LOCAL_ADMINISTRATOR, lived, on=ON, since=dt.date(2015, 9, 1))
    assert later["issues.due"] == 0
    assert later["issues.on_time_share"] is None


def test_quantities_of_closed_issues_are_summed(lived: Office) -> None:
    assert told_on(lived)["quantities.lamps"] == 1
    assert told_on(lived)["quantities.people"] == 0


def test_two_look_backs_at_one_household_are_one_household(lived: Office) -> None:
    told = told_on(lived, YEAR_END)
    assert (told["lookback.households"], told["lookback.visits"]) == (1, 2)
    assert told_on(lived)["lookback.households"] == 0


def test_lamps_are_surveyed_once_their_state_is_known(lived: Office) -> None:
    told = told_on(lived)
    assert [told[f"streetlights.{name}"] for name in ("surveyed", "features", "dark", "working")] == [2, 4, 1, 1]


def test_answers_of_a_form_are_counted_with_the_features_and_the_visitors(lived: Office) -> None:
    told = told_on(lived)
    assert [told[f"duties.labour_monthly.{name}"] for name in ("answers", "answered", "visitors")] == [1, 1, 1]
    assert (told["enterprises.covered"], told["enterprises.eligible"]) == (1, 2)


def test_a_programme_has_totals_alone(lived: Office) -> None:
    told = told_on(lived)
    assert [told[f"programmes.下沙专项.{name}"] for name in ("settled", "in_progress", "total")] == [1, 1, 2]
    rows = figuring.follow(LOCAL_ADMINISTRATOR, lived, "programmes.下沙专项.total", on=ON)
    assert set(rows.columns) == {"number", "state", "reported_at", "closed_at", "counted"}


def test_every_number_leads_to_its_rows(lived: Office) -> None:
    for key, value in list(told_on(lived, YEAR_END).items())[::SAMPLED]:
        rows = figuring.follow(LOCAL_ADMINISTRATOR, lived, key, on=YEAR_END)
        if key.endswith("_share"):
            assert value == (None if rows.empty else rows["counted"].sum() / len(rows)) or "contact" in key
        elif not key.endswith("median_days"):
            assert rows["counted"].sum() == value, key


def test_nothing_that_is_followed_tells_who_was_at_home_and_when(lived: Office) -> None:
    visits = figuring.follow(LOCAL_ADMINISTRATOR, lived, "lookback.households", on=YEAR_END)
    assert len(visits) == 1
    assert visits[["at", "outcome", "key"]].isna().all(axis=None)
    assert "answers" not in visits
    states = figuring.follow(LOCAL_ADMINISTRATOR, lived, "households.covered", on=ON)
    assert states["met_at"].isna().all()


def test_an_unknown_key_is_named(lived: Office) -> None:
    with pytest.raises(NotFoundError, match=r"issues\.popularity"):
        figuring.follow(LOCAL_ADMINISTRATOR, lived, "issues.popularity", on=ON)


def test_what_is_sensitive_has_not_even_a_count_for_a_reader(lived: Office) -> None:
    assert told_on(lived)["care_places.covered"] == 1
    told = told_on(lived, person=READER)
    assert not [key for key in told if "care" in key]
    assert told["visits.made"] == told_on(lived)["visits.made"] - 1  # type: ignore[operator]


def test_a_scope_counts_what_lies_in_it(lived: Office) -> None:
    here = Person("here", "reader", frozenset({BIG}))
    told = told_on(lived, YEAR_END, here)
    assert (told["households.eligible"], told["issues.filed"], told["streetlights.features"]) == (2, 2, 3)
    cells = figuring.figures_by(here, lived, by="cell", on=YEAR_END)
    assert cells["filed"].to_dict() == {BIG: 2, "none": 0}


def test_the_public_is_refused(lived: Office) -> None:
    with pytest.raises(RefusedError):
        told_on(lived, person=Person("somebody", "public"))


@pytest.mark.parametrize("by", figuring.BY)
def test_parts_sum_to_the_figures_of_the_day(lived: Office, by: str) -> None:
    whole = told_on(lived, YEAR_END)
    parts = figuring.figures_by(LOCAL_ADMINISTRATOR, lived, by=by, on=YEAR_END)
    for name in ("filed", "closed", "open", "due", "on_time", "duplicate"):
        assert parts[name].sum() == whole[f"issues.{name}"], name
    assert parts["lamps"].sum() == whole["quantities.lamps"]


@pytest.mark.parametrize("level", figuring.LEVELS)
def test_each_level_sums_to_the_office(lived: Office, level: str) -> None:
    parts = figuring.figures_by(LOCAL_ADMINISTRATOR, lived, by="cell", level=level, on=ON)
    assert parts.index[-1] == "none"
    assert parts["filed"].sum() == 2
    assert parts["eligible"].sum() == 3 + 2 + 1


def test_how_often_one_tried_is_not_told_by_small_cell(lived: Office) -> None:
    by = {
        level: figuring.figures_by(LOCAL_ADMINISTRATOR, lived, by="cell", level=level, on=ON)
        for level in figuring.LEVELS
    }
    assert {"attempted", "visits", "visits_met"} <= set(by["big"])
    assert not {"attempted", "visits", "visits_met", "contact_share"} & set(by["small"])


def test_knowing_later_is_knowing_more(lived: Office) -> None:
    """What was recorded stays recorded: entries are only ever added."""
    instants = [at(text) for text in ("2015-03-01T00:00", "2015-07-01T00:00", "2015-12-31T00:00")]
    known = [told_on(lived, as_of=instant) for instant in instants]
    for name in ("visits.made", "issues.filed", "households.attempted"):
        told = [one[name] for one in known]
        if name == "issues.filed":  # what turned out to be a duplicate was filed until then
            told = [one[name] + one["issues.duplicate"] + one["issues.rejected"] for one in known]  # type: ignore[operator]
        assert told == sorted(told)  # type: ignore[type-var]
        assert told[0] == 0


def test_cells_show_issues_beside_visits(lived: Office) -> None:
    cells = figuring.figures_by(LOCAL_ADMINISTRATOR, lived, by="cell", level="small", on=ON)
    assert cells.loc[SMALL, ["filed", "closed", "covered", "eligible"]].tolist() == [2, 1, 3, 3]
    assert cells.loc[FAR, "closed_share"] != cells.loc[FAR, "closed_share"]  # 0/0 is no number


def test_weeks_show_what_was_reported_beside_the_visits_made(lived: Office) -> None:
    weeks = figuring.figures_by(LOCAL_ADMINISTRATOR, lived, by="week", on=YEAR_END)
    assert weeks.loc["2015-W19", "filed"] == 2
    assert weeks.loc["2015-W11", ["visits", "visits_met"]].tolist() == [3, 2]


def test_a_wrong_question_is_said(lived: Office) -> None:
    with pytest.raises(ArgumentError, match="colour"):
        figuring.figures_by(LOCAL_ADMINISTRATOR, lived, by="colour", on=ON)
    with pytest.raises(ArgumentError, match="2016"):
        figuring.figures(LOCAL_ADMINISTRATOR, lived, on=ON, since=dt.date(2016, 1, 1))
    with pytest.raises(ArgumentError, match="time zone"):
        told_on(lived, as_of=dt.datetime(2015, 12, 31))  # noqa: DTZ001 - that is what is refused


def test_the_table_puts_n_beside_of_and_both_beside_what_they_were(lived: Office) -> None:
    table = figure_table(LOCAL_ADMINISTRATOR, lived, on=dt.date(2015, 5, 10))
    closed = table[(table["section"] == "issues") & (table["figure"] == "closed_share")].iloc[0]
    assert closed[["n", "of", "share"]].tolist() == [1, 2, 0.5]
    assert pd.isna(closed["week_before"])
    later = figure_table(LOCAL_ADMINISTRATOR, lived, on=dt.date(2015, 5, 12))
    closed = later[(later["section"] == "issues") & (later["figure"] == "closed_share")].iloc[0]
    assert closed["week_before"] == 0.5


def test_what_a_layer_says_of_its_duty_that_duty_does_not_say_again(lived: Office) -> None:
    table = figure_table(LOCAL_ADMINISTRATOR, lived, on=ON)
    lines = table.groupby("section", sort=False)["figure"].agg(list)
    assert lines["households"][:3] == ["linked_share", "covered_share", "attempted_share"]
    assert "duties.households_2015" not in lines
    assert lines["duties.labour_monthly"] == ["answers", "answered", "visitors"]
    assert "met_share" in lines["duties.principal_evenings"]
    assert "organisations" not in lines  # nothing is there and nothing was


def test_a_day_before_the_first_grid_has_figures_of_nothing(office: Office) -> None:
    told = told_on(office, dt.date(2014, 12, 31))
    assert told["issues.filed"] == 0
    assert told["issues.closed_share"] is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_figure_has_a_name_in_both_languages(lived: Office, lang: str) -> None:
    names = figure_names(lived, on=YEAR_END, lang=lang)
    table = names.table(figure_table(LOCAL_ADMINISTRATOR, lived, on=YEAR_END))
    assert not table["figure"].str.contains("_").any()
    assert not table["section"].str.contains("_").any()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_two_columns_bear_one_name(lived: Office, lang: str) -> None:
    names = figure_names(lived, on=ON, lang=lang)
    for by in ("cell", "week"):
        columns = figuring.figures_by(LOCAL_ADMINISTRATOR, lived, by=by, on=ON).columns
        called = [names.column(str(name)) for name in columns]
        assert len(called) == len(set(called))
        assert not [one for one in called if "_" in one]
    assert [names.column(name) for name in FIGURE_COLUMNS[:3]] in (
        ["about", "figure", "n"],
        ["范围", "指标", "数量（分子）"],
    )


def test_a_workbook_holds_the_figures_under_readable_headers(lived: Office, tmp_path: Path) -> None:
    names = figure_names(lived, on=ON, lang="zh")
    frame = figuring.figures_by(LOCAL_ADMINISTRATOR, lived, by="category", on=ON).reset_index()
    target = tmp_path / "figures.xlsx"
    export_figures(LOCAL_ADMINISTRATOR, lived, frame, target, names=names, on=ON)
    rows = list(openpyxl.load_workbook(target).worksheets[0].iter_rows(values_only=True))
    assert rows[0][:3] == ("类别", "收集", "已办结")
    assert rows[1][:3] == ("streetlight", 2, 1)
    with pytest.raises(ArgumentError, match=r"\.csv"):
        export_figures(LOCAL_ADMINISTRATOR, lived, frame, tmp_path / "figures.csv", names=names, on=ON)
    with pytest.raises(RefusedError):
        export_figures(READER, lived, frame, target, names=names, on=ON)


SHARES = ("closed_share", "due_closed_share", "on_time_share", "rework_share", "deferral_share", "solved_share")
SHARES += ("explained_share", "covered_share", "attempted_share", "contact_share", "repeat_share", "surveyed_share")


@pytest.mark.parametrize("name", SHARES)
def test_a_figure_is_called_as_in_the_glossary(name: str) -> None:
    assert CHINESE[name] == say(f"office.figure.{name}", "zh")
