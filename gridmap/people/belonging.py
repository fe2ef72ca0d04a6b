"""Who belongs to a cell on a day: those who answer for it or above it, hold a post there, or share a unit with one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.people.answers import who_answers
from gridmap.people.roster import Roster, in_force

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Belonging:
    """Who belongs where on a day, by cell of any level.

    `answering`: the cadre who answers (null: the coordinating team). `heads`: those who answer for it or for a cell
    above it. `posted`: these and every cadre who holds a post in one of these cells. `units`: the units of all of them,
    and those that hold a post there. `unit_of`: the unit of each cadre. Cells of other editions have nobody.
    """

    answering: Mapping[str, str | None]
    heads: Mapping[str, frozenset[str]]
    posted: Mapping[str, frozenset[str]]
    units: Mapping[str, frozenset[str]]
    unit_of: Mapping[str, str]

    def belongs(self, cell: str | None, lead: str, companions: Collection[str] = ()) -> bool:
        """Return whether the lead or a companion belongs to the cell, or anybody of the lead's unit does.

        In no cell (null) nobody is a stranger.
        """
        if cell is None:
            return True
        posted = self.posted.get(cell, _NONE)
        return lead in posted or not posted.isdisjoint(companions) or self.unit_of.get(lead) in self.units.get(cell, ())


def belonging(grid: Grid, roster: Roster, on: dt.date) -> Belonging:
    """Return who belongs to every cell of `grid` on the day `on`. Source: DESIGN 4, Who answers and Visits."""
    answers = who_answers(grid, roster, on)
    posts = in_force(roster.assignments, on)
    by_cadre = posts[posts["holder"] == "cadre"]
    answering = {str(code): str(cadre) for code, cadre in answers["cadre"].dropna().items()}
    unit_of = {
        cadre: unit
        for cadre, unit in zip(roster.cadres["cadre"], roster.cadres["unit"], strict=True)
        if isinstance(unit, str)
    }
    held = _sets([*answering.items(), *zip(by_cadre["cell"], by_cadre["who"], strict=True)])
    by_unit = posts[posts["holder"] == "unit"]
    holding = _sets(zip(by_unit["cell"], by_unit["who"], strict=True))
    pairs = grid.closure()
    chains = _sets(zip(pairs["cell"], pairs["ancestor"], strict=True))
    posted = {code: _NONE.union(*(held.get(at, _NONE) for at in chain)) for code, chain in chains.items()}
    units = {
        code: _NONE.union(
            *(holding.get(at, _NONE) for at in chain), (unit_of[who] for who in posted[code] & unit_of.keys())
        )
        for code, chain in chains.items()
    }
    heads = {code: frozenset(answering[at] for at in chain if at in answering) for code, chain in chains.items()}
    return Belonging({code: answering.get(code) for code in chains}, heads, posted, units, unit_of)


def change_days(roster: Roster) -> list[str]:
    """Return the days (ISO text, in order) on which a post, an absence or a stand-in begins or ends.

    Between two of them nobody's place changes.
    """
    days: set[str] = set()
    for rows in (roster.assignments, roster.absences, roster.stand_ins):
        for column in ("valid_from", "valid_to"):
            days.update(pd.Series(rows[column], dtype=object).dropna())
    return sorted(days)


def _sets(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for cell, who in pairs:
        found.setdefault(cell, set()).add(who)
    return {cell: frozenset(held) for cell, held in found.items()}
