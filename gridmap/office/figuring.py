"""Errands: the figures of a day, the same by cell, unit, category, source or week, and the rows behind each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.grid.codes import LEVELS
from gridmap.ledger.indicators import NOWHERE, Section, cell_at, grouped, issues_grouped, together, week_of
from gridmap.ledger.marks import duty_marks, newest_periods
from gridmap.ledger.ratios import DUTY_RATIOS, ISSUE_RATIOS
from gridmap.ledger.visits import COVERS
from gridmap.office.cell_lists import answered_grid
from gridmap.office.derived import derived, eyes, is_past
from gridmap.office.duty_sight import derived_states
from gridmap.office.figure_sections import OWN_PERIODS, coverage_duty, sections
from gridmap.office.happened import happened
from gridmap.office.homes import tells_a_home
from gridmap.office.ledger_day import LedgerDay
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person

BY = ("cell", "unit", "category", "source", "week")
# Beside the issues these tell of the features that duties cover.
_OF_STATES = ("cell", "unit")
_SHARES = {**ISSUE_RATIOS, **DUTY_RATIOS}
Figures = dict[str, float | int | None]
# What tells who was at home, and when.
_OF_A_HOME = ("at", "recorded_at", "outcome", "met_at", "count", "attempts", "key", "looks_back")
_NEVER = ("answers", "companions", "geometry")


def figures(
    person: Person, office: Office, *, on: dt.date, as_of: dt.datetime | None = None, since: dt.date | None = None
) -> Figures:
    """Return every figure of a day under a flat key such as `households.covered` or `issues.closed_share`.

    Counts are whole numbers, shares 0 to 1 and null for 0/0; docs/figures.md says how each is made. `as_of` (aware;
    null: now) leaves out what was recorded later. `since` begins the periods that rates are taken of: those due in
    [since, end of the day); null: the first day of its year. What is sensitive counts only for those who may reveal.
    """

    def made() -> Figures:
        with opened_day(person, office, on, as_of, since) as day:
            return _all(sections(day))

    _check_asked(person, on, as_of, since)
    return dict(derived(office, ("figures", eyes(person), on, since), made, as_of=as_of))


def figures_by(
    person: Person,
    office: Office,
    *,
    by: str,
    on: dt.date,
    as_of: dt.datetime | None = None,
    since: dt.date | None = None,
    level: str = "big",
) -> pd.DataFrame:
    """Return the figures of issues by group, a row a group and `none` last, as `ledger.indicators.issues_grouped`.

    `by`: one of BY. By cell (of `level`) and by unit (of who answers) the features that duties cover stand beside:
    eligible, covered, attempted, visits, visits_met (by small cell, which may hold a single home, the first two alone).
    By week (of the report) the visits of that week do. The rows sum to the figures of the day. Raises ArgumentError for
    another `by` or `level`, NotFoundError for cells without a grid.
    """
    _check_by(by, level)
    _check_asked(person, on, as_of, since)

    def made() -> pd.DataFrame:
        with opened_day(person, office, on, as_of, since, states=by in _OF_STATES) as day:
            if by in _OF_DAY:
                return _OF_DAY[by](day)
            if by == "cell":
                return _by_cell(day, level)
            return issues_grouped(day.issues, day.issues[by], since=day.instant(day.since), now=day.now)

    return derived(office, ("figures by", by, level, eyes(person), on, since), made, as_of=as_of).copy()


def figures_of_cell(
    person: Person, office: Office, code: str, *, on: dt.date, as_of: dt.datetime | None = None
) -> pd.DataFrame:
    """Return the row of `figures_by` cells that is of one cell; none where it lies out of the person's scope.

    Raises NotFoundError for a code that is no cell on the day.
    """
    grid = answered_grid(office, on).grid
    below = frozenset(grid.members(code))
    (level,) = grid.cells.loc[grid.cells["code"] == code, "level"]
    with opened_day(person, office, on, as_of, None, cells=below) as day:
        return _by_cell(day, level, [code])


def follow(
    person: Person,
    office: Office,
    key: str,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    since: dt.date | None = None,
) -> pd.DataFrame:
    """Return the rows behind a figure, with `counted`: of a share those below the line, true for those above it.

    Of homes neither the times nor the outcomes of visits are shown, nor at which home one was; of an issue how many
    features it is about, and of a programme no place. Raises NotFoundError for a key that is no figure.
    """
    with opened_day(person, office, on, as_of, since) as day:
        for section in sections(day):
            if section.has(key):
                return _masked(office, section.follow(key.removeprefix(f"{section.name}.")))
    raise NotFoundError("ledger.unknown_figure", figure=key)


@contextmanager
def opened_day(
    person: Person,
    office: Office,
    on: dt.date,
    as_of: dt.datetime | None,
    since: dt.date | None,
    *,
    states: bool = True,
    cells: frozenset[str] | None = None,
) -> Iterator[LedgerDay]:
    """Give the ledger of a day as `person` may know it; `as_of` and `since` as in `figures`, `cells` of `LedgerDay`.

    `states`: those of the duties will be asked for; they are worked out before, once for all who ask.
    """
    _check_asked(person, on, as_of, since)
    kept = derived_states(office, on=on, as_of=as_of) if states else None
    known = None if is_past(office, as_of) else happened(office, on)
    now, begin = as_of or office.clock.now(), since or on.replace(month=1, day=1)
    with office.reading_whole() as tx:
        yield LedgerDay(person, office, tx, on, now, begin, kept, known, cells)


def _check_asked(person: Person, on: dt.date, as_of: dt.datetime | None, since: dt.date | None) -> None:
    refuse_unless(person, "read")
    if as_of is not None and as_of.tzinfo is None:
        raise ArgumentError("store.naive_instant", value=as_of.isoformat())
    if since is not None and since > on:
        raise ArgumentError("office.since_after", since=since, on=on)


def _all(held: Iterator[Section]) -> Figures:
    found: Figures = {}
    for section in held:
        found |= section.figures()
    return found


def _check_by(by: str, level: str) -> None:
    for argument, given, allowed in (("by", by, BY), ("level", level, LEVELS)):
        if given not in allowed:
            raise ArgumentError("office.not_grouped", argument=argument, given=given, allowed=", ".join(allowed))


def _by_cell(day: LedgerDay, level: str, only: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the figures by cell of a level; `only` of these, which is what the day is of."""
    if day.grid is None:
        raise NotFoundError("office.no_edition", on=day.on)
    cells = cell_at(day.issues["cell"], day.grid, level)
    issues = issues_grouped(day.issues, cells, since=day.instant(day.since), now=day.now)
    states = _to_be_visited(day)
    counted = _visiting(states)
    if level == LEVELS[-1]:
        # A small cell may hold a single home, and how often one tried there is personal.
        counted = counted[["eligible", "covered"]]
    visited = grouped(counted, cell_at(states["cell"], day.grid, level), {})
    codes = day.grid.level(level)["code"].dropna()
    seen = codes if day.scope is None else codes[codes.isin(day.scope)]
    if only is None:
        return together([issues, visited], _SHARES, [*seen, NOWHERE])
    whole = together([issues, visited], _SHARES, only)
    return whole[whole.index.isin(seen[seen.isin(only)])]


