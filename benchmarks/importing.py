"""One import of 100,000 rows through the whole errand, beside pandas + sjoin + GeoPackage.

The errand reads the csv in a confined process, looks at every value, links each row to its cell, plans against what is
kept and writes rows, side rows, links and the audit in one durable transaction. The peer reads the same csv, joins it
to the same cells and writes one table; it checks and keeps nothing else.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.partition import partition
from gridmap.grid.grid import Grid
from gridmap.office.clock import FixedClock
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.setup import found_office
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR

ROWS, CELLS, VERTICES, SEED = 100_000, 2_000, 85, 7
DAY = dt.date(2015, 3, 1)
CLOCK = FixedClock(dt.datetime(2015, 3, 1, 12, tzinfo=dt.UTC), ZoneInfo("Asia/Shanghai"))


def register(cells: gpd.GeoDataFrame, path: Path) -> None:
    """Write a household register with coordinates within the box of the cells."""
    rng = np.random.default_rng(SEED)
    west, south, east, north = cells.total_bounds
    pd.DataFrame(
        {
            "户编号": [f"H{number:06}" for number in range(ROWS)],
            "户主": [f"Made-up Head {number}" for number in range(ROWS)],
            "地址": [f"Street {number % 997}, number {number % 89}" for number in range(ROWS)],
            "人数": rng.integers(1, 9, ROWS),
            "登记日期": "2015.3.12",
            "经度": rng.uniform(west, east, ROWS),
            "纬度": rng.uniform(south, north, ROWS),
        }
    ).to_csv(path, index=False)


def errand(office: Office, path: Path) -> None:
    source = Source(path, crs="EPSG:4326")
    report = import_register(LOCAL_ADMINISTRATOR, office, "households", source, Terms(DAY))
    if report.faults or report.counts["added"] + report.counts["unchanged"] != ROWS:
        raise RuntimeError(report.counts)


def peer(cells: gpd.GeoDataFrame, path: Path) -> None:
    table = pd.read_csv(path)
    points = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["经度"], table["纬度"]), crs=4326)
    joined = points.sjoin(cells[["code", "geometry"]], how="left").drop_duplicates("户编号")
    joined.to_file(path.with_suffix(".gpkg"))


def timed(run: Callable[[], None]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def main() -> None:
    """Print the seconds of each and the ratio to the peer of the same run."""
    cells = partition(CELLS, VERTICES, SEED, levels=("big", "middle", "small")).to_crs(4326)
    small = cells[cells["level"] == "small"]
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "register.csv", Path(folder) / "home"
        register(small, path)
        found_office(LOCAL_ADMINISTRATOR, home, name="bench", clock=CLOCK)
        with open_office(home, clock=CLOCK) as office:
            publish_grid(LOCAL_ADMINISTRATOR, office, Grid(cells), name="bench", valid_from=DAY)
            beside = timed(lambda: peer(small, path))
            print(f"{'pandas + sjoin + GeoPackage':32}{beside:8.2f} s")
            for name in ("first import", "the same file again"):
                took = timed(lambda: errand(office, path))
                print(f"{name:32}{took:8.2f} s{took / beside:8.2f} x")


if __name__ == "__main__":
    main()
