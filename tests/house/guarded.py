"""Run the public functions of the pure rooms in a process that refuses files, sockets, processes and databases.

`python -m tests.house.guarded` prints, as JSON, the public functions of the pure rooms that were not called; with the
name of a planted violation it commits that one under the same guard instead.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules, walk_packages
from types import CodeType, FrameType, ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import RefusedError
from tests.house import lives
from tests.house.planting import PURE_ROOMS

REFUSED = ("open", "socket.", "sqlite3.", "subprocess.", "os.", "shutil.", "tempfile.", "glob.", "pathlib.", "urllib.")
# A library may load more of its own code while it works: that is reading a program, not data.
CODE = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
ENDINGS = (".py", ".pyc", ".so")
armed = False


class ReachedOutsideError(Exception):
    """A pure room reached outside."""


def guard(event: str, arguments: tuple[object, ...]) -> None:
    if not armed or not event.startswith(REFUSED):
        return
    target = str(arguments[0]) if arguments else ""
    loading = event == "open" and target.endswith(ENDINGS)
    if target.startswith(CODE) and (loading or event in {"os.listdir", "os.scandir"}):
        return
    raise ReachedOutsideError(event, target)


def square(x: float, y: float, side: float) -> shapely.Polygon:
    return shapely.box(x, y, x + side, y + side)


def village() -> gpd.GeoDataFrame:
    """Return one big cell of two middle cells of two small cells each, in CGCS2000 near Dapeng, with a 0.3 m slit."""
    east, north = 548_000.0, 2_498_000.0
    rows = [("440307010001", "big", None, shapely.box(east, north, east + 200, north + 200))]
    for i in range(2):
        middle = f"440307010001{i + 1}"
        x = east + 100 * i
        rows.append((middle, "middle", "440307010001", shapely.box(x, north, x + 100, north + 200)))
        for j in range(2):
            slit = 0.3 * (i * j)
            small = shapely.box(x, north + 100 * j + slit, x + 100, north + 100 * (j + 1))
            rows.append((f"{middle}{j + 1:02d}", "small", middle, small))
    frame = gpd.GeoDataFrame(rows, columns=["code", "level", "parent", "geometry"], crs="EPSG:4547")
    return frame.assign(name=frame["code"])


def live_in_grid() -> None:
    from gridmap.grid import codes, crs
    from gridmap.grid.grid import Grid

    cells = village()
    grid = Grid(cells, code_lengths={"big": 12, "middle": 13, "small": 15})
    small = grid.level("small")
    metric = grid.metric
    metric.from_metres(metric.to_metres(grid.cells.geometry.to_numpy()))
    metric.area(grid.cells.geometry.to_numpy())
    metric.xy_from_metres(*metric.xy_to_metres(np.array([548_000.0]), np.array([2_498_000.0])))
    grid.closure()
    top = grid.members(grid.chain(small["code"].iloc[0])[-1])[0]
    grid.children(top)
    grid.parent(top)
    points = gpd.GeoSeries([*small.geometry.centroid, shapely.Point(0, 0), None], crs=cells.crs)
    grid.link(points, snap=5.0)
    grid.link(points.to_crs(4326))
    grid.nearest(points)
    grid.link_areas(small)
    grid.link_lines(gpd.GeoSeries([shapely.LineString(small.total_bounds.reshape(2, 2))], crs=cells.crs))
    grid.check(territory=cells.dissolve())
    grid.repair(width=1.0)
    codes.parents_by_prefix(cells["code"], cells["level"], {"big": 12, "middle": 13, "small": 15})
    codes.parents_by_cover(cells)
    for name in ("gcj02", "bd09", "EPSG:4490", "EPSG:4547"):
        lon, lat = crs.from_wgs84(np.array([114.5]), np.array([22.6]), name)
        crs.to_wgs84(lon, lat, name)
    crs.transform_frame(cells, target="EPSG:4326")


def live_in_people() -> None:
    from gridmap.grid.grid import Grid
    from gridmap.layer import Field, Layer, Style
    from gridmap.people import access
    from gridmap.people.answers import answer_chain, answers_at, who_answers
    from gridmap.people.findings import roster_findings
    from gridmap.people.load import load_of
    from gridmap.people.person import Person
    from gridmap.people.roster import Roster

    clerk = Person("clerk-1", "clerk", frozenset({"440307010001"}), "li")
    with suppress(RefusedError):
        access.refuse_unless(clerk, "erase")
    grid = Grid(village())
    on, big, since = dt.date(2015, 12, 31), "440307010001", "2015-01-01"
    roster = Roster(
        cadres=pd.DataFrame({"cadre": ["li"], "name": ["李"], "tier": ["grid_worker"], "unit": ["office"]}),
        units=pd.DataFrame({"unit": ["office"], "chief": ["li"]}),
        assignments=pd.DataFrame(
            {"cell": [big], "holder": "unit", "who": "office", "part": "head", "kind": "charge", "valid_from": since}
        ).assign(valid_to=None),
        absences=pd.DataFrame({"cadre": ["li"], "valid_from": [since], "valid_to": ["2015-02-01"]}),
        stand_ins=pd.DataFrame({"cadre": ["li"], "stand_in": ["wang"], "valid_from": [since]}).assign(
            cell=None, valid_to=None
        ),
    )
    answers = who_answers(grid, roster, on)
    answers_at(answers, pd.Series([big, None]))
    answer_chain(grid, roster, big, on)
    roster_findings(grid, roster, on, once=("9",))
    load_of(grid, roster, answers, {"shops": pd.DataFrame({"key": ["A1"], "code": [answers.index[-1]]})})
    closure = grid.closure()
    access.cells_in_scope(clerk, closure)
    access.responsible_cells(clerk, answers, closure)
    access.refuse_unless_in(clerk, "read", big, closure)
    homes = Layer("homes", "家", "homes", "point", "code", (Field("code", "号", "code"),), Style("#112233"))
    access.sees(homes, clerk, responsible=True)
    access.masked_fields(homes, clerk, responsible=False)


def live_in_gaps() -> None:
    from gridmap.gaps.coverage import coverage
    from gridmap.gaps.registry import find_gaps
    from gridmap.gaps.rollup import rollup
    from gridmap.gaps.view import Limits, View
    from gridmap.grid.grid import Grid
    from gridmap.people.roster import (
        ABSENCE_COLUMNS,
        ASSIGNMENT_COLUMNS,
        CADRE_COLUMNS,
        STAND_IN_COLUMNS,
        UNIT_COLUMNS,
        Roster,
    )

    grid = Grid(village())
    codes = grid.cells["code"].tolist()
    columns = (CADRE_COLUMNS, UNIT_COLUMNS, ASSIGNMENT_COLUMNS, ABSENCE_COLUMNS, STAND_IN_COLUMNS)
    answers = pd.DataFrame(
        {"level": grid.cells["level"].tolist(), "cadre": "li", "attended": [code == codes[0] for code in codes]},
        index=pd.Index(codes, name="code"),
    ).assign(absent=None, since="2015-01-01")
    lamps = gpd.GeoDataFrame(
        {"key": ["L1", "L2"]}, geometry=[shapely.Point(0, 0), square(548_000, 2_498_000, 2).centroid]
    )
    lamps = lamps.set_crs(grid.crs).assign(valid_from="2015-01-01", status="dark")
    links = pd.DataFrame({"key": lamps["key"], "part": 0, "code": [None, codes[2]], "how": ["outside", "inside"]})
    view = View(
        on=dt.date(2015, 12, 31),
        grid=grid,
        edition_from=dt.date(2015, 1, 1),
        territory=None,
        defects=grid.check(),
        features={"streetlights": lamps},
        links={"streetlights": links.assign(nearest=codes[2], distance_m=1.0, length_m=np.nan)},
        answers=answers,
        load=pd.DataFrame({"tier": ["grid_worker"], "features": [2]}, index=["li"]),
        limits=Limits(load={"grid_worker": 1}),
        roster=Roster(*(pd.DataFrame([], columns=list(names), dtype=object) for names in columns)),
    )
    view.layers_with("unlinked_feature")
    rollup(find_gaps(view), grid)
    find_gaps(view, ())
    coverage(view)


def live_in_streets() -> None:
    from gridmap.streets.lighting import Lighting, dark_stretches

    east, north = 548_000.0, 2_498_000.0
    roads = gpd.GeoSeries([shapely.LineString([(east, north), (east + 200, north)])], crs="EPSG:4547")
    lamps = gpd.GeoSeries([shapely.Point(east, north), shapely.Point(east + 99, north)], crs="EPSG:4547")
    dark_stretches(roads.to_crs(4326), lamps, all_lamps=lamps, own_road=True)
    lighting = Lighting(roads, lamps, np.array([True, False]))
    lighting.stretches(split=True)
    lighting.relight(0, working=False)


def further_lives() -> list[Callable[[], None]]:
    return [import_module(found.name).live for found in iter_modules(lives.__path__, f"{lives.__name__}.")]


LIVES: dict[str, Callable[[], None]] = {
    "gaps": live_in_gaps,
    "grid": live_in_grid,
    "people": live_in_people,
    "streets": live_in_streets,
}
PLANTED: dict[str, Callable[[], object]] = {
    "open": lambda: Path("cells.geojson").read_text(encoding="utf-8"),
    "write": lambda: Path("cells.geojson").write_text("{}"),
    "socket": socket.socket,
    "sqlite3": lambda: sqlite3.connect(":memory:"),
    "process": lambda: subprocess.run(["true"], check=True),
    "listing": lambda: list(Path().iterdir()),
}


def rooms() -> list[str]:
    return [room for room in PURE_ROOMS if find_spec(f"gridmap.{room}")]


def modules(room: str) -> Iterator[ModuleType]:
    package = import_module(f"gridmap.{room}")
    yield package
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(module.name)


def public_functions(module: ModuleType) -> Iterator[tuple[str, CodeType]]:
    """Yield the public functions, methods and properties that `module` itself defines."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if getattr(thing, "_is_protocol", False):  # it says what others do
            continue
        members = vars(thing).items() if inspect.isclass(thing) else [("", thing)]
        for member, value in members:
            for wrapped in (value, getattr(value, "fget", None), getattr(value, "func", None)):
                function = inspect.unwrap(wrapped) if callable(wrapped) else None
                if inspect.isfunction(function) and not member.startswith("_"):
                    yield f"{module.__name__}.{name}{'.' * bool(member)}{member}", function.__code__


def main(planted: str | None = None) -> None:
    global armed  # noqa: PLW0603 - an audit hook cannot be taken away, only told to rest
    wanted = {code: name for room in rooms() for module in modules(room) for name, code in public_functions(module)}
    further = further_lives()
    called: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    sys.addaudithook(guard)
    threading.setprofile(note)
    sys.setprofile(note)
    armed = True
    try:
        if planted:
            PLANTED[planted]()
        else:
            for live in (*(LIVES[room] for room in rooms() if room in LIVES), *further):
                live()
    finally:
        armed = False
        sys.setprofile(None)
    sys.stdout.write(json.dumps(sorted(name for code, name in wanted.items() if code not in called)))


if __name__ == "__main__":
    main(*sys.argv[1:])
