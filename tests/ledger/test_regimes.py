"""The regimes of the model office as shipped, one by one: who must do what, and what counts."""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib.resources import files

import pandas as pd
import pytest

from gridmap.layer import spoken
from gridmap.ledger.duties import Duty, bad_answers, duty_of
from gridmap.ledger.subjects import closed_subjects
from tests.ledger.called import ZONE, call, state, subjects, told

LEADER = subjects("zheng", layer=None)
CADRES = pd.DataFrame(
    [
        ("zhou", "principal", "office"),
        ("zheng", "leadership", "office"),
        ("wu", "section", "works"),
        ("qian", "community", "王母社康中心"),
        ("sun", "community", "Wangmu community health centre"),
        ("liaison", "community", "义务联络员"),
        ("li", "grid_worker", "station"),
    ],
    columns=["cadre", "tier", "unit"],
)
# Zheng holds a community with two cells in it, Wu's department a residents' group.
POSTS = pd.DataFrame(
    [(who, cell, "2015-01-01", None) for who, cell in (("zheng", "C"), ("zheng", "C1"), ("wu", "G"), ("wu", "G1"))],
    columns=["cadre", "cell", "valid_from", "valid_to"],
)


def shipped(name: str) -> Duty:
    text = files("gridmap.office").joinpath("defaults", "duties", f"{name}.toml").read_text(encoding="utf-8")
    return duty_of(name, tomllib.loads(text))


def tells(name: str, who: pd.DataFrame, *calls: dict[str, object], on: str, period: str | None = None) -> str:
    return state(told(shipped(name), who, calls, on, cadres=CADRES, posts=POSTS), period)


def evening(day: str, lead: str = "zheng", cell: str = "C1", **more: object) -> dict[str, object]:
    return call(f"2015-10-{day}T20:00", None, lead=lead, cell=cell, **more)


def test_every_shipped_rule_is_read_and_named_in_both_languages() -> None:
    names = [one.name.removesuffix(".toml") for one in files("gridmap.office").joinpath("defaults", "duties").iterdir()]
    assert len(names) == 11
    assert all(shipped(name).zh and shipped(name).en for name in names)


@pytest.mark.parametrize("layer", ["households", "rentals", "businesses", "organisations"])
def test_everything_is_visited_once_in_the_campaign_at_any_hour(layer: str) -> None:
    name, who = f"{layer}_2015", subjects("A", layer=layer)
    assert shipped(name).subject.layer == layer
    assert tells(name, who, on="2015-02-28") == "upcoming"
    assert tells(name, who, on="2015-03-01") == "due"
    for hour in ("03:00", "10:00", "20:00"):
        assert tells(name, who, call(f"2015-10-31T{hour}", layer=layer), on="2015-10-31") == "met"
    assert tells(name, who, call("2015-11-01T10:00", layer=layer), on="2015-11-01") == "missed"


def test_only_eligible_households_are_visited() -> None:
    homes = pd.DataFrame({"eligible": pd.array([True, False, None], dtype="boolean")})
    assert shipped("households_2015").subject.matches(homes).tolist() == [True, False, False]


def test_principal_leaders_are_out_on_two_evenings_a_week_on_average_over_a_month() -> None:
    who = subjects("zhou", layer=None)
    evenings = [evening(f"{day:02}", "zhou", cell="anywhere") for day in range(10, 18)]
    row = told(shipped("principal_evenings"), who, evenings, "2015-10-31").iloc[-1]
    assert (row["period"], row["needed"], row["count"], row["state"]) == ("2015-10", 9, 8, "due")
    with_another = [*evenings, evening("30", "li", companions=("zhou",))]
    assert tells("principal_evenings", who, *with_another, on="2015-10-31", period="2015-10") == "met"
    by_day = call("2015-10-30T17:59", None, lead="zhou", cell="anywhere")
    assert tells("principal_evenings", who, *evenings, by_day, on="2015-10-31", period="2015-10") == "due"


def test_leadership_is_out_on_one_evening_a_week_in_its_own_community_beside_the_fixed_day() -> None:
    name, week = (
        "leadership_evenings",
        "2015-W43",
    )  # 19 to 25 October; a visit in the first days may go to the week before
    before = evening("15")
    assert tells(name, LEADER, before, evening("22"), on="2015-10-25", period=week) == "met"
    assert tells(name, LEADER, before, evening("21"), on="2015-10-25", period=week) == "due", (
        "Wednesday is the fixed day"
    )
    assert tells(name, LEADER, before, evening("22", cell="elsewhere"), on="2015-10-25", period=week) == "due"
    assert tells(name, LEADER, before, evening("22"), on="2015-10-27", period=week) == "met"
    assert tells(name, LEADER, before, on="2015-10-27", period=week) == "overdue"
    assert tells(name, LEADER, before, evening("27"), on="2015-10-27", period=week) == "met"
    assert tells(name, LEADER, before, on="2015-10-28", period=week) == "missed"


