"""Open issues whose deadline is over."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.gaps.cells import chains
from gridmap.gaps.duties import bare
from gridmap.gaps.shape import gap_frame, no_gaps
from gridmap.gaps.view import View
from gridmap.ledger.issues import NOT_OPEN

_DAY_S = 86_400.0


class OverdueIssue:
    """Issues that are open and not deferred, due before the end of that day (before `as_of`, if that is earlier).

    Measured in days of 24 hours by which the deadline is over at that moment. `since` is the local day of the deadline,
    or of the last time that it began to run again (`runs_since`: resumed or reopened), if that is later. Who has it in
    hands is responsible, else who answers for its cell.
    """

    name = "overdue_issue"
    layers: tuple[str, ...] | None = ()
    ledger = ("issues",)

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        if view.issues is None or view.moment is None:
            return no_gaps(view.grid.crs)
        issues, now = view.issues, pd.Timestamp(view.moment)
        over = ~issues["state"].isin(NOT_OPEN) & ~issues["deferred"].eq(True) & (issues["due_at"] < now)
        rows = issues[over]
        heads = rows["cell"].map(view.answers["cadre"])
        days = (now - rows["due_at"]).dt.total_seconds() / _DAY_S
        columns: dict[str, object] = {
            "kind": self.name,
            "subject": rows["number"],
            **chains(view.grid, rows["cell"]),
            "measure": days.to_numpy(),
            "unit": "days",
            "since": _local(rows[["due_at", "runs_since"]].max(axis=1), view.moment.tzinfo),
            "responsible": bare(rows["holder"].where(rows["holder"].notna(), heads)),
            "reason": "gaps.issue_overdue",
            "inputs": _inputs(rows, days, view.moment.tzinfo),
            "geometry": rows.geometry.to_numpy(),
        }
        return gap_frame(columns, view.grid.crs)


def _local(instants: pd.Series[pd.Timestamp], zone: dt.tzinfo | None) -> NDArray[np.object_]:
    return bare(instants.dt.tz_convert(zone).dt.strftime("%Y-%m-%d"))


def _inputs(rows: gpd.GeoDataFrame, days: pd.Series[float], zone: dt.tzinfo | None) -> list[dict[str, object]]:
    due = rows["due_at"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d %H:%M")
    layers = rows["features"].map(lambda features: sorted({layer for layer, _ in features}))
    return [
        {"number": number, "category": category, "state": state, "due": at, "days": over, "layers": held}
        for number, category, state, at, over, held in zip(
            rows["number"], rows["category"], rows["state"], due, days.tolist(), layers, strict=True
        )
    ]


KIND = OverdueIssue()
