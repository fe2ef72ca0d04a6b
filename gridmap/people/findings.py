"""What is wrong with a roster: each finding with its cell, its cadre, its days and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.people.answers import heads_in_force, who_answers
from gridmap.people.roster import Roster, in_force

COLUMNS = ("kind", "cell", "cadre", "valid_from", "valid_to", "measure", "hint")
# In the order in which they are listed.
KINDS = (
    "no_head",
    "two_heads",
    "break_between_terms",
    "absent_without_stand_in",
    "unknown_cell",
    "ended_cell",
    "cadre_without_cell",
)
_Row = tuple[str, str | None, str | None, str | None, str | None, float]


def roster_findings(grid: Grid, roster: Roster, on: dt.date, *, once: Collection[str] = ()) -> pd.DataFrame:
    """Return what is wrong on the day `on`: COLUMNS, in stable order (KINDS, then cell, cadre, days).

    - `no_head`: a cell of any level without a head in force; `valid_from` is the end of its last head's term (None: it
      never had one). A unit without a chief heads nothing;
    - `two_heads`: several in force, `measure` of them; `cadre` is who answers (None: the coordinating team);
    - `break_between_terms`: `measure` days without a head between a term that ended and one that had begun by `on`;
    - `absent_without_stand_in`: the head `cadre` is away on these days, and nobody stands in who is there himself;
    - `unknown_cell`: a post in a cell that the grid does not have; `ended_cell`: nor has it any more, being one of
      `once`, the codes of earlier editions. `cadre` is who holds it, a cadre or a unit;
    - `cadre_without_cell`: a cadre with no post in force, whose unit has none either.

    `measure` is NaN where nothing is counted. `hint` is a code of words that takes the other columns.
    Source: DESIGN 4, Who answers.
    """
    answers = who_answers(grid, roster, on)
    heads = heads_in_force(roster, on)
    posts = in_force(roster.assignments, on)
    rows = [
        *_no_head(answers, heads, roster, on),
        *_two_heads(answers, heads),
        *_breaks(roster, on),
        *_away(answers, roster, on),
        *_cells(answers, posts, frozenset(once)),
        *_idle(posts, roster),
    ]
    place = {kind: at for at, kind in enumerate(KINDS)}
    rows.sort(key=lambda row: (place[row[0]], *(text or "" for text in row[1:5])))
    frame = pd.DataFrame([(*row, f"people.hint_{row[0]}") for row in rows], columns=list(COLUMNS), dtype=object)
    return frame.astype({"measure": "float64"})


def _no_head(answers: pd.DataFrame, heads: pd.DataFrame, roster: Roster, on: dt.date) -> Iterator[_Row]:
    day = on.isoformat()
    posts = roster.assignments
    over = posts[(posts["part"] == "head") & posts["valid_to"].notna() & (posts["valid_to"].fillna("") <= day)]
    ended = over.groupby("cell")["valid_to"].max().to_dict()
    headed = set(heads["cell"])
    for code in answers.index:
        if code not in headed:
            yield "no_head", code, None, ended.get(code), None, np.nan


def _two_heads(answers: pd.DataFrame, heads: pd.DataFrame) -> Iterator[_Row]:
    count = heads.groupby("cell")["cadre"].nunique()
    cadres = answers["cadre"].to_dict()
    for cell, heads_there in count[count > 1].items():
        if cell in cadres:
            yield "two_heads", str(cell), cadres[cell], None, None, float(heads_there)


def _breaks(roster: Roster, on: dt.date) -> Iterator[_Row]:
    heads = roster.assignments[roster.assignments["part"] == "head"].sort_values(["cell", "valid_from"], kind="stable")
    heads = heads[heads["valid_from"] <= on.isoformat()]
    endless = dt.date.max.isoformat()
    reached: dict[str, str] = {}
    for cell, begin, end in zip(heads["cell"], heads["valid_from"], heads["valid_to"].fillna(endless), strict=True):
        before = reached.get(cell, begin)
        if before < begin:
            days = dt.date.fromisoformat(begin) - dt.date.fromisoformat(before)
            yield "break_between_terms", cell, None, before, begin, float(days.days)
        reached[cell] = max(before, end)


def _away(answers: pd.DataFrame, roster: Roster, on: dt.date) -> Iterator[_Row]:
    left = answers.loc[~answers["attended"], "absent"].dropna()
    days = in_force(roster.absences, on).sort_values(["cadre", "valid_from"]).drop_duplicates("cadre")
    spans = {who: (begin, end) for who, begin, end in days[["cadre", "valid_from", "valid_to"]].itertuples(index=False)}
    for code, cadre in left.items():
        begin, end = spans[cadre]
        yield "absent_without_stand_in", str(code), cadre, begin, _text(end), np.nan


def _cells(answers: pd.DataFrame, posts: pd.DataFrame, once: frozenset[str]) -> Iterator[_Row]:
    lost = posts[~posts["cell"].isin(answers.index)]
    for cell, who, begin, end in lost[["cell", "who", "valid_from", "valid_to"]].itertuples(index=False):
        yield "ended_cell" if cell in once else "unknown_cell", cell, who, begin, _text(end), np.nan


def _idle(posts: pd.DataFrame, roster: Roster) -> Iterator[_Row]:
    busy = set(posts.loc[posts["holder"] == "cadre", "who"])
    units = set(posts.loc[posts["holder"] == "unit", "who"])
    for cadre, unit in zip(roster.cadres["cadre"], roster.cadres["unit"], strict=True):
        if cadre not in busy and unit not in units:
            yield "cadre_without_cell", None, cadre, None, None, np.nan


def _text(day: object) -> str | None:
    return day if isinstance(day, str) else None
