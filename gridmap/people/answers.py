"""Who answers for a cell on a day, and why (DESIGN 4, Who answers)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.people.roster import Roster, in_force

COLUMNS = ("level", "cadre", "how", "at", "since", "attended", "absent")
CHAIN_COLUMNS = ("cell", "level", "cadre", "how", "since", "absent", "answers", "reason", "inputs")
_REASONS = MappingProxyType(
    {
        "head": "people.chain_head",
        "chief": "people.chain_chief",
        "stand_in": "people.chain_stand_in",
        "away": "people.chain_away",
        "nobody": "people.chain_nobody",
    }
)


@dataclass(frozen=True, slots=True)
class Post:
    """What a cell's own post says: who answers (null: nobody), how, since when, and which head is away."""

    cadre: str | None
    how: str
    since: str | None
    absent: str | None = None


_NOBODY = Post(None, "nobody", None)


def posts_on(roster: Roster, on: dt.date) -> dict[str, Post]:
    """Return each cell's own post on a day, by code; cells without a head in force are absent."""
    away = set(in_force(roster.absences, on)["cadre"])
    stand_ins = _stand_ins(roster, on, away)
    heads = heads_in_force(roster, on)
    held: dict[str, list[Post]] = {}
    for cell, cadre, how, since in zip(heads["cell"], heads["cadre"], heads["how"], heads["valid_from"], strict=True):
        held.setdefault(cell, []).append(Post(cadre, how, since))
    return {cell: _decided(cell, posts, away, stand_ins) for cell, posts in held.items()}


def heads_in_force(roster: Roster, on: dt.date) -> pd.DataFrame:
    """Return who heads which cell on a day, away or not: cell, cadre, how (`head`, `chief`), valid_from.

    A unit that holds a cell is headed by its chief; without a chief it heads nothing. By cell, then cadre: of several
    the first one answers, so that the answer never depends on the order of the rows.
    """
    rows = in_force(roster.assignments, on)
    rows = rows[rows["part"] == "head"]
    chiefs = roster.units.set_index("unit")["chief"]
    by_unit = (rows["holder"] == "unit").to_numpy(dtype=bool)
    cadres = rows["who"].astype(object).where(~by_unit, rows["who"].map(chiefs).astype(object))
    how = pd.Series("head", index=rows.index, dtype=object).mask(by_unit, "chief")
    heads = pd.DataFrame({"cell": rows["cell"], "cadre": cadres, "how": how, "valid_from": rows["valid_from"]})
    heads = heads.dropna(subset=["cadre"]).sort_values(["cell", "cadre", "how", "valid_from"])
    return heads.reset_index(drop=True)


def _stand_ins(roster: Roster, on: dt.date, away: set[str]) -> dict[tuple[str, str | None], tuple[str, str]]:
    """Return the stand-ins who are there themselves, by (absent cadre, cell or null): who and since when."""
    found: dict[tuple[str, str | None], tuple[str, str]] = {}
    rows = in_force(roster.stand_ins, on).sort_values(["stand_in", "valid_from"], kind="stable")
    for cadre, who, cell, since in zip(rows["cadre"], rows["stand_in"], rows["cell"], rows["valid_from"], strict=True):
        if who not in away:
            found.setdefault((cadre, cell if isinstance(cell, str) else None), (who, since))
    return found


def _decided(
    cell: str, heads: list[Post], away: set[str], stand_ins: dict[tuple[str, str | None], tuple[str, str]]
) -> Post:
    """Return the first head who is there, else the stand-in of the first who has one: for this cell before for all."""
    for head in heads:
        if head.cadre not in away:
            return head
    for head in heads:
        absent = str(head.cadre)
        named = stand_ins.get((absent, cell)) or stand_ins.get((absent, None))
        if named:
            return Post(named[0], "stand_in", named[1], absent)
    return Post(None, "away", None, heads[0].cadre)


