"""The figures of a village that is visited, has issues, and looks back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from gridmap.errors import ArgumentError, NotFoundError, RefusedError
from gridmap.grid.grid import Grid
from gridmap.ledger.issues import Event
from gridmap.office import figuring
from gridmap.office.clock import FixedClock
from gridmap.office.duties import keep_default_duties
from gridmap.office.figure_export import export_figures
from gridmap.office.figure_names import figure_names
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.issues import Report, act, keep_default_categories, report
from gridmap.office.rostering import import_roster
from gridmap.office.setup import found_office
from gridmap.office.visiting import record
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import programmes
from tests.office.conftest import CLOCK, LENGTHS, village_cells
from tests.office.visited import BIG, FAR, FOUNDED, HEADER, PEOPLE, SMALL, ZONE, at, book, middle_of, uid, visit

ON = dt.date(2015, 10, 31)
YEAR_END = dt.date(2015, 12, 31)
READER = Person("reader", "reader")
HERE, NEXT, FAR_PLACE = middle_of(0, 0), middle_of(0, 1), middle_of(2, 0)
STAFF = (
    *PEOPLE,
    ("6", "孙四", "社区干部", "义务联络员", None, None),
    ("4", "吴局", "科级干部", "城市建设办", None, None),
)
SAMPLED = 13  # of all figures so many are passed over: each one followed counts the day anew
HOLDERS = ("start", "finish")
HOMES = (
    ("户编号", "户主", "地址", "应走访", "经度", "纬度"),
    ("H1", "张三", "王母路1号", "是", *HERE),
    ("H2", "李四", "王母路2号", "是", *NEXT),
    ("H3", "王五", "葵涌路3号", "是", *FAR_PLACE),
    ("H4", "赵六", "王母路4号", "否", *HERE),
)
FACTORIES = (("企业编号", "企业名称", "经度", "纬度"), ("E1", "电子厂", *HERE), ("E2", "玩具厂", *FAR_PLACE))
LAMPS = (
    ("灯杆编号", "状态", "经度", "纬度"),
    ("L1", "正常", *HERE),
    ("L2", "不亮", *HERE),
    ("L3", "不明", *NEXT),
    ("L4", None, *FAR_PLACE),
)
CARE = (("关爱编号", "姓名", "经度", "纬度"), ("C1", "陈婆", *HERE))


def on_clock(office: Office, text: str) -> Office:
    """The office as its clock stood at that moment: what is entered then is recorded then."""
    return replace(office, clock=FixedClock(at(text), ZONE))


def told(name: str, when: str, **said: object) -> Report:
    given: dict[str, object] = {
        "id": uid(name),
        "at": at(when),
        "source": "visit",
        "by": "7",
        "category": "streetlight",
    }
    place = {"lon": HERE[0], "lat": HERE[1]} if not {"features", "cell", "lon"} & said.keys() else {}
    return Report(**(given | place | said))  # type: ignore[arg-type]


def steps(name: str, *taken: tuple[str, str, dict[str, object]]) -> list[Event]:
    """The steps of an issue; its holder is 吴局, and the office's clerk checks what he finishes."""
    private = ("note", "reply")
    return [
        Event(
            uid(f"{name} {number}"),
            uid(name),
            step,
            at(when),
            "4" if step in HOLDERS else None,
            {key: value for key, value in said.items() if key not in private},
            {key: str(value) for key, value in said.items() if key in private},
        )
        for number, (step, when, said) in enumerate(taken)
    ]


