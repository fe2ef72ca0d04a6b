"""Visits through the errand: a batch of thousands, and one a batch, beside plain inserts of the same rows by sqlite3.

The peer writes a bare row into one table with the same durability. The errand looks up the register, the cell and who
answers there on that day, refuses what is wrong, knows what was sent before, and audits each batch.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sqlite3
import tempfile
import time
import uuid
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import shapely

from gridmap.grid.grid import Grid
from gridmap.ledger.visits import OUTCOMES, Visit
from gridmap.office.clock import FixedClock
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.rostering import import_roster
from gridmap.office.setup import found_office
from gridmap.office.visiting import record
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR

ZONE = ZoneInfo("Asia/Shanghai")
CLOCK = FixedClock(dt.datetime(2015, 12, 31, 18, 30, tzinfo=ZONE), ZONE)
HOUSEHOLDS, SIDE = 2219, 16
EVENING = 20  # what one visitor brings home
FIRST_EVENING = dt.datetime(2015, 3, 2, 19, 0, tzinfo=ZONE)


def squares() -> gpd.GeoDataFrame:
    """A grid of 256 small cells in 16 middle cells under one big cell."""
    rows = [("440307010001", "big", None, shapely.box(114, 22, 115, 23))]
    for column in range(SIDE):
        middle = f"440307010001{column:X}"
        west, east = 114 + column / SIDE, 114 + (column + 1) / SIDE
        rows.append((middle, "middle", "440307010001", shapely.box(west, 22, east, 23)))
        for row in range(SIDE):
            box = shapely.box(west, 22 + row / SIDE, east, 22 + (row + 1) / SIDE)
            rows.append((f"{middle}{row:02}", "small", middle, box))
    cells = gpd.GeoDataFrame(rows, columns=["code", "level", "parent", "geometry"], crs=4326)
    return cells.assign(name=cells["code"])


def settle(home: Path) -> Office:
    """An office with that grid, a grid worker for each small cell, and its households."""
    found_office(LOCAL_ADMINISTRATOR, home, name="bench", clock=CLOCK)
    office = open_office(home, clock=CLOCK)
    cells = squares()
    publish_grid(LOCAL_ADMINISTRATOR, office, Grid(cells), name="2015", valid_from=dt.date(2015, 1, 1))
    small = cells.loc[cells["level"] == "small", "code"].tolist()
    people = [(f"W{at}", f"name {at}", "grid_worker", "office", code) for at, code in enumerate(small)]
    roster = written(home.parent / "roster.csv", ("number", "name", "tier", "unit", "cells"), people)
    import_roster(LOCAL_ADMINISTRATOR, office, roster, on=dt.date(2015, 1, 1))
    places = [(f"H{at}", 114 + (at % 997) / 997, 22 + (at % 499) / 499) for at in range(HOUSEHOLDS)]
    register = written(home.parent / "households.csv", ("household_no", "lon", "lat"), places)
    source = Source(register, crs="EPSG:4326")
    import_register(LOCAL_ADMINISTRATOR, office, "households", source, Terms(on=dt.date(2015, 3, 1)))
    return office


def written(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def evenings(count: int, first: int = 0) -> list[Visit]:
    """Visits of one household after the other, from 2 March on, a few hundred an evening."""
    return [
        Visit(
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{at}")),
            at=FIRST_EVENING + dt.timedelta(days=at // 300 % 240, minutes=at % 120),
            lead=f"W{at % SIDE**2}",
            outcome=OUTCOMES[at % 3],
            layer="households",
            key=f"H{at % HOUSEHOLDS}",
        )
        for at in range(first, first + count)
    ]


class Peer:
    """One table of visits in SQLite, as durable as the store."""

    def __init__(self, path: Path) -> None:
        self.held = sqlite3.connect(path, isolation_level=None)
        self.held.execute("PRAGMA journal_mode=WAL")
        self.held.execute("PRAGMA synchronous=FULL")
        columns = "id INTEGER PRIMARY KEY, uuid TEXT UNIQUE, at INTEGER, lead TEXT, layer TEXT, key TEXT, outcome TEXT"
        self.held.execute(f"CREATE TABLE visit ({columns})")

    def insert(self, visits: list[Visit]) -> None:
        self.held.execute("BEGIN IMMEDIATE")
        rows = [(one.id, int(one.at.timestamp() * 1e6), one.lead, one.layer, one.key, one.outcome) for one in visits]
        self.held.executemany("INSERT INTO visit (uuid, at, lead, layer, key, outcome) VALUES (?, ?, ?, ?, ?, ?)", rows)
        self.held.execute("COMMIT")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--visits", type=int, default=20_000)
    parser.add_argument("--single", type=int, default=1_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, settle(Path(folder) / "home") as office:
        peer = Peer(Path(folder) / "peer.db")
        print(f"{'visits':>8}  {'a batch':>8}  {'gridmap /s':>11}  {'sqlite3 /s':>11}  {'times':>6}")
        record(LOCAL_ADMINISTRATOR, office, evenings(1, asked.visits + 2 * asked.single))
        first = 0
        for count, size in ((asked.visits, asked.visits), (asked.single, EVENING), (asked.single, 1)):
            batches = [evenings(size, first + at) for at in range(0, count, size)]
            first += count
            begun = time.perf_counter()
            recorded = sum(record(LOCAL_ADMINISTRATOR, office, batch).recorded for batch in batches)
            ours = time.perf_counter() - begun
            begun = time.perf_counter()
            for batch in batches:
                peer.insert(batch)
            theirs = time.perf_counter() - begun
            assert recorded == count
            print(f"{count:8}  {size:8}  {count / ours:11,.0f}  {count / theirs:11,.0f}  {ours / theirs:6.1f}")


if __name__ == "__main__":
    main()
