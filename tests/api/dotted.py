"""A village whose codes look alike (1.1, 1.10), after its year: a plan, a photo, a job, an issue for each act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import shapely
from PIL import Image

from gridmap.grid.grid import Grid
from gridmap.ledger.issues import Event
from gridmap.office import photos
from gridmap.office.accounts import new_account
from gridmap.office.acting import act
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.jobs import ask
from gridmap.office.reporting import report
from gridmap.office.route_plans import Asked
from gridmap.office.setup import found_office
from gridmap.office.tokens import new_token
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store.plans import keep_plan
from tests.office.conftest import CLOCK, SOUTH, STEP, WEST
from tests.office.evenings import route, stop, streets
from tests.office.lived import STAFF, live, on_clock, steps, told
from tests.office.signing import PASSWORD
from tests.office.visited import BIG, FAR, FOUNDED, OTHER, SMALL, at, middle_of, uid

# Four columns of two blocks; the third column's middle cell is named so that the first one's is a part of its name.
HERE, NEXT, THERE = "1.1.1", "1.1.10", "1.10.1"
_MIDDLES = ("1.1", "1.2", "1.10", "10.1")
_ROWS = ("1", "10")
_CALLED = {BIG: "1", SMALL: HERE, OTHER: NEXT, FAR: THERE}
ON = dt.date(2015, 12, 31)
PLAN = "P2015-0001"

# The steps that bring an issue to where an act may be taken, each on an evening.
_FILED = ("file", {"category": "streetlight"})
_ASSIGNED = ("assign", {"unit": "城市建设办", "holder": "4"})
_STARTED = ("start", {})
_DONE = ("finish", {"quantities": {"lamps": 1}})
_CLOSED = ("close", {"result": "solved", "reply": "done", "quantities": {"lamps": 1}})
_DEFERRED = ("defer", {"until": "2016-03-01", "note": "parts"})
_WAYS: Mapping[str, tuple[tuple[str, dict[str, object]], ...]] = {
    "reported": (),
    "filed": (_FILED,),
    "assigned": (_FILED, _ASSIGNED),
    "in_progress": (_FILED, _ASSIGNED, _STARTED),
    "done": (_FILED, _ASSIGNED, _STARTED, _DONE),
    "closed": (_FILED, _ASSIGNED, _STARTED, _DONE, _CLOSED),
    "deferred": (_FILED, _ASSIGNED, _DEFERRED),
}
# Where an act is taken.
STATES: Mapping[str, str] = {
    "file": "reported",
    "assign": "filed",
    "start": "assigned",
    "finish": "in_progress",
    "fix": "reported",
    "close": "done",
    "rework": "done",
    "reopen": "closed",
    "reject": "reported",
    "duplicate": "reported",
    "return": "assigned",
    "defer": "filed",
    "resume": "deferred",
    "hand_over": "assigned",
    "escalate": "filed",
    "take_on": "filed",
    "set_deadline": "filed",
    "remind": "filed",
    "look_back": "closed",
    "reply": "filed",
    "note": "filed",
}


def cells() -> gpd.GeoDataFrame:
    """Two big cells, 1 of three columns and 10 of one; each column is a middle cell of two small ones."""
    rows: list[tuple[str, str, str | None, shapely.Geometry]] = []
    for column, middle in enumerate(_MIDDLES):
        for row, last in enumerate(_ROWS):
            west, south = WEST + column * STEP, SOUTH + row * STEP
            east, north = WEST + (column + 1) * STEP, SOUTH + (row + 1) * STEP
            rows.append((f"{middle}.{last}", "small", middle, shapely.box(west, south, east, north)))
    small = gpd.GeoDataFrame(rows, columns=["code", "level", "parent", "geometry"], crs=4326)
    middles = [
        (str(code), "middle", str(code).partition(".")[0], group.union_all())
        for code, group in small.groupby("parent")["geometry"]
    ]
    bigs = [
        (big, "big", None, shapely.union_all([shape for _, _, parent, shape in middles if parent == big]))
        for big in ("1", "10")
    ]
    frame = gpd.GeoDataFrame(
        [*bigs, *middles, *rows], columns=["code", "level", "parent", "geometry"], geometry="geometry", crs=4326
    )
    return frame.assign(name=[f"{level} {code}" for level, code in zip(frame["level"], frame["code"], strict=True)])


def found(home: Path, folder: Path) -> None:
    """Make the office in `home`, and let its year happen."""
    me = LOCAL_ADMINISTRATOR
    found_office(me, home, name="village", clock=CLOCK)
    with open_office(home, clock=CLOCK) as office:
        publish_grid(me, office, Grid(cells()), name="2015", valid_from=dt.date(2015, 1, 1))
        live(office, folder, [(*one[:4], _CALLED.get(str(one[4])), one[5]) for one in STAFF])
        roads = Source(streets(folder), crs="EPSG:4326")
        assert import_register(me, office, "roads", roads, Terms(on=FOUNDED)).faults == ()
        _issues(office)
        photos.add_photo(me, office, uid("road"), picture(folder))
        times = {
            name: at(f"{ON}T{time}") for name, time in (("begin", "19:00"), ("finish", "21:00"), ("back", "20:40"))
        }
        evenings = [
            route("7", [stop("households", "H1", middle_of(0, 0), "19:05", cell=HERE)], **times),
            route("8", [stop("households", "H2", middle_of(0, 1), "19:05", cell=NEXT, cadres=("8",))], **times),
            route("9", [stop("households", "H3", middle_of(2, 0), "19:05", cell=THERE, cadres=("9",))], **times),
        ]
        wanted = Asked(on=ON, cadres=("7", "8", "9")).kept()
        with office.writing_whole() as tx:
            made = keep_plan(tx, evenings, [], on=ON, asked=wanted, at=at("2015-12-31T18:00"), account="planner")
        assert made == PLAN
        ask(Person("planner", "planner"), office, "plan", wanted, key="matrix")
        new_account(me, office, "kept", "reader", password=PASSWORD)
        new_token(me, office, label="kept", role="reader")


def _issues(office: Office) -> None:
    """One issue for each act, in the state where it may be taken."""
    spring = on_clock(office, "2015-06-30T23:00")
    report(LOCAL_ADMINISTRATOR, spring, [told(f"to {name}", "2015-06-01T19:00") for name in STATES])
    for name, state in STATES.items():
        taken = [(step, f"2015-06-02T19:{10 + number}", said) for number, (step, said) in enumerate(_WAYS[state])]
        events: list[Event] = steps(f"to {name}", *taken)
        act(LOCAL_ADMINISTRATOR, spring, events)


def picture(folder: Path) -> Path:
    """A picture in a file."""
    path = folder / "photo.png"
    Image.new("RGB", (40, 30), "white").save(path)
    return path
