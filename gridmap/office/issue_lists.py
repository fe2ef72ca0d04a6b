"""Errands: the issues of a day as a list; likely duplicates; job offers in reach of those who look for work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.ledger.categories import Category
from gridmap.ledger.issues import NOT_OPEN, STATES
from gridmap.office.derived import derived, eyes, is_past
from gridmap.office.happened import Happened, happened
from gridmap.office.issue_desk import Desk
from gridmap.office.issue_sight import ISSUE_SUBJECTS, seen
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.clocks import time_left
from gridmap.people.person import Person
from gridmap.store import categories, issues
from gridmap.store.engine import Transaction

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which issues are asked for; null asks nothing. `states`: of STATES, or `open` for all that are."""

    states: Collection[str] | None = None
    categories: Collection[str] | None = None
    unit: str | None = None
    cadre: str | None = None
    under: str | None = None
    overdue: bool = False
    numbers: Collection[str] | None = None


EVERYTHING = Wanted()


def list_issues(
    person: Person,
    office: Office,
    *,
    on: dt.date | None = None,
    as_of: dt.datetime | None = None,
    wanted: Wanted = EVERYTHING,
) -> gpd.GeoDataFrame:
    """Return the issues by the end of a day (null: today) that exist for `person`, by number: EPSG:4326.

    Columns: those of `ledger.issues.ISSUE_COLUMNS`; holder_name, follower_name, leader_name; clock and left (what is
    left until the deadline by the category's clock at that moment, in its unit, negative when over; NaN where nothing
    runs); overdue.
    `as_of` (null: now) leaves out what was recorded later. What people wrote or said is not here: see `show`.
    `wanted.under`: in a cell of any level, or below it, in the edition of that day. Raises NotFoundError for a cell
    that it does not have, ArgumentError for a state that there is not.
    """
    refuse_unless(person, "read")
    day = on or office.clock.today()
    if wanted.numbers is not None:
        with office.reading(person) as tx:
            return listed_on(tx, person, office, on=day, as_of=as_of, wanted=wanted)

    def made() -> gpd.GeoDataFrame:
        known = happened(office, day) if person.scope is None and not is_past(office, as_of) else None
        with office.reading(person) as tx:
            return listed_on(tx, person, office, on=day, as_of=as_of, known=known)

    rows = derived(office, ("issue list", eyes(person), day), made, subjects=ISSUE_SUBJECTS, as_of=as_of)
    with office.reading(person) as tx:
        return rows[_asked(Desk(person, office, tx), rows, wanted, day)].reset_index(drop=True)


def listed_on(
    tx: Transaction,
    person: Person,
    office: Office,
    *,
    on: dt.date | None = None,
    as_of: dt.datetime | None = None,
    wanted: Wanted = EVERYTHING,
    known: Happened | None = None,
) -> gpd.GeoDataFrame:
    """As `list_issues`, within a transaction; `known`: the ledger by the end of the day as known now, if at hand."""
    desk = Desk(person, office, tx)
    day = on or office.clock.today()
    told = min(as_of or desk.now, desk.now)
    last = last_instant(office, day)
    named = None if wanted.numbers is None else list(issues.find(tx, wanted.numbers).values())
    rows = issues.issues(tx, on_end=last, as_of=told, issues=named) if known is None else known.issues
    found = seen(desk, rows, on=day)
    chosen = found[_chosen(desk, found, wanted, day)].reset_index(drop=True)
    timed = _timed(desk, chosen, day, min(last, told))
    return timed[timed["overdue"]].reset_index(drop=True) if wanted.overdue else timed


def _asked(desk: Desk, timed: gpd.GeoDataFrame, wanted: Wanted, day: dt.date) -> pd.Series[bool]:
    chosen = _chosen(desk, timed, wanted, day)
    return chosen & timed["overdue"] if wanted.overdue else chosen


def kinds_on(person: Person, office: Office, *, on: dt.date) -> dict[str, Category]:
    """Return the categories in force on a day, by name."""
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        return categories.categories(tx, on)


def last_instant(office: Office, on: dt.date) -> dt.datetime:
    """Return the last microsecond of a local day (UTC)."""
    following = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), tzinfo=office.clock.zone)
    return following.astimezone(dt.UTC) - dt.timedelta(microseconds=1)


def _chosen(desk: Desk, rows: gpd.GeoDataFrame, wanted: Wanted, day: dt.date) -> pd.Series[bool]:
    keep = pd.Series(data=True, index=rows.index)
    if wanted.states is not None:
        unknown = sorted(set(wanted.states) - {OPEN, *STATES})
        if unknown:
            raise ArgumentError("office.unknown_state", states=", ".join(unknown), allowed=", ".join((OPEN, *STATES)))
        asked = {
            *wanted.states,
            *((state for state in STATES if state not in NOT_OPEN) if OPEN in wanted.states else ()),
        }
        keep &= rows["state"].isin(asked)
    if wanted.categories is not None:
        keep &= rows["category"].isin(list(wanted.categories))
    if wanted.unit is not None:
        keep &= rows["unit"].eq(wanted.unit)
    if wanted.cadre is not None:
        keep &= rows[["holder", "follower", "leader"]].eq(wanted.cadre).any(axis=1)
    if wanted.under is not None:
        grid = desk.grid(day.isoformat())
        if grid is None or wanted.under not in set(grid.cells["code"]):
            raise NotFoundError("store.unknown_cell", cell=wanted.under, on=day.isoformat())
        keep &= rows["cell"].isin(grid.members(wanted.under))
    return keep


def _timed(desk: Desk, rows: gpd.GeoDataFrame, day: dt.date, now: dt.datetime) -> gpd.GeoDataFrame:
    """Return the rows with names, clock, what is left of it, and whether it is over."""
    kinds = desk.categories(day.isoformat())
    clocks = rows["category"].map(lambda name: kinds[name].clock if name in kinds else None).astype(object)
    running = ~rows["state"].isin(NOT_OPEN) & rows["due_at"].notna() & ~rows["deferred"].astype(bool)
    left = np.full(len(rows), np.nan)
    for clock in clocks[running].dropna().unique():
        these = (running & (clocks == clock)).to_numpy(dtype=bool)
        left[these] = _left(desk, clock, rows.loc[these, "due_at"], now)
    return rows.assign(
        holder_name=rows["holder"].map(desk.names).astype(object),
        follower_name=rows["follower"].map(desk.names).astype(object),
        leader_name=rows["leader"].map(desk.names).astype(object),
        clock=clocks,
        left=left,
        overdue=running & (rows["due_at"] < pd.Timestamp(now)),
    )


def _left(desk: Desk, clock: str, due: pd.Series[pd.Timestamp], now: dt.datetime) -> NDArray[np.float64]:
    """Return what is left until each deadline, NaN where the calendar does not reach: one such row spoils no list."""
    try:
        return time_left(desk.calendar, clock, due, now)
    except ArgumentError:
        if len(due) == 1:
            return np.array([np.nan])
        return np.concatenate([_left(desk, clock, due.iloc[[row]], now) for row in range(len(due))])
