"""A plan as maps, sheets and files show it: names instead of numbers, sentences instead of codes, local times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.maps.frames import plain
from gridmap.maps.routes import RouteMap
from gridmap.office.route_plans import ROADS
from gridmap.office.route_sight import SeenPlan
from gridmap.office.route_words import PlanWords
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.store import grids, registers
from gridmap.store.engine import Transaction
from gridmap.words import LANGUAGES, say

_AROUND = 0.004  # degrees of the ground around the routes
_CELLS = ["code", "level", "name", "geometry"]
_CRS = "EPSG:4326"
_METRES = 1000.0


@dataclass(frozen=True, eq=False)
class RouteScene:
    """The routes of a plan ready to be drawn: `drawn`; the numbers of the plan and of the cadres; the office's name.

    `bounds`: the ground around what is shown: west, south, east, north in degrees.
    """

    drawn: RouteMap
    plan: str
    cadres: list[str]
    office: str
    bounds: tuple[float, float, float, float]

    def planned(self) -> gpd.GeoDataFrame:
        """Return the stops on routes, in their order."""
        stops = self.drawn.stops
        on_route = stops[stops["route"].notna().to_numpy(dtype=bool)]
        return on_route.sort_values(["route", "position"], kind="stable")

    def rows(self) -> gpd.GeoDataFrame:
        """Return the stops as a table in words, those on routes first."""
        lang, stops = self.drawn.lang, self.drawn.stops
        who = dict(zip(self.drawn.routes["id"], self.drawn.routes["who"], strict=True))
        columns = {
            "route_who": [None if route is pd.NA else who[route] for route in stops["route"]],
            "route_stop": stops["position"],
            "route_arrive": _clock(stops["arrive"]),
            "route_leave": _clock(stops["leave"]),
            "layer": [what[lang] for what in stops["what"]],
            "key": stops["key"],
            "route_issue": stops["issue"],
            "cell": stops["cell"],
            "route_priority": stops["priority"],
            "route_why": [say("office.route_and", lang).join(why[lang]) for why in stops["why"]],
            "route_left_out": [None if left is None else left[lang] for left in stops["left_why"]],
        }
        return gpd.GeoDataFrame(pd.DataFrame(columns, index=stops.index), geometry=stops.geometry, crs=stops.crs)

    def features(self) -> gpd.GeoDataFrame:
        """Return routes and stops in one frame, as they go into a file of features: `kind` tells them apart."""
        lang, routes = self.drawn.lang, self.drawn.routes
        ways = gpd.GeoDataFrame(
            {
                "kind": "route",
                "plan": self.plan,
                "cadre": self.cadres,
                "metres": routes["metres"],
                "begin": [one.isoformat() for one in routes["begin"]],
                "back": [one.isoformat() for one in routes["back"]],
            },
            geometry=routes.geometry.to_numpy(),
            crs=routes.crs,
        )
        stops = self.drawn.stops
        cadre = dict(zip(routes["id"], self.cadres, strict=True))
        calls = gpd.GeoDataFrame(
            {
                "kind": np.where(stops["route"].isna(), "left_out", "stop"),
                "plan": self.plan,
                "cadre": [None if route is pd.NA else cadre[route] for route in stops["route"]],
                "stop": stops["position"],
                "arrive": [None if pd.isna(one) else one.isoformat() for one in stops["arrive"]],
                "leave": [None if pd.isna(one) else one.isoformat() for one in stops["leave"]],
                "layer": [what[lang] for what in stops["what"]],
                "key": stops["key"],
                "issue": stops["issue"],
                "cell": stops["cell"],
                "priority": stops["priority"],
                "why": [say("office.route_and", lang).join(why[lang]) for why in stops["why"]],
                "left_out": [None if left is None else left[lang] for left in stops["left_why"]],
            },
            geometry=stops.geometry.to_numpy(),
            crs=stops.crs,
        )
        return gpd.GeoDataFrame(pd.concat([ways, calls], ignore_index=True), crs=_CRS)


def route_scene(person: Person, office: Office, tx: Transaction, seen: SeenPlan, lang: str) -> RouteScene:
    """Return what of a plan may be seen (`seen`), ready to be drawn in `lang`; a page says it in both languages."""
    kept = seen.plan
    edition = grids.edition_on(tx, kept.on)
    told = {one: PlanWords.of(person, office, kept.on, one) for one in LANGUAGES}
    cells = _cells(office, tx, None if edition is None else edition.id)
    routes, stops = _routes(office, kept.routes, told[lang]), _stops(office, seen, told)
    stops["cell"] = [_named(cells, code) for code in stops["cell"]]
    box = _box(routes, stops, cells)
    drawn = RouteMap(
        title=_title(office, routes, stops, lang),
        lang=lang,
        on=kept.on,
        routes=routes,
        stops=stops,
        cells=cells[cells.intersects(shapely.box(*box)).to_numpy(dtype=bool)].reset_index(drop=True),
        roads=_roads(office, tx, seen, box),
        source=say("office.route_source", lang, plan=kept.number, edition="" if edition is None else edition.name),
        made_up=bool(office.settings.demo_instant),
    )
    return RouteScene(drawn, kept.number, kept.routes["cadre"].tolist(), office.store.office().name, box)


def _routes(office: Office, routes: gpd.GeoDataFrame, words: PlanWords) -> gpd.GeoDataFrame:
    zone = office.clock.zone
    names = [words.cadre(one) for one in routes["cadre"]]
    if len(set(routes["day"])) > 1:
        names = [f"{name} {day:%m-%d}" for name, day in zip(names, routes["day"], strict=True)]
    return routes.assign(
        who=names,
        companion=[None if not isinstance(one, str) else words.cadre(one) for one in routes["companion"]],
        begin=routes["begin"].dt.tz_convert(zone),
        back=routes["back"].dt.tz_convert(zone),
    )


def _stops(office: Office, seen: SeenPlan, words: Mapping[str, PlanWords]) -> gpd.GeoDataFrame:
    stops, zone = seen.plan.stops, office.clock.zone
    return stops.assign(
        what=_whats(office, seen),
        why=[{lang: one.reasons(reasons) for lang, one in words.items()} for reasons in stops["reasons"]],
        left_out=_objects(
            [None if left is None else str(left["code"]).partition(".")[2] for left in stops["left_out"]]
        ),
        lacks=[float(left["inputs"].get("seconds", np.inf)) if left else np.inf for left in stops["left_out"]],
        left_why=_objects(
            [
                None if left is None else {lang: _left(office, left, one, seen) for lang, one in words.items()}
                for left in stops["left_out"]
            ]
        ),
        arrive=stops["arrive"].dt.tz_convert(zone),
        leave=stops["leave"].dt.tz_convert(zone),
    )


def _objects(values: list[Any]) -> np.ndarray:
    """Return values as a column that keeps what is missing as None."""
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def _left(office: Office, left: Mapping[str, Any], words: PlanWords, seen: SeenPlan) -> str:
    """Return why a stop was left out: with figures on the paper of one, unless they name what others must not know."""
    named = left["inputs"].get("ousts")
    layer = str(named).partition(" ")[0]
    known = named is None or (layer in office.layers and not office.layers[layer].sensitive)
    return words.left_out(left, plain=not (seen.alone and known))


def _whats(office: Office, seen: SeenPlan) -> list[dict[str, str]]:
    """Return what each stop is in words: its layer; of an issue that stands for no feature, just that."""
    issue = {lang: say("office.route_issue", lang) for lang in LANGUAGES}
    layers = (None if name is None else office.layers[name] for name in seen.plan.stops["layer"])
    return [issue if layer is None else {"zh": layer.zh, "en": layer.en} for layer in layers]


def _cells(office: Office, tx: Transaction, edition: int | None) -> gpd.GeoDataFrame:
    if edition is None:
        return gpd.GeoDataFrame({name: [] for name in _CELLS}, geometry="geometry", crs=_CRS)
    return office.grid(tx, edition).cells[_CELLS].to_crs(_CRS)


def _named(cells: gpd.GeoDataFrame, code: str | None) -> str | None:
    """Return the name of a cell, and its code where it has none."""
    names = cells.loc[cells["code"] == code, "name"].dropna()
    return code if names.empty else str(names.iloc[0])


def _box(
    routes: gpd.GeoDataFrame, stops: gpd.GeoDataFrame, cells: gpd.GeoDataFrame
) -> tuple[float, float, float, float]:
    """Return the ground around what is shown (degrees); of nothing, that of the office."""
    drawn = [*routes.geometry, *stops.geometry, *routes["start"]]
    there = [shape for shape in drawn if shape is not None and not shape.is_empty]
    west, south, east, north = (float(one) for one in (shapely.total_bounds(there) if there else cells.total_bounds))
    return west - _AROUND, south - _AROUND, east + _AROUND, north + _AROUND


def _roads(office: Office, tx: Transaction, seen: SeenPlan, box: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    if ROADS not in office.layers or np.isnan(box).any():
        return gpd.GeoDataFrame(geometry=[], crs=_CRS)
    rows = registers.features(tx, office.layers[ROADS], on=seen.plan.on, bbox=box)
    return rows[["geometry"]].to_crs(_CRS)


def _clock(instants: pd.Series) -> list[object]:
    return plain(instants.dt.strftime("%H:%M"))


def _title(office: Office, routes: gpd.GeoDataFrame, stops: gpd.GeoDataFrame, lang: str) -> str:
    name, planned = office.store.office().name, int(stops["route"].notna().sum())
    if len(routes) == 1 and not routes["part"].any():
        return say(
            "maps.routes_title_one",
            lang,
            office=name,
            who=routes["who"].iloc[0],
            stops=planned,
            kilometres=f"{routes['metres'].iloc[0] / _METRES:.1f}",
        )
    if routes["part"].any():
        return say("maps.routes_title_part", lang, office=name, stops=planned, routes=len(routes))
    return say("maps.routes_title", lang, office=name, stops=planned, routes=len(routes), left=len(stops) - planned)
