"""One import of 100,000 rows with places and links, and reading them back, beside a GeoPackage written by pyogrio.

The peer keeps one state of the same rows in one table; the store plans the import against what it keeps, and keeps
days, links, side rows for private fields and an R*Tree beside the rows, in one durable transaction.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.layer import Field, Layer, Style
from gridmap.store import batches, changes, grids, registers
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE

T = TypeVar("T")
AT = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
FIRST, SECOND = dt.date(2015, 1, 1), dt.date(2015, 2, 1)
CELLS = 400
HOUSES = Layer(
    "houses",
    "户",
    "houses",
    "point",
    "code",
    (
        Field("code", "编号", "code", required=True),
        Field("address", "地址", "address"),
        Field("people", "人数", "people", "integer"),
        Field("area", "面积", "area", "number", unit="m2"),
        Field("let", "出租", "let", "boolean"),
        Field("since", "起", "since", "day"),
        Field("name", "户主", "name", mark="personal"),
        Field("telephone", "电话", "telephone", mark="personal"),
    ),
    Style("#336699"),
)


def houses(count: int, seed: int = 1) -> gpd.GeoDataFrame:
    """A register of seeded houses within a degree square."""
    random = np.random.default_rng(seed)
    number = pd.Series(np.arange(count))
    columns = {
        "code": ("H" + number.astype(str).str.zfill(7)).astype(object),
        "address": ("鹏城路" + number.astype(str) + "号").astype(object),
        "people": pd.Series(random.integers(1, 9, count), dtype="Int64"),
        "area": pd.Series(random.uniform(20, 200, count)),
        "let": pd.Series(random.random(count) < 0.3, dtype="boolean"),
        "since": pd.Series(["2014-05-06"] * count, dtype=object),
        "name": ("户主" + number.astype(str)).astype(object),
        "telephone": (13_000_000_000 + number).astype(str).astype(object),
    }
    places = shapely.points(random.uniform(114, 115, count), random.uniform(22, 23, count))
    return gpd.GeoDataFrame(columns, geometry=places, crs="EPSG:4326")


def publish(store: Store) -> int:
    """A grid of small squares under one big cell; returns its number."""
    side = int(CELLS**0.5)
    squares = [
        shapely.box(114 + x / side, 22 + y / side, 114 + (x + 1) / side, 22 + (y + 1) / side)
        for y in range(side)
        for x in range(side)
    ]
    codes = [f"B{number:04}" for number in range(CELLS)]
    cells = gpd.GeoDataFrame(
        {"code": ["B", *codes], "level": ["big", *["small"] * CELLS], "parent": [None, *["B"] * CELLS], "name": None},
        geometry=[shapely.box(114, 22, 115, 23), *squares],
        crs="EPSG:4326",
    )
    closure = pd.DataFrame({"cell": ["B", *codes], "ancestor": "B"})
    none = gpd.GeoDataFrame(
        {name: [] for name in ("kind", "level", "code", "other", "measure", "unit")}, geometry=[], crs="EPSG:4326"
    )
    with store.writing(EVERYWHERE) as tx:
        return grids.publish(
            tx, cells, closure, none, name="first", valid_from=FIRST, territory=None, at=AT, account="bench"
        )


def links(rows: gpd.GeoDataFrame, edition: int) -> pd.DataFrame:
    """The link of each row by arithmetic: linking itself is measured elsewhere."""
    side = int(CELLS**0.5)
    x, y = ((rows.geometry.x - 114) * side).astype(int), ((rows.geometry.y - 22) * side).astype(int)
    return pd.DataFrame(
        {
            "row": range(len(rows)),
            "edition_id": edition,
            "part": 0,
            "code": "B" + (y * side + x).astype(str).str.zfill(4),
            "how": "inside",
            "nearest": None,
            "distance_m": 0.0,
            "length_m": np.nan,
            "differs": False,
        }
    )


def bring_in(store: Store, frame: gpd.GeoDataFrame, edition: int, on: dt.date) -> dict[str, float]:
    """Import the frame; returns the seconds of each step."""
    took: dict[str, float] = {}
    with store.reading(EVERYWHERE) as tx:
        current = timed(took, "current", lambda: registers.current(tx, HOUSES))
    given = [name for name in frame.columns if name not in ("sheet", "row")]
    plan = timed(took, "plan", lambda: changes.plan(current, frame, HOUSES, given=given, on=on))
    made = links(plan.rows(), edition)

    def write() -> None:
        with store.writing(EVERYWHERE) as tx:
            batch = batches.new_batch(tx, layer="houses", file="f", digest="0", on=on, at=AT, account="bench")
            batches.apply(tx, HOUSES, plan, made, batch_id=batch, on=on)

    timed(took, "apply and commit", write)
    return took


def timed(took: dict[str, float], name: str, work: Callable[[], T]) -> T:
    """Do the work and note its seconds."""
    start = time.perf_counter()
    result = work()
    took[name] = time.perf_counter() - start
    return result


def main() -> None:
    """Measure and print a table: seconds, and as a ratio of the peer's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    count = parser.parse_args().rows
    frame = houses(count)
    with tempfile.TemporaryDirectory() as folder:
        peer: dict[str, float] = {}
        package = Path(folder) / "houses.gpkg"
        timed(peer, "write", lambda: frame.to_file(package, driver="GPKG", engine="pyogrio"))
        timed(peer, "read", lambda: gpd.read_file(package, engine="pyogrio"))
        store = Store.create(Path(folder) / "office" / "office.db", name="bench", zone="Asia/Shanghai", at=AT)
        edition = publish(store)
        first = bring_in(store, frame, edition, FIRST)
        second = bring_in(store, frame.assign(people=frame["people"] + 1), edition, SECOND)
        same = bring_in(store, frame.assign(people=frame["people"] + 1), edition, SECOND)
        read: dict[str, float] = {}
        box = (114, 22, 114.1, 22.1)
        with store.reading(EVERYWHERE) as tx:
            timed(read, "features of a day", lambda: registers.features(tx, HOUSES, on=SECOND))
            timed(read, "in a box (1 %)", lambda: registers.features(tx, HOUSES, on=SECOND, bbox=box))
            timed(read, "under a cell", lambda: registers.features(tx, HOUSES, on=SECOND, under="B0007"))
            timed(read, "tally", lambda: registers.tally(tx, on=SECOND))
        store.close()
    print(f"{count} rows; peer (GeoPackage by pyogrio): write {peer['write']:.2f} s, read {peer['read']:.2f} s")
    for title, took in (("first import", first), ("every row changes", second), ("nothing changes", same)):
        steps = ", ".join(f"{name} {seconds:.2f}" for name, seconds in took.items())
        print(f"{title:20} {sum(took.values()):6.2f} s = {sum(took.values()) / peer['write']:5.2f} x write  ({steps})")
    for title, seconds in read.items():
        print(f"{title:20} {seconds:6.2f} s = {seconds / peer['read']:5.2f} x read")


if __name__ == "__main__":
    main()
