"""A plan between store and solver: what was asked, the problem of a group on the streets, its answer as it is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import NotFoundError
from gridmap.office.route_stops import Stop
from gridmap.office.wiring import Office
from gridmap.routes import problem as pure
from gridmap.routes.plan import LeftOut, Plan, Route, plan_of
from gridmap.routes.problem import Problem, Shift
from gridmap.routes.reasons import Reason
from gridmap.routes.solve import solve
from gridmap.store import registers
from gridmap.store.engine import Transaction
from gridmap.store.plans import PlannedRoute, PlannedStop
from gridmap.streets.network import Network
from gridmap.streets.travel import Travel

ROADS = "roads"
ITERATIONS = 600
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose evenings are planned, and how.

    `on`: the day; `until`: the last of several, of which the working days count (null = the one day). `cadres`: their
    numbers (empty = all of `tiers` who have something to do and are there). `under`: only stops in a cell of any level
    or below it. `mode`: how they travel. `begin`, `finish`: local times, the finish is on the next day where it is the
    earlier one. `start`: longitude and latitude (null = each in the middle of what he has to do). `most`: so many stops
    a shift at the most. `lamps`: the dark lamps are to be repaired, by any of `cadres`, instead of what is due. The
    same seed and iterations give the same plan.
    """

    on: dt.date
    cadres: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ("grid_worker",)
    under: str | None = None
    mode: str = "walk"
    begin: dt.time = dt.time(19)
    finish: dt.time = dt.time(21)
    start: tuple[float, float] | None = None
    most: int | None = None
    seed: int = 1
    iterations: int = ITERATIONS
    until: dt.date | None = None
    lamps: bool = False

    def hours(self) -> tuple[int, int]:
        """Return begin and finish in seconds from the midnight before the day."""
        begin, finish = (one.hour * 3600 + one.minute * 60 + one.second for one in (self.begin, self.finish))
        return begin, finish if finish > begin else finish + _DAY

    def kept(self) -> dict[str, object]:
        """Return it as plain data."""
        until = None if self.until is None else self.until.isoformat()
        hours = {"begin": self.begin.isoformat(), "finish": self.finish.isoformat()}
        return asdict(self) | hours | {"on": self.on.isoformat(), "until": until}

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Asked:
        """Return what `kept` made plain."""
        given = dict(data)
        for name in ("on", "until"):
            given[name] = None if given[name] is None else dt.date.fromisoformat(str(given[name]))
        for name in ("begin", "finish"):
            given[name] = dt.time.fromisoformat(str(given[name]))
        for name in ("cadres", "tiers", "start"):
            held = given[name]
            given[name] = tuple(held) if isinstance(held, list | tuple) else None
        return cls(**given)  # type: ignore[arg-type]


@dataclass(eq=False)
class Group:
    """Cadres who share stops, and these: one problem for the solver, with a shift a cadre and day, day after day.

    `starts`: by cadre. `away`: cadres and days without a shift. Seconds are those of the day whichever it is: shifts
    know nothing of each other.
    """

    cadres: list[str]
    stops: list[Stop]
    days: list[dt.date]
    starts: list[shapely.Point] = field(default_factory=list)
    away: Collection[tuple[str, dt.date]] = ()

    def shifts(self) -> list[tuple[int, dt.date]]:
        """Return the cadre (his position) and the day of each shift."""
        every = [(at, day) for day in self.days for at in range(len(self.cadres))]
        return [(at, day) for at, day in every if (self.cadres[at], day) not in self.away]


@dataclass(frozen=True, eq=False)
class Rest:
    """An evening that has begun: the seconds that are left of it, where it ends, and the stops called at already."""

    hours: tuple[int, int]
    end: shapely.Point
    done: tuple[PlannedStop, ...] = ()


Answer = tuple[list[PlannedRoute], list[PlannedStop]]


def network_on(office: Office, tx: Transaction, on: dt.date) -> Network:
    """Return the streets of a day. Raises NotFoundError for an office without roads."""
    if ROADS in office.layers:
        roads = registers.features(tx, office.layers[ROADS], on=on)
        if len(roads):
            return Network(roads.geometry, classes=roads["road_class"])
    raise NotFoundError("office.no_roads", on=on)


