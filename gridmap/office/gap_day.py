"""The gaps and the coverage of a day as far as they exist for a person, each part worked out once for all it is for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from gridmap.errors import NotFoundError, SettingsError
from gridmap.gaps.coverage import coverage
from gridmap.gaps.registry import KINDS, find_gaps
from gridmap.gaps.shape import no_gaps
from gridmap.gaps.view import Limits, View
from gridmap.office import duty_gaps
from gridmap.office.answering import answers_on, roster_of
from gridmap.office.derived import GROUND, SUBJECTS, derived
from gridmap.office.duty_gaps import DutyGaps
from gridmap.office.duty_sight import STATE_SUBJECTS, DutyStates, derived_states
from gridmap.office.happened import end_of, happened
from gridmap.office.issue_desk import Desk
from gridmap.office.issue_sight import ISSUE_SUBJECTS, seen
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, cells_in_scope, may
from gridmap.people.load import load_of
from gridmap.people.person import Person
from gridmap.people.roster import TIERS
from gridmap.settings import FILE, Settings
from gridmap.store import grids, links, registers
from gridmap.store import issues as kept_issues

T = TypeVar("T")
_LOOKED_BACK_DAYS = 366
_RUNS_AGAIN = ("resume", "reopen")


@dataclass(frozen=True)
class GapDay:
    """The office on a day as the kinds of gap look at it, with what `person` may know of, wherever it lies.

    A sensitive layer is there only for those who may reveal, a sensitive duty or category also for those responsible:
    nobody else gets even a count. `as_of` (null = now) leaves out what the ledger was told later. A person's scope
    cuts what comes out, not what is looked at: a lamp just outside lights the road inside.
    """

    person: Person
    office: Office
    on: dt.date
    as_of: dt.datetime | None = None

    @cached_property
    def ground(self) -> View:
        """The office without its ledger. Raises NotFoundError for a day without a grid."""
        return self._derived(("ground", self._reveals, self.on), self._look, of_ledger=())

    @cached_property
    def view(self) -> View:
        """The office with all that the ledger says by the end of the day: of the ledger what lies in the scope."""
        whole = self.with_ledger(("duties", "issues"))
        if self.seen is None or whole.duties is None or whole.issues is None:
            return whole
        duties, issues = whole.duties, whole.issues
        return replace(
            whole,
            duties=duties[duties["cell"].isin(self.seen)].reset_index(drop=True),
            issues=gpd.GeoDataFrame(issues[issues["cell"].isin(self.seen)].reset_index(drop=True)),
        )

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """The coverage by cell, as `gaps.coverage.coverage` counts it."""
        anew = replace(self)
        return self._derived(("coverage", self._reveals, self.on), lambda: coverage(anew.ground), of_ledger=())

    @cached_property
    def seen(self) -> frozenset[str] | None:
        """The cells in the person's scope; null: everywhere, and what is in no cell too."""
        return None if self.person.scope is None else cells_in_scope(self.person, self.ground.grid.closure())

    def gaps(self, kinds: Iterable[str] | None = None) -> gpd.GeoDataFrame:
        """Return the gaps of the kinds named (null = all) that lie in the person's scope, in a frame of one's own.

        Raises NotFoundError for a kind that nobody computes.
        """
        asked = list(KINDS if kinds is None else kinds)
        if any(name not in KINDS for name in asked):
            find_gaps(self.ground, asked)
        held = [frame for frame in (self._of_kind(name) for name in KINDS if name in asked) if len(frame)]
        found = gpd.GeoDataFrame(pd.concat(held, ignore_index=True)) if held else no_gaps(self.ground.grid.crs)
        return found if self.seen is None else lying_in(found, self.seen)

    def _of_kind(self, name: str) -> gpd.GeoDataFrame:
        parts = getattr(KINDS[name], "ledger", ())
        eyes: Hashable = self._eyes if parts else self._reveals
        slot = ("gaps", name, eyes, self.on)
        # Looked at anew: the ground of this day may have been asked for before what is made here began.
        anew = replace(self)
        if parts != ("duties",):
            subjects = ISSUE_SUBJECTS if parts == ("issues",) else SUBJECTS if parts else ()
            return self._derived(slot, lambda: find_gaps(anew.with_ledger(parts), [name]), of_ledger=subjects)
        kept = derived(
            self.office,
            slot,
            lambda: duty_gaps.found(name, anew.ground, anew.states(), anew.with_target),
            subjects=STATE_SUBJECTS,
            as_of=self._told,
            grow=lambda known: anew.grown(name, known),
        )
        return kept.gaps

    def grown(self, name: str, known: DutyGaps) -> DutyGaps | None:
        """Return the gaps of a kind that looks at duties by the states of now; null where they are to be found anew."""
        states = self.states()
        touched = happened(self.office, self.on).since(known.head)
        if touched is None or self._told is not None:
            return None
        return duty_gaps.grown(known, name, self.ground, states, self.with_target, touched=touched)

    def with_ledger(self, parts: Collection[str]) -> View:
        """Return the ground with these parts of the ledger: duties, issues."""
        ground = self.ground
        return replace(
            ground,
            duties=self.with_target(self.states()) if "duties" in parts else None,
            issues=self._issues().to_crs(ground.grid.crs) if "issues" in parts else None,
            moment=min(end_of(self.office, self.on), self._known).astimezone(self.office.clock.zone),
        )

    def _look(self) -> View:
        office, on = self.office, self.on
        with office.reading_whole() as tx:
            edition = grids.edition_on(tx, on)
            if edition is None:
                raise NotFoundError("office.no_edition", on=on)
            grid = office.grid(tx, edition.id)
            land = grids.territory(tx, edition.id)
            layers = [layer for layer in office.layers.values() if self._reveals or not layer.sensitive]
            linked = {layer.name: links.links(tx, layer, on=on) for layer in layers}
            roster = roster_of(office, tx)
            answers = answers_on(office, tx, edition.id, on)
            return View(
                on=on,
                grid=grid,
                edition_from=edition.valid_from,
                territory=None if land is None else gpd.GeoSeries([land], crs=grid.crs),
                defects=grids.defects(tx, edition.id),
                features={layer.name: registers.features(tx, layer, on=on) for layer in layers},
                links=linked,
                answers=answers,
                load=load_of(grid, roster, answers, linked),
                limits=limits_of(office.settings),
                roster=roster,
                declared={layer.name: layer.gap_kinds for layer in layers},
            )

    def states(self) -> DutyStates:
        """Return the states of the duties; how long something is undone is looked for a year back at most."""
        since = max(self.on - dt.timedelta(days=_LOOKED_BACK_DAYS), self.ground.edition_from)
        return derived_states(self.office, on=self.on, as_of=self._told, since=since)

    def with_target(self, states: DutyStates) -> pd.DataFrame:
        """Return the states of the duties that have a target: without one nothing is missing."""
        return states.of(self._unbound, [duty.name for duty in states.in_force if duty.target])

    def _issues(self) -> gpd.GeoDataFrame:
        """Return the issues by the end of the day, with `runs_since`: when they were last resumed or reopened."""
        rows = derived(self.office, ("issues", self.on), self._kept_issues, subjects=ISSUE_SUBJECTS, as_of=self._told)
        with self.office.reading_whole() as tx:
            return seen(Desk(self._unbound, self.office, tx), rows, on=self.on)

    def _kept_issues(self) -> gpd.GeoDataFrame:
        last = end_of(self.office, self.on) - dt.timedelta(microseconds=1)
        known = self._known
        told = happened(self.office, self.on).issues if self._told is None else None
        with self.office.reading_whole() as tx:
            rows = kept_issues.issues(tx, on_end=last, as_of=known) if told is None else told
            late = rows.loc[rows["due_at"] < min(last, known), "issue"].tolist()
            events = kept_issues.events(tx, issues=late, as_of=known, until=last)
        again = events[events["act"].isin(_RUNS_AGAIN)].groupby("issue")["at"].max()
        return rows.assign(runs_since=pd.DatetimeIndex(again.reindex(rows["issue"])))

    def _derived(self, slot: tuple[Hashable, ...], make: Callable[[], T], *, of_ledger: Collection[str]) -> T:
        if of_ledger:
            return derived(self.office, slot, make, subjects=of_ledger, as_of=self._told)
        return derived(self.office, slot, make, subjects=GROUND, by_minute=False)

    @property
    def _reveals(self) -> bool:
        return may(self.person, "reveal")

    @property
    def _eyes(self) -> Hashable:
        """What tells apart who sees what of the ledger: whether he may reveal, else who answers for what is his."""
        if self._reveals or self.person.role not in ANSWERING:
            return self._reveals
        return self.person.cadre or False

    @property
    def _unbound(self) -> Person:
        return replace(self.person, scope=None)

    @property
    def _known(self) -> dt.datetime:
        return self._told or self.office.clock.now()

    @property
    def _told(self) -> dt.datetime | None:
        """The instant of knowledge where it lies in the past."""
        return None if self.as_of is None or self.as_of > self.office.clock.now() else self.as_of


def lying_in(gaps: gpd.GeoDataFrame, codes: Collection[str]) -> gpd.GeoDataFrame:
    """Return the gaps that lie in one of the cells, on a fresh index."""
    return gaps[gaps[["small", "middle", "big"]].isin(codes).any(axis=1)].reset_index(drop=True)


def limits_of(settings: Settings) -> Limits:
    """Return from what size on a finding is one. Raises SettingsError for a limit of a tier that there is not."""
    unknown = sorted(set(settings.load_limit) - set(TIERS))
    if unknown:
        raise SettingsError("office.unknown_tier", file=FILE, tiers=", ".join(unknown), allowed=", ".join(TIERS))
    return Limits(settings.lamp_radius_m, settings.dark_from_m, settings.load_limit, settings.reach_m)
