"""Ratios: a numerator never stands without its denominator, and 0/0 is no number (DESIGN 4, Visits and Issues)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

# Each share by its name: (numerator, denominator), both columns of the marks.
# 办结率, 结案率, 按期办结率, 返工率, 延期率; then what the result was, what is late, what a look-back heard.
ISSUE_RATIOS = MappingProxyType(
    {
        "closed_share": ("closed", "filed"),
        "due_closed_share": ("due_closed", "due"),
        "on_time_share": ("on_time", "due"),
        "rework_share": ("reworked", "due"),
        "deferral_share": ("postponed", "due"),
        "solved_share": ("solved", "closed"),
        "explained_share": ("explained", "closed"),
        "overdue_share": ("overdue", "open"),
        "satisfied_share": ("satisfied", "asked"),
        "repeat_share": ("repeat_places", "places"),
    }
)
# 走访覆盖率, 上门率, 见面率; and of every period asked of, those that were met.
DUTY_RATIOS = MappingProxyType(
    {
        "covered_share": ("covered", "eligible"),
        "attempted_share": ("attempted", "eligible"),
        "contact_share": ("visits_met", "visits"),
        "met_share": ("met", "eligible"),
    }
)


@dataclass(frozen=True, slots=True)
class Ratio:
    """`n` of `of`."""

    n: int
    of: int

    @property
    def share(self) -> float | None:
        """The share, 0 to 1; null where there is nothing to divide by: 0/0 is n/a."""
        return self.n / self.of if self.of else None

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(self.n + other.n, self.of + other.of)


def ratios(counts: Mapping[str, float], named: Mapping[str, tuple[str, str]]) -> dict[str, Ratio]:
    """Return each ratio of `named` (name: numerator, denominator) whose two counts are there."""
    return {
        name: Ratio(int(counts[n]), int(counts[of])) for name, (n, of) in named.items() if n in counts and of in counts
    }


def with_shares(counts: pd.DataFrame, named: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Return the counts, a row a group, with a column for each ratio of `named` whose two counts are there.

    A share is a float, 0 to 1; NaN where the denominator is 0.
    """
    shares = {
        name: counts[n] / counts[of].where(counts[of] != 0)
        for name, (n, of) in named.items()
        if n in counts and of in counts
    }
    return counts.assign(**{name: share.astype(float) for name, share in shares.items()})
