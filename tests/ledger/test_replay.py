"""Many issues at once are what they are one by one, at any instant and to anybody's knowledge."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from gridmap.errors import ArgumentError, FaultsError, RefusedError
from gridmap.ledger.events import columns_of, events_of, frame_of, issues_of
from gridmap.ledger.flow import allowed, applied
from gridmap.ledger.issues import EVENT_COLUMNS, Event
from gridmap.ledger.replay import COLUMNS, replay
from tests.ledger.walks import (
    BEGIN,
    CLOSED,
    EVERYONE,
    FOLLOWER,
    HOUR,
    LAMP,
    as_row,
    event,
    life,
    lived,
    logged,
    rows_of,
)

DAY = dt.timedelta(days=1)
INSTANTS = ("reported_at", "filed_at", "due_at", "done_at", "closed_at")
COUNTS = ("deferrals", "reworks", "reopenings", "escalations")
RICH = (*CLOSED, "look_back", "reopen", "defer", "note", "resume", "finish", "rework", "escalate", "finish", "close")


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """The lives of some issues, told in any order among each other."""
    log: list[Event] = []
    for number in range(draw(st.integers(1, 4))):
        issue, uuid = None, str(UUID(int=number + 1))
        for step in range(draw(st.integers(1, 12))):
            act = draw(st.sampled_from(allowed(issue)))
            at = BEGIN + draw(st.integers(0, 3)) * HOUR + step * 4 * HOUR
            one = event(act, step, issue=uuid, actor=draw(st.sampled_from(["li", "wang", "zhao"])), at=at)
            try:
                issue = applied(issue, one, EVERYONE)
            except (RefusedError, FaultsError):  # his own work; no deadline yet
                continue
            log.append(one)
    order = draw(st.permutations(range(len(log))))
    shuffled = sorted(range(len(log)), key=lambda at: (order[at], at))
    by_issue = {issue: iter([one for one in log if one.issue == issue]) for issue in {one.issue for one in log}}
    return [next(by_issue[log[at].issue]) for at in shuffled]


@settings(max_examples=40)
@given(log=logs(), hours=st.integers(0, 60))
def test_many_at_once_are_what_they_are_one_by_one(log: list[Event], hours: int) -> None:
    frame, at = logged(log), BEGIN + hours * HOUR
    assert rows_of(replay(frame)) == {issue: as_row(held) for issue, held in issues_of(frame).items()}
    happened = issues_of(frame[frame["at"] <= at])
    assert rows_of(replay(frame, at=at)) == {issue: as_row(held) for issue, held in happened.items()}


@settings(max_examples=40)
@given(log=logs())
def test_the_order_of_issues_among_each_other_changes_nothing(log: list[Event]) -> None:
    frame = logged(log)
    by_issue = frame.sort_values("issue", kind="stable")
    pd.testing.assert_frame_equal(
        replay(frame).sort_values("issue", ignore_index=True), replay(by_issue).sort_values("issue", ignore_index=True)
    )


def test_what_was_recorded_late_is_unknown_before() -> None:
    frame = logged(life(*CLOSED), late=2 * DAY)
    closed_at = BEGIN + 5 * HOUR
    assert replay(frame, at=closed_at)["state"].tolist() == ["closed"]
    assert replay(frame, at=closed_at, as_of=closed_at + 2 * DAY - HOUR)["state"].tolist() == ["done"]
    assert replay(frame, as_of=closed_at).empty


def test_an_instant_is_compared_to_the_microsecond() -> None:
    """An instant taken for nanoseconds once let everything count."""
    frame = logged(life("report", "file"))
    moment = dt.timedelta(microseconds=1)
    assert replay(frame, at=BEGIN + HOUR - moment)["state"].tolist() == ["reported"]
    assert replay(frame, at=BEGIN + HOUR)["state"].tolist() == ["filed"]
    assert replay(frame, as_of=BEGIN - moment).empty


def test_a_life_with_every_turn_is_counted() -> None:
    issue = lived(*RICH, actors={"finish": "wang"})
    (row,) = replay(logged(life(*RICH, actors={"finish": "wang"}))).to_dict("records")
    assert [row[name] for name in COUNTS] == [1, 1, 1, 1]
    assert (row["state"], row["satisfied"], row["quantities"]) == ("closed", None, {"lamps": 38})
    assert row["closed_at"] == issue.closed_at


@pytest.mark.parametrize("rows", [0, 2])
def test_columns_are_of_their_kind_even_if_empty(rows: int) -> None:
    frame = replay(logged(life("report", "file"))[:rows])
    assert tuple(frame.columns) == COLUMNS
    assert {str(frame[name].dtype) for name in INSTANTS} == {"datetime64[us, UTC]"}
    assert {frame[name].dtype for name in COUNTS} == {np.dtype("int64")}
    assert {frame[name].dtype for name in ("deferred", "spot")} == {np.dtype("bool")}
    rest = set(COLUMNS) - {*INSTANTS, *COUNTS, "deferred", "spot"}
    assert {frame[name].dtype for name in rest} == {np.dtype("object")}


def test_an_empty_text_empties_and_a_missing_one_leaves_alone() -> None:
    log = life("report", "file", "assign")
    log.append(event("hand_over", 9, said={"unit": "roads", "holder": ""}))
    (row,) = replay(logged(log)).to_dict("records")
    assert (row["unit"], row["holder"], row["category"]) == ("roads", None, "streetlight")


def test_an_event_comes_back_from_its_row_as_it_was_but_for_what_was_private() -> None:
    log = life(*RICH, actors={"finish": "wang"})
    back = list(events_of(logged(log)))
    assert [(one.id, one.act, one.at, one.actor) for one in back] == [
        (one.id, one.act, one.at, one.actor) for one in log
    ]
    assert not any(one.private for one in back)
    assert issues_of(logged(log)) == {LAMP: lived(*RICH, actors={"finish": "wang"})}


def test_what_the_actor_becomes_stands_in_the_row() -> None:
    assert columns_of(event("report"))["follower"] == FOLLOWER
    assert columns_of(replace(event("report"), said={"source": "phone", "follower": "zhou"}))["follower"] == "zhou"
    assert columns_of(event("note"))["holder"] is None


def test_a_frame_of_no_events_has_all_columns() -> None:
    frame = frame_of([], [], recorded_at=[])
    assert tuple(frame.columns) == EVENT_COLUMNS
    assert replay(frame).empty


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ArgumentError, match="said"):
        replay(logged(life("report")).drop(columns="said"))
