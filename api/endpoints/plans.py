"""Route plans: asked for as jobs, read, made anew, put out as papers and files."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.access.asking import Asked, Asking
from api.access.fresh import Fresh
from api.access.matching import Seen, mark_state
from api.access.once import Once
from api.endpoints.jobs import XLSX, JobBody, Key, accepted, attachment
from api.errors import declared
from api.geojson import MEDIA as GEOJSON
from api.paging import Page, Paged, plain, records
from gridmap.office.jobs import ask
from gridmap.office.rerouting import move_stops, plan_again
from gridmap.office.route_files import route_file
from gridmap.office.route_outputs import WantedRoutes
from gridmap.office.route_plans import ITERATIONS
from gridmap.office.route_plans import Asked as PlanAsked
from gridmap.office.routing import list_plans, plan_state, show_plan

ROUTER = APIRouter(tags=["plans"], responses=declared(404, 409))
_MAKING = APIRouter(route_class=Once)

_EARLIEST, _LATEST = dt.date(1970, 1, 1), dt.date(2200, 1, 1)
_Instant = Annotated[
    AwareDatetime, Field(ge=dt.datetime(1970, 1, 1, tzinfo=dt.UTC), le=dt.datetime(2200, 1, 1, tzinfo=dt.UTC))
]
_Day = Annotated[dt.date, Field(ge=_EARLIEST, le=_LATEST)]
_Text = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
_Time = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
_Lon = Annotated[float, Field(ge=-180, le=180)]
_Lat = Annotated[float, Field(ge=-90, le=90)]
Number = Annotated[str, Path(max_length=32, pattern="^[A-Za-z0-9-]+$")]
Name = Literal["sheet.html", "routes.xlsx", "routes.gpx", "routes.geojson"]

# What of a stop is told here: neither where a home lies nor when its people want to be called at.
_OF_STOP = (
    *("position", "layer", "key", "issue", "cell", "priority", "reasons"),
    *("arrive", "begin", "leave", "left_out", "locked", "visited"),
)
_OF_ROUTE = ("cadre", "companion", "begin", "finish", "back", "metres", "sheet")
_MEDIA: dict[str, str] = {
    "sheet.html": "text/html; charset=utf-8",
    "routes.xlsx": XLSX,
    "routes.gpx": "application/gpx+xml",
    "routes.geojson": GEOJSON,
}
# The paper has its style and pictures in itself, and no script.
_PAPER = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
_FILES: dict[int | str, dict[str, Any]] = {
    **declared(404, 409),
    200: {"description": "the file", "content": {media.partition(";")[0]: {} for media in _MEDIA.values()}},
}


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class NewPlan(_Given):
    """Whose evenings are planned, and how; of several days (`until`) the working ones, 31 days at most.

    `cadres`: their numbers, or else all of `tiers` who have something to do.
    """

    on: _Day | None = None
    until: _Day | None = None
    cadres: Annotated[list[_Text], Field(max_length=200)] = []
    tiers: Annotated[list[_Text], Field(max_length=10)] = ["grid_worker"]
    under: _Text | None = None
    mode: _Text = "walk"
    begin: _Time = "19:00"
    finish: _Time = "21:00"
    start: tuple[_Lon, _Lat] | None = None
    most: Annotated[int, Field(ge=1, le=1000)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    iterations: Annotated[int, Field(ge=1, le=5000)] = ITERATIONS
    lamps: bool = False


class Again(_Given):
    """Whose evening goes on, from when (now) and where (the last stop that was called at)."""

    cadre: _Text
    at: _Instant | None = None
    place: tuple[_Lon, _Lat] | None = None


class Order(_Given):
    """The positions of a route's stops as they are to follow; one that is not named is left out."""

    cadre: _Text
    order: Annotated[list[Annotated[int, Field(ge=1, le=100_000)]], Field(max_length=1000)]
    on: _Day | None = None


class Outgoing(_Given):
    """Whose routes go out; homes of the layers `private` with a reason that the audit keeps."""

    cadres: Annotated[list[_Text], Field(max_length=200)] = []
    on: _Day | None = None
    private: Annotated[list[_Text], Field(max_length=50)]
    reason: Annotated[str, Field(max_length=500)]


class Made(BaseModel):
    """The number of a plan."""

    plan: str


