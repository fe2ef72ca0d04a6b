"""A hamlet of two cells with a worker each: homes, two streets, duties; and what its plans call at."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import shapely

from gridmap.office.clock import FixedClock
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.duties import keep_default_duties
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.rostering import import_roster
from gridmap.office.route_plans import Asked
from gridmap.office.routing import show_plan
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.office.conftest import SOUTH, STEP, WEST, Sheet

FOUNDED, DAY = dt.date(2015, 1, 1), dt.date(2015, 5, 20)
HERE, THERE = "440307010001101", "440307010002101"
ASKED = Asked(DAY, iterations=100)


def spot(column: float, row: float) -> tuple[float, float]:
    """A place in the hamlet, in blocks from its corner."""
    return WEST + column * STEP, SOUTH + row * STEP


def streets(tmp_path: Path) -> Path:
    """A street along the middle of the lower row of blocks, and one up its second column."""
    lines = [
        shapely.LineString([spot(0.1, 0.6), spot(1.5, 0.6), spot(3.9, 0.6)]),
        shapely.LineString([spot(1.5, 0.6), spot(1.5, 1.9)]),
    ]
    path = tmp_path / "roads.geojson"
    frame = gpd.GeoDataFrame({"road_no": ["R1", "R2"], "road_class": ["local", "local"]}, geometry=lines, crs=4326)
    path.write_text(frame.to_json(), encoding="utf-8")
    return path


def settle(office: Office, sheet: Sheet, tmp_path: Path, *, duties: bool = True) -> Office:
    """Homes H1 to H4 in two cells with a worker each, H5 far from every street, a shop, streets, duties."""
    office.clock = FixedClock(dt.datetime(2015, 5, 20, 18, tzinfo=office.clock.zone), office.clock.zone)
    posts = sheet(
        "roster.xlsx",
        ("工号", "姓名", "层级", "所在部门", "责任网格", "起"),
        ("7", "李一", "网格员", "王母社区", HERE, "2015-01-01"),
        ("8", "赵二", "网格员", "下沙社区", THERE, "2015-01-01"),
        ("2", "郑委员", "班子成员", "党政办", "440307010001", "2015-01-01"),
    )
    assert import_roster(LOCAL_ADMINISTRATOR, office, posts, on=FOUNDED).faults == ()
    homes = sheet(
        "homes.xlsx",
        ("户编号", "应走访", "走访时间意愿", "经度", "纬度"),
        ("H1", "是", None, *spot(0.2, 0.62)),
        ("H2", "是", None, *spot(0.4, 0.58)),
        ("H3", "是", "白天", *spot(0.6, 0.62)),
        ("H4", "是", None, *spot(2.5, 0.62)),
        ("H5", "是", None, *spot(0.1, 0.01)),
        ("H6", "是", None, None, None),
    )
    for layer, path in (("households", homes), ("roads", streets(tmp_path))):
        done = import_register(LOCAL_ADMINISTRATOR, office, layer, Source(path, crs="EPSG:4326"), Terms(on=FOUNDED))
        assert done.faults == ()
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    if duties:
        keep_default_duties(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    return office


def calls(office: Office, number: str, person: Person = LOCAL_ADMINISTRATOR) -> dict[str, list[str | None]]:
    kept = show_plan(person, office, number)
    return {
        route.cadre: kept.stops.loc[kept.stops["route"] == route.id, "key"].tolist()
        for route in kept.routes.itertuples()
    }


def left_out(office: Office, number: str) -> dict[str, str]:
    stops = show_plan(LOCAL_ADMINISTRATOR, office, number).stops
    rows = stops[stops["route"].isna()]
    return {key: one["code"].removeprefix("routes.") for key, one in zip(rows["key"], rows["left_out"], strict=True)}
