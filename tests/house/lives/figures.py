"""How the figures of the ledger live under the guard."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.ledger import indicators, marks, ratios
from gridmap.ledger.issues import ISSUE_COLUMNS
from tests.house.guarded import village

NOW = dt.datetime(2015, 10, 31, 16, tzinfo=dt.UTC)
ZONE = ZoneInfo("Asia/Shanghai")
# pandas reads the zone of UTC once, on its first use of a zone: the same kind of reading as loading a library.
pd.Timestamp(NOW).tz_convert(ZONE).floor("D")


def live() -> None:
    grid = Grid(village())
    numbers = {"deferrals": 0, "reworks": 0, "reopenings": 0, "escalations": 0, "deferred": False, "spot": False}
    one = dict.fromkeys(ISSUE_COLUMNS) | numbers | {"state": "closed", "result": "solved", "quantities": {"people": 1}}
    one |= {"cell": grid.cells["code"].iloc[-1], "features": [("shops", "S1")]}
    issues = pd.DataFrame([one])
    for name in ("reported_at", "filed_at", "due_at", "done_at", "closed_at"):
        issues[name] = pd.Series([NOW]).astype("datetime64[us, UTC]")
    marks.quantity_marks(issues)
    section = indicators.issue_section("issues", issues, since=NOW, now=NOW)
    section.figures()
    section.follow("closed_share")
    indicators.issues_grouped(issues, issues["unit"], since=NOW, now=NOW)
    cells = indicators.cell_at(issues["cell"], grid, "small")
    counted = indicators.grouped(section.marks, cells, ratios.ISSUE_RATIOS)
    indicators.together([counted], ratios.ISSUE_RATIOS, grid.level("small")["code"])
    section.has("issues.closed")
    indicators.week_of(issues["reported_at"], ZONE)
    state = {"duty": "shops", "layer": "shops", "subject": "S1", "period": "2015-10", "begin": "2015-10-01"}
    states = pd.DataFrame([state | {"state": "met", "count": 1, "attempts": 1}])
    marks.duty_marks(marks.newest_periods(states))
    marks.first_of_each(np.array([True]), states["subject"])
    assert (ratios.Ratio(1, 2) + ratios.Ratio(1, 2)).share == 1 / 2