def starting_at(cadre: str, group: Group, asked: Asked) -> shapely.Point:
    """Return where a cadre starts: where it was asked, else at the stop in the middle of what he may do."""
    if asked.start is not None:
        return shapely.Point(asked.start)
    own = [stop.place for stop in group.stops if cadre in stop.cadres and stop.place is not None]
    mine = own or [stop.place for stop in group.stops if stop.place is not None]
    middle = shapely.MultiPoint(mine).centroid
    return min(mine, key=lambda place: (shapely.distance(place, middle), place.x, place.y))


def problem_of(network: Network, group: Group, asked: Asked, rest: Rest | None = None) -> tuple[Problem, Travel]:
    """Return the problem of a group on the streets, and its travel: places are starts, then ends, then stops."""
    begin, finish = asked.hours() if rest is None else rest.hours
    count = len(group.starts)
    ends = group.starts if rest is None else [rest.end] * count
    places = [*group.starts, *ends, *(stop.place for stop in group.stops)]
    travel = Travel(network, gpd.GeoSeries(places, crs=4326), asked.mode)
    going = [(group.cadres[at], day) for at, day in group.shifts()]
    stops = [
        pure.Stop(
            place=2 * count + at,
            priority=stop.priority,
            service=stop.service,
            # A window that holds the whole evening says no more than the evening itself.
            windows=() if any(first <= begin and finish <= last for first, last in stop.windows) else stop.windows,
            shifts=frozenset(shift for shift, whose in enumerate(going) if stop.may(*whose)),
        )
        for at, stop in enumerate(group.stops)
    ]
    shifts = [Shift(at, count + at, begin, finish, most=asked.most) for at, _ in group.shifts()]
    return pure.problem_of(travel.metres, travel.seconds, stops, shifts), travel


def planned(office: Office, network: Network, group: Group, asked: Asked, rest: Rest | None = None) -> Answer:
    """Return the routes of a group as they are kept, and what they leave out. `rest`: of an evening that has begun."""
    problem, travel = problem_of(network, group, asked, rest)
    plan = _early(problem, group, solve(problem, asked.seed, asked.iterations))
    return told(office, group, plan, travel, asked, rest)


def _early(problem: Problem, group: Group, plan: Plan) -> Plan:
    """Return the plan with each cadre's routes in the order of what they are worth, as far as their stops allow it.

    His days are alike but for what may be called at on them.
    """
    orders = [[call.stop for call in route.calls] for route in plan.routes]
    shifts = group.shifts()

    def gains(early: int, late: int) -> bool:
        """Return whether two routes may change their days, and the one worth more comes first then."""
        worth, more = (sum(problem.stops[stop].priority for stop in orders[at]) for at in (early, late))
        swapped = [(stop, late) for stop in orders[early]] + [(stop, early) for stop in orders[late]]
        return more > worth and all(problem.allowed(stop, at) for stop, at in swapped)

    for cadre in range(len(group.cadres)):
        mine = [shift for shift, (at, _) in enumerate(shifts) if at == cadre]
        while pair := next((pair for pair in combinations(mine, 2) if gains(*pair)), None):
            early, late = pair
            orders[early], orders[late] = orders[late], orders[early]
    return plan_of(problem, orders, plan.left_out)


def told(  # noqa: PLR0917 - a plan, and all that it was made from
    office: Office, group: Group, plan: Plan, travel: Travel, asked: Asked, rest: Rest | None = None
) -> Answer:
    """Return a plan of the solver as it is kept: instants, ground, stops; those called at before come first."""
    routes = [
        _route(
            office,
            group,
            route,
            travel,
            asked.hours() if rest is None else rest.hours,
            () if rest is None else rest.done,
        )
        for route in plan.routes
    ]
    return routes, [planned_stop(group.stops[one.stop], left_out=_named(one, group)) for one in plan.left_out]


