"""Who answers for a cell on a day, and why (DESIGN 4, Who answers)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from gridmap.grid.codes import LEVELS
from gridmap.grid.grid import Grid
from gridmap.people.roster import Roster, in_force

COLUMNS = ("level", "cadre", "how", "at", "since", "attended", "absent")


@dataclass(frozen=True, slots=True)
class _Own:
    """What a cell's own post says: who answers (null: nobody), how, since when, and which head is away."""

    cadre: str | None
    how: str
    since: str | None
    absent: str | None = None


_NOBODY = _Own(None, "nobody", None)


class _Posts:
    """The posts in force on a day, each cell's own."""

    def __init__(self, roster: Roster, on: dt.date) -> None:
        self._away = set(in_force(roster.absences, on)["cadre"])
        units = roster.units
        self._chiefs = {
            str(unit): str(chief)
            for unit, chief in zip(units["unit"], units["chief"], strict=True)
            if isinstance(chief, str)
        }
        self._stand_ins = self._find_stand_ins(roster, on)
        heads = in_force(roster.assignments, on)
        heads = heads[heads["part"] == "head"]
        self.own: dict[str, _Own] = {}
        for cell, posts in heads.groupby("cell", sort=False):
            self.own[str(cell)] = self._of(str(cell), posts)

    def _find_stand_ins(self, roster: Roster, on: dt.date) -> dict[tuple[str, str | None], tuple[str, str]]:
        """Stand-ins who are there themselves, by (absent cadre, cell or null): who and since when; the lowest id."""
        found: dict[tuple[str, str | None], tuple[str, str]] = {}
        rows = in_force(roster.stand_ins, on).sort_values(["stand_in", "valid_from"], kind="stable")
        for one in rows.itertuples(index=False):
            if one.stand_in not in self._away:
                cell = one.cell if isinstance(one.cell, str) else None
                found.setdefault((str(one.cadre), cell), (str(one.stand_in), str(one.valid_from)))
        return found

    def _of(self, cell: str, posts: pd.DataFrame) -> _Own:
        """Of several heads the lowest cadre answers; that there are several is a finding of its own."""
        heads = sorted(
            (cadre, "head" if holder == "cadre" else "chief", since)
            for holder, who, since in zip(posts["holder"], posts["who"], posts["valid_from"], strict=True)
            if (cadre := who if holder == "cadre" else self._chiefs.get(who)) is not None
        )
        there = [one for one in heads if one[0] not in self._away]
        if there:
            return _Own(*there[0])
        for cadre, _, _ in heads:
            named = self._stand_ins.get((cadre, cell)) or self._stand_ins.get((cadre, None))
            if named:
                return _Own(named[0], "stand_in", named[1], cadre)
        return _Own(None, "away", None, heads[0][0]) if heads else _NOBODY


def who_answers(grid: Grid, roster: Roster, on: dt.date) -> pd.DataFrame:
    """Return who answers for every cell of `grid` on the day `on`; index: code, in the order of the cells with a code.

    Columns: level; cadre (missing: the coordinating team above the office); how: `head`, `chief` (a unit holds the
    cell, its chief answers), `stand_in` (B角), `parent` (the cell has none of these: a cell above answers), `team`; at:
    the cell whose post answers (missing for the team); since: the ISO day from which that post is held; attended: the
    cell's own head or stand-in is in force; absent: the cell's own head who is away (missing: none).

    The rule: the head in force; if absent, the stand-in in force who is there, one for this cell before one for all
    cells; else the parent's. Of two heads the lowest id answers. Source: DESIGN 4, Who answers.
    """
    own = _Posts(roster, on).own
    levels = _levels(grid)
    decided: dict[str, tuple[_Own, str | None]] = {}
    for code in sorted(levels, key=lambda one: LEVELS.index(levels[one])):
        mine = own.get(code, _NOBODY)
        parent = grid.parent(code)
        above = decided.get(parent, (_NOBODY, None)) if parent is not None else (_NOBODY, None)
        decided[code] = (mine, code) if mine.cadre is not None else above
    rows = [_row(code, level, own.get(code, _NOBODY), *decided[code]) for code, level in levels.items()]
    frame = _frame(rows, COLUMNS, pd.Index(list(levels), name="code", dtype=object))
    return frame.astype({"attended": bool})


def _levels(grid: Grid) -> dict[str, str]:
    """The level of each code, in the order of the cells; of a code that stands twice, the first."""
    cells = grid.cells
    named = cells[cells["code"].notna()].drop_duplicates("code")
    return dict(zip(named["code"].tolist(), named["level"].tolist(), strict=True))


def _frame(rows: list[tuple[object, ...]], names: Sequence[str], index: pd.Index | None = None) -> pd.DataFrame:
    """Return rows as columns of objects, None where missing."""
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    held = {name: np.array([*values, None], dtype=object)[:-1] for name, values in zip(names, columns, strict=True)}
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in held.items()}).set_axis(
        pd.RangeIndex(len(rows)) if index is None else index
    )


def _row(code: str, level: str, mine: _Own, found: _Own, at: str | None) -> tuple[object, ...]:
    how = found.how if at == code else "team" if found.cadre is None else "parent"
    return level, found.cadre, how, at if found.cadre else None, found.since, mine.cadre is not None, mine.absent


def answers_at(answers: pd.DataFrame, codes: pd.Series[str]) -> pd.DataFrame:
    """Return the rows of `answers` for the codes, on the index of `codes`; missing where a code is missing or unknown.

    One look-up for all: the codes of a million features take well under two seconds.
    """
    at = answers.index.get_indexer(pd.Index(codes, dtype=object))
    columns = {}
    for name in answers.columns:
        values = answers[name].to_numpy(dtype=object)
        taken = values[at] if len(values) else np.full(len(at), None, dtype=object)
        taken[at < 0] = None
        columns[name] = pd.Series(taken, index=codes.index, dtype=object)
    return pd.DataFrame(columns, index=codes.index)


_REASONS = MappingProxyType(
    {
        "head": "people.chain_head",
        "chief": "people.chain_chief",
        "stand_in": "people.chain_stand_in",
        "away": "people.chain_away",
        "nobody": "people.chain_nobody",
    }
)


def answer_chain(grid: Grid, roster: Roster, code: str, on: dt.date) -> pd.DataFrame:
    """Return the chain above a cell, one row a level from `code` upwards and then the coordinating team.

    Columns: cell (missing for the team), level, cadre (missing: nobody there), how, since, absent, answers (true for
    the first that answers), reason (a code of words that takes cell, cadre, since and absent). Raises NotFoundError for
    an unknown code.
    """
    own = _Posts(roster, on).own
    chain = grid.chain(code)
    levels = _levels(grid)
    posts = [(cell, levels[cell], own.get(cell, _NOBODY)) for cell in chain]
    first = next((cell for cell, _, mine in posts if mine.cadre is not None), None)
    rows: list[tuple[object, ...]] = [
        (cell, level, mine.cadre, mine.how, mine.since, mine.absent, cell == first, _REASONS[mine.how])
        for cell, level, mine in posts
    ]
    rows.append((None, None, None, "team", None, None, first is None, "people.chain_team"))
    names = ["cell", "level", "cadre", "how", "since", "absent", "answers", "reason"]
    return _frame(rows, names).astype({"answers": bool})
