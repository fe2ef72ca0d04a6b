"""What of a plan may be seen by whom: no home on what several share, nothing sensitive but by those responsible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.office.homes import tells_a_home
from gridmap.office.scene import Scene, scene_of
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, may, refuse_unless
from gridmap.people.person import Person
from gridmap.store import categories, issues, plans
from gridmap.store.engine import Transaction
from gridmap.store.plans import KeptPlan

ISSUES = "issues"
"""What stops are named by that stand for an issue of a sensitive category."""

_OPEN, _HOME, _SECRET = range(3)


@dataclass(frozen=True, slots=True)
class WantedRoutes:
    """Whose routes of a plan go out, of which day: all that are not named otherwise.

    What several share shows a home only if its layer stands in `private`, with a reason; what is sensitive is shown to
    others than those responsible only so. `shared`: they share it, even if it is of one cadre.
    """

    plan: str
    cadres: Sequence[str] = ()
    on: dt.date | None = None
    private: Sequence[str] = field(default=())
    reason: str = ""
    shared: bool = False


@dataclass(frozen=True, eq=False)
class SeenPlan:
    """A plan as one may see it.

    `plan`: with the routes and stops that are shown. Of each route `day` is the local one, `part` whether some of its
    stops are not shown: its ground and start are null then. `alone`: it is the paper of one cadre, else several share
    it. `cadres`: all with a route that exists for him.
    """

    plan: KeptPlan
    alone: bool
    cadres: Sequence[str]


def existing(person: Person, office: Office, tx: Transaction, kept: KeptPlan) -> KeptPlan:
    """Return the plan with the routes and stops that exist for the person: a cadre's account has its own route.

    A route with a stop that does not exist for the person does not exist for him either.
    """
    found = _sight(person, office, tx, kept).existing(kept)
    return replace(found, stops=found.stops.drop(columns="own"))


def _sight(person: Person, office: Office, tx: Transaction, kept: KeptPlan) -> _Sight:
    return _Sight(person, office, scene_of(office, tx), kept.on.isoformat(), _issue_levels(office, tx, kept))


def see(person: Person, office: Office, tx: Transaction, wanted: WantedRoutes) -> SeenPlan:
    """Return what of a plan `person` may put out.

    A cadre's account has its own route. A route with a stop that does not exist for the person does not exist for him
    either: its way and its numbers would tell. Raises NotFoundError for a plan or route that there is not,
    RefusedError for somebody who may not plan or export, or not reveal where that is needed; ArgumentError for a reason
    that is missing, and where the paper of one cadre holds what is sensitive and was not asked for by name.
    """
    refuse_unless(person, "plan")
    if person.role != "cadre":
        refuse_unless(person, "export")
    _check_private(person, office, wanted)
    kept = plans.plan_kept(tx, wanted.plan)
    sight = _sight(person, office, tx, kept)
    kept = sight.existing(kept)
    days = kept.routes["begin"].dt.tz_convert(office.clock.zone).dt.date
    kept = replace(kept, routes=kept.routes.assign(day=days))
    cadres = list(dict.fromkeys(kept.routes["cadre"]))
    chosen = _chosen(kept, wanted)
    alone = not wanted.shared and len(set(chosen["cadre"])) == 1
    asked = _on(kept.stops, chosen)
    if alone:
        cadre = chosen["cadre"].iloc[0]
        days = set(chosen["day"])
        asked &= kept.stops["route"].notna().to_numpy(dtype=bool) | _mask(
            _may(row, cadre, days) for row in _rows(kept.stops)
        )
    stops = kept.stops[asked].reset_index(drop=True)
    shown = sight.shown(stops, wanted.private, alone=alone)
    hidden, stops = stops[~shown], stops[shown]
    _refuse_part(hidden, alone=alone)
    part = chosen["id"].isin(hidden["route"].dropna()).to_numpy(dtype=bool)
    routes = _without_ways(chosen.assign(part=part))
    if not alone:
        # Not even the length of a way may tell of what is sensitive.
        gone = routes["id"].isin(sight.secret(hidden)) | ~routes["id"].isin(stops["route"].dropna())
        routes = routes[~gone].reset_index(drop=True)
        stops = stops[_on(stops, routes)]
    return SeenPlan(replace(kept, routes=routes, stops=stops.reset_index(drop=True)), alone, cadres)


def _refuse_part(hidden: pd.DataFrame, *, alone: bool) -> None:
    """Refuse to put out a part of the paper of one cadre."""
    named = hidden.loc[hidden["route"].notna().to_numpy(dtype=bool), "layer"]
    if alone and len(named):
        layers = ", ".join(sorted({layer or ISSUES for layer in named}))
        raise ArgumentError("office.route_private", argument="private", layers=layers)


def _check_private(person: Person, office: Office, wanted: WantedRoutes) -> None:
    if not wanted.private:
        return
    for name in wanted.private:
        if name != ISSUES:
            office.layers[name]
    refuse_unless(person, "reveal")
    if not wanted.reason.strip():
        raise ArgumentError("office.reveal_reason")


def _chosen(kept: KeptPlan, wanted: WantedRoutes) -> gpd.GeoDataFrame:
    rows = kept.routes if wanted.on is None else kept.routes[kept.routes["day"] == wanted.on]
    for cadre in wanted.cadres or ([] if len(rows) or wanted.on is None else [""]):
        if cadre not in set(rows["cadre"]):
            allowed = ", ".join(dict.fromkeys(kept.routes["cadre"])) or "-"
            on = wanted.on or kept.on
            raise NotFoundError("office.no_route", plan=kept.number, cadre=cadre or "-", on=on, allowed=allowed)
    return (rows[rows["cadre"].isin(list(wanted.cadres))] if wanted.cadres else rows).reset_index(drop=True)


def _may(row: Any, cadre: str, days: set[dt.date]) -> bool:  # noqa: ANN401 - a row of a frame
    """Return whether a cadre may go to a stop on one of the days."""
    return cadre in row.cadres and (not row.days or not days.isdisjoint(row.days[cadre]))


def _without_ways(routes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take away the ground and the start of routes with stops that are not shown: both lead to them."""
    part = routes["part"].to_numpy(dtype=bool)
    ground, start = (routes[name].to_numpy(dtype=object).copy() for name in ("geometry", "start"))
    ground[part] = start[part] = None
    whole = routes.assign(start=pd.Series(start, index=routes.index, dtype=object))
    return whole.set_geometry(gpd.GeoSeries(ground, index=routes.index, crs=routes.crs))


