"""Errand: the card of a cell: who answers and why, its figures, duties, gaps and open issues, and its history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

from gridmap.office.answering import Answer, roster_of, who
from gridmap.office.cell_lists import AnsweredGrid, answered_grid
from gridmap.office.duty_sight import derived_states
from gridmap.office.figuring import figures_of_cell
from gridmap.office.gapping import coverage, find
from gridmap.office.issue_lists import OPEN, Wanted, list_issues
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.store import grids

FIRST_ISSUES = 10
_ISSUE = ("number", "category", "state", "cell", "unit", "holder", "holder_name", "reported_at", "due_at", "overdue")
_POST = ("holder", "who", "name", "part", "kind", "valid_from", "valid_to")


@dataclass(frozen=True)
class CellCard:
    """What there is to know of a cell on a day, as far as it exists for who asks.

    `figures`: of `figuring.figures_by` and the coverage. `duties`: duty, state, count, by the newest states of the day;
    `gaps`: kind, gaps, measure, unit; `issues`: how many are open and overdue, `first_issues` those due first (columns
    of a list). `editions`: in which the code was; `posts`: who was its head or member, and when.
    """

    answer: Answer
    level: str
    parent: str | None
    children: tuple[str, ...]
    edition: int
    figures: dict[str, object]
    duties: pd.DataFrame = field(repr=False)
    gaps: pd.DataFrame = field(repr=False)
    issues: dict[str, int]
    first_issues: pd.DataFrame = field(repr=False)
    editions: pd.DataFrame = field(repr=False)
    posts: pd.DataFrame = field(repr=False)


def cell_card(person: Person, office: Office, code: str, *, on: dt.date, as_of: dt.datetime | None = None) -> CellCard:
    """Return the card of a cell of any level on a day, as known at `as_of` (null: now).

    Raises NotFoundError for a day without a grid and a cell that it does not have, RefusedError for one out of scope.
    """
    answer = who(person, office, code, on=on)
    day = answered_grid(office, on)
    cell = day.grid.cells.set_index("code").loc[code]
    below = frozenset(day.grid.members(code))
    open_ones = list_issues(person, office, on=on, as_of=as_of, wanted=Wanted(states=[OPEN], under=code))
    due_first = open_ones.sort_values(["due_at", "number"], na_position="last").head(FIRST_ISSUES)
    return CellCard(
        answer=answer,
        level=str(cell["level"]),
        parent=day.grid.parent(code),
        children=day.grid.children(code),
        edition=day.edition,
        figures=_figures(person, office, day, code, as_of),
        duties=_duties(person, office, below, on, as_of),
        gaps=_gaps(person, office, code, on, as_of),
        issues={"open": len(open_ones), "overdue": int(open_ones["overdue"].sum())},
        first_issues=pd.DataFrame(due_first[list(_ISSUE)]).reset_index(drop=True),
        editions=_editions(office, code),
        posts=_posts(office, day, code),
    )


def _figures(
    person: Person, office: Office, day: AnsweredGrid, code: str, as_of: dt.datetime | None
) -> dict[str, object]:
    counted = coverage(person, office, on=day.on)
    told = figures_of_cell(person, office, code, on=day.on, as_of=as_of)
    # A column at a time: a row would turn counts into fractions.
    figures = {f"coverage.{name}": counted[name][code] for name in counted.columns if name != "level"}
    if code in told.index:
        figures |= {f"ledger.{name}": told[name][code] for name in told.columns}
    return figures


def _duties(
    person: Person, office: Office, below: frozenset[str], on: dt.date, as_of: dt.datetime | None
) -> pd.DataFrame:
    here = derived_states(office, on=on, as_of=as_of).within(below).of(person)
    return here.groupby(["duty", "state"], sort=True).size().rename("count").reset_index()


def _gaps(person: Person, office: Office, code: str, on: dt.date, as_of: dt.datetime | None) -> pd.DataFrame:
    found = find(person, office, on=on, as_of=as_of, under=code)
    return gap_counts(found)


def gap_counts(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return how many gaps there are of each kind, and their measure in one unit: kind, gaps, measure, unit.

    Features of a cell and of those below it are the same ones: their sum says nothing, and is null.
    """
    counts = gaps.groupby(["kind", "unit"], sort=False)["measure"].agg(["size", "sum"]).reset_index()
    measure = counts["sum"].astype(float).mask(counts["unit"].isin(("features", "")))
    return pd.DataFrame(
        {"kind": counts["kind"], "gaps": counts["size"].astype("int64"), "measure": measure, "unit": counts["unit"]}
    )


def _editions(office: Office, code: str) -> pd.DataFrame:
    with office.reading_whole() as tx:
        rows = grids.editions(tx)[["id", "name", "valid_from", "valid_to"]]
        held = [code in set(office.grid(tx, number).cells["code"]) for number in rows["id"]]
    return rows[held].reset_index(drop=True)


def _posts(office: Office, day: AnsweredGrid, code: str) -> pd.DataFrame:
    with office.reading_whole() as tx:
        posts = roster_of(office, tx).assignments
    rows = posts[posts["cell"] == code].sort_values(["valid_from", "who"], kind="stable", ignore_index=True)
    named = rows["who"].where(rows["holder"] == "cadre").map(day.names).astype(object)
    return rows.assign(name=named.where(named.notna(), None))[list(_POST)]
