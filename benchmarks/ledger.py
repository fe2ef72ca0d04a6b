"""A hundred thousand events of issues: `ledger.replay` beside the same replay one issue at a time, in one run.

The peer, `ledger.flow.replayed`, builds each issue event by event from the table; it is given its events ready made,
and with them unread in the frame. All answers are compared. Also: how many steps a second `applied` checks and takes,
and how many likely duplicates are found among as many issues as there are.
"""

from __future__ import annotations

import argparse
import datetime as dt
from uuid import UUID

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.link import best, show
from gridmap.ledger.duplicates import likely
from gridmap.ledger.events import events_of, frame_of
from gridmap.ledger.flow import Issue, applied, replayed
from gridmap.ledger.issues import Event
from gridmap.ledger.replay import replay
from gridmap.ledger.steps import RELATIONS

BEGIN = dt.datetime(2015, 3, 1, tzinfo=dt.UTC)
ANYONE = frozenset(RELATIONS)
SAYS: dict[str, dict[str, object]] = {
    "report": {"source": "own_check", "category": "streetlight"},
    "file": {"due_at": "2015-10-20T18:00:00+08:00"},
    "assign": {"unit": "lamps", "holder": "wang"},
    "defer": {"until": "2015-10-30"},
    "resume": {"due_at": "2015-11-03T18:00:00+08:00"},
    "close": {"result": "solved", "quantities": {"lamps": 3}},
    "look_back": {"satisfied": False},
}
NOTED = ("note", "return", "defer", "rework", "reopen")
# Lives, from the plain one to the one with every turn.
PLAIN = ("report", "file", "assign", "start", "finish", "close")
TURNING = (
    "report",
    "file",
    "assign",
    "return",
    "assign",
    "start",
    "defer",
    "note",
    "resume",
    "finish",
    "rework",
    "finish",
)
LIVES = (
    PLAIN[:1],
    PLAIN[:3],
    PLAIN,
    PLAIN,
    PLAIN,
    ("report", "fix", "close"),
    (*PLAIN, "look_back", "reopen"),
    TURNING,
)


def history(count: int, seed: int) -> list[Event]:
    """Return at least so many events of issues with lives drawn by a seed, told in the order of their instants."""
    rng = np.random.default_rng(seed)
    events: list[Event] = []
    number = 0
    while len(events) < count:
        number += 1
        issue, at = str(UUID(int=number)), BEGIN + dt.timedelta(minutes=int(rng.integers(300 * 1440)))
        for act in LIVES[rng.integers(len(LIVES))]:
            at += dt.timedelta(minutes=int(rng.integers(1, 2000)))
            actor = "wang" if act in {"start", "finish", "fix"} else "li"
            private = {"note": "as agreed"} if act in NOTED else {}
            events.append(Event(str(len(events)), issue, act, at, actor, SAYS.get(act, {}), private))
    return sorted(events, key=lambda event: event.at)


def taken(events: list[Event]) -> list[str]:
    """Take every step, checked; return the state after each."""
    issues: dict[str, Issue] = {}
    states = []
    for event in events:
        issue = issues[event.issue] = applied(issues.get(event.issue), event, ANYONE)
        states.append(issue.state)
    return states


def one_by_one(events: list[Event]) -> dict[str, Issue]:
    """Replay each issue by itself."""
    held: dict[str, list[Event]] = {}
    for event in events:
        held.setdefault(event.issue, []).append(event)
    return {issue: replayed(told) for issue, told in held.items()}


def same(frame: pd.DataFrame, issues: dict[str, Issue]) -> None:
    """Raise AssertionError unless both replays say the same of each issue."""
    assert frame["issue"].tolist() == list(issues)
    for name in ("state", "unit", "holder", "follower", "result", "spot", "reworks", "reopenings", "deferrals"):
        assert frame[name].tolist() == [getattr(issue, name) for issue in issues.values()], name
    for name in ("reported_at", "due_at", "done_at", "closed_at"):
        told = pd.to_datetime(pd.Series([getattr(issue, name) for issue in issues.values()]), utc=True)
        assert frame[name].equals(told.dt.as_unit("us")), name


def scattered(frame: pd.DataFrame, seed: int) -> gpd.GeoDataFrame:
    """Return the issues at random places of a district of 300 km2."""
    rng = np.random.default_rng(seed)
    places = shapely.points(rng.uniform(5e5, 5.15e5, len(frame)), rng.uniform(2.49e6, 2.51e6, len(frame)))
    return gpd.GeoDataFrame(frame, geometry=places, crs="EPSG:4547")


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--events", type=int, default=100_000)
    ask.add_argument("--rounds", type=int, default=3)
    given = ask.parse_args()
    events = history(given.events, seed=1)
    frame = frame_of(events, taken(events), recorded_at=[event.at for event in events], account="clerk")
    issues = one_by_one(events)
    same(replay(frame), issues)
    placed = scattered(replay(frame), seed=2)
    times = best(
        given.rounds,
        replay=lambda: replay(frame),
        ready=lambda: one_by_one(events),
        rows=lambda: one_by_one(list(events_of(frame))),
        taken=lambda: taken(events),
        likely=lambda: likely(placed),
    )
    title = f"{len(events):,} events of {len(issues):,} issues"
    detail = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in times.items())
    print(f"{'':<52} {'ratio':>6}   wanted")
    show(f"{title}: one by one / replay", times["ready"] / times["replay"], "> 1", detail)
    show(f"{title}: one by one from the frame / replay", times["rows"] / times["replay"], "> 1", "")
    show(f"{title}: steps checked, thousand a second", len(events) / times["taken"] / 1000, "> 2", "")
    show(
        f"{title}: likely duplicates / replay", times["likely"] / times["replay"], "", f"{len(likely(placed)):,} pairs"
    )


if __name__ == "__main__":
    main()
