"""Errands: the rest of an evening planned again from where a visitor is; the order of a route changed by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import shapely

from gridmap.errors import ArgumentError, Fault, FaultsError, NotFoundError
from gridmap.office.route_plans import (
    Asked,
    Group,
    Rest,
    kept_again,
    midnight,
    network_on,
    planned,
    problem_of,
    stop_again,
    told,
)
from gridmap.office.routing import called_since, keep, show_plan
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.routes.check import check
from gridmap.routes.plan import LeftOut, plan_of, walked
from gridmap.routes.problem import Problem
from gridmap.store import plans
from gridmap.store.plans import KeptPlan, PlannedRoute, PlannedStop


def plan_again(
    person: Person,
    office: Office,
    number: str,
    cadre: str,
    *,
    at: dt.datetime,
    place: tuple[float, float] | None = None,
    seen: Collection[str] | None = None,
) -> str:
    """Plan the rest of a cadre's evening from where he is at `at` (aware); return the number of the new plan.

    What was called at since is done; `place` (longitude, latitude) is where he is, null: at the last stop called at.
    Stops that the plan left out may come in. The other routes stay as they are. `seen` as of `move_stops`. Raises
    NotFoundError for a plan or a route that there is not.
    """
    kept = show_plan(person, office, number)
    route, day = _route_of(office, kept, cadre, at.astimezone(office.clock.zone).date())
    asked = Asked.of(kept.asked)
    mine = kept.stops[kept.stops["route"] == route.id]
    gone = mine[mine["visited"]]
    rest = [stop_again(row) for row in mine[~mine["visited"]].itertuples(index=False)]
    with office.reading_whole() as tx:
        network, whole = network_on(office, tx, kept.on), plans.plan_kept(tx, number)
        called = called_since(office, tx, whole)
    others = whole.stops[whole.stops["route"].isna() & ~whole.stops.geometry.isna() & ~np.array(called, dtype=bool)]
    wished = [stop for row in others.itertuples(index=False) if (stop := stop_again(row)).may(cadre, day)]
    here = shapely.Point(place) if place is not None else (route.start if gone.empty else gone.geometry.iloc[-1])
    now = int((at - midnight(office, day)).total_seconds())
    begin, finish = asked.hours()
    hours = (min(max(now, begin), finish), finish)
    group = Group([cadre], [*rest, *wished], [day], [here])
    before = tuple(kept_again(row) for row in gone.itertuples(index=False))
    routes, left = planned(office, network, group, asked, Rest(hours, route.start, before))
    return _keep_with(person, office, kept, route.id, routes, left, seen)


def move_stops(
    person: Person,
    office: Office,
    number: str,
    cadre: str,
    order: Sequence[int],
    *,
    on: dt.date | None = None,
    seen: Collection[str] | None = None,
) -> str:
    """Change the order of a cadre's route by hand; return the number of the new plan.

    `order`: the positions of the stops as they are to follow; one that is not named is left out. `on`: which day's
    route, of a plan for several (null: the first). `seen`: states of the plan that the order was made upon (see
    `matching`); ConflictError if it was made anew since. The plan is checked again: raises FaultsError for an order
    that breaks a window or the evening, ArgumentError for positions that there are not.
    """
    kept = show_plan(person, office, number)
    route, day = _route_of(office, kept, cadre, on)
    mine = kept.stops[kept.stops["route"] == route.id].reset_index(drop=True)
    if len(set(order)) < len(order) or not set(order) <= set(mine["position"]):
        raise ArgumentError("office.no_position", argument="order", given=", ".join(map(str, order)), count=len(mine))
    asked = Asked.of(kept.asked)
    with office.reading_whole() as tx:
        network = network_on(office, tx, kept.on)
    stops = [stop_again(row) for row in mine.itertuples(index=False)]
    group = Group([cadre], stops, [day], [route.start])
    problem, travel = problem_of(network, group, asked)
    chosen = [position - 1 for position in order]
    walk = walked(problem, 0, chosen)
    if walk is None:
        raise FaultsError(_broken(problem, chosen))
    rest = [LeftOut(stop, "routes.by_hand") for stop in range(len(stops)) if stop not in chosen]
    plan = plan_of(problem, [chosen], rest)
    faults = check(problem, plan)
    if faults:
        raise FaultsError(faults)
    routes, left = told(office, group, plan, travel, asked)
    return _keep_with(person, office, kept, route.id, routes, left, seen)


def _broken(problem: Problem, order: Sequence[int]) -> list[Fault]:
    """Return where an order cannot go on: the first stop at which no window, way or time is left."""
    for count in range(1, len(order) + 1):
        if walked(problem, 0, order[:count]) is None:
            return [Fault("routes.cannot_go_on", sheet="routes", row=count, inputs={"stop": order[count - 1] + 1})]
    return []


def _route_of(office: Office, kept: KeptPlan, cadre: str, on: dt.date | None) -> tuple[Any, dt.date]:
    """Return the route of a cadre and its day (null: his first one). Raises NotFoundError, naming who has one."""
    days = kept.routes["begin"].dt.tz_convert(office.clock.zone).dt.date
    rows = kept.routes[(kept.routes["cadre"] == cadre) & (True if on is None else days == on)]
    if rows.empty:
        allowed = ", ".join(kept.routes["cadre"].unique())
        raise NotFoundError("office.no_route", plan=kept.number, cadre=cadre, on=on or kept.on, allowed=allowed)
    return next(rows.itertuples(index=False)), days[rows.index[0]]


def _keep_with(  # noqa: PLR0917 - the old plan, what is new of it, and who makes it
    person: Person,
    office: Office,
    kept: KeptPlan,
    route: int,
    routes: Sequence[PlannedRoute],
    left: Sequence[PlannedStop],
    seen: Collection[str] | None,
) -> str:
    """Keep the plan with one route made anew: the others and what they left out stay."""
    with office.reading_whole() as tx:
        kept = plans.plan_kept(tx, kept.number)  # whole: what does not exist for the person stays in it
    anew = {_same(one) for one in (*left, *(one for part in routes for one in part.stops))}
    rows = kept.routes.itertuples(index=False)
    every = [one for row in rows for one in (routes if row.id == route else [_route_again(kept, row)])]
    before = [kept_again(row) for row in kept.stops[kept.stops["route"].isna()].itertuples(index=False)]
    rest = [one for one in before if _same(one) not in anew]
    return keep(person, office, Asked.of(kept.asked), every, [*rest, *left], kept.number, seen)


def _same(stop: PlannedStop) -> tuple[object, ...]:
    """Return what a stop is known by within a plan: one thing may be several, for different people."""
    return stop.layer, stop.key, stop.issue, tuple(stop.cadres)


def _route_again(kept: KeptPlan, row: Any) -> PlannedRoute:  # noqa: ANN401 - a row of a frame
    mine = kept.stops[kept.stops["route"] == row.id]
    return PlannedRoute(
        cadre=row.cadre,
        start=row.start,
        begin=row.begin.to_pydatetime(),
        finish=row.finish.to_pydatetime(),
        back=row.back.to_pydatetime(),
        metres=int(row.metres),
        ground=row.geometry,
        stops=[kept_again(stop) for stop in mine.itertuples(index=False)],
        companion=row.companion,
    )
