"""What the ledger says by the end of a day, kept and grown by what is new: its entries are only ever added."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice

import geopandas as gpd
import pandas as pd

from gridmap.office.derived import derived
from gridmap.office.wiring import Office
from gridmap.store import arrivals, issues, visits
from gridmap.store.arrivals import Head
from gridmap.store.engine import Transaction
from gridmap.store.revisions import marks

Things = frozenset[tuple[str, str]]
_MOST_STEPS = 64
_MOST_NEW = 1_000  # more than so many at once are read with all the others
_SUBJECTS = ("registers", "visits", "issues")


@dataclass(frozen=True, slots=True)
class Touched:
    """Of what something has happened: features (layer, key) that were visited or have an issue, cadres who visited."""

    things: Things = frozenset()
    cadres: frozenset[str] = frozenset()

    def __or__(self, other: Touched) -> Touched:
        return Touched(self.things | other.things, self.cadres | other.cadres)

    def __bool__(self) -> bool:
        return bool(self.things or self.cadres)

    def keys(self, layer: str) -> frozenset[str]:
        """Return the keys of the features of a layer."""
        return frozenset(key for one, key in self.things if one == layer)


@dataclass(frozen=True, eq=False)
class Happened:
    """The ledger by the end of a day, as known now: change nothing in it.

    `visits` as `store.visits.visits` gives them, without their answers; `issues` as `store.issues.issues`. `head`: the
    last entries in it; null where some say that they were recorded later than now. `ground`: what they stand on.
    """

    visits: pd.DataFrame = field(repr=False)
    issues: gpd.GeoDataFrame = field(repr=False)
    head: Head | None
    ground: Hashable
    steps: deque[tuple[Head, Touched]] = field(default_factory=deque, repr=False)

    def since(self, known: Head | None) -> Touched | None:
        """Return of what something has happened since `known`; null where that is not remembered."""
        if known is None or self.head is None:
            return None
        if known == self.head:
            return Touched()
        at = next((at for at, (head, _) in enumerate(self.steps) if head == known), None)
        return None if at is None else reduce(Touched.__or__, (touched for _, touched in islice(self.steps, at, None)))


def happened(office: Office, on: dt.date) -> Happened:
    """Return the ledger by the end of a day, kept for the next who asks; not in a transaction."""

    def made() -> Happened:
        with office.reading_whole() as tx:
            return _read(office, tx, on)

    def grown(known: Happened) -> Happened | None:
        with office.reading_whole() as tx:
            return _grown(office, tx, on, known)

    return derived(office, ("happened", on), made, subjects=_SUBJECTS, grow=grown)


def end_of(office: Office, on: dt.date) -> dt.datetime:
    """Return the first instant after a local day (UTC)."""
    following = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), tzinfo=office.clock.zone)
    return following.astimezone(dt.UTC)


def _read(office: Office, tx: Transaction, on: dt.date) -> Happened:
    now, end = office.clock.now(), end_of(office, on)
    return Happened(
        visits=visits.visits(tx, as_of=now, until=end, answers=False),
        issues=issues.issues(tx, on_end=end - dt.timedelta(microseconds=1), as_of=now),
        head=None if arrivals.any_later(tx, now) else arrivals.head(tx),
        ground=marks(tx).get("registers"),
    )


def _grown(office: Office, tx: Transaction, on: dt.date, known: Happened) -> Happened | None:
    """Return what is kept with all that came since; null where it is to be read anew."""
    now, end, old = office.clock.now(), end_of(office, on), known.head
    if old is None or marks(tx).get("registers") != known.ground or not arrivals.follows(tx, old):
        return None
    head = arrivals.head(tx)
    if head == old:
        return known
    if head.visit[0] - old.visit[0] + head.event[0] - old.event[0] > _MOST_NEW or arrivals.any_later(tx, now, old):
        return None
    new = visits.visits(tx, after=old.visit[0], current=False, answers=False)
    gone = known.visits[known.visits["visit"].isin(new["corrects"].dropna())]
    uuids = arrivals.issues_since(tx, old)
    moved = known.issues[:0]
    if uuids:
        moved = issues.issues(tx, on_end=end - dt.timedelta(microseconds=1), as_of=now, issues=uuids)
    touched = _touched([new, gone], moved)
    return Happened(
        visits=_with_visits(known.visits, new, end),
        issues=_with_issues(known.issues, moved),
        head=head,
        ground=known.ground,
        steps=deque((*known.steps, (old, touched)), maxlen=_MOST_STEPS),
    )


def _touched(entries: Iterable[pd.DataFrame], moved: gpd.GeoDataFrame) -> Touched:
    things: set[tuple[str, str]] = {thing for held in moved["features"] for thing in held}
    cadres: set[str] = set()
    for rows in entries:
        at_features = rows[rows["layer"].notna()]
        things |= set(zip(at_features["layer"], at_features["key"], strict=True))
        cadres |= {*rows["lead"], *(one for held in rows["companions"] for one in held)}
    return Touched(frozenset(things), frozenset(cadres))


def _with_visits(known: pd.DataFrame, new: pd.DataFrame, end: dt.datetime) -> pd.DataFrame:
    """Return the entries in the order in which they happened, without those that one replaces or that come later."""
    if new.empty:
        return known
    rows = pd.concat([known, new], ignore_index=True) if len(known) else new
    rows = rows[~rows["visit"].isin(new["corrects"].dropna()) & (rows["at"] < pd.Timestamp(end))]
    # Of one instant those stay first that were kept first.
    return rows.sort_values("at", kind="stable", ignore_index=True)


def _with_issues(known: gpd.GeoDataFrame, moved: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if moved.empty:
        return known
    others = known[~known["issue"].isin(moved["issue"])]
    if others.empty:
        return moved
    whole = gpd.GeoDataFrame(pd.concat([others, moved], ignore_index=True), crs=known.crs)
    return whole.sort_values("number", ignore_index=True)
