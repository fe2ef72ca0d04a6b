"""Errand: the routes of an evening, of all its plans, as they are looked at: where to go, in which order, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from gridmap.office.route_rows import seen_on
from gridmap.office.route_scene import RouteScene, route_scene
from gridmap.office.route_sheets import Named, lines_of_stops
from gridmap.office.route_sight import SeenPlan
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person

_APART = 1_000_000  # no plan has more routes


@dataclass(frozen=True, eq=False)
class Evening:
    """The routes of a day ready to be drawn, and of each feature that is called at initials or name, and address."""

    scene: RouteScene
    lines: Mapping[Named, Named]


def evening(person: Person, office: Office, on: dt.date, *, lang: str = "en") -> Evening | None:
    """Return the routes of a day, of all plans that no other took the place of; null where there is none.

    A cadre sees his own, with the places of the homes on it. What several share has no home and no way that leads to
    one. Raises RefusedError for those who may not plan and put out plans.
    """
    refuse_unless(person, "plan")
    with office.reading(person) as tx:
        seen = seen_on(person, office, tx, on, shared=person.role != "cadre")
        if not seen:
            return None
        whole = _together([_of_the_day(one) for one in seen])
        return Evening(route_scene(person, office, tx, whole, lang), lines_of_stops(office, tx, whole))


def _of_the_day(seen: SeenPlan) -> SeenPlan:
    """Leave away the stops of other evenings of a plan."""
    stops = seen.plan.stops
    there = stops["route"].isna() | stops["route"].isin(seen.plan.routes["id"])
    return replace(seen, plan=replace(seen.plan, stops=stops[there].reset_index(drop=True)))


def _together(seen: Sequence[SeenPlan]) -> SeenPlan:
    """Return several plans as one: numbers of routes are told apart, and it is nobody's own paper any more."""
    if len(seen) == 1:
        return seen[0]
    routes = [one.plan.routes.assign(id=one.plan.routes["id"] + at * _APART) for at, one in enumerate(seen)]
    stops = [one.plan.stops.assign(route=one.plan.stops["route"] + at * _APART) for at, one in enumerate(seen)]
    plan = replace(
        seen[0].plan,
        number=", ".join(one.plan.number for one in seen),
        routes=gpd.GeoDataFrame(pd.concat(routes, ignore_index=True), geometry="geometry"),
        stops=gpd.GeoDataFrame(pd.concat(stops, ignore_index=True), geometry="geometry"),
    )
    cadres = list(dict.fromkeys(cadre for one in seen for cadre in one.cadres))
    return SeenPlan(plan, alone=all(one.alone for one in seen), cadres=cadres)