class PlanBody(BaseModel):
    """A plan, as far as its reader may see it: routes with their stops, and stops that were left out."""

    number: str
    on: dt.date
    recorded_at: dt.datetime
    account: str
    replaces: str | None
    replaced_by: str | None
    asked: dict[str, Any]
    routes: list[dict[str, Any]]
    left_out: list[dict[str, Any]]


@ROUTER.post("/plans", status_code=202)
def new_plan(asked: Asked, response: Response, given: NewPlan, key: Key = None) -> JobBody:
    """Plan an evening, or those of several days; the result of the job is the number of the plan."""
    said = given.model_dump(mode="json")
    wanted = PlanAsked.of({**said, "on": said["on"] or asked.office.clock.today().isoformat()})
    job = ask(asked.person, asked.office, "plan", wanted.kept(), key=key, lang=asked.lang)
    return accepted(asked, response, job)


@ROUTER.get("/plans", dependencies=[Fresh("plans", "grid", by_minute=False)])
def plans(
    *, asked: Asked, paged: Paged, on: Annotated[_Day | None, Query(description="only plans for this day")] = None
) -> Page:
    """List the plans."""
    return paged.of(list_plans(asked.person, asked.office, on=on), key="number")


@ROUTER.get("/plans/{number}", dependencies=[Fresh()])
def plan(request: Request, asked: Asked, number: Number) -> PlanBody:
    """Show a plan; the tag of the answer is what a change is made upon."""
    state = plan_state(asked.person, asked.office, number)
    kept = show_plan(asked.person, asked.office, number)
    mark_state(request, *state)
    stops = records(kept.stops[[*_OF_STOP]])
    of = plain(kept.stops["route"])
    routes = [
        {**told, "stops": [stop for stop, mine in zip(stops, of, strict=True) if mine == number_]}
        for told, number_ in zip(records(kept.routes[[*_OF_ROUTE]]), kept.routes["id"], strict=True)
    ]
    return PlanBody(
        number=kept.number,
        on=kept.on,
        recorded_at=kept.recorded_at,
        account=kept.account,
        replaces=kept.replaces,
        replaced_by=state[1],
        asked={name: value for name, value in kept.asked.items() if name != "start"},
        routes=routes,
        left_out=[stop for stop, mine in zip(stops, of, strict=True) if mine is None],
    )


@_MAKING.post("/plans/{number}/again", status_code=201)
def again(asked: Asked, number: Number, given: Again) -> Made:
    """Plan the rest of a cadre's evening from where he is, as a new plan."""
    at = given.at or asked.office.clock.now()
    return Made(plan=plan_again(asked.person, asked.office, number, given.cadre, at=at, place=given.place))


@_MAKING.post("/plans/{number}/move", status_code=201, responses=declared(404, 409, 412, 428))
def move(asked: Asked, number: Number, given: Order, seen: Seen) -> Made:
    """Change the order of a cadre's route by hand, as a new plan in the place of the one that was seen."""
    return Made(plan=move_stops(asked.person, asked.office, number, given.cadre, given.order, on=given.on, seen=seen))


# Before the files: a router takes the first address that fits.
ROUTER.include_router(_MAKING)


@ROUTER.get("/plans/{number}/{name}", response_class=Response, responses=_FILES)
def plan_file(
    *,
    asked: Asked,
    number: Number,
    name: Name,
    cadre: Annotated[list[_Text] | None, Query(max_length=200, description="whose routes (default: all)")] = None,
    on: Annotated[_Day | None, Query(description="which day's, of a plan for several")] = None,
) -> Response:
    """Give a paper or file of a plan: sheet and GPX of one cadre's evening; the audit keeps what went out."""
    return _file(asked, WantedRoutes(number, tuple(cadre or ()), on), name)


@ROUTER.post("/plans/{number}/{name}", response_class=Response, responses=_FILES)
def private_plan_file(asked: Asked, number: Number, name: Name, given: Outgoing) -> Response:
    """Give the same with homes of layers that are named, for a reason that the audit keeps."""
    wanted = WantedRoutes(number, tuple(given.cadres), given.on, tuple(given.private), given.reason)
    return _file(asked, wanted, name)


def _file(asked: Asking, wanted: WantedRoutes, name: str) -> Response:
    content = route_file(asked.person, asked.office, wanted, name, lang=asked.lang)
    if name == "sheet.html":
        return Response(content, media_type=_MEDIA[name], headers={"Content-Security-Policy": _PAPER})
    return attachment(content, f"{wanted.plan}-{name}", _MEDIA[name])
