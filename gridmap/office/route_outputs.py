"""Errand: what comes out of a plan: evening sheet, map page, picture, workbook, GPX, GeoJSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gridmap.errors import ArgumentError
from gridmap.files import whole_file
from gridmap.maps.geojson import CENTIMETRE, to_geojson
from gridmap.maps.pages.routes import render_routes
from gridmap.maps.pictures.routes import draw_routes
from gridmap.office.auditing import note
from gridmap.office.mapping import Ground
from gridmap.office.route_scene import RouteScene, route_scene
from gridmap.office.route_sheets import done_of, lines_of_stops, open_issues_of, sheet_number, sheet_of
from gridmap.office.route_sight import WantedRoutes, see
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.reports.gpx import to_gpx
from gridmap.reports.route_sheet import route_sheet
from gridmap.reports.workbook import write_workbook

__all__ = ["FORMS", "RoutesOut", "WantedRoutes", "put_out"]

FORMS: Mapping[str, tuple[str, ...]] = {
    "sheet": (".html",),
    "map": (".html",),
    "picture": (".png", ".svg"),
    "xlsx": (".xlsx",),
    "gpx": (".gpx",),
    "geojson": (".geojson", ".json"),
}
"""What can be put out, and how its file may end."""

_OF_ONE = ("sheet", "gpx")


@dataclass(frozen=True, slots=True)
class RoutesOut:
    """What was put out: how many routes and stops, how many left-out ones, and the number of the sheet if one was."""

    routes: int
    stops: int
    left_out: int
    sheet: str | None = None


def put_out(
    person: Person,
    office: Office,
    wanted: WantedRoutes,
    targets: Mapping[str, Path],
    *,
    lang: str = "en",
    ground: Ground | None = None,
) -> RoutesOut:
    """Write routes of a plan to `targets` (by name of FORMS), each whole or not at all.

    The paper of one cadre shows his stops at their places, by key and never by name or address of a home. What several
    share has no home, no way that leads to one, and counts none, unless the layer is `private`, with a reason. Sheet
    and GPX are of one evening. `ground` lies under the page. A sheet is kept under its number, so that its stops are
    entered by theirs; printed again it keeps it. The audit keeps what went out and why. Raises what `route_sight.see`
    raises, ArgumentError for another ending of a file and where one cadre, or one day, has to be named, FileError for a
    `ground` that cannot be read.
    """
    _check(targets)
    with office.writing(person) as tx:
        seen = see(person, office, tx, wanted)
        one = next((name for name in _OF_ONE if name in targets), None)
        if one is not None and len(seen.plan.routes) != 1:
            allowed = ", ".join(seen.cadres) or "-"
            raise ArgumentError("office.route_one_cadre", argument="cadres", output=one, allowed=allowed)
        scene = route_scene(person, office, tx, seen, lang)
        if ground is not None:
            scene = replace(scene, drawn=replace(scene.drawn, basemap=ground.read(scene.bounds)))
        number = sheet_number(person, office, tx, seen) if "sheet" in targets else None
        detail = {
            "cadres": seen.plan.routes["cadre"].tolist(),
            "outputs": sorted(targets),
            "private": sorted(wanted.private),
            "reason": wanted.reason.strip(),
        }
        note(tx, person, action="export", subject=f"plan {seen.plan.number}", detail=detail | {"sheet": number})
        if number is not None:
            open_issues = open_issues_of(person, office, tx, seen, lang)
            done = done_of(office, tx, seen)
            made = sheet_of(scene, number, lines_of_stops(office, tx, seen), open_issues, done)
            _write(targets["sheet"], route_sheet(made, lang=lang))
    for name, target in targets.items():
        if name in _BYTES:
            _write(target, _BYTES[name](scene, target))
        elif name == "xlsx":
            write_workbook(scene.rows(), None, target, on=seen.plan.on, lang=lang)
    on_routes = int(scene.drawn.stops["route"].notna().sum())
    return RoutesOut(len(scene.drawn.routes), on_routes, len(scene.drawn.stops) - on_routes, number)


def _check(targets: Mapping[str, Path]) -> None:
    for name, target in targets.items():
        if target.suffix not in FORMS[name]:
            allowed = ", ".join(FORMS[name])
            raise ArgumentError("office.export_format", file=target.name, suffix=target.suffix or "-", allowed=allowed)


def _write(target: Path, content: bytes) -> None:
    with whole_file(target) as path:
        path.write_bytes(content)


def _picture(scene: RouteScene, target: Path) -> bytes:
    return draw_routes(scene.drawn, scene.office, form="png" if target.suffix == ".png" else "svg")


def _gpx(scene: RouteScene, _: Path) -> bytes:
    stops = scene.drawn.stops
    planned = stops[stops["route"].notna().to_numpy(dtype=bool)]
    named = f"{scene.plan} {scene.cadres[0]}"
    return to_gpx(scene.drawn.routes.geometry, planned.geometry, [int(one) for one in planned["position"]], name=named)


_BYTES: Mapping[str, Callable[[RouteScene, Path], bytes]] = {
    "map": lambda scene, _: render_routes(scene.drawn),
    "picture": _picture,
    "gpx": _gpx,
    "geojson": lambda scene, _: to_geojson(scene.features(), decimals=CENTIMETRE),
}
