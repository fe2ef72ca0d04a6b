"""The routes of a day and their stops as rows, of all its plans, as several may look at them: without homes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from gridmap.office.route_sight import SeenPlan, WantedRoutes, see
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.store import people, plans
from gridmap.store.engine import Transaction
from gridmap.store.plans import KeptPlan

# So long before its last day a plan may begin.
_DAYS = 31
_CRS = "EPSG:4326"
_LEGS = ("id", "plan", "cadre", "cadre_name", "companion", "day", "begin", "finish", "back", "metres", "part")
_STOPS = (
    *("id", "plan", "cadre", "cadre_name", "position", "layer", "key", "issue", "cell", "priority"),
    *("arrive", "leave"),
)


def route_legs(person: Person, office: Office, on: dt.date) -> gpd.GeoDataFrame:
    """Return the routes of a day, EPSG:4326: id, plan, cadre, cadre_name, companion, day, begin, finish, back, metres.

    `part`: some of its stops are not shown, nor is its ground then. Raises RefusedError for those who may not put out
    plans.
    """
    seen, names = _seen(person, office, on)
    parts = []
    for one in seen:
        said = {"plan": one.number, "cadre_name": [names.get(cadre) for cadre in one.routes["cadre"]]}
        held = one.routes.assign(**said, day=on.isoformat())
        parts.append(held.assign(id=[f"{one.number}.{number}" for number in held["id"]]))
    return _together(parts, _LEGS)


def route_stops(person: Person, office: Office, on: dt.date) -> gpd.GeoDataFrame:
    """Return the stops on the routes of a day, EPSG:4326, with the columns of `_STOPS`.

    Raises RefusedError for those who may not put out plans.
    """
    seen, names = _seen(person, office, on)
    parts = []
    for one in seen:
        held = one.stops[one.stops["route"].isin(one.routes["id"])]
        whose = held["route"].map(one.routes.set_index("id")["cadre"])
        numbers = zip(held["route"], held["position"], strict=True)
        said = {"plan": one.number, "cadre": whose, "cadre_name": [names.get(cadre) for cadre in whose]}
        parts.append(held.assign(**said, id=[f"{one.number}.{route}.{at}" for route, at in numbers]))
    return _together(parts, _STOPS)


def seen_on(person: Person, office: Office, tx: Transaction, on: dt.date, *, shared: bool) -> list[SeenPlan]:
    """Return the plans with routes on a day, of each these alone, without those that others took the place of.

    `shared` as in `route_sight.WantedRoutes`. Raises RefusedError for those who may not put out plans.
    """
    kept = plans.plans(tx)
    begin = (on - dt.timedelta(days=_DAYS)).isoformat()
    numbers = kept.loc[kept["on"].between(begin, on.isoformat()), "number"]
    seen = [see(person, office, tx, WantedRoutes(number, shared=shared)) for number in numbers]
    replaced = {one.plan.replaces for one in seen}
    day = [one for one in seen if one.plan.number not in replaced and (one.plan.routes["day"] == on).any()]
    return [replace(one, plan=_on(one.plan, on)) for one in day]


def _seen(person: Person, office: Office, on: dt.date) -> tuple[list[KeptPlan], dict[str, str]]:
    with office.reading(person) as tx:
        cadres = people.roster(tx).cadres
        seen = seen_on(person, office, tx, on, shared=True)
    return [one.plan for one in seen], dict(zip(cadres["cadre"], cadres["name"], strict=True))


def _on(kept: KeptPlan, on: dt.date) -> KeptPlan:
    return replace(kept, routes=kept.routes[kept.routes["day"] == on].reset_index(drop=True))


def _together(parts: list[gpd.GeoDataFrame], columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    if not parts:
        return gpd.GeoDataFrame({name: pd.Series(dtype=object) for name in columns}, geometry=[], crs=_CRS)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True)[[*columns, "geometry"]], geometry="geometry", crs=_CRS)
