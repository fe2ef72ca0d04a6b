"""An evening in the village, planned by hand: a worker with homes, a shop and an issue, another with a care place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import shapely

from gridmap.office.default_categories import keep_default_categories
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.reporting import Report, report
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.store.plans import PlannedRoute, PlannedStop, keep_plan
from tests.office.visited import FOUNDED, OTHER, SMALL, at, middle_of, settle, uid

DAY = dt.date(2015, 3, 12)
CANARIES = (
    "张三",
    "Anna Smith",
    "欧阳修文",
    "陈婆",
    "王母路1号",
    "王母路2号",
    "葵涌路3号",
    "NEVER-SAID",
    "13800001111",
)
HOME, NEXT, FAR = middle_of(0, 0), middle_of(0, 1), middle_of(2, 0)
SHOP = (HOME[0] + 0.0003, HOME[1])
WISHED = {"code": "routes.why_duty_due", "points": 15, "inputs": {"duty": "campaign", "day": "2015-03-31"}}


def lamps(office: Office) -> tuple[str, str]:
    """Report two issues: a street matter at no feature, and a water matter of household H1. Return their numbers."""
    said = {"at": at("2015-03-10T10:00"), "source": "phone", "by": "7", "text": "NEVER-SAID", "phone": "13800001111"}
    street = Report(id=uid("street"), category="streetlight", lon=SHOP[0], lat=SHOP[1], **said)
    home = Report(id=uid("home"), category="water", features=(("households", "H1"),), **said)
    first, second = report(LOCAL_ADMINISTRATOR, office, [street, home])
    return first, second


def stop(
    layer: str | None,
    key: str | None,
    place: tuple[float, float] | None,
    time: str | None = None,
    *,
    issue: str | None = None,
    cell: str = SMALL,
    cadres: Sequence[str] = ("7",),
    left: tuple[str, dict[str, object]] | None = None,
) -> PlannedStop:
    """A stop at a local time of the evening; without one it was left out."""
    begin = None if time is None else at(f"{DAY}T{time}")
    reasons = (
        [WISHED] if issue is None else [{"code": "routes.why_issue_open", "points": 20, "inputs": {"issue": issue}}]
    )
    return PlannedStop(
        layer,
        key,
        issue,
        cell,
        None if place is None else shapely.Point(place),
        15,
        reasons,
        600,
        [(68_400, 75_600)],
        list(cadres),
        None if begin is None else (begin, begin, begin + dt.timedelta(minutes=10)),
        None if left is None else {"code": f"routes.{left[0]}", "inputs": left[1]},
    )


def route(cadre: str, stops: Sequence[PlannedStop], **said: object) -> PlannedRoute:
    """A route that goes straight from stop to stop and back."""
    places = [one.place for one in stops]
    ground = shapely.LineString([*places, places[0]]) if len(places) > 1 else None
    times = {"begin": at(f"{DAY}T19:00"), "finish": at(f"{DAY}T21:00"), "back": at(f"{DAY}T20:40")}
    return PlannedRoute(cadre, places[0], metres=1234, ground=ground, stops=list(stops), **times | said)


def streets(folder: Path) -> Path:
    """One street along the lower row of blocks."""
    path = folder / "streets.geojson"
    line = shapely.LineString([HOME, FAR])
    rows = {"road_no": ["R1"], "road_class": ["local"]}
    path.write_text(gpd.GeoDataFrame(rows, geometry=[line], crs=4326).to_json(), encoding="utf-8")
    return path


def plan_by_hand(office: Office, folder: Path) -> str:
    """Settle the village and keep the plan: 7 calls at home H1, shop S1, an issue, home H2; 8 at care place C1 alone;
    9 at shop S2; left out are home H3 and, for care, C1."""
    settle(office, folder)
    done = import_register(
        LOCAL_ADMINISTRATOR, office, "roads", Source(streets(folder), crs="EPSG:4326"), Terms(on=FOUNDED)
    )
    assert done.faults == ()
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=dt.date(2015, 1, 1))
    street, water = lamps(office)
    seven = route(
        "7",
        [
            stop("households", "H1", HOME, "19:05", issue=water),
            stop("businesses", "S1", SHOP, "19:20"),
            stop(None, None, SHOP, "19:35", issue=street),
            stop("households", "H2", NEXT, "19:50", cell=OTHER),
        ],
        companion="8",
    )
    eight = route("8", [stop("care_places", "C1", HOME, "19:10", cadres=("8",))])
    nine = route("9", [stop("businesses", "S2", FAR, "19:15", cadres=("9",)), stop("businesses", "S1", SHOP, "19:40")])
    outbid = ("outbid", {"shift": "7", "seconds": 90, "ousts": "care_places C1"})
    left = [
        stop("households", "H3", FAR, left=outbid),
        stop("care_places", "C1", HOME, cadres=("7",), left=("nobody", {})),
    ]
    with office.writing_whole() as tx:
        return keep_plan(
            tx, [seven, eight, nine], left, on=DAY, asked={"mode": "walk"}, at=at("2015-03-12T18:00"), account="test"
        )