def _route(  # noqa: PLR0917 - a route, and all that it was made from
    office: Office,
    group: Group,
    route: Route,
    travel: Travel,
    hours: tuple[int, int],
    before: Sequence[PlannedStop],
) -> PlannedRoute:
    cadre, day = group.shifts()[route.shift]
    first, count = midnight(office, day), len(group.cadres)

    def instant(seconds: int) -> dt.datetime:
        return first + dt.timedelta(seconds=seconds)

    order = [cadre, *(2 * count + call.stop for call in route.calls), count + cadre]
    legs = [shapely.get_coordinates(leg) for leg in travel.legs(order)] if route.calls else []
    stops = [
        planned_stop(
            group.stops[call.stop].on(day), times=(instant(call.arrive), instant(call.begin), instant(call.leave))
        )
        for call in route.calls
    ]
    return PlannedRoute(
        cadre=group.cadres[cadre],
        start=group.starts[cadre],
        begin=instant(hours[0]),
        finish=instant(hours[1]),
        back=instant(route.back),
        metres=route.metres,
        ground=shapely.LineString(np.concatenate(legs)) if legs else None,
        stops=[*before, *stops],
    )


def _named(one: LeftOut, group: Group) -> LeftOut:
    """Return a reason with the cadre instead of the shift, and what the stop that would go is called."""
    inputs = dict(one.inputs)
    shift, ousts = inputs.get("shift"), inputs.get("ousts")
    if isinstance(shift, int):
        inputs["shift"] = group.cadres[group.shifts()[shift][0]]
    if isinstance(ousts, int):
        other = group.stops[ousts]
        inputs["ousts"] = other.issue if other.key is None else f"{other.layer} {other.key}"
    elif ousts is not None:
        inputs["ousts"] = None  # kept so: more than one stop
    return LeftOut(one.stop, one.reason, inputs)


def planned_stop(
    stop: Stop, *, times: tuple[dt.datetime, dt.datetime, dt.datetime] | None = None, left_out: LeftOut | None = None
) -> PlannedStop:
    """Return a stop as it is kept: called at by `times` (arrive, begin, leave), or left out for a reason."""
    reasons = [{"code": one.code, "points": one.points, "inputs": dict(one.inputs)} for one in stop.reasons]
    return PlannedStop(
        layer=stop.layer,
        key=stop.key,
        issue=stop.issue,
        cell=stop.cell,
        place=None if stop.place is None or stop.place.is_empty else stop.place,
        priority=stop.priority,
        reasons=reasons,
        service=stop.service,
        windows=stop.windows,
        cadres=sorted(stop.cadres),
        days=_days_of(stop),
        times=times,
        left_out=None if left_out is None else {"code": left_out.reason, "inputs": dict(left_out.inputs)},
    )


def _days_of(stop: Stop) -> dict[str, list[dt.date]]:
    """Return on which days each cadre may go; nothing where each may on any."""
    return {cadre: [day for day in stop.days if stop.may(cadre, day)] for cadre in sorted(stop.cadres) if stop.days}


def _by_day(days: Mapping[str, Collection[dt.date]]) -> dict[dt.date, frozenset[str]]:
    every = sorted({day for own in days.values() for day in own})
    return {day: frozenset(cadre for cadre, own in days.items() if day in own) for day in every}


def stop_again(row: Any) -> Stop:  # noqa: ANN401 - a row of a frame
    """Return a stop of a kept plan as it was planned from."""
    return Stop(
        layer=row.layer,
        key=row.key,
        issue=row.issue,
        cell=row.cell,
        place=row.geometry,
        cadres=frozenset(row.cadres),
        windows=tuple((int(begin), int(end)) for begin, end in row.windows),
        reasons=[Reason(one["code"], one["inputs"]) for one in row.reasons],
        days=_by_day(row.days),
        worth=int(row.priority),
    )


def kept_again(row: Any) -> PlannedStop:  # noqa: ANN401 - a row of a frame
    """Return a stop of a kept plan as it stands in it."""
    times = None if pd.isna(row.arrive) else tuple(one.to_pydatetime() for one in (row.arrive, row.begin, row.leave))
    return PlannedStop(
        row.layer,
        row.key,
        row.issue,
        row.cell,
        row.geometry,
        int(row.priority),
        row.reasons,
        int(row.service),
        [(int(begin), int(end)) for begin, end in row.windows],
        row.cadres,
        times,
        row.left_out,
        bool(row.locked),
        row.days,
    )


def midnight(office: Office, on: dt.date) -> dt.datetime:
    """Return the first instant of a local day, in UTC: seconds are counted from it."""
    return dt.datetime.combine(on, dt.time(), tzinfo=office.clock.zone).astimezone(dt.UTC)
