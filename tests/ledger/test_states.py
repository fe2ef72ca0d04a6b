"""The states of duties, and why: each rule of DESIGN 4 by an example, then what must hold whatever happens."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.ledger.duties import Duty
from gridmap.ledger.states import COLUMNS, explain
from gridmap.ledger.subjects import closed_subjects
from tests.ledger.called import FOREVER, ZONE, call, duty, state, subjects, told, visits

HOME = subjects("A")
CAMPAIGN = duty(period="campaign", **{"from": "2015-03-01", "to": "2015-10-31"}, grace_days=10)


@pytest.mark.parametrize(
    ("on", "calls", "expected"),
    [
        ("2015-02-28", [], "upcoming"),
        ("2015-02-28", [call("2015-02-20")], "upcoming"),
        ("2015-03-01", [], "due"),
        ("2015-10-31", [], "due"),
        ("2015-10-31", [call("2015-10-31T23:59")], "met"),
        ("2015-11-01", [], "overdue"),
        ("2015-11-10", [], "overdue"),
        ("2015-11-10", [call("2015-11-10")], "met"),
        ("2015-11-11", [call("2015-11-11")], "missed"),
        ("2015-11-11", [call("2015-05-01", outcome="absent")], "missed"),
    ],
)
def test_a_campaign_from_before_it_to_after_its_grace(on: str, calls: list[dict[str, object]], expected: str) -> None:
    assert state(told(CAMPAIGN, HOME, calls, on)) == expected


def test_the_frame_has_its_columns_and_types_even_when_empty() -> None:
    for rows in (told(CAMPAIGN, HOME, [], "2015-05-01"), told(CAMPAIGN, subjects(), [], "2015-05-01")):
        assert tuple(rows.columns) == COLUMNS
        assert rows.dtypes[["needed", "count", "attempts"]].tolist() == ["int64"] * 3
        assert str(rows.dtypes["met_at"]) == "datetime64[us, UTC]"
    row = told(CAMPAIGN, HOME, [call("2015-05-01T10:00")], "2015-05-01").iloc[0]
    assert (row["begin"], row["end"], row["period"]) == ("2015-03-01", "2015-11-01", "2015-03-01/2015-10-31")
    assert row["met_at"] == pd.Timestamp("2015-05-01T02:00Z")
    assert told(CAMPAIGN, HOME, [], "2015-12-01", since=dt.date(2015, 11, 1)).empty


def test_met_from_the_nth_counting_visit_and_a_day_counts_once() -> None:
    twice = duty(count=2)
    calls = [call("2015-05-02T09:00"), call("2015-05-02T20:00"), call("2015-05-09T10:00"), call("2015-05-11T10:00")]
    assert state(told(twice, HOME, calls[:2], "2015-05-20")) == "due"
    row = told(twice, HOME, calls, "2015-05-20").iloc[-1]
    assert (row["state"], row["count"], row["needed"]) == ("met", 3, 2)
    assert row["met_at"] == pd.Timestamp("2015-05-09T02:00Z")


def test_only_met_covers_and_every_outcome_is_an_attempt() -> None:
    calls = [
        call(f"2015-05-0{at}", outcome=outcome) for at, outcome in enumerate(("absent", "refused", "met"), start=1)
    ]
    row = told(duty(), HOME, [*calls, call("2015-05-03T22:00", outcome="absent")], "2015-05-20").iloc[-1]
    assert (row["count"], row["attempts"]) == (1, 3)


def test_the_default_periods_are_that_of_the_day_those_in_grace_and_the_last() -> None:
    weekly = duty(period="week", grace_days=17)
    assert told(weekly, HOME, [], "2015-06-03")["period"].tolist() == ["2015-W20", "2015-W21", "2015-W22", "2015-W23"]
    assert told(duty(period="week"), HOME, [], "2015-06-03")["period"].tolist() == ["2015-W22", "2015-W23"]
    since = told(duty(), HOME, [], "2015-06-03", since=dt.date(2015, 4, 30))
    assert since["period"].tolist() == ["2015-04", "2015-05", "2015-06"]
    with pytest.raises(ArgumentError, match="2015-06-04"):
        told(duty(), HOME, [], "2015-06-03", since=dt.date(2015, 6, 4))


def test_a_visit_goes_to_the_oldest_unmet_period_in_grace() -> None:
    monthly = duty(grace_days=5)
    calls = [call("2015-06-03"), call("2015-06-04"), call("2015-06-07")]
    rows = told(monthly, HOME, calls[:1], "2015-06-20")
    assert rows[["period", "state"]].values.tolist() == [["2015-05", "met"], ["2015-06", "due"]]
    assert told(monthly, HOME, calls[:2], "2015-06-20")["state"].tolist() == ["met", "met"]
    assert told(monthly, HOME, calls[2:], "2015-06-20")["state"].tolist() == ["missed", "met"]
    assert told(monthly, HOME, [call("2015-05-12"), *calls[:1]], "2015-06-20")["count"].tolist() == [1, 1]


def test_of_two_periods_in_grace_the_older_is_served_first() -> None:
    weekly = duty(period="week", grace_days=14)
    rows = told(weekly, HOME, [call("2015-06-01"), call("2015-06-02")], "2015-06-05", since=dt.date(2015, 5, 18))
    assert rows[["period", "state"]].values.tolist() == [
        ["2015-W21", "met"],
        ["2015-W22", "met"],
        ["2015-W23", "due"],
    ]


def test_eligible_is_who_is_valid_on_the_last_day_or_on_the_day_while_it_runs() -> None:
    moved = pd.concat([subjects("A", end="2015-05-20"), subjects("B", begin="2015-05-20")], ignore_index=True)
    assert told(duty(), moved, [], "2015-05-19")["subject"].tolist() == ["A", "A"]
    assert told(duty(), moved, [], "2015-05-20")["subject"].tolist() == ["A", "B"]
    assert told(duty(), moved, [], "2015-06-05")["subject"].tolist() == ["B", "B"]


def test_a_period_in_which_one_was_no_subject_takes_no_visit_of_its_grace() -> None:
    rows = told(duty(grace_days=5), subjects("A", begin="2015-06-01"), [call("2015-06-02")], "2015-06-10")
    assert rows[["period", "state"]].values.tolist() == [["2015-06", "met"]]


def test_exempt_wins_and_takes_no_visit() -> None:
    away = pd.DataFrame({"subject": ["A"], "valid_from": ["2015-05-10"], "valid_to": ["2015-06-01"]})
    rows = told(duty(grace_days=5), HOME, [call("2015-05-02"), call("2015-06-02")], "2015-06-20", exemptions=away)
    assert rows["state"].tolist() == ["exempt", "met"]
    assert state(told(duty(), HOME, [], "2015-05-09", exemptions=away)) == "due"
    assert state(told(duty(), HOME, [], "2015-05-10", exemptions=away)) == "exempt"


def test_without_a_target_nobody_is_late() -> None:
    rule = duty(target=False, grace_days=5)
    assert told(rule, HOME, [call("2015-06-02")], "2015-06-03")["state"].tolist() == ["exempt", "met"]
    assert state(told(rule, HOME, [], "2015-06-03")) == "due"


def test_what_is_later_than_the_day_or_the_instant_does_not_exist() -> None:
    late = call("2015-05-02", recorded_at=pd.Timestamp("2015-05-30T00:00Z"))
    assert state(told(duty(), HOME, [late], "2015-05-20")) == "met"
    assert state(told(duty(), HOME, [late], "2015-05-20", as_of=dt.datetime(2015, 5, 29, tzinfo=dt.UTC))) == "due"
    assert state(told(duty(), HOME, [call("2015-05-21T00:00")], "2015-05-20")) == "due"


def test_a_correction_replaces_its_entry_once_it_is_known() -> None:
    wrong = call("2015-05-02", visit="v0")
    right = call("2015-05-02", outcome="absent", corrects="v0", recorded_at=pd.Timestamp("2015-05-10T00:00Z"))
    assert state(told(duty(), HOME, [wrong, right], "2015-05-20")) == "due"
    assert (
        state(told(duty(), HOME, [wrong, right], "2015-05-20", as_of=dt.datetime(2015, 5, 9, tzinfo=dt.UTC))) == "met"
    )


def test_a_layer_s_visits_are_its_own() -> None:
    calls = [call("2015-05-02", layer="shops"), call("2015-05-02", None, cell="1")]
    assert state(told(duty(), HOME, calls, "2015-05-20")) == "due"


def test_every_n_days_runs_from_the_last_counting_visit() -> None:
    rule = duty(period="interval", every_days=30, grace_days=5)
    home = subjects("A", begin="2015-05-01")
    assert told(rule, home, [], "2015-05-30")[["period", "state"]].values.tolist() == [["2015-05-01/2015-05-30", "due"]]
    assert [state(told(rule, home, [], f"2015-{day}")) for day in ("05-31", "06-04", "06-05")] == [
        "overdue",
        "overdue",
        "missed",
    ]
    rows = told(rule, home, [call("2015-05-10"), call("2015-05-12", outcome="absent")], "2015-05-20")
    assert rows[["begin", "end", "state"]].values.tolist() == [
        ["2015-05-01", "2015-05-11", "met"],
        ["2015-05-11", "2015-06-10", "due"],
    ]
    assert rows["attempts"].tolist() == [1, 1]
    late = told(rule, home, [call("2015-06-20")], "2015-06-20")
    assert late[["begin", "end", "state"]].values.tolist() == [
        ["2015-05-01", "2015-05-31", "missed"],
        ["2015-06-21", "2015-07-21", "upcoming"],
    ]
    many = [call("2015-05-10"), call("2015-05-25"), call("2015-06-28")]
    history = told(rule, home, many, "2015-07-05", since=dt.date(2015, 5, 1))
    assert history["state"].tolist() == ["met", "met", "met", "due"], "the last one in the grace"
    assert len(told(rule, home, many, "2015-07-05")) == 2


def test_an_interval_begins_anew_when_one_becomes_a_subject_again() -> None:
    rule = duty(period="interval", every_days=30)
    terms = [subjects("A", end="2015-03-01"), subjects("A", begin="2015-05-01", end="2015-05-05")]
    again = pd.concat([*terms, subjects("A", begin="2015-05-05")], ignore_index=True)
    rows = told(rule, again, [call("2015-02-20")], "2015-05-20")
    assert rows["period"].tolist() == ["2015-05-01/2015-05-30"]
    assert told(rule, again, [call("2015-02-20")], "2015-04-01").empty


def closed(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["layer", "key", "closed_at"], dtype=object)
    return frame.assign(closed_at=pd.to_datetime(frame["closed_at"], utc=True).astype("datetime64[us, UTC]"))


def test_closed_issues_make_their_features_subjects_from_that_day() -> None:
    about = {"closed_issues_from": "2015-03-01", "closed_issues_to": "2015-10-31", "layers": ["homes"]}
    rule = duty(subject=about, period="closing", days_after_closing=60)
    rows = closed(
        ("homes", "A", "2015-05-01T15:59:59Z"),
        ("homes", "A", "2015-06-01T16:00:00Z"),
        ("homes", "B", "2015-10-31T16:00:00Z"),
        ("shops", "C", "2015-05-01T00:00:00Z"),
        ("homes", "D", None),
    )
    who = closed_subjects(rule, rows, on=dt.date(2015, 12, 1), zone=ZONE)
    assert who.values.tolist() == [["homes", "A", "2015-06-02", None]]
    before = closed_subjects(rule, rows, on=dt.date(2015, 6, 1), zone=ZONE)
    assert before["valid_from"].tolist() == ["2015-05-01"]
    asked = call("2015-08-01", looks_back="an issue")
    assert told(rule, who, [], "2015-08-01")[["begin", "end", "state"]].values.tolist() == [
        ["2015-06-02", "2015-08-02", "due"]
    ]
    assert state(told(rule, who, [call("2015-08-01")], "2015-08-01")) == "due", "it asks about no issue"
    assert state(told(rule, who, [asked], "2015-08-01")) == "met"
    assert state(told(rule, who, [], "2015-08-02")) == "missed"
    assert told(rule, who, [], "2015-08-02", since=dt.date(2015, 8, 2)).empty
    assert closed_subjects(duty(), rows, on=dt.date(2015, 12, 1), zone=ZONE).empty


def test_hours_over_midnight_count_on_the_day_of_the_clock() -> None:
    rule = duty(period="day", hours=["22:00-02:00"])
    assert state(told(rule, HOME, [call("2015-05-02T01:59")], "2015-05-02")) == "met"
    assert state(told(rule, HOME, [call("2015-05-02T02:00")], "2015-05-02")) == "due"
    assert state(told(rule, HOME, [call("2015-05-02T22:00")], "2015-05-02")) == "met"
    assert (
        state(told(duty(period="day", hours=["00:00-24:00"]), HOME, [call("2015-05-02T23:59")], "2015-05-02")) == "met"
    )


def test_a_duty_that_needs_the_roster_says_so() -> None:
    with pytest.raises(ArgumentError, match="cadres"):
        told(duty(by_units=["clinic"]), HOME, [call("2015-05-02")], "2015-05-20")
    with pytest.raises(ArgumentError, match="posts"):
        told(duty(subject={"tiers": ["team"]}, place="own"), subjects("li", layer=None), [], "2015-05-20")


def explained(rule: Duty, who: pd.DataFrame, calls: list[dict[str, object]], period: str, **more: object) -> list[str]:
    more = {"on": dt.date(2015, 6, 20), "as_of": FOREVER} | more
    found = explain(rule, who, visits(*calls), "A", period, zone=ZONE, **more)
    assert (found["counted"] == (found["reason"] == "ledger.call_counts")).all()
    return [reason.removeprefix("ledger.call_") for reason in found["reason"]]


def test_explain_gives_every_visit_its_reason() -> None:
    rule = duty(grace_days=5, modes=["home"], hours=["18:00-22:00"], except_weekdays=[3])
    calls = [
        call("2015-05-04T17:00"),
        call("2015-05-05", mode="phone"),
        call("2015-05-06"),
        call("2015-05-07", outcome="refused"),
        call("2015-05-08T19:00"),
        call("2015-05-08T20:00"),
        call("2015-05-11", visit="old"),
        call("2015-05-11", corrects="old", outcome="absent"),
        call("2015-06-02"),
    ]
    assert explained(rule, HOME, calls, "2015-05") == [
        "hours",
        "mode",
        "weekday",
        "outcome",
        "counts",
        "same_day",
        "corrected",
        "outcome",
        "other_period",
    ]
    assert explained(rule, HOME, calls, "2015-06") == ["counts"]
    assert explained(rule, HOME, [call("2015-06-02")], "2015-06-10") == ["other_period"], "May was still short"
    early = {"on": dt.date(2015, 5, 8), "as_of": dt.datetime(2015, 5, 8, 11, 30, tzinfo=dt.UTC)}
    assert explained(rule, HOME, calls[4:7], "2015-05", **early) == ["unknown", "unknown", "unknown"]
    assert explained(rule, HOME, calls[4:7], "2015-05", on=dt.date(2015, 5, 8)) == ["counts", "same_day", "later"]


def test_explain_knows_intervals_and_what_is_not_there() -> None:
    rule = duty(period="interval", every_days=30)
    calls = [call("2015-05-10"), call("2015-05-20")]
    home = subjects("A", begin="2015-05-01")
    assert explained(rule, home, calls, "2015-05-11/2015-05-20") == ["counts"]
    with pytest.raises(NotFoundError, match="2016-05"):
        explain(duty(), HOME, visits(), "A", "2016-05", on=dt.date(2015, 5, 1), as_of=FOREVER, zone=ZONE)
    with pytest.raises(NotFoundError):
        explain(duty(), HOME, visits(), "B", "2015-05", on=dt.date(2015, 5, 1), as_of=FOREVER, zone=ZONE)


# What must hold whatever happens

_ORDER = {state: rank for rank, state in enumerate(("missed", "overdue", "due", "upcoming", "met", "exempt"))}
CALLS = st.builds(
    lambda day, hour, key, outcome, late: call(
        f"2015-{(dt.date(2015, 4, 1) + dt.timedelta(days=day)):%m-%d}T{hour:02}:30",
        key,
        outcome=outcome,
        recorded_at=pd.Timestamp(dt.datetime(2015, 4, 1 + day // 30, tzinfo=dt.UTC))
        + pd.Timedelta(days=day % 30 + late),
    ),
    st.integers(0, 80),
    st.integers(0, 23),
    st.sampled_from("AB"),
    st.sampled_from(["met", "met", "absent"]),
    st.integers(0, 3),
)
RULES = st.sampled_from(
    [
        duty(period="week", grace_days=9),
        duty(period="week", count=2, grace_days=3),
        duty(grace_days=40),
        duty(period="day", grace_days=2),
        duty(period="week", average_over="month", grace_days=5),
        duty(period="campaign", **{"from": "2015-04-10", "to": "2015-05-10"}, grace_days=7),
        duty(period="interval", every_days=9, grace_days=4),
    ]
)
HOMES = subjects("A", "B", begin="2015-04-01")
SINCE = dt.date(2015, 4, 1)
DAYS = st.integers(0, 90).map(lambda days: (SINCE + dt.timedelta(days=days)).isoformat())


def all_told(rule: Duty, calls: list[dict[str, object]], on: str) -> pd.DataFrame:
    return told(rule, HOMES, calls, on, since=SINCE)


@settings(deadline=None, max_examples=60)
@given(RULES, st.lists(CALLS, max_size=14), CALLS, DAYS)
def test_a_visit_never_makes_a_state_worse(
    rule: Duty, calls: list[dict[str, object]], one: dict[str, object], on: str
) -> None:
    before, after = all_told(rule, calls, on), all_told(rule, [*calls, one], on)
    if rule.period == "interval":  # a visit begins another: only the one that is open can be compared
        before, after = (rows.groupby("subject").tail(1) for rows in (before, after))
    else:
        assert before[["subject", "period"]].equals(after[["subject", "period"]])
    assert (after["state"].map(_ORDER).to_numpy() >= before["state"].map(_ORDER).to_numpy()).all()


@settings(deadline=None, max_examples=60)
@given(RULES, st.lists(CALLS, max_size=14), DAYS, st.randoms(use_true_random=False))
def test_another_order_of_the_entries_changes_nothing(
    rule: Duty, calls: list[dict[str, object]], on: str, random: object
) -> None:
    mixed = list(calls)
    random.shuffle(mixed)
    pd.testing.assert_frame_equal(all_told(rule, calls, on), all_told(rule, mixed, on))


@settings(deadline=None, max_examples=60)
@given(RULES, st.lists(CALLS, max_size=10), CALLS, DAYS)
def test_two_visits_on_one_local_day_count_once(
    rule: Duty, calls: list[dict[str, object]], one: dict[str, object], on: str
) -> None:
    later = one["at"].normalize() + pd.Timedelta(hours=23, minutes=45)
    twin = one | {"outcome": "met", "at": later, "recorded_at": later}
    once = all_told(rule, [*calls, one | {"outcome": "met"}], on)
    pd.testing.assert_frame_equal(once, all_told(rule, [*calls, one | {"outcome": "met"}, twin], on))


@settings(deadline=None, max_examples=60)
@given(RULES, st.lists(CALLS, max_size=12), DAYS)
def test_a_later_visit_changes_no_earlier_state(rule: Duty, calls: list[dict[str, object]], on: str) -> None:
    known = [one for one in calls if one["at"].date().isoformat() <= on]
    pd.testing.assert_frame_equal(all_told(rule, calls, on), all_told(rule, known, on))


@settings(deadline=None, max_examples=40)
@given(RULES, st.lists(CALLS, max_size=12), DAYS)
def test_a_visit_counts_for_one_period_alone_and_explain_agrees(
    rule: Duty, calls: list[dict[str, object]], on: str
) -> None:
    rows = all_told(rule, calls, on)
    assert (rows["attempts"] >= rows["count"]).all()
    counted: list[str] = []
    for _, row in rows[rows["subject"] == "A"].iterrows():
        day = dt.date.fromisoformat(on)
        found = explain(rule, HOMES, visits(*calls), "A", row["period"], on=day, as_of=FOREVER, zone=ZONE)
        mine = found.loc[found["counted"], "visit"].tolist()
        if rule.period != "interval":
            assert len(mine) == row["count"]
        counted += mine
    assert len(counted) == len(set(counted))
