"""A hundred thousand issues counted, whole and by category, beside the same figures asked of plain pandas, in one run.

The peer asks for each figure with a filter of its own, as one would in a notebook, and for six of them only; ours are
all there are. The six are compared.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from benchmarks.link import best, show
from gridmap.ledger.indicators import issue_section, issues_grouped
from gridmap.ledger.issues import ISSUE_COLUMNS, NOT_COUNTED, NOT_OPEN, RESULTS, STATES

BEGIN = pd.Timestamp("2015-01-01", tz="UTC")
NOW = pd.Timestamp("2015-12-31", tz="UTC")
CATEGORIES = [f"category {number}" for number in range(12)]
ROUNDS = 3


def drawn(count: int) -> pd.DataFrame:
    """Return so many issues of a year, in the columns of a replay."""
    rng = np.random.default_rng(2015)
    rows = pd.DataFrame(dict.fromkeys(ISSUE_COLUMNS), index=range(count), dtype=object)
    reported = BEGIN + pd.to_timedelta(rng.integers(0, 364 * 24, count), unit="h")
    state = rng.choice(STATES, count)
    closed = np.where(state == "closed", reported + pd.to_timedelta(rng.integers(1, 900, count), unit="h"), pd.NaT)
    numbers = {name: rng.integers(0, 2, count) for name in ("deferrals", "reworks", "reopenings", "escalations")}
    return rows.assign(
        state=state,
        category=rng.choice(CATEGORIES, count),
        reported_at=reported,
        due_at=reported + pd.Timedelta(days=15),
        closed_at=pd.to_datetime(closed, utc=True),
        deferred=(rng.random(count) < 1 / 50) & ~np.isin(state, NOT_OPEN),
        spot=False,
        result=np.where(state == "closed", rng.choice(RESULTS, count), None),
        quantities=[{}] * count,
        features=[[("households", f"H{home}")] for home in rng.integers(0, count, count)],
        **numbers,
    )


def plain(rows: pd.DataFrame) -> dict[str, int]:
    """Return six figures, each by a filter of its own."""
    due = rows[
        ~rows["state"].isin(NOT_COUNTED) & ~rows["deferred"] & (rows["due_at"] >= BEGIN) & (rows["due_at"] < NOW)
    ]
    still = rows[~rows["state"].isin(NOT_OPEN)]
    return {
        "filed": len(rows[~rows["state"].isin(NOT_COUNTED)]),
        "closed": len(rows[rows["state"] == "closed"]),
        "open": len(still),
        "overdue": len(still[~still["deferred"] & (still["due_at"] < NOW)]),
        "due": len(due),
        "on_time": len(due[(due["state"] == "closed") & (due["closed_at"] <= due["due_at"])]),
    }


def whole(rows: pd.DataFrame) -> dict[str, float | int | None]:
    """Return every figure of the issues."""
    return issue_section("issues", rows, since=BEGIN.to_pydatetime(), now=NOW.to_pydatetime()).figures()


def by_category(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every figure of each category."""
    return issues_grouped(rows, rows["category"], since=BEGIN.to_pydatetime(), now=NOW.to_pydatetime())


def one_by_one(rows: pd.DataFrame) -> pd.DataFrame:
    """Return six figures of each category, by filters."""
    return pd.DataFrame({name: plain(rows[rows["category"] == name]) for name in CATEGORIES}).T


def main(arguments: list[str] | None = None) -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=100_000)
    rows = drawn(parser.parse_args(arguments).issues)
    figures, groups = whole(rows), by_category(rows)
    asked, grouped = plain(rows), one_by_one(rows)
    np.testing.assert_array_equal([figures[f"issues.{name}"] for name in asked], list(asked.values()))
    np.testing.assert_array_equal(groups.loc[CATEGORIES, list(asked)], grouped)
    times = best(
        ROUNDS,
        whole=lambda: whole(rows),
        plain=lambda: plain(rows),
        grouped=lambda: by_category(rows),
        filtered=lambda: one_by_one(rows),
    )
    print(f"{len(rows):,} issues; times as many figures a second as plain pandas")
    for what, ours, theirs, many in (
        ("whole", "whole", "plain", len(figures)),
        ("by category", "grouped", "filtered", groups.shape[1]),
    ):
        ratio = (many / times[ours]) / (len(asked) / times[theirs])
        detail = f"{many} in {times[ours] * 1000:.0f} ms, {len(asked)} in {times[theirs] * 1000:.0f} ms"
        show(f"figures, {what} / filters of pandas", ratio, "", detail)


if __name__ == "__main__":
    main()
