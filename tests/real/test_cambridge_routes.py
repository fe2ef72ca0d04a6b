"""An evening in Cambridge: a few hundred homes a visitor, on the city's own streets, on foot."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from gridmap.cli.main import app
from gridmap.office import gapping
from gridmap.office.clock import FixedClock
from gridmap.office.duty_rules import edit_duty
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.listing import list_features
from gridmap.office.rostering import import_roster
from gridmap.office.route_outputs import WantedRoutes, put_out
from gridmap.office.route_plans import Asked, Group, network_on, problem_of, stop_again
from gridmap.office.route_words import PlanWords
from gridmap.office.routing import plan_evening, show_plan
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.routes.check import check
from gridmap.routes.plan import LeftOut, plan_of
from gridmap.store.plans import KeptPlan
from gridmap.streets.network import Network
from gridmap.streets.services import nearest_service
from tests.real.test_cambridge_intake import DWELLINGS
from tests.real.test_cambridge_office import LENGTHS

METRIC = 26986
FOUNDED, ON = dt.date(2014, 7, 1), dt.date(2014, 10, 15)
CITY_HALL = (-71.1056, 42.3668)  # its service window stands there in this test
REACH_M = 1000.0
DUTY = """
zh = "2014年户籍家庭走访"
en = "household campaign 2014"
subject = { layer = "households" }
count = 1
period = "campaign"
from = 2014-09-01
to = 2014-12-31
planned_hours = ["19:00-21:00"]
"""


def fill(home: Path, city: Path) -> None:
    """Found the office: grid, homes on their parcels, streets."""
    levels = {"big": "tracts", "middle": "block_groups", "small": "blocks"}
    cells = [f"--level={level}={city}/census2020_adj_{name}.geojson" for level, name in levels.items()]
    parcels = ("--places", f"{city / 'parcels_fy2014.topojson'}:ML", "--crs", "EPSG:4326", "--map", "ML=place_key")
    homes = ("--map", "ML + Location + UseDescription=household_no", "--where", f"UseDescription={'|'.join(DWELLINGS)}")
    roads = ("--map", "GlobalID=road_no", "--map", "Street=name")
    day = ("--on", FOUNDED.isoformat())
    for words in (
        ("init", "--name", "Cambridge", "--zone", "America/New_York", "--lengths", LENGTHS),
        ("grid", "import", *cells, "--code", "GEOID20", "--on", "2014-01-01"),
        ("import", "roads", str(city / "street_centerlines.geojson"), *roads, *day),
        ("import", "households", str(city / "property_fy2014.csv"), *parcels, *homes, *day),
    ):
        said = CliRunner().invoke(app, [*words, "--home", str(home)], catch_exceptions=False)
        assert said.exit_code in {0, 1}, said.output


def employ(office: Office, folder: Path) -> None:
    """A visitor for each block group, a duty to visit every home by the end of the year, a service window."""
    with office.reading_whole() as tx:
        groups = office.grid(tx, 1).level("middle")["code"]
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["工号", "姓名", "层级", "所在部门", "责任网格", "起"])
    for number, code in enumerate(groups):
        book.active.append([f"V{number:02}", f"Visitor {number}", "网格员", "Cambridge", code, "2014-01-01"])
    book.save(folder / "roster.xlsx")
    assert import_roster(LOCAL_ADMINISTRATOR, office, folder / "roster.xlsx", on=FOUNDED).faults == ()
    (folder / "households_2014.toml").write_text(DUTY, encoding="utf-8")
    edit_duty(LOCAL_ADMINISTRATOR, office, folder / "households_2014.toml", on=FOUNDED)
    lon, lat = CITY_HALL
    window = {"organisation_no": "CH", "name": "City Hall", "kind": "service_window", "lon": lon, "lat": lat}
    pd.DataFrame([window]).to_csv(folder / "windows.csv", index=False)
    source = Source(folder / "windows.csv", crs="EPSG:4326")
    assert import_register(LOCAL_ADMINISTRATOR, office, "organisations", source, Terms(FOUNDED)).faults == ()


@pytest.fixture(scope="module")
def office(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("cambridge")
    shutil.copytree(real_data / "cambridge", folder / "city")
    fill(folder / "home", folder / "city")
    with open_office(folder / "home") as opened:
        zone = opened.clock.zone
        opened.clock = FixedClock(dt.datetime.combine(ON, dt.time(18), tzinfo=zone), zone)
        employ(opened, folder)
        yield opened


@pytest.fixture(scope="module")
def visitor(office: Office) -> str:
    """Who has the patch nearest to 300 homes."""
    homes = list_features(LOCAL_ADMINISTRATOR, office, "households", on=ON)
    count = homes["cell"].dropna().str[:12].value_counts()
    chosen = str((count - 300).abs().idxmin())
    assert 200 <= count[chosen] <= 400
    with office.reading_whole() as tx:
        groups = office.grid(tx, 1).level("middle")["code"].tolist()
    return f"V{groups.index(chosen):02}"


@pytest.fixture(scope="module")
def plan(office: Office, visitor: str) -> KeptPlan:
    number = plan_evening(LOCAL_ADMINISTRATOR, office, Asked(ON, cadres=(visitor,)))
    return show_plan(LOCAL_ADMINISTRATOR, office, number)


def test_an_evening_holds_what_two_hours_hold(plan: KeptPlan) -> None:
    (route,) = plan.routes.to_dict("records")
    mine = plan.stops[plan.stops["route"].notna()]
    assert len(plan.stops) > 200
    assert 8 <= len(mine) <= 12, "ten minutes at each of them"
    assert dt.timedelta() <= route["finish"] - route["back"] < dt.timedelta(minutes=15)
    assert mine["begin"].dt.tz_convert("America/New_York").dt.hour.isin([19, 20]).all()


def test_the_plan_holds_before_the_independent_check(office: Office, plan: KeptPlan) -> None:
    """The problem is made anew from what was kept; each leg is as long on the ground as in the matrix."""
    (route,) = plan.routes.itertuples(index=False)
    stops = [stop_again(row) for row in plan.stops.itertuples(index=False)]
    with office.reading_whole() as tx:
        network = network_on(office, tx, ON)
    group = Group([route.cadre], stops, [ON], [route.start])
    problem, travel = problem_of(network, group, Asked.of(plan.asked))
    order = np.flatnonzero(plan.stops["route"].notna()).tolist()
    left = [LeftOut(int(at), "routes.outbid") for at in np.flatnonzero(plan.stops["route"].isna())]
    again = plan_of(problem, [order], left)
    assert check(problem, again) == []
    assert again.metres == route.metres
    places = [0, *(2 + stop for stop in order), 1]
    told = [travel.metres[pair] for pair in pairwise(places)]
    assert travel.legs(places).to_crs(METRIC).length.to_numpy() == pytest.approx(told, abs=1.2)
    assert gpd.GeoSeries([route.geometry], crs=4326).to_crs(METRIC).length[0] == pytest.approx(route.metres, rel=0.01)
    seconds = [travel.seconds[pair] for pair in pairwise(places)]
    assert sum(seconds) == pytest.approx(route.metres / 1.2, abs=len(seconds)), "on foot at 1.2 m/s"


def test_each_home_that_is_left_out_says_why(office: Office, plan: KeptPlan) -> None:
    said = PlanWords.of(LOCAL_ADMINISTRATOR, office, ON, "en")
    left = plan.stops.loc[plan.stops["route"].isna(), "left_out"]
    codes = {one["code"] for one in left}
    assert codes <= {"routes.outbid", "routes.unreachable", "routes.too_far", "routes.unplaced", "routes.windows_taken"}
    assert "routes.outbid" in codes
    assert all(said.left_out(one) for one in left)


def test_the_same_evening_again_is_the_same_plan(office: Office, visitor: str, plan: KeptPlan) -> None:
    again = show_plan(LOCAL_ADMINISTRATOR, office, plan_evening(LOCAL_ADMINISTRATOR, office, Asked(ON, (visitor,))))
    assert again.stops["key"].tolist() == plan.stops["key"].tolist()
    assert again.routes["metres"].tolist() == plan.routes["metres"].tolist()


def test_the_evening_is_drawn(office: Office, visitor: str, plan: KeptPlan, tmp_path: Path) -> None:
    targets = {"picture": tmp_path / "evening.png", "map": tmp_path / "evening.html"}
    out = put_out(LOCAL_ADMINISTRATOR, office, WantedRoutes(plan.number, (visitor,)), targets)
    assert (out.routes, out.stops) == (1, int(plan.stops["route"].notna().sum()))
    assert all(path.stat().st_size > 10_000 for path in targets.values())


def test_homes_beyond_a_walk_to_the_window_are_those_that_the_streets_say(office: Office, real_data: Path) -> None:
    found = gapping.find(LOCAL_ADMINISTRATOR, office, on=ON, kinds=("out_of_reach",))
    homes = list_features(LOCAL_ADMINISTRATOR, office, "households", on=ON).set_index("key")
    homes = homes[homes.geometry.notna()]
    streets = gpd.read_file(real_data / "cambridge" / "street_centerlines.geojson").to_crs(METRIC)
    window = gpd.GeoSeries.from_xy(*([one] for one in CITY_HALL), index=["CH"], crs=4326)
    far = nearest_service(Network(streets.geometry), window, homes.geometry)["metres"]
    sure = far[(far - REACH_M).abs() > 2.0]
    told = sure.index.isin(found["subject"].str.removeprefix("households "))
    assert 0.3 < np.mean(told) < 0.95
    assert (told == (sure > REACH_M).to_numpy()).mean() == 1.0