def test_a_section_cadre_is_in_the_group_of_his_department_each_month() -> None:
    who = subjects("wu", "li", layer=None)
    rows = told(shipped("section_groups"), who, [evening("20", "wu", cell="G1")], "2015-10-31", posts=POSTS)
    assert rows[rows["period"] == "2015-10"]["state"].tolist() == ["met", "exempt"], "who holds no cell is exempt"
    assert tells("section_groups", subjects("wu", layer=None), evening("20", "wu"), on="2015-10-31") == "due"


def test_each_member_of_the_leadership_inspects_one_factory_or_key_premises_a_week() -> None:
    name, week = "leadership_inspections", "2015-W43"
    at = {"lead": "zheng", "cell": "C1", "mode": "inspection"}

    def seen(**more: object) -> str:
        calls = (call("2015-10-15", layer="enterprises", **at), call("2015-10-22T10:00", **(at | more)))
        return tells(name, LEADER, *calls, on="2015-10-25", period=week)

    for layer in ("enterprises", "businesses", "organisations"):
        assert seen(layer=layer) == "met"
    assert seen(layer="households") == "due"
    assert seen(layer="enterprises", mode="home") == "due"
    assert seen(layer="enterprises", cell="elsewhere") == "due"
    assert len(told(shipped(name), LEADER, [], "2015-10-25", posts=POSTS)) == 2, (
        "the subject is the member, not the factory"
    )


@pytest.mark.parametrize("doctor", ["qian", "sun"])
def test_a_care_place_is_visited_monthly_by_the_community_doctor(doctor: str) -> None:
    name, who = "care_monthly", subjects("A", layer="care_places")
    at = {"layer": "care_places"}
    assert tells(name, who, call("2015-10-20", lead=doctor, **at), on="2015-10-31", period="2015-10") == "met"
    with_doctor = call("2015-10-20", lead="li", companions=(doctor,), **at)
    assert tells(name, who, with_doctor, on="2015-10-31", period="2015-10") == "met"
    assert tells(name, who, call("2015-10-20", lead="li", **at), on="2015-10-31", period="2015-10") == "due"
    rule = shipped(name)
    assert rule.sensitive
    (question,) = rule.form
    assert [spoken(one, "en") for one in question.choices] == ["done", "follow up", "declined"]
    assert question.mark == "sensitive"
    assert not question.bad


def test_a_factory_reports_monthly_by_its_liaisons_and_a_bad_answer_opens_an_issue() -> None:
    name, who = "labour_monthly", subjects("A", layer="enterprises")
    at = {"layer": "enterprises"}
    assert tells(name, who, call("2015-10-20", lead="liaison", **at), on="2015-10-31", period="2015-10") == "met"
    assert tells(name, who, call("2015-10-20", lead="li", **at), on="2015-10-31", period="2015-10") == "due"
    rule = shipped(name)
    assert [one.name for one in rule.form] == ["in_production", "wages_paid", "major_hazard"]
    answers = {f"{name}/in_production": "no", f"{name}/wages_paid": "no", f"{name}/major_hazard": "yes"}
    assert bad_answers(rule, answers) == ["wage_dispute", "safety_hazard"]
    assert bad_answers(rule, {f"{name}/wages_paid": "yes", f"{name}/major_hazard": "no"}) == []


def test_the_look_back_campaign_has_no_target_per_household() -> None:
    rule = shipped("lookback_2015")
    closed = pd.DataFrame({"layer": ["households"] * 2, "key": ["A", "B"]})
    closed["closed_at"] = pd.to_datetime(["2015-06-01T02:00Z", None], utc=True).astype("datetime64[us, UTC]")
    who = closed_subjects(rule, closed, on=dt.date(2015, 11, 20), zone=ZONE)
    assert who["subject"].tolist() == ["A"]
    asked = call("2015-11-20", layer="households", looks_back="issue")
    assert tells("lookback_2015", who, on="2015-12-31") == "due"
    assert tells("lookback_2015", who, asked, on="2015-12-31") == "met"
    assert tells("lookback_2015", who, asked | {"looks_back": None}, on="2015-12-31") == "due"
    assert tells("lookback_2015", who, on="2016-01-01") == "exempt"
