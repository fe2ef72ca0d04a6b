"""What of a plan may be seen by whom: no home on what several share, nothing sensitive but by those responsible."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd

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
    """Whose routes of a plan go out: of all cadres if none is named.

    What several share shows a home only if its layer stands in `private`, with a reason; what is sensitive is shown to
    others than those responsible only so.
    """

    plan: str
    cadres: Sequence[str] = ()
    private: Sequence[str] = field(default=())
    reason: str = ""


@dataclass(frozen=True, eq=False)
class SeenPlan:
    """A plan as one may see it.

    `plan`: with the routes and stops that are shown; `part` of its routes: whether some of its stops are not, its
    ground and start are null then. `alone`: it is the paper of one cadre, else several share it.
    """

    plan: KeptPlan
    alone: bool


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
    sight = _Sight(person, office, scene_of(office, tx), kept.on.isoformat(), _issue_levels(office, tx, kept))
    kept = sight.existing(kept)
    chosen = _chosen(kept, wanted)
    alone = len(chosen) == 1
    stops = kept.stops
    mine = stops["route"].isin(chosen["id"]) | stops["route"].isna()
    if alone:
        cadre = chosen["cadre"].iloc[0]
        wished = [
            route is not pd.NA or cadre in cadres for route, cadres in zip(stops["route"], stops["cadres"], strict=True)
        ]
        mine &= pd.Series(wished, index=stops.index, dtype=bool)
    stops = stops[mine.to_numpy(dtype=bool)].reset_index(drop=True)
    levels = sight.levels(stops)
    shown = [
        sight.shown(row, level, wanted.private, alone=alone) for row, level in zip(_rows(stops), levels, strict=True)
    ]
    hidden = stops[[not one for one in shown]]
    if alone and hidden["route"].notna().any():
        layers = sorted({layer or ISSUES for layer in hidden.loc[hidden["route"].notna(), "layer"]})
        raise ArgumentError("office.route_private", argument="private", layers=", ".join(layers))
    part = chosen["id"].isin(hidden["route"].dropna()).to_numpy(dtype=bool)
    routes = _without_ways(chosen.assign(part=part))
    return SeenPlan(replace(kept, routes=routes, stops=stops[shown].reset_index(drop=True)), alone)


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
    allowed = kept.routes["cadre"].tolist()
    for cadre in wanted.cadres:
        if cadre not in allowed:
            named = ", ".join(allowed) or "-"
            raise NotFoundError("office.no_route", plan=kept.number, cadre=cadre, allowed=named)
    rows = kept.routes[kept.routes["cadre"].isin(list(wanted.cadres))] if wanted.cadres else kept.routes
    return rows.reset_index(drop=True)


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
        """Return the plan with the routes and stops that exist for the person."""
        routes = kept.routes
        if self.person.role == "cadre":
            routes = routes[routes["cadre"] == self.person.cadre]
        own = self._own_routes(routes)
        there = [
            self._exists(row, level, own) for row, level in zip(_rows(kept.stops), self.levels(kept.stops), strict=True)
        ]
        unseen = kept.stops.loc[[not one for one in there], "route"].dropna()
        routes = routes[~routes["id"].isin(unseen)].reset_index(drop=True)
        stops = kept.stops[there]
        stops = stops[stops["route"].isna() | stops["route"].isin(routes["id"])]
        own_of = stops["route"].isin(own).fillna(value=False).to_numpy(dtype=bool)
        return replace(kept, routes=routes, stops=stops.assign(own=own_of).reset_index(drop=True))

    def levels(self, stops: pd.DataFrame) -> list[int]:
        """Return how protected each stop is: its layer, and every issue that it stands for."""
        return [
            max([_level(self.office, row.layer), *(self.issues.get(one, _OPEN) for one in _named(row))])
            for row in _rows(stops)
        ]

    def shown(self, row: object, level: int, private: Collection[str], *, alone: bool) -> bool:
        """Return whether a stop that exists may be shown."""
        layer = getattr(row, "layer") or ISSUES  # noqa: B009 - a row of a frame
        if level == _OPEN or layer in private:
            return True
        return alone and (level == _HOME or bool(getattr(row, "own")) or self._answers(row))  # noqa: B009

    def _own_routes(self, routes: pd.DataFrame) -> list[int]:
        """Return the routes that the person goes himself."""
        if self.person.cadre is None or self.person.role not in ANSWERING:
            return []
        mine = routes["cadre"].eq(self.person.cadre) | routes["companion"].eq(self.person.cadre)
        return [int(one) for one in routes.loc[mine.to_numpy(dtype=bool), "id"]]

    def _exists(self, row: object, level: int, own: Sequence[int]) -> bool:
        route, cell = getattr(row, "route"), getattr(row, "cell")  # noqa: B009
        if route is not pd.NA and route in own:
            return True
        if not self.scene.in_scope(self.person, cell, self.day):
            return False
        return level != _SECRET or may(self.person, "reveal") or self._answers(row)

    def _answers(self, row: object) -> bool:
        """Return whether the person answers where a stop lies, or above."""
        held, cell = self.scene.belonging_on(self.day), getattr(row, "cell")  # noqa: B009
        if held is None or self.person.role not in ANSWERING or self.person.cadre is None:
            return False
        return self.person.cadre in held.heads.get(cell, ())


def _rows(frame: pd.DataFrame) -> Iterator[object]:
    return frame.itertuples(index=False)


def _named(row: object) -> set[str]:
    """Return the numbers of the issues that a stop stands for."""
    issue, reasons = getattr(row, "issue"), getattr(row, "reasons")  # noqa: B009
    named = {str(reason["inputs"]["issue"]) for reason in reasons if "issue" in reason["inputs"]}
    return named | ({issue} if isinstance(issue, str) else set())


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
