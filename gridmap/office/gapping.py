"""Errands: what is missing on a day, and how much is covered, by cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from gridmap.errors import NotFoundError, SettingsError
from gridmap.gaps.coverage import coverage as coverage_of
from gridmap.gaps.registry import KINDS, asks_ledger, find_gaps
from gridmap.gaps.view import Limits, View
from gridmap.layer import Layer
from gridmap.office.answering import answers_on
from gridmap.office.duties import duties_on, states_on
from gridmap.office.issue_desk import Desk
from gridmap.office.issue_sight import seen
from gridmap.office.wiring import Office
from gridmap.people.access import cells_in_scope, may, refuse_unless
from gridmap.people.load import load_of
from gridmap.people.person import Person
from gridmap.people.roster import TIERS
from gridmap.settings import FILE, Settings
from gridmap.store import grids, links, people, registers
from gridmap.store import issues as kept_issues
from gridmap.store.engine import Transaction

_LOOKED_BACK_DAYS = 366
_RUNS_AGAIN = ("resume", "reopen")


def find(
    person: Person,
    office: Office,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    kinds: Iterable[str] | None = None,
    under: str | None = None,
) -> gpd.GeoDataFrame:
    """Return the gaps of a day in the shape of `gaps.shape`, EPSG:4326, and `responsible_name` (null = nobody's).

    `as_of` (null = now) leaves out what the ledger was told later. `kinds` names those asked for (null = all), `under`
    keeps what lies in a cell of any level or below it. A sensitive layer has gaps only for those who may reveal, a
    sensitive duty or category also for those responsible: nobody else gets even a count. A person with a scope gets
    what lies in it. Raises NotFoundError for a day without a grid, an unknown cell and a kind that nobody computes.
    """
    refuse_unless(person, "read")
    asked = None if kinds is None else list(kinds)
    with office.reading_whole() as tx:
        view = view_on(person, office, tx, on=on, as_of=as_of, kinds=asked)
    gaps = find_gaps(view, asked)
    if person.scope is not None:
        seen = cells_in_scope(person, view.grid.closure())
        gaps = gaps[gaps[["small", "middle", "big"]].isin(seen).any(axis=1)].reset_index(drop=True)
    if under is not None:
        within = set(view.grid.members(under))
        gaps = gaps[gaps[["small", "middle", "big"]].isin(within).any(axis=1)].reset_index(drop=True)
    names = {} if view.roster is None else view.roster.cadres.set_index("cadre")["name"].to_dict()
    gaps["responsible_name"] = gaps["responsible"].map(names).astype(object)
    return gaps


def coverage(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return the coverage of a day by cell and level, as `gaps.coverage.coverage` counts it.

    A sensitive layer counts only for those who may reveal; a person with a scope gets its cells alone. Raises
    NotFoundError for a day without a grid.
    """
    refuse_unless(person, "read")
    with office.reading_whole() as tx:
        view = view_on(person, office, tx, on=on, ledger=False)
    counted = coverage_of(view)
    return counted if person.scope is None else counted[counted.index.isin(cells_in_scope(person, view.grid.closure()))]


def view_on(
    person: Person,
    office: Office,
    tx: Transaction,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    kinds: Iterable[str] | None = None,
    ledger: bool = True,
) -> View:
    """Return the office on a day as the kinds of gap look at it (null = all), with what `person` may know of.

    What the ledger says, as known at `as_of` (null = now), is there for kinds that look at it, and with `ledger`.
    """
    asked = None if kinds is None else list(kinds)
    edition = grids.edition_on(tx, on)
    if edition is None:
        raise NotFoundError("office.no_edition", on=on)
    grid = office.grid(tx, edition.id)
    land = grids.territory(tx, edition.id)
    layers = _looked_at(person, office, asked)
    features = {layer.name: registers.features(tx, layer, on=on) for layer in layers}
    linked = {layer.name: links.links(tx, layer, on=on) for layer in layers}
    roster = people.roster(tx)
    answers = answers_on(office, tx, edition.id, on)
    known = min(office.clock.now(), as_of or office.clock.now())
    duties = ledger and asks_ledger("duties", asked)
    issues = ledger and asks_ledger("issues", asked)
    return View(
        on=on,
        grid=grid,
        edition_from=edition.valid_from,
        territory=None if land is None else gpd.GeoSeries([land], crs=grid.crs),
        defects=grids.defects(tx, edition.id),
        features=features,
        links=linked,
        answers=answers,
        load=load_of(grid, roster, answers, linked),
        limits=limits_of(office.settings),
        roster=roster,
        declared={layer.name: layer.gap_kinds for layer in layers},
        duties=_duties(person, office, tx, on=on, as_of=known, edition_from=edition.valid_from) if duties else None,
        issues=_issues(person, office, tx, on, known).to_crs(grid.crs) if issues else None,
        moment=min(_end(office, on), known).astimezone(office.clock.zone),
    )


def _duties(
    person: Person, office: Office, tx: Transaction, *, on: dt.date, as_of: dt.datetime, edition_from: dt.date
) -> pd.DataFrame:
    """Return the states of the duties that have a target: without one nothing is missing.

    How long something is undone is looked for a year back at most.
    """
    since = max(on - dt.timedelta(days=_LOOKED_BACK_DAYS), edition_from)
    names = [duty.name for duty in duties_on(tx, on) if duty.target]
    return states_on(person, office, tx, on=on, as_of=as_of, since=since, names=names)


def _issues(person: Person, office: Office, tx: Transaction, on: dt.date, as_of: dt.datetime) -> gpd.GeoDataFrame:
    """Return the issues by the end of the day, with `runs_since`: when they were last resumed or reopened."""
    last = _end(office, on) - dt.timedelta(microseconds=1)
    rows = seen(Desk(person, office, tx), kept_issues.issues(tx, on_end=last, as_of=as_of), on=on)
    late = rows.loc[rows["due_at"] < min(last, as_of), "issue"].tolist()
    events = kept_issues.events(tx, issues=late, as_of=as_of, until=last)
    again = events[events["act"].isin(_RUNS_AGAIN)].groupby("issue")["at"].max()
    return rows.assign(runs_since=pd.DatetimeIndex(again.reindex(rows["issue"])))


def _end(office: Office, on: dt.date) -> dt.datetime:
    following = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), tzinfo=office.clock.zone)
    return following.astimezone(dt.UTC)


def limits_of(settings: Settings) -> Limits:
    """Return from what size on a finding is one. Raises SettingsError for a limit of a tier that there is not."""
    unknown = sorted(set(settings.load_limit) - set(TIERS))
    if unknown:
        raise SettingsError("office.unknown_tier", file=FILE, tiers=", ".join(unknown), allowed=", ".join(TIERS))
    return Limits(settings.lamp_radius_m, settings.dark_from_m, settings.load_limit, settings.reach_m)


def _looked_at(person: Person, office: Office, kinds: Iterable[str] | None) -> list[Layer]:
    """Return the layers that the kinds look at, without sensitive ones unless the person may reveal."""
    asked = [KINDS[name].layers for name in (KINDS if kinds is None else kinds) if name in KINDS]
    named = {layer for layers in asked if layers is not None for layer in layers}
    return [
        layer
        for layer in office.layers.values()
        if (None in asked or layer.name in named) and (may(person, "reveal") or not layer.sensitive)
    ]