@dataclass(frozen=True, eq=False)
class _Sight:
    """Who looks at the stops of a day; `issues`: how protected each issue by number is."""

    person: Person
    office: Office
    scene: Scene
    day: str
    issues: Mapping[str, int]

    def existing(self, kept: KeptPlan) -> KeptPlan:
        """Return the plan with the routes and stops that exist for the person; `own`: those of his own routes."""
        routes = kept.routes
        if self.person.role == "cadre":
            routes = routes[routes["cadre"] == self.person.cadre]
        own = self._own_routes(routes)
        stops = kept.stops.assign(own=[route is not pd.NA and route in own for route in kept.stops["route"]])
        there = _mask(self._exists(row) for row in _rows(stops))
        routes = routes[~routes["id"].isin(stops.loc[~there, "route"].dropna())].reset_index(drop=True)
        stops = stops[there]
        return replace(kept, routes=routes, stops=stops[_on(stops, routes)].reset_index(drop=True))

    def shown(self, stops: pd.DataFrame, private: Collection[str], *, alone: bool) -> NDArray[np.bool_]:
        """Return which of the stops that exist may be shown."""
        return _mask(self._shown(row, private, alone=alone) for row in _rows(stops))

    def secret(self, stops: pd.DataFrame) -> list[int]:
        """Return the routes of those stops that are sensitive."""
        mask = _mask(self._level(row) == _SECRET for row in _rows(stops))
        return [int(one) for one in stops.loc[mask, "route"].dropna()]

    def _level(self, row: Any) -> int:  # noqa: ANN401 - a row of a frame
        return max(_level(self.office, row.layer), self._of_issues(row))

    def _of_issues(self, row: Any) -> int:  # noqa: ANN401 - a row of a frame
        return max((self.issues.get(one, _OPEN) for one in _named(row)), default=_OPEN)

    def _shown(self, row: Any, private: Collection[str], *, alone: bool) -> bool:  # noqa: ANN401 - a row of a frame
        layer = _level(self.office, row.layer)
        needed = {row.layer} if layer != _OPEN else set()
        if self._of_issues(row) > layer:
            needed.add(ISSUES)
        if needed <= set(private):
            return True
        return alone and (self._level(row) == _HOME or row.own or self._answers(row))

    def _own_routes(self, routes: pd.DataFrame) -> list[int]:
        """Return the routes that the person goes himself."""
        if self.person.cadre is None or self.person.role not in ANSWERING:
            return []
        mine = routes["cadre"].eq(self.person.cadre) | routes["companion"].eq(self.person.cadre)
        return [int(one) for one in routes.loc[mine.to_numpy(dtype=bool), "id"]]

    def _exists(self, row: Any) -> bool:  # noqa: ANN401 - a row of a frame
        if row.own:
            return True
        if not self.scene.in_scope(self.person, row.cell, self.day):
            return False
        return self._level(row) != _SECRET or may(self.person, "reveal") or self._answers(row)

    def _answers(self, row: Any) -> bool:  # noqa: ANN401 - a row of a frame
        """Return whether the person answers where a stop lies, or above."""
        held = self.scene.belonging_on(self.day)
        if held is None or self.person.role not in ANSWERING or self.person.cadre is None:
            return False
        return self.person.cadre in held.heads.get(row.cell, ())


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples(index=False)


def _mask(values: Iterable[bool]) -> NDArray[np.bool_]:
    return np.array(list(values), dtype=bool)


def _on(stops: pd.DataFrame, routes: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which stops are on one of the routes, or were left out."""
    return (stops["route"].isna() | stops["route"].isin(routes["id"])).to_numpy(dtype=bool)


def _named(row: Any) -> set[str]:  # noqa: ANN401 - a row of a frame
    """Return the numbers of the issues that a stop stands for."""
    named = {str(reason["inputs"]["issue"]) for reason in row.reasons if "issue" in reason["inputs"]}
    return named | ({row.issue} if isinstance(row.issue, str) else set())


def _issue_levels(office: Office, tx: Transaction, kept: KeptPlan) -> dict[str, int]:
    """Return how protected each issue of a plan is by its category and by what it stands for."""
    named = {number for row in _rows(kept.stops) for number in _named(row)}
    if not named:
        return {}
    kinds = categories.categories(tx, kept.on)
    rows = issues.issues(tx, issues=list(issues.find(tx, named).values()))
    return {
        number: max(
            _SECRET if category in kinds and kinds[category].sensitive else _OPEN,
            *(_level(office, layer) for layer, _ in features),
            _OPEN,
        )
        for number, category, features in zip(rows["number"], rows["category"], rows["features"], strict=True)
    }


def _level(office: Office, name: str | None) -> int:
    layer = None if name is None else office.layers[name]
    if layer is None or not tells_a_home(layer):
        return _OPEN
    return _SECRET if layer.sensitive else _HOME