def life(name: str, day: str, end: str, **quantities: float) -> list[Event]:
    """An issue filed on the evening of a day and closed on another."""
    solved = {"result": "solved", "reply": "done", "quantities": quantities}
    return steps(
        name,
        ("file", f"{day}T20:00", {"category": "streetlight"}),
        ("assign", f"{day}T20:10", {"unit": "城市建设办", "holder": "4"}),
        ("start", f"{day}T20:20", {}),
        ("finish", f"{end}T09:00", {"quantities": quantities}),
        ("close", f"{end}T10:00", solved),
    )


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A year: two of three households met in the campaign, one issue closed in time, one overdue, one after it."""
    home = tmp_path_factory.mktemp("lived")
    found_office(LOCAL_ADMINISTRATOR, home / "home", name="village", clock=CLOCK)
    with open_office(home / "home", clock=CLOCK) as office:
        publish_grid(
            LOCAL_ADMINISTRATOR, office, Grid(village_cells(), LENGTHS), name="2015", valid_from=dt.date(2015, 1, 1)
        )
        live(office, home)
        yield office


def live(office: Office, folder: Path) -> None:
    """Bring the registers in, then let the year happen."""
    me = LOCAL_ADMINISTRATOR
    assert import_roster(me, office, book(folder / "r.xlsx", HEADER, *STAFF), on=FOUNDED).faults == ()
    registers = (("households", HOMES), ("enterprises", FACTORIES), ("streetlights", LAMPS), ("care_places", CARE))
    for layer, rows in registers:
        source = Source(book(folder / f"{layer}.xlsx", *rows), crs="EPSG:4326")
        assert import_register(me, office, layer, source, Terms(on=FOUNDED)).faults == ()
    keep_default_categories(me, office, on=FOUNDED)
    keep_default_duties(me, office, on=FOUNDED)
    spring = on_clock(office, "2015-06-30T23:00")
    record(me, spring, [visit("a"), visit("b", "H2", outcome="absent"), visit("c", "H3", lead="9")])
    record(me, spring, [visit("d", "H4", at=at("2015-04-02T20:00"), outcome="absent")])
    report(
        me,
        spring,
        [told("lamp", "2015-05-04T19:00", features=(("streetlights", "L1"),)), told("road", "2015-05-04T19:30")],
    )
    act(me, spring, life("lamp", "2015-05-04", "2015-05-05", lamps=1))
    act(me, spring, steps("road", ("file", "2015-05-04T20:00", {"category": "streetlight"})))
    late = on_clock(office, "2015-12-30T23:00")
    report(me, late, [told("water", "2015-11-20T10:00", source="phone", lon=FAR_PLACE[0], lat=FAR_PLACE[1])])
    report(me, late, [told("twin", "2015-10-20T10:00", source="phone")])
    act(me, late, steps("twin", ("duplicate", "2015-10-20T11:00", {"of": uid("road")})))
    back = {"at": at("2015-11-12T19:30"), "looks_back": uid("lamp")}
    answers = {
        f"labour_monthly/{name}": value
        for name, value in (("in_production", "yes"), ("wages_paid", "yes"), ("major_hazard", "no"))
    }
    record(
        me,
        late,
        [
            visit("e", "H1", **back),
            visit("f", "H1", **(back | {"at": at("2015-11-19T19:30")})),
            visit(
                "g", "E1", layer="enterprises", lead="6", at=at("2015-10-13T10:00"), mode="inspection", answers=answers
            ),
            visit("h", "C1", layer="care_places", lead="5", at=at("2015-10-14T10:00")),
        ],
    )
    with office.store.writing() as tx:
        programmes.begin(tx, "下沙专项")
        programmes.put(tx, "下沙专项", [uid("lamp"), uid("road"), uid("twin")])


def told_on(
    office: Office, on: dt.date = ON, person: Person = LOCAL_ADMINISTRATOR, **more: dt.datetime
) -> figuring.Figures:
    return figuring.figures(person, office, on=on, **more)


def test_a_campaign_tells_covered_attempted_and_met_apart(lived: Office) -> None:
    found = told_on(lived)
    assert [found[f"households.{name}"] for name in ("covered", "attempted", "eligible")] == [2, 3, 3]
    assert found["households.covered_share"] == 2 / 3
    assert [found[f"duties.households_2015.{name}"] for name in ("visits_met", "visits")] == [2, 3]
    assert found["households.features"] == 4


def test_the_campaign_is_still_told_of_after_its_end(lived: Office) -> None:
    assert told_on(lived, YEAR_END)["households.covered"] == 2


def test_before_the_first_visit_nobody_is_covered(lived: Office) -> None:
    found = told_on(lived, dt.date(2015, 3, 11))
    assert [found[f"households.{name}"] for name in ("covered", "attempted", "eligible")] == [0, 0, 3]


def test_issues_are_counted_as_they_stood_on_the_day(lived: Office) -> None:
    before, after = told_on(lived, dt.date(2015, 5, 4)), told_on(lived, dt.date(2015, 5, 5))
    assert [before[f"issues.{name}"] for name in ("filed", "closed", "open")] == [2, 0, 2]
    assert [after[f"issues.{name}"] for name in ("filed", "closed", "open")] == [2, 1, 1]
    assert after["issues.closed_share"] == 0.5


def test_a_duplicate_is_counted_nowhere(lived: Office) -> None:
    found = told_on(lived)
    assert [found[f"issues.{name}"] for name in ("filed", "closed", "duplicate", "overdue")] == [2, 1, 1, 1]


def test_what_is_reported_after_the_campaign_is_none_of_its_issues(lived: Office) -> None:
    found = told_on(lived, YEAR_END)
    assert found["issues.filed"] == 3
    assert found["campaign_2015.issues.filed"] == 2


def test_what_was_recorded_later_was_not_known(lived: Office) -> None:
    found = told_on(lived, as_of=at("2015-07-01T00:00"))
    assert found["issues.duplicate"] == 0
    assert found["visits.made"] == 4


def test_rates_are_of_the_issues_due_in_the_period(lived: Office) -> None:
    found = told_on(lived)
    assert [found[f"issues.{name}"] for name in ("due", "due_closed", "on_time")] == [2, 1, 1]
    later = figuring.figures(LOCAL_ADMINISTRATOR, lived, on=ON, since=dt.date(2015, 9, 1))
    assert later["issues.due"] == 0
    assert later["issues.on_time_share"] is None


def test_quantities_of_closed_issues_are_summed(lived: Office) -> None:
    assert told_on(lived)["quantities.lamps"] == 1
    assert told_on(lived)["quantities.people"] == 0


def test_two_look_backs_at_one_household_are_one_household(lived: Office) -> None:
    found = told_on(lived, YEAR_END)
    assert (found["lookback.households"], found["lookback.visits"]) == (1, 2)
    assert told_on(lived)["lookback.households"] == 0


def test_lamps_are_surveyed_once_their_state_is_known(lived: Office) -> None:
    found = told_on(lived)
    assert [found[f"streetlights.{name}"] for name in ("surveyed", "features", "dark", "working")] == [2, 4, 1, 1]


def test_answers_of_a_form_are_counted_with_the_features_and_the_visitors(lived: Office) -> None:
    found = told_on(lived)
    assert [found[f"duties.labour_monthly.{name}"] for name in ("answers", "answered", "visitors")] == [1, 1, 1]
    assert (found["enterprises.covered"], found["enterprises.eligible"]) == (1, 2)


def test_a_programme_has_totals_alone(lived: Office) -> None:
    found = told_on(lived)
    assert [found[f"programmes.下沙专项.{name}"] for name in ("settled", "in_progress", "total")] == [1, 1, 2]
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
    found = told_on(lived, person=READER)
    assert not [key for key in found if "care" in key]
    assert found["visits.made"] == told_on(lived)["visits.made"] - 1  # type: ignore[operator]


def test_a_scope_counts_what_lies_in_it(lived: Office) -> None:
    here = Person("here", "reader", frozenset({BIG}))
    found = told_on(lived, YEAR_END, here)
    assert (found["households.eligible"], found["issues.filed"], found["streetlights.features"]) == (2, 2, 3)
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


def test_the_table_puts_n_beside_of_and_both_beside_what_they_were(lived: Office) -> None:
    table = figuring.figure_table(LOCAL_ADMINISTRATOR, lived, on=dt.date(2015, 5, 10))
    closed = table[(table["section"] == "issues") & (table["figure"] == "closed_share")].iloc[0]
    assert closed[["n", "of", "share"]].tolist() == [1, 2, 0.5]
    assert pd.isna(closed["week_before"])
    later = figuring.figure_table(LOCAL_ADMINISTRATOR, lived, on=dt.date(2015, 5, 12))
    closed = later[(later["section"] == "issues") & (later["figure"] == "closed_share")].iloc[0]
    assert closed["week_before"] == 0.5


def test_a_day_before_the_first_grid_has_figures_of_nothing(office: Office) -> None:
    found = told_on(office, dt.date(2014, 12, 31))
    assert found["issues.filed"] == 0
    assert found["issues.closed_share"] is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_figure_has_a_name_in_both_languages(lived: Office, lang: str) -> None:
    names = figure_names(lived, on=YEAR_END, lang=lang)
    table = names.table(figuring.figure_table(LOCAL_ADMINISTRATOR, lived, on=YEAR_END))
    assert not table["figure"].str.contains("_").any()
    assert not table["section"].str.contains("_").any()


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
