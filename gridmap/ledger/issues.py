"""An issue and its events: state is the replay of events (DESIGN 4, Issues)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# 已登记 已受理 已分派 办理中 已办待核 已办结, 不予受理 重复
STATES = ("reported", "filed", "assigned", "in_progress", "done", "closed", "rejected", "duplicate")
NOT_OPEN = ("closed", "rejected", "duplicate")
NOT_COUNTED = ("rejected", "duplicate")  # neither in a numerator nor in a denominator
# 走访 来访 来电 一键通 上级转办 领导交办 信息员 自查
SOURCES = ("visit", "call_in", "phone", "one_key", "superior", "leader", "informant", "own_check")
RESULTS = ("solved", "explained", "referred")  # 已解决 已解释 已转报
QUANTITIES = ("people", "yuan", "lamps", "startups")

# The frame of events, in the order of their replay. Instants are datetime64[us, UTC]; texts are object: None is what
# the event leaves alone, "" what it empties. said: a mapping of what else it says (see `ledger.flow`).
EVENT_COLUMNS = (
    "event",
    "issue",
    "act",
    "state",
    "at",
    "recorded_at",
    "account",
    "actor",
    "category",
    "source",
    "unit",
    "holder",
    "follower",
    "leader",
    "due_at",
    "result",
    "said",
)

# The frame of issues, a row each, as `ledger.replay` makes it from events, without number, cell, batch and geometry,
# which the store adds. deferred: paused at that instant. reported_at, filed_at: when those steps were taken. done_at,
# closed_at: when it last came into that state (NaT: never, or left again). deferrals, reworks, reopenings, escalations:
# how often. quantities: a mapping of what was achieved. satisfied: what the last look-back heard (True, False, None =
# not asked). spot: fixed on the spot.
ISSUE_COLUMNS = (
    "issue",
    "number",
    "state",
    "category",
    "source",
    "unit",
    "holder",
    "follower",
    "leader",
    "cell",
    "reported_at",
    "filed_at",
    "due_at",
    "deferred",
    "done_at",
    "closed_at",
    "result",
    "quantities",
    "satisfied",
    "spot",
    "deferrals",
    "reworks",
    "reopenings",
    "escalations",
    "features",
    "geometry",
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an issue. `id` and `issue` are UUIDs; `at` is aware; `actor` a cadre (null = nobody).

    `said` holds what the act needs (`ledger.flow`), public facts only; what somebody wrote or said stands in `private`.
    """

    id: str
    issue: str
    act: str
    at: dt.datetime
    actor: str | None = None
    said: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    private: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
