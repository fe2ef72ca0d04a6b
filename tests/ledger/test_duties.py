"""Rules that are data: what is read, and everything that is wrong at once."""

from __future__ import annotations

import datetime as dt
import tomllib

import pandas as pd
import pytest

from gridmap.errors import FaultsError
from gridmap.ledger.duties import bad_answers, duty_of
from gridmap.ledger.rules import spoken_hours
from tests.ledger.called import duty

WHOLE = """
name = "rounds"
zh = "巡查"
en = "rounds"
subject = { tiers = ["leadership", "principal"] }
count = 2
period = "week"
average_over = "month"
hours = ["18:00-22:00", "23:30-01:00"]
planned_hours = ["19:00-21:00"]
except_weekdays = [3]
modes = ["inspection"]
layers = ["enterprises"]
place = "own"
by_units = ["clinic"]
by_tiers = ["community"]
grace_days = 3
sensitive = true

[[form]]
field = "hazard"
zh = "隐患"
en = "hazard?"
choices = ["yes", { value = "no", zh = "无", en = "none" }]
bad = ["yes"]
opens = "safety_hazard"
mark = "sensitive"
"""


def faults(**rule: object) -> dict[str, str]:
    with pytest.raises(FaultsError) as wrong:
        duty("odd", **rule)
    return {fault.column: fault.code.removeprefix("ledger.rule_") for fault in wrong.value.faults}


def test_a_whole_rule_is_read_from_toml() -> None:
    read = duty_of("rounds", tomllib.loads(WHOLE))
    assert read.subject.tiers == ("leadership", "principal")
    assert (read.count, read.period, read.average_over) == (2, "week", "month")
    assert spoken_hours(read.hours) == ["18:00-22:00", "23:30-01:00"]
    assert read.planned_hours == ((19 * 60, 21 * 60),)
    assert (read.place, read.grace_days, read.target, read.sensitive) == ("own", 3, True, True)
    (question,) = read.form
    assert [choice.en for choice in question.choices] == ["yes", "none"]
    assert (question.bad, question.opens, question.mark) == (("yes",), "safety_hazard", "sensitive")


def test_the_last_day_of_a_file_is_in_the_campaign_and_days_may_be_text() -> None:
    for first, last in (("2015-03-01", "2015-10-31"), (dt.date(2015, 3, 1), dt.date(2015, 10, 31))):
        read = duty(period="campaign", **{"from": first, "to": last})
        assert (read.begin, read.end) == (dt.date(2015, 3, 1), dt.date(2015, 11, 1))
    read = duty(subject={"closed_issues_from": "2015-03-01", "closed_issues_to": "2015-12-31"})
    assert read.subject.closed_to == dt.date(2016, 1, 1)


def test_the_hours_of_a_whole_day_end_at_24() -> None:
    assert duty(hours=["00:00-24:00"]).hours == ((0, 1440),)


def test_every_fault_of_a_rule_comes_at_once() -> None:
    found = faults(
        zh=" ",
        en=5,
        name="even",
        subject=["homes"],
        count=0,
        period="fortnight",
        hours=["evening", "20:00-20:00", "25:00-26:00"],
        except_weekdays=[0],
        modes=["flying"],
        by_units=[7],
        target="yes",
        grace_days=True,
        colour="red",
        form=[{"field": "a", "zh": "甲", "en": "a", "bad": ["no"], "opens": "x"}],
    )
    assert found == {
        "zh": "text",
        "en": "text",
        "name": "name",
        "subject": "subject",
        "count": "whole",
        "period": "choice",
        "hours": "hours",
        "except_weekdays": "bounds",
        "modes": "choice",
        "by_units": "text",
        "target": "flag",
        "grace_days": "whole",
        "colour": "unknown",
        "form.choices": "missing",
        "form.bad": "choice",
    }


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ({"period": "campaign"}, {"from": "missing", "to": "missing"}),
        ({"period": "campaign", "from": "2015-03-01", "to": "2015-02-01"}, {"to": "order"}),
        ({"period": "campaign", "from": "1 March", "to": "2015-02-01"}, {"from": "day"}),
        ({"from": dt.datetime(2015, 3, 1, tzinfo=dt.UTC)}, {"from": "day"}),
        ({"from": "2015-03-01", "to": "2015-04-01"}, {"from": "campaign_only"}),
        ({"period": "interval"}, {"every_days": "missing"}),
        ({"every_days": 30}, {"every_days": "interval_only"}),
        ({"period": "interval", "every_days": 30, "count": 2}, {"count": "interval_count"}),
        ({"period": "month", "average_over": "week"}, {"average_over": "choice"}),
        ({"place": "own"}, {"place": "cadres_only"}),
        ({"layers": ["homes"]}, {"layers": "cadres_only"}),
        ({"days_after_closing": 60}, {"days_after_closing": "closing_only"}),
        ({"period": "closing", "days_after_closing": 60}, {"period": "closing_subject"}),
        ({"subject": {}}, {"subject": "subject"}),
        ({"subject": {"layer": "homes", "tiers": ["team"]}}, {"subject": "subject"}),
        ({"subject": {"closed_issues_from": "2015-01-01"}}, {"subject": "subject"}),
        ({"subject": {"layer": "homes", "colour": "red"}}, {"subject.colour": "unknown"}),
        (
            {"subject": {"closed_issues_from": "2015-02-01", "closed_issues_to": "2015-01-01"}},
            {"closed_issues_to": "order"},
        ),
        (
            {"form": [{"field": "a", "zh": "甲", "en": "a", "choices": ["x"], "opens": "noise"}]},
            {"form.opens": "opens"},
        ),
    ],
)
def test_keys_that_contradict_each_other_are_faults(rule: dict[str, object], where: dict[str, str]) -> None:
    assert where.items() <= faults(**rule).items()


def test_where_takes_one_value_or_several_and_never_a_missing_one() -> None:
    read = duty(subject={"layer": "homes", "where": {"eligible": True, "kind": ["flat", "room"]}})
    homes = pd.DataFrame({"eligible": pd.array([True, True, None, False], dtype="boolean")})
    homes["kind"] = ["flat", "barn", "room", "room"]
    assert read.subject.matches(homes).tolist() == [True, False, False, False]
    assert duty().subject.matches(homes).all()


def test_a_bad_answer_opens_its_category_once() -> None:
    yes_no = ["yes", "no"]
    asks = {"zh": "问", "en": "ask", "choices": yes_no}
    read = duty(
        "labour",
        form=[
            {"field": "paid", **asks, "bad": ["no"], "opens": "wage_dispute"},
            {"field": "paid_extra", **asks, "bad": ["no"], "opens": "wage_dispute"},
            {"field": "hazard", **asks, "bad": ["yes"], "opens": "safety_hazard"},
            {"field": "working", **asks},
        ],
    )
    told = {"labour/paid": "no", "labour/paid_extra": "no", "labour/hazard": "no", "labour/working": "no"}
    assert bad_answers(read, told) == ["wage_dispute"]
    assert bad_answers(read, {"labour/hazard": "yes", "labour/paid": "no"}) == ["wage_dispute", "safety_hazard"]
    assert bad_answers(read, {"other/paid": "no"}) == []
