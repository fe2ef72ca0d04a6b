"""Steps of issues for the tests: each act with what it needs to say, an hour after the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID, uuid5

import pandas as pd

from gridmap.ledger.events import frame_of
from gridmap.ledger.flow import Issue, applied, replayed
from gridmap.ledger.issues import Event
from gridmap.ledger.steps import RELATIONS

BEGIN = dt.datetime(2015, 10, 8, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LAMP = str(UUID(int=1))
EVERYONE = frozenset(RELATIONS)
DUE = "2015-10-20T18:00:00+08:00"

# What makes each act complete: said, and said in private.
SAYS: Mapping[str, Mapping[str, object]] = {
    "report": {"source": "phone", "category": "streetlight"},
    "file": {"due_at": DUE},
    "assign": {"unit": "lamps", "holder": "wang"},
    "close": {"result": "solved", "quantities": {"lamps": 38}},
    "duplicate": {"of": str(UUID(int=9))},
    "defer": {"until": "2015-10-30"},
    "resume": {"due_at": "2015-11-03T18:00:00+08:00"},
    "hand_over": {"holder": "zhao"},
    "set_deadline": {"due_at": "2015-10-22T18:00:00+08:00"},
    "look_back": {"satisfied": True},
    "rework": {"holder": "wang", "unit": "lamps", "due_at": DUE},
}
WRITES: Mapping[str, Mapping[str, str]] = {
    "report": {"text": "the lamps are out", "phone": "123"},
    "close": {"reply": "they burn again"},
    "reply": {"reply": "we are on it"},
    **{act: {"note": "as agreed"} for act in ("rework", "reopen", "reject", "return", "defer", "note")},
}
WORKER, FOLLOWER, CLERK, LEADER = "wang", "li", "qian", "sun"


def event(
    act: str,
    number: int = 0,
    *,
    issue: str = LAMP,
    actor: str | None = FOLLOWER,
    at: dt.datetime | None = None,
    said: Mapping[str, object] | None = None,
    private: Mapping[str, str] | None = None,
) -> Event:
    """An act, complete unless `said` or `private` replace what it says; `number` hours after the beginning."""
    return Event(
        str(uuid5(UUID(issue), f"{number}")),
        issue,
        act,
        BEGIN + number * HOUR if at is None else at,
        actor,
        SAYS.get(act, {}) if said is None else said,
        WRITES.get(act, {}) if private is None else private,
    )


def life(*acts: str, issue: str = LAMP, actors: Mapping[str, str] | None = None) -> list[Event]:
    """One event for each act, an hour apart, by the worker where there is work and by the follower elsewhere."""
    who = {"start": WORKER, "finish": WORKER, "take_on": LEADER, "set_deadline": LEADER} | dict(actors or {})
    return [event(act, number, issue=issue, actor=who.get(act, FOLLOWER)) for number, act in enumerate(acts)]


def lived(*acts: str, actors: Mapping[str, str] | None = None) -> Issue:
    """The issue after these acts, each taken by one who stands in every relation."""
    issue: Issue | None = None
    for one in life(*acts, actors=actors):
        issue = applied(issue, one, EVERYONE)
    assert issue is not None
    return issue


WORKED = ("report", "file", "assign", "start", "finish")
CLOSED = (*WORKED, "close")


def logged(events: Iterable[Event], late: dt.timedelta = dt.timedelta(0)) -> pd.DataFrame:
    """The frame of events, each recorded so late after it happened."""
    told: dict[str, list[Event]] = {}
    states, kept = [], list(events)
    for one in kept:
        told.setdefault(one.issue, []).append(one)
        states.append(replayed(told[one.issue]).state)
    return frame_of(kept, states, recorded_at=[one.at + late for one in kept], account="clerk-1")


def as_row(issue: Issue) -> dict[str, object]:
    """The issue as a row of a replay holds it."""
    names = (
        *("state", "category", "source", "unit", "holder", "follower", "leader", "reported_at", "filed_at", "due_at"),
        *("deferred", "done_at", "closed_at", "result", "satisfied", "spot"),
        *("deferrals", "reworks", "reopenings", "escalations"),
    )
    return {"issue": issue.id, **{name: getattr(issue, name) for name in names}, "quantities": dict(issue.quantities)}


def rows_of(replayed_frame: pd.DataFrame) -> dict[str, dict[str, object]]:
    """The rows of a replay by issue, NaT as null."""
    rows = replayed_frame.to_dict("records")
    return {
        row["issue"]: {str(name): None if value is pd.NaT else value for name, value in row.items()} for row in rows
    }
