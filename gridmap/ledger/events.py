"""Events as rows of a frame, and rows as events: what one says of the issue itself has columns of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from gridmap.ledger.flow import Issue, replayed
from gridmap.ledger.issues import EVENT_COLUMNS, Event
from gridmap.ledger.said import instant
from gridmap.ledger.steps import STEPS

# What an event says in a column of its own; all else stands in `said`.
OWN_COLUMNS = ("category", "source", "unit", "holder", "follower", "leader", "due_at", "result")
INSTANTS = ("at", "recorded_at", "due_at")


def columns_of(event: Event) -> dict[str, object]:
    """Return OWN_COLUMNS and `said` of an event: null is what it leaves alone, "" what it empties.

    `due_at` is aware, UTC. What the acting cadre becomes by the step (`Step.actor_is`) is said.
    """
    own: dict[str, object] = {name: event.said.get(name) for name in OWN_COLUMNS}
    becomes = STEPS[event.act].actor_is
    if becomes and event.actor:
        own[becomes] = own[becomes] or event.actor
    own["due_at"] = None if own["due_at"] is None else instant(own["due_at"])
    return {**own, "said": {name: value for name, value in event.said.items() if name not in OWN_COLUMNS}}


def frame_of(
    events: Sequence[Event], states: Sequence[str], *, recorded_at: Sequence[dt.datetime], account: str = ""
) -> pd.DataFrame:
    """Return events as a frame of `ledger.issues.EVENT_COLUMNS`, in their order; `states`: the state after each."""
    rows = [
        (event.id, event.issue, event.act, state, event.at, recorded, account, event.actor, *columns_of(event).values())
        for event, state, recorded in zip(events, states, recorded_at, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(EVENT_COLUMNS), dtype=object)
    for name in INSTANTS:
        frame[name] = pd.to_datetime(frame[name], utc=True).dt.as_unit("us")
    return frame.astype({name: object for name in EVENT_COLUMNS if name not in INSTANTS})


def events_of(events: pd.DataFrame) -> Iterator[Event]:
    """Yield the rows of a frame of EVENT_COLUMNS as events, without what was said in private."""
    plain = {name: _plain(events[name]) for name in ("event", "issue", "act", "at", "actor", "said", *OWN_COLUMNS)}
    plain["due_at"] = [None if at is None else at.isoformat() for at in plain["due_at"]]
    for event, issue, act, at, actor, rest, *own in zip(*plain.values(), strict=True):
        said = {name: value for name, value in zip(OWN_COLUMNS, own, strict=True) if value is not None}
        yield Event(event, issue, act, at, actor, {**rest, **said})


def _plain(column: pd.Series) -> list[Any]:
    """Return a column as a list of plain values, instants as datetimes, None where it is missing."""
    instants = isinstance(column.dtype, pd.DatetimeTZDtype)
    values = pd.DatetimeIndex(column).to_pydatetime() if instants else column.to_numpy(dtype=object)
    return [None if missing else value for value, missing in zip(values, column.isna(), strict=True)]


def issues_of(events: pd.DataFrame) -> dict[str, Issue]:
    """Return each issue of a frame of EVENT_COLUMNS by its UUID, one by one: see `flow.replayed`."""
    held: dict[str, list[Event]] = {}
    for event in events_of(events):
        held.setdefault(event.issue, []).append(event)
    return {issue: replayed(of_it) for issue, of_it in held.items()}