def _by_unit(day: LedgerDay) -> pd.DataFrame:
    issues = issues_grouped(day.issues, day.issues["unit"], since=day.instant(day.since), now=day.now)
    states = _to_be_visited(day)
    units = states["answering"].map(day.cadres.set_index("cadre")["unit"]).rename("unit")
    return together([issues, grouped(_visiting(states), units, {})], _SHARES)


def _by_week(day: LedgerDay) -> pd.DataFrame:
    zone, since = day.office.clock.zone, day.instant(day.since)
    issues = issues_grouped(day.issues, week_of(day.issues["reported_at"], zone), since=since, now=day.now)
    visits = day.visits[day.visits["at"] >= since]
    made = pd.DataFrame({"visits": True, "visits_met": visits["outcome"] == COVERS}, index=visits.index)
    return together([issues, grouped(made, week_of(visits["at"], zone), {})], _SHARES)


_OF_DAY = {"week": _by_week, "unit": _by_unit}


def _visiting(states: pd.DataFrame) -> pd.DataFrame:
    return duty_marks(states)[["eligible", "covered", "attempted", "visits", "visits_met"]]


def _to_be_visited(day: LedgerDay) -> pd.DataFrame:
    """Return the states of the duties that cover the layers, in the period that began last."""
    named = [coverage_duty(day.duties, layer) for layer in day.layers]
    covering = {duty.name for duty in named if duty is not None}
    own = [duty.name for duty in day.duties if duty.period in OWN_PERIODS]
    return newest_periods(day.states[day.states["duty"].isin(covering)], own=own)


def _masked(office: Office, rows: pd.DataFrame) -> pd.DataFrame:
    """Return followed rows without what tells who was at home, and when."""
    shown = pd.DataFrame(rows.drop(columns=[name for name in _NEVER if name in rows]))
    if "state" in shown and "features" in shown:
        shown["features"] = shown["features"].map(len)
    homes = {layer.name for layer in office.layers.values() if tells_a_home(layer)}
    if "layer" in shown:
        of_a_home = shown["layer"].isin(homes)
        hidden = [name for name in _OF_A_HOME if name in shown]
        shown[hidden] = shown[hidden].astype(object).mask(of_a_home)
    return shown.reset_index(drop=True)
