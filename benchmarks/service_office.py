"""The office of Cambridge with 100,000 features, people who answer, visits, issues: the service is measured on it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import uuid
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.intake.grids import read_grid, read_territory
from gridmap.ledger.visits import Visit
from gridmap.office.duties import keep_default_duties
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.issues import Report, keep_default_categories, report
from gridmap.office.places import places_in_file
from gridmap.office.rostering import import_roster
from gridmap.office.setup import found_office
from gridmap.office.visiting import record
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.settings import Settings

ME = LOCAL_ADMINISTRATOR
ZONE = "America/New_York"
LENGTHS = {"big": 11, "middle": 12, "small": 15}
LEVELS = {"big": "tracts", "middle": "block_groups", "small": "blocks"}
FEATURES = 100_000
VISITS, ISSUES = 5_000, 1_000
_SEED = 2014
_BESIDE = Path(__file__).parents[2] / "shared" / "data"
_TIERS = {"big": "班子成员", "middle": "社区干部", "small": "网格员"}
CATEGORY, SOURCE = "streetlight", "own_check"


def city_files() -> Path:
    """Return the folder of Cambridge's files (GRIDMAP_REAL_DATA, else ../shared/data)."""
    return Path(os.environ.get("GRIDMAP_REAL_DATA") or _BESIDE) / "cambridge"


def build(home: Path, folder: Path, *, features: int = FEATURES, database: str = "") -> int:
    """Found the office in `home`, return how many rentals it has; `folder` is for files on their way in."""
    settings = Settings(lang="en", code_lengths=LENGTHS, requests_a_minute=0, requests_a_minute_address=0)
    found_office(ME, home, name="Cambridge", zone=ZONE, settings=settings, database=database)
    with open_office(home) as office:
        day = office.clock.today() - dt.timedelta(days=300)
        cells = _grid(office, day)
        _roster(office, cells, folder, day)
        kept = _registers(office, folder, day)
        _rentals(office, cells, folder, day, features - kept)
        keep_default_categories(ME, office, on=day)
        keep_default_duties(ME, office, on=day)
        _ledger(office, features - kept)
        return features - kept


def _grid(office: Office, day: dt.date) -> gpd.GeoDataFrame:
    files = {level: city_files() / f"census2020_adj_{name}.geojson" for level, name in LEVELS.items()}
    grid = read_grid(files, code="GEOID20", lengths=LENGTHS)
    publish_grid(
        ME,
        office,
        grid,
        name="census",
        valid_from=day,
        territory=read_territory(city_files() / "city_boundary.geojson"),
    )
    return grid.cells


def _roster(office: Office, cells: gpd.GeoDataFrame, folder: Path, day: dt.date) -> None:
    """Let every tract and block group, and two in three blocks, have a head."""
    heads = cells[(cells["level"] != "small") | (np.arange(len(cells)) % 3 > 0)]
    rows = {
        "工号": [str(number) for number in range(len(heads))],
        "姓名": [f"Cadre {number}" for number in range(len(heads))],
        "层级": heads["level"].map(_TIERS),
        "所在部门": "Office",
        "责任网格": heads["code"],
        "起": day.isoformat(),
    }
    path = folder / "roster.xlsx"
    pd.DataFrame(rows).to_excel(path, index=False)
    assert import_roster(ME, office, path, on=day).faults == ()


def _registers(office: Office, folder: Path, day: dt.date) -> int:
    """Bring in the city's lights, streets and dwellings; return how many there are."""
    from tests.real.test_cambridge_intake import DWELLINGS

    for path in city_files().iterdir():
        shutil.copyfile(path, folder / path.name)  # fault sheets are written beside what is imported
    parcels = places_in_file(folder / "parcels_fy2014.topojson", "ML", crs="EPSG:4326")
    sources = {
        "streetlights": Source(folder / "street_lights.geojson"),
        "roads": Source(folder / "street_centerlines.geojson", {"GlobalID": "road_no", "Street": "name"}),
        "households": Source(
            folder / "property_fy2014.csv",
            {"ML + Location + UseDescription": "household_no", "ML": "place_key"},
            crs="EPSG:4326",
            where={"UseDescription": frozenset(DWELLINGS)},
            known=parcels,
        ),
    }
    return sum(
        import_register(ME, office, layer, source, Terms(on=day)).counts["added"] for layer, source in sources.items()
    )


def _rentals(office: Office, cells: gpd.GeoDataFrame, folder: Path, day: dt.date, count: int) -> None:
    """Fill up with seeded rentals all over the city."""
    rng = np.random.default_rng(_SEED)
    city = shapely.union_all(cells.to_crs(4326).geometry[cells["level"] == "big"].to_numpy())
    shapely.prepare(city)
    west, south, east, north = city.bounds
    spots = rng.uniform((west, south), (east, north), (8 * count, 2))
    spots = spots[shapely.contains_xy(city, spots[:, 0], spots[:, 1])][:count]
    rows = {"出租屋编号": [f"R{one:06}" for one in range(len(spots))], "间数": rng.integers(1, 9, len(spots))}
    path = folder / "rentals.csv"
    pd.DataFrame({**rows, "经度": spots[:, 0], "纬度": spots[:, 1]}).to_csv(path, index=False)
    done = import_register(ME, office, "rentals", Source(path, crs="EPSG:4326"), Terms(on=day))
    assert done.counts["added"] == count, done.counts


def _ledger(office: Office, rentals: int) -> None:
    """Let a month of visits and issues have happened."""
    rng = np.random.default_rng(_SEED)
    now = office.clock.now()
    keys, ago = rng.integers(0, rentals, VISITS), rng.uniform(0, 30 * 24, VISITS)
    visits = [
        Visit(
            id=str(uuid.uuid4()),
            at=now - dt.timedelta(hours=float(hours)),
            lead="0",
            layer="rentals",
            key=f"R{key:06}",
            outcome="met" if key % 5 else "absent",
        )
        for key, hours in zip(keys, ago, strict=True)
    ]
    for first in range(0, VISITS, 1000):
        record(ME, office, visits[first : first + 1000], strict=True)
    reports = [
        Report(
            id=str(uuid.uuid4()),
            at=now - dt.timedelta(hours=float(hours)),
            source=SOURCE,
            by="0",
            category=CATEGORY,
            features=(("rentals", f"R{key:06}"),),
        )
        for key, hours in zip(keys[:ISSUES], ago[:ISSUES], strict=True)
    ]
    report(ME, office, reports)
