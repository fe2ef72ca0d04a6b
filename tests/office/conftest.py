"""A village of eight small cells, its office, and registers as clerks write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import openpyxl
import pytest
import shapely

from gridmap.grid.grid import Grid
from gridmap.office.clock import FixedClock
from gridmap.office.grids import publish_grid
from gridmap.office.setup import found_office
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.signing import Door

CLOCK = FixedClock(dt.datetime(2015, 12, 31, 18, 30, tzinfo=ZoneInfo("Asia/Shanghai")), ZoneInfo("Asia/Shanghai"))
LENGTHS = {"big": 12, "middle": 13, "small": 15}
WEST, SOUTH, STEP = 114.48, 22.59, 0.005

Sheet = Callable[..., Path]


def village_cells(columns: int = 4, rows: int = 2) -> gpd.GeoDataFrame:
    """Two big cells side by side, each of one middle cell a column, each of one small cell a row."""
    parts: list[tuple[str, str, str | None, str, shapely.Geometry]] = []
    for column in range(columns):
        half = columns // 2
        big = f"44030701000{column // half + 1}"
        middle = f"{big}{column % half + 1}"
        for row in range(rows):
            box = shapely.box(*_corner(column, row), *_corner(column + 1, row + 1))
            parts.append((f"{middle}{row + 1:02}", "small", middle, f"small {column}.{row}", box))
    frame = gpd.GeoDataFrame(parts, columns=["code", "level", "parent", "name", "geometry"], crs=4326)
    middles = _above(frame, "middle", lambda code: code[:12])
    bigs = _above(middles, "big", lambda _: None)
    return gpd.GeoDataFrame(
        [*bigs.to_dict("records"), *middles.to_dict("records"), *frame.to_dict("records")],
        geometry="geometry",
        crs=4326,
    )


def _corner(column: int, row: int) -> tuple[float, float]:
    """A corner of the village's blocks; neighbours share it to the last bit."""
    return WEST + column * STEP, SOUTH + row * STEP


def _above(cells: gpd.GeoDataFrame, level: str, parent: Callable[[str], str | None]) -> gpd.GeoDataFrame:
    rows = [
        {"code": code, "level": level, "parent": parent(code), "name": f"{level} {code}", "geometry": group.union_all()}
        for code, group in cells.groupby("parent")["geometry"]
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)


@pytest.fixture
def village() -> Grid:
    return Grid(village_cells(), LENGTHS)


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    """An office without a grid."""
    home = tmp_path / "home"
    found_office(LOCAL_ADMINISTRATOR, home, name="大鹏", clock=CLOCK)
    with open_office(home, clock=CLOCK) as office:
        yield office


@pytest.fixture
def office(empty_office: Office, village: Grid) -> Office:
    """An office whose grid is the village, in force since 2015-01-01."""
    publish_grid(LOCAL_ADMINISTRATOR, empty_office, village, name="2015", valid_from=dt.date(2015, 1, 1))
    return empty_office


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """Writes rows into an xlsx of the name given and returns its path."""

    def write(name: str, *rows: Sequence[object]) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(list(row))
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    """The clock of sessions and the hash of passwords, in the hands of the test."""
    made = Door()
    for module in ("accounts", "sessions", "tokens"):
        monkeypatch.setattr(f"gridmap.office.{module}.real_now", made.watch)
    monkeypatch.setattr("gridmap.office.hashing.PASSWORDS", made.hashing)
    return made
