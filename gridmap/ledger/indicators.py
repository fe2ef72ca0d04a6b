"""Figures of a part of the ledger, and the same by cell, unit, category, source or week; each leads to its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import NotFoundError
from gridmap.grid.grid import Grid
from gridmap.ledger.issues import QUANTITIES
from gridmap.ledger.marks import days_to_close, issue_marks, quantity_marks
from gridmap.ledger.ratios import ISSUE_RATIOS, Ratio, ratios, with_shares

# The group of what is in no cell, of no unit, category or source.
NOWHERE = "none"
COUNTED = "counted"


@dataclass(frozen=True, eq=False)
class Section:
    """A part of the ledger with its figures.

    `rows` are what is counted, `marks` what each counts for (same index): a figure is the sum of a column. `shares`
    names the ratios of two of them. `values`: what is no sum, by name, with the column of marks whose rows it is of.
    """

    name: str
    rows: pd.DataFrame = field(repr=False)
    marks: pd.DataFrame = field(repr=False)
    shares: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[str, tuple[float | None, str]] = field(default_factory=lambda: MappingProxyType({}))

    def ratios(self) -> dict[str, Ratio]:
        """Return the ratios by name."""
        return ratios(self._sums(), self.shares)

    def figures(self) -> dict[str, float | int | None]:
        """Return every figure under `section.figure`: counts, then values, then shares (0 to 1, null for 0/0)."""
        found: dict[str, float | int | None] = {f"{self.name}.{name}": value for name, value in self._sums().items()}
        found |= {f"{self.name}.{name}": value for name, (value, _) in self.values.items()}
        return found | {f"{self.name}.{name}": ratio.share for name, ratio in self.ratios().items()}

    def has(self, key: str) -> bool:
        """Return whether a flat key (`section.figure`) is a figure of this section."""
        section, _, figure = key.rpartition(".")
        return section == self.name and (figure in self.marks or figure in self.values or figure in self.shares)

    def follow(self, figure: str) -> pd.DataFrame:
        """Return the rows behind a figure (its name without the section's), with a column `counted`.

        Of a share those of its denominator, `counted` being true for the numerator; of a sum each row's part of it.
        Raises NotFoundError for a figure that the section does not have.
        """
        numerator, denominator = self.shares.get(figure) or (figure, figure)
        if figure in self.values:
            numerator = denominator = self.values[figure][1]
        if numerator not in self.marks or denominator not in self.marks:
            raise NotFoundError("ledger.unknown_figure", figure=f"{self.name}.{figure}")
        behind = self.marks[denominator] != 0
        return self.rows[behind].assign(**{COUNTED: self.marks.loc[behind, numerator]})

    def _sums(self) -> dict[str, float | int]:
        return {
            str(name): float(column.sum()) if column.dtype.kind == "f" else int(column.sum())
            for name, column in self.marks.items()
        }


def issue_section(name: str, issues: pd.DataFrame, *, since: dt.datetime, now: dt.datetime) -> Section:
    """Return the figures of issues at `now`; rates are of those due in [since, now). See `ledger.marks.issue_marks`.

    `median_days`: from report to closing, of the closed ones; null if there are none.
    """
    marks = issue_marks(issues, since=since, now=now)
    return Section(name, issues, marks, ISSUE_RATIOS, {"median_days": (_median(issues), "closed")})


def grouped(marks: pd.DataFrame, by: pd.Series, shares: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Return the sums of the marks by group, sorted, then `none` for what has no group; shares beside them.

    The index is named as `by`. The rows sum to the sums of all marks.
    """
    sums = marks.groupby(_groups(by), sort=True).sum()
    whole = sums.astype({name: "int64" for name in sums if marks[name].dtype.kind in "bi"})
    order = [*(one for one in whole.index if one != NOWHERE), *([NOWHERE] if NOWHERE in whole.index else [])]
    return with_shares(whole.loc[order].rename_axis(index=str(by.name)), shares)


def issues_grouped(issues: pd.DataFrame, by: pd.Series, *, since: dt.datetime, now: dt.datetime) -> pd.DataFrame:
    """Return the figures of issues by group, as `grouped`, what was achieved, and `median_days` from report to closing.

    Places are left out: one place may have issues of several groups.
    """
    marks = issue_marks(issues, since=since, now=now).drop(columns=["places", "repeat_places"])
    frame = grouped(marks.join(quantity_marks(issues)), by, ISSUE_RATIOS)
    return frame.assign(median_days=days_to_close(issues).groupby(_groups(by)).median().reindex(frame.index))


def cell_at(cells: pd.Series, grid: Grid, level: str) -> pd.Series:
    """Return the cell of `level` that holds each cell, missing where none does; index kept, name `cell`.

    A cell of a higher level, one that the grid does not have, and none at all are in no cell of that level.
    """
    codes = grid.level(level)["code"]
    pairs = grid.closure()
    held = pairs[pairs["ancestor"].isin(codes)]
    above = dict(zip(held["cell"], held["ancestor"], strict=True))
    return pd.Series([above.get(cell) for cell in cells], index=cells.index, dtype=object, name="cell")


def together(
    parts: Sequence[pd.DataFrame], shares: Mapping[str, tuple[str, str]], groups: Iterable[str] = ()
) -> pd.DataFrame:
    """Return what was counted by the same groups side by side: every group of any part and of `groups`, `none` last.

    A group that a part does not have counts 0 there; what is no count (a median) is missing. Shares are made anew. The
    index is named as that of the first part; columns of the parts differ.
    """
    named = {group for part in parts for group in part.index} | set(groups)
    order = sorted(named, key=lambda group: (group == NOWHERE, group))
    whole = pd.concat([part.reindex(order) for part in parts], axis=1).rename_axis(index=str(parts[0].index.name))
    types = {str(name): kind for part in parts for name, kind in part.dtypes.items()}
    counts = {name: kind for name, kind in types.items() if kind.kind == "i" or name in QUANTITIES}
    filled = whole.assign(**{name: whole[name].fillna(0).astype(kind) for name, kind in counts.items()})
    return with_shares(filled, shares)


def week_of(instants: pd.Series, zone: ZoneInfo) -> pd.Series:
    """Return the ISO week of the local day of each instant, as 2015-W44; missing stays missing; name `week`."""
    calendar = instants.dt.tz_convert(zone).dt.isocalendar()
    return pd.Series(
        [
            None if pd.isna(year) else f"{int(year)}-W{int(week):02d}"
            for year, week in zip(calendar["year"], calendar["week"], strict=True)
        ],
        index=instants.index,
        dtype=object,
        name="week",
    )


def _median(issues: pd.DataFrame) -> float | None:
    took = days_to_close(issues).dropna()
    return None if took.empty else float(took.median())


def _groups(by: pd.Series) -> NDArray[np.object_]:
    """Return the group of each row: an empty one is `none`."""
    held = by.to_numpy(dtype=object, copy=True)
    held[np.asarray(by.isna() | (by == ""), dtype=bool)] = NOWHERE
    return held
