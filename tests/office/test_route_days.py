"""The stops of several evenings: each has its own stops and its own people, and one thing is one call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from gridmap.office.duty_rules import edit_duty
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.rerouting import move_stops, plan_again
from gridmap.office.rostering import import_roster
from gridmap.office.route_days import over_days
from gridmap.office.route_plans import planned_stop, stop_again
from gridmap.office.route_stops import EVENING, Stop
from gridmap.office.routing import plan_evening, show_plan
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.routes.reasons import Reason
from gridmap.store import plans
from tests.office.conftest import Sheet
from tests.office.hamlet import ASKED, FOUNDED, HERE, left_out, settle, spot

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (dt.date(2015, 5, day) for day in range(18, 23))
ALL = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)
WEEK = replace(ASKED, on=MONDAY, until=dt.date(2015, 5, 24))
PLACE = shapely.Point(114.0, 22.5)


def due(duty: str, code: str = "why_duty_due", *cadres: str, key: str = "H1") -> Stop:
    reason = Reason(f"routes.{code}", {"duty": duty, "day": "2015-05-31"})
    return Stop("households", key, None, HERE, PLACE, frozenset(cadres or ("7",)), EVENING, [reason])


def open_issue(number: str, *cadres: str, code: str = "why_issue_open") -> Stop:
    reason = Reason(f"routes.{code}", {"issue": number})
    return Stop("households", "H1", number, HERE, PLACE, frozenset(cadres or ("7",)), EVENING, [reason])


def days_of(stop: Stop) -> Mapping[dt.date, set[str]]:
    return {day: set(cadres) for day, cadres in stop.days.items()}


def test_what_becomes_due_on_wednesday_is_called_at_from_wednesday_on() -> None:
    (stop,) = over_days({day: [due("visit")] if day >= WEDNESDAY else [] for day in ALL})
    assert [stop.may("7", day) for day in ALL] == [False, False, True, True, True]


def test_who_may_go_is_asked_of_each_evening() -> None:
    """7 is away until Wednesday, and 2 who answers above him goes in his place."""
    (stop,) = over_days({day: [due("visit", "why_duty_due", "7" if day >= WEDNESDAY else "2")] for day in ALL})
    assert days_of(stop)[TUESDAY] == {"2"}
    assert days_of(stop)[WEDNESDAY] == {"7"}
    assert stop.cadres == {"2", "7"}


def test_an_evening_on_which_nobody_may_go_is_none_of_a_stop() -> None:
    nobody = replace(due("visit"), cadres=frozenset())
    (stop,) = over_days({MONDAY: [nobody], TUESDAY: [due("visit")]})
    assert days_of(stop) == {TUESDAY: {"7"}}
    (alone,) = over_days({MONDAY: [nobody]})
    assert alone.cadres == frozenset()


def test_two_reasons_are_one_call_on_a_day_on_which_both_ask_for_it() -> None:
    asked = {day: [open_issue("I1"), *([due("visit")] if day >= WEDNESDAY else [])] for day in ALL}
    (stop,) = over_days(asked)
    assert list(stop.days) == [WEDNESDAY, THURSDAY, FRIDAY]
    assert (stop.issue, stop.priority) == ("I1", 20 + 15)


def test_what_presses_waits_for_nothing_that_is_due_later() -> None:
    """And the visit of Monday tells the reason of Monday alone."""
    urgent = {day: [open_issue("I1", code="why_urgent"), *([due("visit")] if day >= WEDNESDAY else [])] for day in ALL}
    (stop,) = over_days(urgent)
    assert list(stop.days) == list(ALL)
    assert [len(stop.on(day).reasons) for day in ALL] == [1, 1, 2, 2, 2]
    assert stop.priority == 100 + 15


def test_a_duty_that_asks_for_two_periods_counts_once() -> None:
    """One visit counts for one period: that in grace, before the one that runs."""
    (stop,) = over_days({MONDAY: [due("visit", "why_duty_overdue"), due("visit")]})
    assert (len(stop.reasons), stop.priority) == (1, 50)


def test_reasons_for_other_people_or_on_other_days_are_stops_of_their_own() -> None:
    apart = over_days({MONDAY: [due("visit"), open_issue("I1", "7", "9")]})
    assert sorted(len(stop.cadres) for stop in apart) == [1, 2]
    assert len(over_days({MONDAY: [open_issue("I1")], FRIDAY: [due("visit")]})) == 2


def test_a_stop_that_moves_within_the_week_is_called_at_where_it_is_first() -> None:
    moved = replace(due("visit"), place=shapely.Point(114.1, 22.5))
    (stop,) = over_days({MONDAY: [due("visit")], TUESDAY: [due("visit")], FRIDAY: [moved]})
    assert (stop.place, list(stop.days)) == (PLACE, [MONDAY, TUESDAY])


def test_a_kept_stop_knows_its_days_again(hamlet: Office) -> None:
    (stop,) = over_days({day: [due("visit", "why_duty_due", "7", "8")] for day in (WEDNESDAY, FRIDAY)})
    with hamlet.writing_whole() as tx:
        kept = {"on": MONDAY, "asked": WEEK.kept(), "at": hamlet.clock.now(), "account": "test"}
        number = plans.keep_plan(tx, [], [planned_stop(stop)], **kept)
        (row,) = plans.plan_kept(tx, number).stops.itertuples(index=False)
    assert row.cadres == ["7", "8"]
    again = stop_again(row)
    assert (again.days, again.priority) == (stop.days, 15)


@pytest.fixture
def hamlet(office: Office, sheet: Sheet, tmp_path: Path) -> Office:
    """The hamlet with a shop; homes are to be visited all month, the shop from Wednesday on."""
    made = settle(office, sheet, tmp_path, duties=False)
    shop = sheet("shops.xlsx", ("商铺编号", "名称", "类型", "经度", "纬度"), ("S1", "小店", None, *spot(0.5, 0.62)))
    done = import_register(LOCAL_ADMINISTRATOR, made, "businesses", Source(shop, crs="EPSG:4326"), Terms(on=FOUNDED))
    assert done.faults == ()
    for layer, begin in (("households", "2015-05-01"), ("businesses", "2015-05-20")):
        rule = f"""
            zh = "{layer}"\nen = "{layer}"\nsubject = {{ layer = "{layer}" }}\ncount = 1\nperiod = "campaign"
            from = {begin}\nto = 2015-07-31\nplanned_hours = ["19:00-21:00"]
        """
        path = tmp_path / f"{layer}.toml"
        path.write_text("\n".join(line.strip() for line in rule.splitlines()), encoding="utf-8")
        edit_duty(LOCAL_ADMINISTRATOR, made, path, on=FOUNDED)
    return made


def evenings(office: Office, number: str, cadre: str = "7") -> dict[dt.date, list[str]]:
    """What a cadre calls at, by day."""
    kept = show_plan(LOCAL_ADMINISTRATOR, office, number)
    mine = kept.routes[kept.routes["cadre"] == cadre]
    days = mine["begin"].dt.tz_convert(office.clock.zone).dt.date
    return {
        day: kept.stops.loc[kept.stops["route"] == route, "key"].tolist()
        for day, route in zip(days, mine["id"], strict=True)
    }


def test_a_week_calls_at_the_shop_from_the_day_it_is_due(hamlet: Office) -> None:
    found = evenings(hamlet, plan_evening(LOCAL_ADMINISTRATOR, hamlet, WEEK))
    assert next(day for day, keys in found.items() if "S1" in keys) >= WEDNESDAY
    assert "S1" not in evenings(hamlet, plan_evening(LOCAL_ADMINISTRATOR, hamlet, replace(WEEK, until=None)))[MONDAY]


def test_a_head_who_is_away_on_the_first_day_heads_the_rest_of_the_week(hamlet: Office, sheet: Sheet) -> None:
    away = sheet("away.xlsx", ("请假人工号", "请假人", "起", "止"), ("7", "李一", "2015-05-18", "2015-05-20"))
    assert import_roster(LOCAL_ADMINISTRATOR, hamlet, away, on=FOUNDED).faults == ()
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, WEEK)
    found = evenings(hamlet, number)
    assert min(found) >= WEDNESDAY
    assert {key for keys in found.values() for key in keys} == {"H1", "H2", "H3", "S1"} - {
        key for key, why in left_out(hamlet, number).items() if why == "outside_windows"
    }
    assert "nobody" not in left_out(hamlet, number).values()


def test_monday_planned_again_takes_in_nothing_of_wednesday(hamlet: Office) -> None:
    """The shop, taken out of Wednesday by hand, may come in on a later evening and not on Monday."""
    number = plan_evening(LOCAL_ADMINISTRATOR, hamlet, replace(WEEK, most=1))
    day = next(day for day, keys in evenings(hamlet, number).items() if "S1" in keys)
    number = move_stops(LOCAL_ADMINISTRATOR, hamlet, number, "7", [], on=day)
    assert left_out(hamlet, number)["S1"] == "by_hand"
    assert MONDAY in evenings(hamlet, number)
    for when, comes_in in ((MONDAY, False), (day + dt.timedelta(days=1), True)):
        if when in evenings(hamlet, number):
            at = dt.datetime.combine(when, dt.time(19, 5), tzinfo=hamlet.clock.zone)
            again = plan_again(LOCAL_ADMINISTRATOR, hamlet, number, "7", at=at)
            left = left_out(hamlet, again).get("S1")
            assert left != "by_hand" if comes_in else left == "by_hand"