def who_answers(grid: Grid, roster: Roster, on: dt.date) -> pd.DataFrame:
    """Return who answers for every cell of `grid` on the day `on`; index: code, in the order of the cells with a code.

    Columns: level; cadre (None: the coordinating team above the office); how: `head`, `chief` (a unit holds the cell,
    its chief answers), `stand_in` (B角), `parent` (the cell has none of these: a cell above answers), `team`; at: the
    cell whose post answers (None for the team); since: the ISO day from which that post is held; attended: the cell's
    own head or stand-in is in force; absent: the cell's own head who is away (None: none, or another is there).

    The rule: the head in force; if absent, the stand-in in force who is there, one for this cell before one for all
    cells; else the parent's. Of two heads the lowest id answers. Source: DESIGN 4, Who answers.
    """
    posts = posts_on(roster, on)
    nearest = _nearest(grid, {cell for cell, post in posts.items() if post.cadre is not None})
    cells = grid.cells[["code", "level"]].dropna(subset=["code"]).drop_duplicates("code")
    codes = cells["code"].tolist()
    rows = [_row(code, level, posts, nearest.get(code)) for code, level in zip(codes, cells["level"], strict=True)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(codes, name="code", dtype=object), dtype=object)
    return frame.astype({"attended": bool})


def _nearest(grid: Grid, answering: set[str]) -> dict[str, str]:
    """Return for each cell the first of `answering` on its way up, itself included; cells without one are absent."""
    pairs = grid.closure()  # by cell, nearest ancestor first
    pairs = pairs[pairs["ancestor"].isin(answering)].drop_duplicates("cell")
    return dict(zip(pairs["cell"], pairs["ancestor"], strict=True))


def _row(code: str, level: str, posts: dict[str, Post], at: str | None) -> tuple[object, ...]:
    absent = posts.get(code, _NOBODY).absent
    if at is None:
        return level, None, "team", None, None, False, absent
    post = posts[at]
    return level, post.cadre, post.how if at == code else "parent", at, post.since, at == code, absent


def answers_at(answers: pd.DataFrame, codes: pd.Series[str]) -> pd.DataFrame:
    """Return the rows of `answers` for the codes, on the index of `codes`; None where a code is missing or unknown.

    One look-up for all: the codes of a million features take well under two seconds.
    """
    at = answers.index.get_indexer(pd.Index(codes, dtype=object))
    # A last row of None is what -1, the place of a code that is not there, takes.
    columns = {name: np.array([*answers[name], None], dtype=object) for name in answers.columns}
    taken = {name: values[at] for name, values in columns.items()}
    return pd.DataFrame(taken, index=codes.index, dtype=object)


def answer_chain(
    grid: Grid, roster: Roster, code: str, on: dt.date, posts: Mapping[str, Post] | None = None
) -> pd.DataFrame:
    """Return the chain above a cell, one row a level from `code` upwards and then the coordinating team.

    Columns: cell (None for the team), level, cadre (None: nobody there), how (as in `who_answers`, or `away` or
    `nobody` for a level that is passed over), since, absent, answers (true for the one row that answers), reason (a
    code of words) and its `inputs`. `posts`: those of `posts_on`, if at hand. Raises NotFoundError for an unknown code.
    """
    chain = grid.chain(code)
    posts = posts_on(roster, on) if posts is None else posts
    levels = dict(zip(grid.cells["code"], grid.cells["level"], strict=True))
    first = next((cell for cell in chain if posts.get(cell, _NOBODY).cadre is not None), None)
    rows = [_link(cell, levels[cell], posts.get(cell, _NOBODY), first) for cell in chain]
    rows.append((None, None, None, "team", None, None, first is None, "people.chain_team", {}))
    return pd.DataFrame(rows, columns=list(CHAIN_COLUMNS), dtype=object).astype({"answers": bool})


def _link(cell: str, level: str, post: Post, first: str | None) -> tuple[object, ...]:
    inputs = {"cell": cell, "cadre": post.cadre, "since": post.since, "absent": post.absent}
    return cell, level, post.cadre, post.how, post.since, post.absent, cell == first, _REASONS[post.how], inputs
