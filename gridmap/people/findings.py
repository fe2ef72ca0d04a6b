"""What is wrong with a roster: each finding with its cell, its cadre, its days and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.people.answers import who_answers
from gridmap.people.roster import Roster, in_force

COLUMNS = ("kind", "cell", "cadre", "valid_from", "valid_to", "hint")
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
_Row = tuple[str, str | None, str | None, str | None, str | None]


def roster_findings(grid: Grid, roster: Roster, on: dt.date, *, once: Iterable[str] = ()) -> pd.DataFrame:
    """Return what is wrong on the day `on`: columns kind, cell, cadre, valid_from, valid_to, hint, in stable order.

    - `no_head`: a small cell without a head of its own, and a cell above small ones none of which has one either;
    - `two_heads`: several heads in force; `cadre` names the one who answers;
    - `break_between_terms`: days between the end of a cell's last head and the begin of the next, by `on`;
    - `absent_without_stand_in`: the head is away and nobody stands in who is there;
    - `unknown_cell`: a post in a cell that no edition ever had; `ended_cell`: one in a cell that `once` was (codes of
      earlier editions) and is no more;
    - `cadre_without_cell`: a cadre with no post, whose unit has none either.

    `hint` is a code of words that takes the other columns.
    """
    makers: tuple[Callable[[], Iterator[_Row]], ...] = (
        lambda: _heads(grid, roster, on),
        lambda: _breaks(roster, on),
        lambda: _away(grid, roster, on),
        lambda: _cells(grid, roster, on, frozenset(once)),
        lambda: _idle(roster, on),
    )
    rows = [(*row, f"people.hint_{row[0]}") for make in makers for row in make()]
    place = {kind: at for at, kind in enumerate(KINDS)}
    rows.sort(key=lambda row: (place[row[0]], row[1] or "", row[2] or "", row[3] or ""))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _posts(roster: Roster, on: dt.date) -> pd.DataFrame:
    return in_force(roster.assignments, on)


def _heads(grid: Grid, roster: Roster, on: dt.date) -> Iterator[_Row]:
    posts = _posts(roster, on)
    heads = posts[posts["part"] == "head"]
    count = heads.groupby("cell").size()
    answers = who_answers(grid, roster, on)
    cadres = answers["cadre"].to_dict()
    for code, level in answers["level"].items():
        below = grid.children(str(code))
        covered = bool(below) and all(child in count.index for child in below)
        if code not in count.index and (level == "small" or not covered):
            yield "no_head", str(code), None, None, None
    for cell in count[count > 1].index:
        if cell in cadres:
            yield "two_heads", str(cell), cadres[cell], None, None


def _breaks(roster: Roster, on: dt.date) -> Iterator[_Row]:
    heads = roster.assignments[roster.assignments["part"] == "head"].sort_values(["cell", "valid_from"], kind="stable")
    for cell, terms in heads.groupby("cell", sort=True):
        reached: str | None = None
        for begin, end in zip(terms["valid_from"], terms["valid_to"], strict=True):
            if reached is not None and reached < begin <= on.isoformat():
                yield "break_between_terms", str(cell), None, reached, begin
            if not isinstance(end, str):
                break
            reached = end if reached is None else max(reached, end)


def _away(grid: Grid, roster: Roster, on: dt.date) -> Iterator[_Row]:
    answers = who_answers(grid, roster, on)
    left = answers[answers["absent"].notna() & ~answers["attended"]]
    days = in_force(roster.absences, on).drop_duplicates("cadre").set_index("cadre")
    for code, cadre in left["absent"].items():
        begin, end = days.loc[cadre, ["valid_from", "valid_to"]]
        yield "absent_without_stand_in", str(code), str(cadre), begin, end if isinstance(end, str) else None


def _cells(grid: Grid, roster: Roster, on: dt.date, once: frozenset[str]) -> Iterator[_Row]:
    posts = _posts(roster, on)
    known = set(grid.cells["code"].dropna())
    for one in posts[~posts["cell"].isin(known)].itertuples(index=False):
        kind = "ended_cell" if one.cell in once else "unknown_cell"
        end = one.valid_to if isinstance(one.valid_to, str) else None
        yield kind, str(one.cell), str(one.who), str(one.valid_from), end


def _idle(roster: Roster, on: dt.date) -> Iterator[_Row]:
    posts = _posts(roster, on)
    busy = set(posts.loc[posts["holder"] == "cadre", "who"])
    units = set(posts.loc[posts["holder"] == "unit", "who"])
    for one in roster.cadres.itertuples(index=False):
        if one.cadre not in busy and one.unit not in units:
            yield "cadre_without_cell", None, str(one.cadre), None, None
