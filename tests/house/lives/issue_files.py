"""Histories of issues that another ledger brings."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from gridmap.ledger.histories import event_id, histories, issue_id


def live() -> None:
    issue = issue_id("A7")
    rows = pd.DataFrame({"issue": [issue], "number": ["A7"], "category": ["road"], "source": ["phone"]}, dtype=object)
    rows[["unit", "holder", "follower", "of", "ending"]] = None
    for name in ("reported_at", "due_at", "closed_at"):
        rows[name] = pd.Series([pd.Timestamp("2015-03-02", tz="UTC")]).astype("datetime64[us, UTC]")
    events = histories(rows.assign(ending="solved"), recorded_at=dt.datetime(2016, 1, 1, tzinfo=dt.UTC), account="a")
    assert events["event"].iloc[0] == event_id(issue, "report")
