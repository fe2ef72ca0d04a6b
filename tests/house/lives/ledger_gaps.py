"""How the gaps live that the ledger shows."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.gaps.duties import bare, broken, of_layers
from gridmap.gaps.registry import asks_ledger, find_gaps
from gridmap.gaps.view import View
from gridmap.grid.grid import Grid
from gridmap.ledger.issues import ISSUE_COLUMNS

CRS = "EPSG:4547"
BIG, MIDDLE, SMALL = "440307010001", "4403070100011", "440307010001101"


def live() -> None:
    """Find a home that nobody visited, a duty of it that is late, and an issue that is late."""
    square = shapely.box(548_000, 2_498_000, 548_100, 2_498_100)
    rows = [(BIG, "big", None), (MIDDLE, "middle", BIG), (SMALL, "small", MIDDLE)]
    cells = pd.DataFrame(rows, columns=["code", "level", "parent"]).assign(name="harbour")
    grid = Grid(gpd.GeoDataFrame(cells, geometry=[square] * 3, crs=CRS))
    homes = gpd.GeoDataFrame({"key": ["H1"], "valid_from": ["2015-01-01"]}, geometry=[square.centroid], crs=CRS)
    months = pd.DataFrame(
        [("2015-11", "2015-11-01", "2015-12-01", "missed"), ("2015-12", "2015-12-01", "2016-01-01", "due")],
        columns=["period", "begin", "end", "state"],
    )
    duties = months.assign(duty="care", layer="households", subject="H1", needed=1, count=0, cell=SMALL, answering="li")
    moment = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
    late = pd.DatetimeIndex([moment - dt.timedelta(days=3)])
    issue = dict.fromkeys(ISSUE_COLUMNS) | {"number": "1", "state": "filed", "cell": SMALL, "features": []}
    issues = gpd.GeoDataFrame([issue], geometry="geometry", crs=CRS).assign(due_at=late, runs_since=late)
    view = View(
        on=dt.date(2015, 12, 31),
        grid=grid,
        edition_from=dt.date(2015, 1, 1),
        territory=None,
        defects=grid.check(),
        features={"households": homes},
        links={"households": pd.DataFrame({"key": ["H1"], "code": [SMALL]})},
        answers=pd.DataFrame({"cadre": ["li"]}, index=pd.Index([SMALL], name="code")),
        load=pd.DataFrame({"tier": [], "features": []}),
        duties=duties,
        issues=issues,
        moment=moment,
    )
    kinds = ["unvisited", "overdue_duty", "overdue_issue"]
    assert find_gaps(view, kinds)["kind"].tolist() == kinds
    assert asks_ledger("duties", kinds)
    assert bare(of_layers(duties, ["households"])["answering"]).tolist() == ["li", "li"]
    assert len(broken(duties, duties["count"] == 0)) == 1
