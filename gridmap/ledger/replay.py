"""Many issues at once from the frame of their events: what `flow.replayed` says of each, in one pass over arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.ledger.issues import EVENT_COLUMNS, ISSUE_COLUMNS
from gridmap.ledger.steps import ACTS, FLOW

# What the store adds to a replay.
KEPT_BESIDE = ("number", "cell", "features", "geometry")
COLUMNS = tuple(name for name in ISSUE_COLUMNS if name not in KEPT_BESIDE)

_TEXTS = ("category", "source", "unit", "holder", "follower", "leader", "result")
_INSTANTS = ("reported_at", "filed_at", "due_at", "done_at", "closed_at")
_COUNTS = ("deferrals", "reworks", "reopenings", "escalations")
# A mark, the act that sets it and the one that takes it away.
_WHETHER = {"deferred": ("defer", "resume"), "spot": ("fix", "finish")}
_KINDS = dict.fromkeys(("issue", "state", *_TEXTS, "quantities", "satisfied"), object)
_NEVER = np.iinfo(np.int64).min  # NaT as a number

_Places = NDArray[np.intp]
_Mask = NDArray[np.bool_]
_Objects = NDArray[np.object_]


def replay(events: pd.DataFrame, *, at: dt.datetime | None = None, as_of: dt.datetime | None = None) -> pd.DataFrame:
    """Return one row for each issue, as its events leave it: `ledger.issues.ISSUE_COLUMNS` without KEPT_BESIDE.

    `events` has EVENT_COLUMNS, the events of one issue in the order in which they were recorded; only those that
    happened by `at` and were recorded by `as_of` count (null = all). Issues stand in the order of their first event, on
    a fresh index. Texts are object with None, instants datetime64[us, UTC] with NaT, counts int64. `quantities` is a
    mapping, empty where nothing was achieved; `satisfied` is object: True, False, or None for not asked.
    Raises ArgumentError for missing columns.
    """
    absent = [column for column in EVENT_COLUMNS if column not in events]
    if absent:
        raise ArgumentError("ledger.missing_columns", argument="events", missing=", ".join(absent))
    runs = _runs(events, at, as_of)
    found: dict[str, Any] = {"issue": runs.issues, "state": runs.objects("state")[runs.ends]}
    found |= {name: _text(runs, name) for name in _TEXTS}
    found |= {name: _instants(runs, name) for name in _INSTANTS}
    found |= {name: runs.total(runs.acts([step.act for step in FLOW if step.counts == name])) for name in _COUNTS}
    found |= {name: _whether(runs, *acts) for name, acts in _WHETHER.items()}
    found["quantities"] = [{} if much is None else much for much in _told(runs, "quantities")]
    found["satisfied"] = _told(runs, "satisfied")
    frame = pd.DataFrame({name: pd.Series(values, dtype=_KINDS.get(name)) for name, values in found.items()})
    return frame[list(COLUMNS)]


@dataclass(frozen=True, eq=False)
class _Runs:
    """The events that count, those of one issue in one run: `order` holds their places in `events`, `act` their acts.

    `starts` and `ends` are the first and the last place of each run, `issues` the UUID of each.
    """

    events: pd.DataFrame
    order: _Places
    starts: _Places
    ends: _Places
    issues: _Objects
    act: NDArray[np.intp]

    def objects(self, name: str) -> _Objects:
        return self.events[name].to_numpy(dtype=object)[self.order]

    def microseconds(self, name: str) -> NDArray[np.int64]:
        return _microseconds(self.events[name])[self.order]

    def acts(self, wanted: Collection[str]) -> _Mask:
        """Return for each event whether its act is a wanted one."""
        return np.array([act in wanted for act in ACTS], dtype=bool)[self.act]

    def total(self, mask: _Mask) -> NDArray[np.int64]:
        return np.add.reduceat(mask.astype(np.int64), self.starts)

    def last(self, mask: _Mask) -> _Places:
        """Return the last place of each run where `mask` holds, -1 if it never does."""
        return np.maximum.reduceat(np.where(mask, np.arange(len(mask)), -1), self.starts)


def _runs(events: pd.DataFrame, at: dt.datetime | None, as_of: dt.datetime | None) -> _Runs:
    counts = np.ones(len(events), dtype=bool)
    for name, until in (("at", at), ("recorded_at", as_of)):
        if until is not None:
            counts &= _microseconds(events[name]) <= _microseconds(pd.Series([until]))[0]
    places = np.flatnonzero(counts)
    codes, issues = pd.factorize(events["issue"].to_numpy(dtype=object)[places])
    by_issue = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(issues))).astype(np.intp)
    acts = pd.Index(ACTS).get_indexer(pd.Index(events["act"].to_numpy(dtype=object)[places[by_issue]], dtype=object))
    return _Runs(events, places[by_issue], np.concatenate([[0], ends])[: len(issues)], ends - 1, issues, acts)


def _microseconds(instants: pd.Series) -> NDArray[np.int64]:
    return pd.DatetimeIndex(pd.to_datetime(instants, utc=True)).as_unit("us").asi8


def _latest(runs: _Runs, values: _Objects, told: _Mask, emptied: _Mask) -> _Objects:
    """Return what each run was told last: None if never, or if it was emptied since."""
    at = runs.last(told | emptied)
    latest = values[at]
    latest[(at < 0) | ~told[at]] = None
    return latest


def _text(runs: _Runs, name: str) -> _Objects:
    values = runs.objects(name)
    told = pd.notna(values)
    becomes = runs.acts([step.act for step in FLOW if step.actor_is == name])
    if becomes.any():
        actors = runs.objects("actor")
        becomes &= (~told | (values == "")) & pd.notna(actors)
        values[becomes], told = actors[becomes], told | becomes
    latest = _latest(runs, values, told, runs.acts(_emptying(name)))
    latest[latest == ""] = None
    return latest


def _told(runs: _Runs, name: str) -> _Objects:
    """Return what each run was told last under `name` of `said`."""
    saying = runs.acts([step.act for step in FLOW if name in step.needs + step.may])
    values = np.full(len(saying), None, dtype=object)
    said = runs.events["said"].to_numpy(dtype=object)
    for at in np.flatnonzero(saying).tolist():
        values[at] = said[runs.order[at]].get(name)
    return _latest(runs, values, pd.notna(values), runs.acts(_emptying(name)))


def _instants(runs: _Runs, name: str) -> pd.DatetimeIndex:
    if name == "due_at":
        values = runs.microseconds(name)
        at = runs.last(values != _NEVER)
    else:
        stamps = runs.acts([step.act for step in FLOW if step.stamps == name])
        values = np.where(stamps, runs.microseconds("at"), _NEVER)
        at = runs.last(stamps | runs.acts(_emptying(name)))
    latest = np.where(at >= 0, values[at], _NEVER)
    return pd.DatetimeIndex(latest.view("M8[us]")).tz_localize("UTC")


def _whether(runs: _Runs, begins: str, ends: str) -> _Mask:
    """Return whether `begins` happened in each run, and not `ends` since."""
    at = runs.last(runs.acts((begins, ends)))
    return (at >= 0) & runs.acts((begins,))[at]


def _emptying(name: str) -> list[str]:
    return [step.act for step in FLOW if name in step.empties]
