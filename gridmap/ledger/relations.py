"""Who somebody is to an issue on a day: what the flow asks of whoever takes a step (DESIGN 4, Issues)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gridmap.ledger.flow import Issue
from gridmap.people.person import Person
from gridmap.people.roster import Roster

LEADING = ("principal", "leadership")  # tiers
CLERKS = ("clerk", "administrator")  # account roles


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of one day, ready to be asked many times.

    `tiers` and `units` by cadre; `chiefs`: the units that a cadre heads, by cadre; `chains`: the cadres who answer for
    a cell or one above it, by cell.
    """

    tiers: Mapping[str, str]
    units: Mapping[str, str]
    chiefs: Mapping[str, frozenset[str]]
    chains: Mapping[str, frozenset[str]]


def staff_on(roster: Roster, answers: pd.DataFrame, closure: pd.DataFrame) -> Staff:
    """Return the people of the day of `answers` (of `people.answers.who_answers`), on the grid of `Grid.closure`."""
    cadres = roster.cadres.astype(object)
    chiefs: dict[str, set[str]] = {}
    for unit, chief in roster.units.dropna(subset=["chief"])[["unit", "chief"]].itertuples(index=False):
        chiefs.setdefault(chief, set()).add(unit)
    answering = closure["ancestor"].map(answers["cadre"])
    pairs = pd.DataFrame({"cell": closure["cell"], "cadre": answering}).dropna()
    return Staff(
        tiers=dict(zip(cadres["cadre"], cadres["tier"], strict=True)),
        units=dict(zip(cadres["cadre"], cadres["unit"], strict=True)),
        chiefs={chief: frozenset(units) for chief, units in chiefs.items()},
        chains={str(cell): frozenset(those) for cell, those in pairs.groupby("cell")["cadre"]},
    )


def relations_of(
    issue: Issue | None, person: Person, staff: Staff, *, actor: str | None = None, cell: str | None = None
) -> frozenset[str]:
    """Return the relations (of `ledger.steps.RELATIONS`) in which somebody stands to `issue`, which lies in `cell`.

    `actor` is the cadre who takes the step (null = the cadre of the account). An account of CLERKS is a `clerk`, and
    enters what any cadre did; another speaks for its own cadre alone: for anyone else it stands in no relation.
    `leader`: the cadre is of the tiers LEADING, or it is a leader's own account. `unit`: he belongs to the unit that
    has the issue or to that of its holder, or is its chief. `head`: he answers for the cell or for one above it.
    """
    clerk = person.role in CLERKS
    own = actor is None or actor == person.cadre
    if not own and not clerk:
        return frozenset()
    found = {"clerk"} if clerk else set()
    if own and person.role == "leader":
        found.add("leader")
    cadre = actor or person.cadre
    if cadre is not None:
        found |= _of_cadre(issue, cadre, staff, cell)
    return frozenset(found)


def _of_cadre(issue: Issue | None, cadre: str, staff: Staff, cell: str | None) -> set[str]:
    found = {"leader"} if staff.tiers.get(cadre) in LEADING else set()
    if cell is not None and cadre in staff.chains.get(cell, ()):
        found.add("head")
    if issue is None:
        return found
    for relation, who in (("reporter", issue.raised_by), ("follower", issue.follower), ("holder", issue.holder)):
        if cadre == who:
            found.add(relation)
    having = {issue.unit, staff.units.get(issue.holder or "")} - {None, ""}
    if having & {staff.units.get(cadre), *staff.chiefs.get(cadre, ())}:
        found.add("unit")
    return found
