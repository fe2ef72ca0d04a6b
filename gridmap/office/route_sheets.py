"""The evening sheet of a route: kept under its number, with what the office knows of each stop."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np

from gridmap.maps.pictures.route_map import route_svg
from gridmap.maps.routes import left_reason
from gridmap.office.issue_lists import Wanted, listed_on
from gridmap.office.route_scene import RouteScene
from gridmap.office.route_sight import SeenPlan
from gridmap.office.routing import called_since
from gridmap.office.sheets import lines_of
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.reports.route_sheet import RouteSheet, SheetCall, SheetLeft
from gridmap.store import categories, plans, sheets
from gridmap.store.engine import Transaction

Named = tuple[str, str]
_LEFT = 12  # left-out stops that a sheet names


def sheet_number(person: Person, office: Office, tx: Transaction, seen: SeenPlan) -> str:
    """Return the number that the route was printed under, or keep it as a sheet and return that one's."""
    route = seen.plan.routes.iloc[0]
    if isinstance(route["sheet"], str):
        return route["sheet"]
    stops = _planned(seen)
    pairs = [
        None if layer is None or key is None else (str(layer), str(key))
        for layer, key in zip(stops["layer"], stops["key"], strict=True)
    ]
    cells = set(stops["cell"].dropna())
    cell = cells.pop() if len(cells) == 1 else None
    number = sheets.keep_sheet(tx, pairs, cell=cell, on=route["day"], at=office.clock.now(), account=person.account)
    plans.set_sheet(tx, int(route["id"]), number)
    return number


def _planned(seen: SeenPlan) -> gpd.GeoDataFrame:
    stops = seen.plan.stops
    return stops[stops["route"].notna().to_numpy(dtype=bool)].sort_values("position", kind="stable")


def sheet_of(
    scene: RouteScene,
    number: str,
    lines: Mapping[Named, Named],
    open_issues: Mapping[Named, Sequence[str]],
    done: Collection[Named],
) -> RouteSheet:
    """Return the sheet of the one route of `scene`; `lines`, `open_issues` and what is `done` by layer and key."""
    route, lang = scene.drawn.routes.iloc[0], scene.drawn.lang
    stops = scene.drawn.stops
    left = stops[stops["left_out"].notna().to_numpy(dtype=bool)]
    # What is worth most, and of that what lacks least, is where one goes if there is time left.
    left = left.sort_values(["priority", "lacks"], ascending=[False, True], kind="stable")
    counts = left["left_out"].value_counts()
    return RouteSheet(
        number=number,
        plan=scene.plan,
        office=scene.office,
        on=route["day"],
        cadre=scene.cadres[0],
        who=route["who"],
        begin=route["begin"],
        back=route["back"],
        metres=int(route["metres"]),
        calls=[_call(stop, lang, lines, open_issues, done) for stop in scene.planned().itertuples(index=False)],
        companion=route["companion"],
        drawing=route_svg(scene.drawn),
        left=[_left(stop, lang) for stop in left.head(_LEFT).itertuples(index=False)],
        left_counts=[(left_reason(code, lang), int(number)) for code, number in counts.items()],
    )


def _left(stop: Any, lang: str) -> SheetLeft:  # noqa: ANN401 - a row of a frame
    what, key = stop.what[lang], stop.key or stop.issue or ""
    return SheetLeft(what, key, stop.cell or "", int(stop.priority), stop.left_why[lang])


def _call(
    stop: Any,  # noqa: ANN401 - a row of a frame
    lang: str,
    lines: Mapping[Named, Named],
    open_issues: Mapping[Named, Sequence[str]],
    done: Collection[Named],
) -> SheetCall:
    name, where = lines.get((stop.layer, stop.key), ("", ""))
    return SheetCall(
        stop=int(stop.position),
        arrive=stop.arrive,
        leave=stop.leave,
        what=stop.what[lang],
        key=stop.key or stop.issue or "",
        name=name,
        where=where,
        cell=stop.cell or "",
        why=stop.why[lang],
        issues=open_issues.get((stop.layer, stop.key), ()),
        quick=stop.key is not None,
        done=(stop.layer, stop.key) in done,
    )


def done_of(office: Office, tx: Transaction, seen: SeenPlan) -> set[Named]:
    """Return the features of the route that were called at since, by layer and key."""
    stops = seen.plan.stops[np.array(called_since(office, tx, seen.plan), dtype=bool)]
    return set(zip(stops["layer"], stops["key"], strict=True))


def lines_of_stops(office: Office, tx: Transaction, seen: SeenPlan) -> dict[Named, Named]:
    """Return the initials or public name, and the public address, of each feature."""
    stops = _planned(seen)
    told: dict[Named, Named] = {}
    for layer, rows in stops[stops["layer"].notna()].groupby("layer", sort=True):
        frame = lines_of(tx, office.layers[str(layer)], rows["key"].tolist(), seen.plan.on)
        told |= {
            (str(layer), key): (name, where)
            for key, name, where in zip(frame["key"], frame["name"], frame["address"], strict=True)
        }
    return told


def open_issues_of(
    person: Person, office: Office, tx: Transaction, seen: SeenPlan, lang: str
) -> dict[Named, Sequence[str]]:
    """Return category and number of the open issues at each feature, as far as they exist for the person.

    Those of a sensitive category stand on no paper.
    """
    kinds = categories.categories(tx, seen.plan.on)
    rows = listed_on(tx, person, office, on=seen.plan.on, wanted=Wanted(states=["open"]))
    found: dict[Named, list[str]] = {}
    for number, category, features in zip(rows["number"], rows["category"], rows["features"], strict=True):
        kind = kinds.get(category) if isinstance(category, str) else None
        if kind is not None and kind.sensitive:
            continue
        said = "" if kind is None else kind.zh if lang == "zh" else kind.en
        for layer, key in features:
            found.setdefault((layer, key), []).append(f"{said} {number}".strip())
    return dict(found)
