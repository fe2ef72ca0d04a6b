"""What another ledger knows of an issue becomes events whose replay is its state."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.ledger.flow import replayed
from gridmap.ledger.histories import event_id, histories, issue_id
from gridmap.ledger.issues import EVENT_COLUMNS, RESULTS, Event
from gridmap.ledger.replay import replay

NOW = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
OPENED = pd.Timestamp("2015-03-02 08:00", tz="UTC")
LAMP = {
    "number": "A7",
    "category": "streetlight_out",
    "source": "phone",
    "unit": None,
    "holder": None,
    "follower": None,
    "of": None,
    "reported_at": OPENED,
    "due_at": pd.NaT,
    "closed_at": pd.NaT,
    "ending": None,
}


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    whole = pd.DataFrame([LAMP | row for row in rows], dtype=object)
    whole["issue"] = [issue_id(number) for number in whole["number"]]
    for name in ("reported_at", "due_at", "closed_at"):
        whole[name] = pd.to_datetime(whole[name], utc=True).astype("datetime64[us, UTC]")
    return whole


def told(*rows: dict[str, Any]) -> pd.DataFrame:
    return histories(frame(*rows), recorded_at=NOW, account="clerk")


@pytest.mark.parametrize(
    ("row", "acts", "state"),
    [
        ({}, "report file", "filed"),
        ({"unit": "works"}, "report file assign", "assigned"),
        ({"holder": "7"}, "report file assign", "assigned"),
        ({"closed_at": NOW, "ending": "solved"}, "report file assign start finish close", "closed"),
        ({"closed_at": NOW, "ending": "duplicate"}, "report file duplicate", "duplicate"),
        ({"closed_at": NOW, "ending": "rejected"}, "report file reject", "rejected"),
        ({"unit": "works", "closed_at": NOW, "ending": "rejected"}, "report file assign return reject", "rejected"),
        ({"ending": "solved"}, "report file", "filed"),
    ],
)
def test_an_issue_takes_the_steps_that_its_end_tells_of(row: dict[str, Any], acts: str, state: str) -> None:
    events = told(row)
    assert " ".join(events["act"]) == acts
    assert list(events.columns) == list(EVENT_COLUMNS)
    assert replay(events)["state"].tolist() == [state]


def test_the_instants_are_those_of_the_other_ledger_and_the_record_is_made_now() -> None:
    row = {"unit": "works", "due_at": pd.Timestamp("2015-03-16", tz="UTC"), "closed_at": NOW, "ending": "explained"}
    found = replay(told(row)).iloc[0]
    assert (found["reported_at"], found["filed_at"], found["closed_at"]) == (OPENED, OPENED, pd.Timestamp(NOW))
    assert found["due_at"] == pd.Timestamp("2015-03-16", tz="UTC")
    assert (found["result"], found["unit"]) == ("explained", "works")
    assert set(told(row)["recorded_at"]) == {pd.Timestamp(NOW)}
    assert replay(told(row), at=dt.datetime(2015, 4, 1, tzinfo=dt.UTC))["state"].tolist() == ["assigned"]


def test_what_nobody_is_known_to_have_had_is_assigned_at_its_end() -> None:
    events = told({"closed_at": NOW, "ending": "solved"}).set_index("act")["at"]
    assert (events["file"], events["assign"]) == (OPENED, pd.Timestamp(NOW))


def test_a_duplicate_names_the_issue_that_it_repeats_where_that_is_known() -> None:
    first = issue_id("A1")
    events = told({"closed_at": NOW, "ending": "duplicate", "of": first})
    assert events["said"].tolist()[-1] == {"of": first}
    assert events["said"].tolist()[0] == {"ticket": "A7"}


def test_the_same_number_is_the_same_issue_and_the_same_events() -> None:
    early, late = told({"unit": "works"}), told({"unit": "works", "closed_at": NOW, "ending": "solved"})
    assert late["event"].tolist()[:3] == early["event"].tolist()
    assert event_id(issue_id("A7"), "report") == early["event"].tolist()[0]
    assert issue_id("A7") != issue_id("A8")


ROWS = st.fixed_dictionaries(
    {
        "unit": st.sampled_from([None, "works"]),
        "holder": st.sampled_from([None, "7"]),
        "closed_at": st.sampled_from([pd.NaT, NOW]),
        "ending": st.sampled_from([*RESULTS, "duplicate", "rejected"]),
    }
)


@settings(deadline=None, max_examples=60)
@given(st.lists(ROWS, min_size=1, max_size=6))
def test_every_history_is_one_that_the_flow_allows(rows: list[dict[str, Any]]) -> None:
    events = told(*({**row, "number": str(at)} for at, row in enumerate(rows)))
    states = replay(events).set_index("issue")["state"]
    for issue, own in events.groupby("issue"):
        steps = [Event(one.event, one.issue, one.act, one.at.to_pydatetime()) for one in own.itertuples()]
        assert replayed(steps).state == states[issue] == own["state"].iloc[-1]
