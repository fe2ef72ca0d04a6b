"""Evenings in a hamlet: who goes where and why, kept as planned, made again, changed by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import geopandas as gpd
import pytest

from gridmap.errors import ArgumentError, ConflictError, FaultsError, NotFoundError, RefusedError
from gridmap.ledger.visits import Visit
from gridmap.office.clock import FixedClock
from gridmap.office.erasing import erase, expire
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.issues import Report, report
from gridmap.office.rerouting import move_stops, plan_again
from gridmap.office.rostering import import_roster
from gridmap.office.route_words import PlanWords
from gridmap.office.routing import list_plans, plan_evening, show_plan
from gridmap.office.surveying import survey_walk
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.office.conftest import Sheet
from tests.office.hamlet import ASKED, DAY, FOUNDED, HERE, calls, left_out, settle, spot

READER = Person("reader-1", "reader")


@pytest.fixture
def hamlet(office: Office, sheet: Sheet, tmp_path: Path) -> Office:
    return settle(office, sheet, tmp_path)


def called(office: Office, key: str, lead: str, at: str) -> None:
    when = dt.datetime.fromisoformat(f"{at}+08:00")
    office.clock = FixedClock(when, office.clock.zone)
    visit = Visit(str(uuid4()), when, lead, "absent", "households", key)
    assert record(LOCAL_ADMINISTRATOR, office, [visit]).faults == ()


def test_everybody_goes_where_he_answers(hamlet: Office) -> None:
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    found = calls(hamlet, number)
    assert sorted(found["7"]) == ["H1", "H2"]
    assert found["8"] == ["H4"]


def test_what_cannot_be_gone_to_says_why(hamlet: Office) -> None:
    """By day only, 300 m and more from a street, without coordinates."""
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    assert left_out(hamlet, number) == {"H3": "outside_windows", "H5": "unreachable", "H6": "unplaced"}


def test_a_wish_for_the_day_is_kept_by_day(hamlet: Office) -> None:
    by_day = replace(ASKED, begin=dt.time(10), finish=dt.time(12))
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, by_day)
    assert calls(hamlet, number) == {"7": ["H3"]}
    assert left_out(hamlet, number)["H1"] == "outside_windows"


def test_a_stop_is_worth_the_sum_of_its_reasons(hamlet: Office) -> None:
    when = dt.datetime(2015, 5, 1, 12, tzinfo=hamlet.clock.zone)
    told = Report(str(uuid4()), when, "visit", "7", category="noise", text="…", features=(("households", "H2"),))
    report(LOCAL_ADMINISTRATOR, hamlet, [told])
    stops = show_plan(LOCAL_ADMINISTRATOR, hamlet, plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)).stops
    (home,) = stops[stops["key"] == "H2"].to_dict("records")
    assert home["issue"] == "2015-00001"
    assert home["priority"] == sum(reason["points"] for reason in home["reasons"]) == 15 + 20
    assert [reason["code"] for reason in home["reasons"]] == ["routes.why_duty_due", "routes.why_issue_open"]


def test_the_same_seed_gives_the_same_evening(hamlet: Office) -> None:
    one, other = (plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED) for _ in range(2))
    assert calls(hamlet, one) == calls(hamlet, other)
    assert list_plans(LOCAL_ADMINISTRATOR, hamlet)["number"].tolist() == [other, one] == ["P2015-0002", "P2015-0001"]


def test_times_and_ground_are_those_of_the_streets(hamlet: Office) -> None:
    kept = show_plan(LOCAL_ADMINISTRATOR, hamlet, plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED))
    evening = dt.datetime(2015, 5, 20, 19, tzinfo=hamlet.clock.zone)
    for route in kept.routes.itertuples():
        mine = kept.stops[kept.stops["route"] == route.id]
        assert evening <= mine["arrive"].min() <= mine["leave"].max() <= route.back <= evening + dt.timedelta(hours=2)
        length = gpd.GeoSeries([route.geometry], crs=4326).to_crs(4547).length.iloc[0]
        assert length == pytest.approx(route.metres, abs=3)


def test_an_erased_wish_is_told_by_no_plan_either(hamlet: Office) -> None:
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    assert erase(LOCAL_ADMINISTRATOR, hamlet, "households", "H3", reason="asked for", fields=["wish"]) == 2
    stops = show_plan(LOCAL_ADMINISTRATOR, hamlet, number).stops.set_index("key")
    assert (stops["windows"]["H3"], stops["reasons"]["H3"]) == ([], [])
    assert stops["windows"]["H1"] != []


def test_an_erased_stop_is_worth_what_it_was(hamlet: Office) -> None:
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    erase(LOCAL_ADMINISTRATOR, hamlet, "households", "H1", reason="asked for")
    at = dt.datetime(2015, 5, 20, 19, 5, tzinfo=hamlet.clock.zone)
    again = plan_again(LOCAL_ADMINISTRATOR, hamlet, number, "7", at=at)
    assert sorted(calls(hamlet, again)["7"]) == ["H1", "H2"]
    stops = show_plan(LOCAL_ADMINISTRATOR, hamlet, again).stops.set_index("key")
    assert (stops["priority"]["H1"], stops["reasons"]["H1"]) == (15, [])


def test_a_wish_that_has_expired_is_told_by_no_old_plan(hamlet: Office) -> None:
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    hamlet.clock = FixedClock(dt.datetime(2015, 9, 1, 12, tzinfo=hamlet.clock.zone), hamlet.clock.zone)
    for days, left in ((365, True), (60, False)):
        hamlet.settings = replace(hamlet.settings, retention_days={"households.wish": days})
        expire(LOCAL_ADMINISTRATOR, hamlet)
        assert show_plan(LOCAL_ADMINISTRATOR, hamlet, number).stops["windows"].map(bool).any() == left


def test_who_lacks_time_alone_is_told_so_and_by_how_much(hamlet: Office) -> None:
    """Its hours are those of the evening: that others would miss theirs says nothing. Both take 23 min 28 s."""
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, replace(ASKED, finish=dt.time(19, 22), cadres=("7",)))
    stops = show_plan(LOCAL_ADMINISTRATOR, hamlet, number).stops.set_index("key")
    (left,) = {"H1", "H2"} - set(stops.index[stops["route"].notna()])
    assert left_out(hamlet, number)[left] == "outbid"
    assert stops["left_out"][left]["inputs"]["seconds"] == 88
    said = PlanWords.of(LOCAL_ADMINISTRATOR, hamlet, DAY, "en").left_out(stops["left_out"][left])
    assert "李一" in said
    assert "households H" in said


def test_a_leader_goes_to_all_cells_below_his(hamlet: Office) -> None:
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, replace(ASKED, cadres=("2",)))
    assert sorted(calls(hamlet, number)["2"]) == ["H1", "H2"]
    assert "H4" not in left_out(hamlet, number), "what others are for is no matter of his"


def test_who_is_away_does_not_go(hamlet: Office, sheet: Sheet) -> None:
    away = sheet("away.xlsx", ("请假人工号", "请假人", "起", "止"), ("8", "赵二", "2015-05-18", "2015-05-25"))
    assert import_roster(LOCAL_ADMINISTRATOR, hamlet, away, on=FOUNDED).faults == ()
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    assert list(calls(hamlet, number)) == ["7"]
    assert left_out(hamlet, number)["H4"] == "nobody"
    with pytest.raises(ConflictError, match="8: away from 2015-05-20"):
        plan_evening(LOCAL_ADMINISTRATOR, hamlet, replace(ASKED, cadres=("7", "8")))


def test_who_is_away_for_a_part_of_a_week_goes_on_the_other_days(hamlet: Office, sheet: Sheet) -> None:
    """With one stop an evening, 7 needs two of them for his homes, and has Monday."""
    away = sheet("away.xlsx", ("请假人工号", "请假人", "起", "止"), ("7", "李一", "2015-05-19", "2015-05-25"))
    assert import_roster(LOCAL_ADMINISTRATOR, hamlet, away, on=FOUNDED).faults == ()
    week = replace(ASKED, on=dt.date(2015, 5, 18), until=dt.date(2015, 5, 24), most=1, cadres=("7",))
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, week)
    (begin,) = show_plan(LOCAL_ADMINISTRATOR, hamlet, number).routes["begin"]
    assert begin.tz_convert(hamlet.clock.zone).date() == dt.date(2015, 5, 18)
    assert len(calls(hamlet, number)["7"]) == 1


def test_a_call_ticks_its_stop(hamlet: Office) -> None:
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    called(hamlet, "H1", "7", "2015-05-20T19:10")
    stops = show_plan(LOCAL_ADMINISTRATOR, hamlet, number).stops
    assert stops.loc[stops["visited"], "key"].tolist() == ["H1"]


def test_a_stop_of_a_week_is_ticked_by_a_call_on_its_own_day(hamlet: Office) -> None:
    week = replace(ASKED, on=dt.date(2015, 5, 18), until=dt.date(2015, 5, 24), most=1, cadres=("7",))
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, week)
    planned = show_plan(LOCAL_ADMINISTRATOR, hamlet, number).stops.dropna(subset="route")
    days = planned.set_index("key")["begin"].dt.tz_convert(hamlet.clock.zone).dt.date
    first, second = days.sort_values().index
    for key in (first, second):
        called(hamlet, key, "7", f"{days[second]}T19:10")
    stops = show_plan(LOCAL_ADMINISTRATOR, hamlet, number).stops.set_index("key")
    assert (stops["visited"][first], stops["visited"][second]) == (False, True)


def test_a_visit_to_a_cell_ticks_no_stop(hamlet: Office) -> None:
    when = dt.datetime(2015, 5, 20, 17, tzinfo=hamlet.clock.zone)
    told = Report(
        str(uuid4()), when, "visit", "7", category="noise", text="…", lon=spot(0.3, 0.6)[0], lat=spot(0, 0.6)[1]
    )
    report(LOCAL_ADMINISTRATOR, hamlet, [told])
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    hamlet.clock = FixedClock(when + dt.timedelta(hours=3), hamlet.clock.zone)
    visit = Visit(str(uuid4()), when + dt.timedelta(hours=2), "7", "met", cell=HERE)
    assert record(LOCAL_ADMINISTRATOR, hamlet, [visit]).faults == ()
    stops = show_plan(LOCAL_ADMINISTRATOR, hamlet, number).stops
    assert stops["issue"].notna().any()
    assert not stops["visited"].any()


def test_the_rest_of_the_evening_is_planned_from_where_the_visitor_is(hamlet: Office) -> None:
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    first = calls(hamlet, number)["7"][0]
    assert first is not None
    called(hamlet, first, "7", "2015-05-20T20:10")
    at = dt.datetime(2015, 5, 20, 20, 15, tzinfo=hamlet.clock.zone)
    again = plan_again(LOCAL_ADMINISTRATOR, hamlet, number, "7", at=at)
    kept = show_plan(LOCAL_ADMINISTRATOR, hamlet, again)
    assert kept.replaces == number
    found = calls(hamlet, again)
    assert found["7"][0] == first
    assert set(found["7"]) == {"H1", "H2"}
    assert found["8"] == ["H4"]
    (mine,) = kept.routes.loc[kept.routes["cadre"] == "7", "id"]
    assert kept.stops.loc[(kept.stops["route"] == mine) & ~kept.stops["visited"], "arrive"].min() >= at
    assert set(left_out(hamlet, again)) == {"H3", "H5", "H6"}


def test_an_order_by_hand_is_checked_and_kept(hamlet: Office) -> None:
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    before = calls(hamlet, number)["7"]
    moved = move_stops(LOCAL_ADMINISTRATOR, hamlet, number, "7", [2, 1])
    assert calls(hamlet, moved)["7"] == before[::-1]
    alone = move_stops(LOCAL_ADMINISTRATOR, hamlet, number, "7", [2])
    assert left_out(hamlet, alone)[str(before[0])] == "by_hand"


def test_an_order_that_cannot_be_is_refused(hamlet: Office) -> None:
    short = replace(ASKED, finish=dt.time(19, 25))
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, short)
    with pytest.raises(ArgumentError, match="are not stops of the route"):
        move_stops(LOCAL_ADMINISTRATOR, hamlet, number, "7", [1, 9])
    with pytest.raises(NotFoundError, match="has no route"):
        move_stops(LOCAL_ADMINISTRATOR, hamlet, number, "2", [1])


def test_an_order_that_misses_a_window_names_where(hamlet: Office) -> None:
    """H3 is for the day, until six; the others are for the evening, from seven."""
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, replace(ASKED, begin=dt.time(17, 30)))
    assert calls(hamlet, number)["7"][0] == "H3"
    with pytest.raises(FaultsError, match="after stop 1 no window, way or time is left"):
        move_stops(LOCAL_ADMINISTRATOR, hamlet, number, "7", [2, 1, 3])


def test_a_cadre_plans_for_himself_alone_and_sees_his_own_route(hamlet: Office) -> None:
    cadre = Person("li", "cadre", cadre="7")
    number = plan_evening(cadre, hamlet, replace(ASKED, cadres=("8",)))
    assert list(calls(hamlet, number)) == ["7"]
    whole = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    assert list(calls(hamlet, whole, cadre)) == ["7"]
    assert show_plan(cadre, hamlet, whole).stops["route"].notna().all()


def test_a_plan_shows_nobody_what_is_sensitive_but_those_responsible(hamlet: Office, sheet: Sheet) -> None:
    places = sheet("care.xlsx", ("关爱编号", "经度", "纬度"), ("C1", *spot(2.6, 0.62)))
    done = import_register(LOCAL_ADMINISTRATOR, hamlet, "care_places", Source(places, crs="EPSG:4326"), Terms(FOUNDED))
    assert done.faults == ()
    when = dt.datetime(2015, 5, 1, 12, tzinfo=hamlet.clock.zone)
    told = Report(str(uuid4()), when, "visit", "8", category="noise", text="…", features=(("care_places", "C1"),))
    report(LOCAL_ADMINISTRATOR, hamlet, [told])
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    assert set(calls(hamlet, number)["8"]) == {"C1", "H4"}
    assert list(calls(hamlet, number, Person("planner-1", "planner"))) == ["7"]
    assert "C1" in calls(hamlet, number, Person("zhao", "cadre", cadre="8"))["8"]


def test_a_reader_makes_no_plan(hamlet: Office) -> None:
    for errand in (lambda: plan_evening(READER, hamlet, ASKED), lambda: show_plan(READER, hamlet)):
        with pytest.raises(RefusedError):
            errand()


def test_what_is_asked_wrongly_is_named(hamlet: Office) -> None:
    for wrong, error in (
        (replace(ASKED, cadres=("99",)), NotFoundError),
        (replace(ASKED, tiers=("king",)), ArgumentError),
        (replace(ASKED, mode="swim"), ArgumentError),
        (replace(ASKED, start=(200.0, 0.0)), ArgumentError),
        (replace(ASKED, under="9"), NotFoundError),
    ):
        with pytest.raises(error):
            plan_evening(LOCAL_ADMINISTRATOR, hamlet, wrong)


def test_an_office_without_roads_says_so(office: Office) -> None:
    with pytest.raises(NotFoundError, match="no roads"):
        plan_evening(LOCAL_ADMINISTRATOR, office, ASKED)


def test_no_plan_yet_is_said(hamlet: Office) -> None:
    with pytest.raises(NotFoundError, match="there is no plan for 2015-05-20"):
        show_plan(LOCAL_ADMINISTRATOR, hamlet)


def test_a_week_is_its_working_days_and_nothing_is_gone_to_twice(hamlet: Office) -> None:
    """1 May 2015 is a holiday: of that week four evenings are left. With one stop an evening each home has its own."""
    hamlet.clock = FixedClock(dt.datetime(2015, 4, 26, 18, tzinfo=hamlet.clock.zone), hamlet.clock.zone)
    week = replace(ASKED, on=dt.date(2015, 4, 27), until=dt.date(2015, 5, 3), most=1)
    kept = show_plan(LOCAL_ADMINISTRATOR, hamlet, plan_evening(LOCAL_ADMINISTRATOR, hamlet, week))
    days = set(kept.routes["begin"].dt.tz_convert(hamlet.clock.zone).dt.date)
    assert days <= {dt.date(2015, 4, day) for day in (27, 28, 29, 30)}
    mine = kept.routes[kept.routes["cadre"] == "7"]
    assert len(mine) == len(set(mine["begin"])) == 2
    assert sorted(kept.stops.loc[kept.stops["route"].notna(), "key"]) == ["H1", "H2", "H4"]


def test_a_week_begins_with_what_is_worth_most(hamlet: Office) -> None:
    when = dt.datetime(2015, 4, 20, 12, tzinfo=hamlet.clock.zone)
    told = Report(str(uuid4()), when, "visit", "7", category="noise", text="…", features=(("households", "H2"),))
    report(LOCAL_ADMINISTRATOR, hamlet, [told])
    week = replace(ASKED, on=dt.date(2015, 5, 18), until=dt.date(2015, 5, 24), most=1, cadres=("7",))
    kept = show_plan(LOCAL_ADMINISTRATOR, hamlet, plan_evening(LOCAL_ADMINISTRATOR, hamlet, week))
    planned = kept.stops[kept.stops["route"].notna()].sort_values("begin")
    assert planned["key"].tolist() == ["H2", "H1"]
    assert planned["begin"].min().tz_convert(hamlet.clock.zone).date() == dt.date(2015, 5, 18)


def test_who_plans_again_for_himself_keeps_the_routes_of_the_others(hamlet: Office) -> None:
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, ASKED)
    cadre = Person("li", "cadre", cadre="7")
    again = plan_again(cadre, hamlet, number, "7", at=dt.datetime(2015, 5, 20, 19, 5, tzinfo=hamlet.clock.zone))
    moved = move_stops(cadre, hamlet, again, "7", [1])
    assert calls(hamlet, moved)["8"] == ["H4"]
    assert left_out(hamlet, moved)["H6"] == "unplaced"
    with pytest.raises(NotFoundError, match="has no route"):
        move_stops(cadre, hamlet, number, "8", [1])


def test_a_route_of_a_week_is_moved_on_its_own_day(hamlet: Office) -> None:
    week = replace(ASKED, on=dt.date(2015, 5, 18), until=dt.date(2015, 5, 24), most=1)
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, week)
    begins = show_plan(LOCAL_ADMINISTRATOR, hamlet, number).routes.query("cadre == '7'")["begin"]
    last = max(begins.dt.tz_convert(hamlet.clock.zone).dt.date)
    moved = show_plan(LOCAL_ADMINISTRATOR, hamlet, move_stops(LOCAL_ADMINISTRATOR, hamlet, number, "7", [], on=last))
    assert len(moved.routes.query("cadre == '7'")) == 1


def test_days_that_end_before_they_begin_are_refused(hamlet: Office) -> None:
    with pytest.raises(ArgumentError, match="lies before"):
        plan_evening(LOCAL_ADMINISTRATOR, hamlet, replace(ASKED, until=dt.date(2015, 5, 1)))


def test_crews_repair_every_dark_lamp(hamlet: Office, sheet: Sheet) -> None:
    rows = [(f"L{at}", "不亮" if at % 2 else "正常", *spot(0.2 + at / 20, 0.61)) for at in range(10)]
    lamps = sheet("lamps.xlsx", ("灯杆编号", "状态", "经度", "纬度"), *rows)
    done = import_register(LOCAL_ADMINISTRATOR, hamlet, "streetlights", Source(lamps, crs="EPSG:4326"), Terms(FOUNDED))
    assert done.faults == ()
    repair = replace(ASKED, lamps=True, cadres=("7", "8"), mode="car", begin=dt.time(9), finish=dt.time(10, 30))
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, replace(repair, until=dt.date(2015, 5, 21)))
    called_at = [key for keys in calls(hamlet, number).values() for key in keys]
    kept = show_plan(LOCAL_ADMINISTRATOR, hamlet, number)
    assert sorted(kept.stops.loc[kept.stops["route"].notna(), "key"]) == ["L1", "L3", "L5", "L7", "L9"]
    assert called_at
    with pytest.raises(ArgumentError, match="who repairs"):
        plan_evening(LOCAL_ADMINISTRATOR, hamlet, replace(repair, cadres=()))


def test_every_street_of_a_cell_is_walked_in_evenings(hamlet: Office) -> None:
    parts = survey_walk(LOCAL_ADMINISTRATOR, hamlet, "440307010001", on=DAY, budget_m=3000)
    assert parts["metres"].max() <= 3000
    assert parts["evening"].tolist() == list(range(1, len(parts) + 1))
    with pytest.raises(NotFoundError, match="no street"):
        survey_walk(LOCAL_ADMINISTRATOR, hamlet, "440307010002102", on=DAY, budget_m=3000)
    with pytest.raises(NotFoundError, match="9"):
        survey_walk(LOCAL_ADMINISTRATOR, hamlet, "9", on=DAY, budget_m=3000)
