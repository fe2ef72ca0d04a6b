"""A walk over every errand: none tells a person with a scope of what lies elsewhere, or lets him touch it.

Whoever adds an errand says here what it is: TELLS, TOUCHES, WHOLE or OPEN.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from PIL import Image

import gridmap.office
from gridmap.errors import GridmapError, RefusedError
from gridmap.grid.grid import Grid
from gridmap.ledger.issues import Event
from gridmap.office import (
    acting_upon,
    answering,
    auditing,
    calendars,
    categories,
    cell_cards,
    cell_lists,
    copying,
    correcting,
    default_categories,
    duties,
    duty_rules,
    erasing,
    evening,
    exporting,
    feature_cards,
    figure_tables,
    figuring,
    gap_lists,
    gapping,
    grids,
    importing,
    issue_cards,
    issue_files,
    issue_lists,
    issue_seen,
    listing,
    map_pages,
    mapping,
    moving,
    pairing,
    pairs_seen,
    photos,
    places,
    programmes,
    reporting,
    rostering,
    routing,
    sheets,
    ticking,
    undoing,
    visit_cards,
    visit_lists,
    visiting,
)
from gridmap.office.acting import act
from gridmap.office.map_scene import Wanted
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store.plans import keep_plan
from tests.office.conftest import CLOCK, LENGTHS, village_cells
from tests.office.evenings import route, stop
from tests.office.lived import found, told
from tests.office.visited import BIG, FAR, MIDDLE, OTHER, SMALL, at, book, middle_of, uid, visit
from tests.store.quarter import digest

ON = dt.date(2015, 12, 31)
FAR_BIG = "440307010002"
# What lies where: each a sign by which it would be known.
SIGNS: Mapping[str, tuple[str, ...]] = {
    SMALL: (
        "H1",
        "H4",
        "E1",
        "L1",
        "L2",
        "C1",
        *map(uid, "adefgh"),
        *map(uid, ("lamp", "road", "twin")),
        "张三",
        "陈婆",
    ),
    OTHER: ("H2", "L3", uid("b"), "李四", "王母路2号"),
    FAR: ("H3", "E2", "L4", uid("c"), uid("water"), "王五", "玩具厂", "葵涌路3号", "2015-00003"),
}
SCOPES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "own": (frozenset({SMALL}), frozenset({SMALL})),
    "sibling": (frozenset({OTHER}), frozenset({OTHER})),
    "parent": (frozenset({MIDDLE}), frozenset({SMALL, OTHER})),
    "far": (frozenset({FAR_BIG}), frozenset({FAR})),
    "prefix": (frozenset({"44030701000", SMALL[:-1], f"{SMALL}0"}), frozenset()),
    "none": (frozenset(), frozenset()),
}
Errand = Callable[[Person, Office, Path], Any]


def _exported(folder: Path, name: str, errand: Callable[[Path], object]) -> object:
    target = folder / name
    return errand(target), target


LAYERS = ("households", "enterprises", "streetlights", "care_places")
# Errands that tell of what is in the office; each is asked for as much as it can tell.
TELLS: Mapping[str, Errand] = {
    "answering.who": lambda p, o, _: answering.who(p, o, next(iter(p.scope or {BIG}), BIG), on=ON),
    "cell_cards.cell_card": lambda p, o, _: cell_cards.cell_card(p, o, next(iter(p.scope or {BIG}), BIG), on=ON),
    "cell_lists.coverage_below": lambda p, o, _: cell_lists.coverage_below(p, o, on=ON),
    "cell_lists.list_cells": lambda p, o, _: cell_lists.list_cells(p, o, on=ON),
    "cell_lists.own_cells": lambda p, o, _: cell_lists.own_cells(p, o, ON),
    "duties.duty_states": lambda p, o, _: duties.duty_states(p, o, on=ON, reveal=True, reason="walk"),
    "duties.states_below": lambda p, o, _: duties.states_below(p, o, duties.WantedStates(), on=ON),
    "exporting.export_features": lambda p, o, f: [
        _exported(f, f"{layer}.xlsx", lambda t, layer=layer: exporting.export_features(p, o, layer, t, on=ON))
        for layer in LAYERS
    ],
    "exporting.export_gaps": lambda p, o, f: _exported(
        f, "g.geojson", lambda t: exporting.export_gaps(p, o, gapping.find(p, o, on=ON), t, on=ON)
    ),
    "feature_cards.layers_seen": lambda p, o, _: feature_cards.layers_seen(p, o),
    "feature_cards.list_seen": lambda p, o, _: [feature_cards.list_seen(p, o, layer, on=ON) for layer in LAYERS],
    "feature_cards.search_features": lambda p, o, _: [
        feature_cards.search_features(p, o, "households", "head", text, on=ON, reason="walk")
        for text in ("张", "李", "王")
    ],
    "figure_tables.figure_table": lambda p, o, _: figure_tables.figure_table(p, o, on=ON),
    "figuring.figures": lambda p, o, _: figuring.figures(p, o, on=ON),
    "figuring.figures_of_cell": lambda p, o, _: figuring.figures_of_cell(
        p, o, next(iter(p.scope or {BIG}), BIG), on=ON
    ),
    "figuring.figures_by": lambda p, o, _: [figuring.figures_by(p, o, by=by, on=ON) for by in ("cell", "week", "unit")],
    "gap_lists.list_gap_kinds": lambda p, o, _: gap_lists.list_gap_kinds(p, o, on=ON),
    "gap_lists.list_gaps": lambda p, o, _: gap_lists.list_gaps(p, o, gap_lists.WantedGaps(), on=ON),
    "gapping.coverage": lambda p, o, _: gapping.coverage(p, o, on=ON),
    "gapping.find": lambda p, o, _: gapping.find(p, o, on=ON),
    "issue_files.export_issues": lambda p, o, f: _exported(f, "i.xlsx", lambda t: issue_files.export_issues(p, o, t)),
    "issue_seen.list_seen_issues": lambda p, o, _: issue_seen.list_seen_issues(p, o, on=ON),
    "issue_lists.list_issues": lambda p, o, _: issue_lists.list_issues(p, o, on=ON),
    "listing.list_features": lambda p, o, _: [
        listing.list_features(p, o, layer, on=ON, reveal=named, reason="walk")
        for layer, named in (("households", ["head", "address"]), ("enterprises", []), ("streetlights", []))
    ],
    "listing.list_links": lambda p, o, _: [listing.list_links(p, o, layer, on=ON) for layer in LAYERS],
    "listing.tally": lambda p, o, _: listing.tally(p, o, on=ON),
    "evening.evening": lambda p, o, _: evening.evening(p, o, ON),
    "map_pages.map_page": lambda p, o, _: [
        _or_none(lambda view=view: map_pages.map_page(p, o, view, Wanted(ON))) for view in map_pages.VIEWS
    ],
    "mapping.draw_map": lambda p, o, f: _exported(f, "m.html", lambda t: mapping.draw_map(p, o, t, Wanted(ON))),
    "pairing.list_duplicates": lambda p, o, _: pairing.list_duplicates(p, o),
    "pairing.list_jobs": lambda p, o, _: pairing.list_jobs(p, o, metres=500.0),
    "pairs_seen.list_seen_duplicates": lambda p, o, _: pairs_seen.list_seen_duplicates(p, o),
    "pairs_seen.list_seen_jobs": lambda p, o, _: pairs_seen.list_seen_jobs(p, o, metres=500.0),
    "places.known_places": lambda p, o, _: places.known_places(p, o, "enterprises", "name", on=ON),
    "programmes.list_programmes": lambda p, o, _: programmes.list_programmes(p, o),
    "routing.list_plans": lambda p, o, _: routing.list_plans(p, o),
    "routing.show_plan": lambda p, o, _: _or_none(lambda: routing.show_plan(p, o, "P2015-0001")),
    "sheets.list_sheets": lambda p, o, _: sheets.list_sheets(p, o),
    "undoing.list_imports": lambda p, o, _: undoing.list_imports(p, o),
    "visit_lists.export_visits": lambda p, o, f: _exported(f, "v.xlsx", lambda t: visit_lists.export_visits(p, o, t)),
    "visit_lists.page_of_visits": lambda p, o, _: (
        visit_lists.page_of_visits(p, o, visit_lists.Wanted(), visit_lists.Part("at")).rows
    ),
    "visit_lists.list_visits": lambda p, o, _: visit_lists.list_visits(
        p, o, reveal=["note", "answers", "outcome"][:1], reason="walk"
    ),
}


def _or_none(errand: Callable[[], object]) -> object:
    """What is not there for the person tells nothing."""
    try:
        return errand()
    except GridmapError:
        return None


def _picture(folder: Path) -> Path:
    path = folder / "p.jpg"
    Image.new("RGB", (8, 8)).save(path)
    return path


WATER = "2015-00003"
# Errands about something of the far cell: refused, or as if it were not there, to whoever has no scope there.
TOUCHES: Mapping[str, Errand] = {
    "acting.act": lambda p, o, _: act(
        p, o, [Event(uid("w"), uid("water"), "file", at("2015-12-31T10:00"), None, {}, {})]
    ),
    "answering.who ": lambda p, o, _: answering.who(p, o, FAR, on=ON),
    "answering.who_at": lambda p, o, _: answering.who_at(p, o, *middle_of(2, 0), on=ON),
    "answering.who_of_feature": lambda p, o, _: answering.who_of_feature(p, o, "households", "H3", on=ON),
    "cell_cards.cell_card ": lambda p, o, _: cell_cards.cell_card(p, o, FAR, on=ON),
    "correcting.correct": lambda p, o, _: correcting.correct(p, o, uid("c"), {"outcome": "absent"}),
    "duties.explain_duty": lambda p, o, _: duties.explain_duty(p, o, "labour_monthly", "E2", on=ON),
    "duty_rules.exempt": lambda p, o, _: duty_rules.exempt(p, o, "labour_monthly", "E2", reason="r", from_day=ON),
    "feature_cards.feature_card": lambda p, o, _: feature_cards.feature_card(p, o, "households", "H3", on=ON),
    "feature_cards.reveal_features": lambda p, o, _: feature_cards.reveal_features(
        p, o, "households", ["H3"], ["head"], on=ON, reason="walk"
    ),
    "importing.import_register": lambda p, o, f: importing.import_register(
        p, o, "enterprises", importing.Source(_factory(f), crs="EPSG:4326"), importing.Terms(on=ON)
    ),
    "issue_cards.erase_issue": lambda p, o, _: issue_cards.erase_issue(p, o, WATER, reason="walk"),
    "issue_cards.show": lambda p, o, _: issue_cards.show(p, o, WATER),
    "photos.add_photo": lambda p, o, f: photos.add_photo(p, o, WATER, _picture(f)),
    "photos.erase_photo": lambda p, o, _: photos.erase_photo(p, o, 1, reason="walk"),
    "photos.list_photos": lambda p, o, _: photos.list_photos(p, o, WATER),
    "photos.write_photo": lambda p, o, f: photos.write_photo(p, o, 1, f / "out.jpg", reason="walk"),
    "programmes.put_in_programme": lambda p, o, _: programmes.put_in_programme(p, o, "下沙专项", [WATER]),
    "reporting.report": lambda p, o, _: reporting.report(
        p, o, [told("new", "2015-12-30T10:00", source="phone", lon=middle_of(2, 0)[0], lat=middle_of(2, 0)[1])]
    ),
    "sheets.make_sheet": lambda p, o, f: sheets.make_sheet(p, o, f / "s.docx", cell=FAR, layers=["enterprises"], on=ON),
    "acting_upon.act_upon": lambda p, o, _: acting_upon.act_upon(
        p, o, Event(uid("w"), uid("water"), "file", at("2015-12-31T10:00"), None, {}, {}), seen=["*"]
    ),
    "correcting.correct_upon": lambda p, o, _: correcting.correct_upon(p, o, uid("c"), {"outcome": "absent"}),
    "photos.look_at_photo": lambda p, o, _: photos.look_at_photo(p, o, 1, reason="walk"),
    "visit_cards.reveal_visits": lambda p, o, _: visit_cards.reveal_visits(p, o, [uid("c")], ["note"], reason="walk"),
    "visit_cards.show_visit": lambda p, o, _: visit_cards.show_visit(p, o, uid("c")),
    "visiting.record": lambda p, o, _: visiting.record(
        p, o, [visit("new", "H3", lead="9", at=at("2015-12-30T19:30"))], strict=True
    ),
}


def _factory(folder: Path) -> Path:
    """A file that changes the factory of the far cell."""
    return book(folder / "e.xlsx", ("企业编号", "企业名称", "经度", "纬度"), ("E2", "新厂", *middle_of(2, 0)))


# Acts for the whole office: no scope is enough.
WHOLE: Mapping[str, Errand] = {
    "auditing.read_audit": lambda p, o, _: auditing.read_audit(p, o),
    "auditing.verify_audit": lambda p, o, _: auditing.verify_audit(p, o),
    "calendars.import_calendar": lambda p, o, f: calendars.import_calendar(p, o, f / "c.xlsx"),
    "categories.import_categories": lambda p, o, f: categories.import_categories(
        p, o, f / "c.xlsx", categories.Terms(on=ON)
    ),
    "categories.import_service_items": lambda p, o, f: categories.import_service_items(
        p, o, f / "c.xlsx", categories.Terms(on=ON)
    ),
    "copying.backup": lambda p, o, f: copying.backup(p, o, f / "b.db"),
    "copying.restore": lambda p, o, f: copying.restore(p, o.home, f / "b.db"),
    "copying.upgrade_store": lambda p, o, _: copying.upgrade_store(p, o.home),
    "moving.move_office": lambda p, o, _: moving.move_office(p, o.home, database="postgresql+psycopg://127.0.0.1:1/x"),
    "default_categories.keep_default_categories": lambda p, o, _: default_categories.keep_default_categories(
        p, o, on=ON
    ),
    "duty_rules.edit_duty": lambda p, o, f: duty_rules.edit_duty(p, o, f / "d.toml", on=ON),
    "duty_rules.end_duty": lambda p, o, _: duty_rules.end_duty(p, o, "labour_monthly", on=ON),
    "duty_rules.keep_default_duties": lambda p, o, _: duty_rules.keep_default_duties(p, o, on=ON),
    "erasing.erase": lambda p, o, _: erasing.erase(p, o, "households", "H1", reason="walk"),
    "erasing.expire": lambda p, o, _: erasing.expire(p, o),
    "grids.publish_grid": lambda p, o, _: grids.publish_grid(
        p, o, Grid(village_cells(), LENGTHS), name="x", valid_from=ON
    ),
    "programmes.begin_programme": lambda p, o, _: programmes.begin_programme(p, o, "new"),
    "rostering.erase_phone": lambda p, o, _: rostering.erase_phone(p, o, "1", reason="walk"),
    "rostering.import_roster": lambda p, o, f: rostering.import_roster(p, o, f / "r.xlsx", on=ON),
    "ticking.tick": lambda p, o, _: ticking.tick(p, o),
    "undoing.undo_import": lambda p, o, _: undoing.undo_import(p, o, 1),
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A village after its year, with a plan and a photo of the far cell."""
    folder = tmp_path_factory.mktemp("walk")
    found(folder / "home", folder)
    with open_office(folder / "home", clock=CLOCK) as office:
        photos.add_photo(LOCAL_ADMINISTRATOR, office, WATER, _picture(folder))
        seven = route("7", [stop("households", "H1", middle_of(0, 0), "19:05")])
        eight = route("8", [stop("households", "H2", middle_of(0, 1), "19:05", cell=OTHER)])
        nine = route("9", [stop("households", "H3", middle_of(2, 0), "19:05", cell=FAR, cadres=("9",))])
        with office.writing_whole() as tx:
            asked = {"mode": "walk"}
            keep_plan(tx, [seven, eight, nine], [], on=ON, asked=asked, at=at("2015-12-31T18:00"), account="test")
        yield office


def dump(what: object) -> str:
    """All that a result tells, as text."""
    if isinstance(what, pd.DataFrame | pd.Series):
        return pd.DataFrame(what).to_csv()
    if isinstance(what, Path):
        return _read(what) if what.exists() else ""
    if is_dataclass(what) and not isinstance(what, type):
        what = [getattr(what, one.name) for one in fields(what)]
    if isinstance(what, Mapping):
        what = list(what.items())
    if isinstance(what, Sequence | frozenset) and not isinstance(what, str | bytes):
        return "\n".join(dump(one) for one in what)
    return str(what)


def _read(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    book = openpyxl.load_workbook(path)
    return "\n".join(str(row) for sheet in book for row in sheet.iter_rows(values_only=True))


def signs_in(text: str, cells: frozenset[str]) -> list[str]:
    """The signs of what lies in these cells that stand in the text."""

    def stands(sign: str) -> bool:
        return re.search(rf"(?<![\w-]){re.escape(sign)}(?![\w-])", text) is not None

    return [one for cell in sorted(cells) for one in SIGNS[cell] if stands(one)]


def person(scope: str) -> Person:
    return Person("walker", "administrator", SCOPES[scope][0])


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("name", TELLS)
def test_no_errand_tells_of_what_lies_elsewhere(lived: Office, tmp_path: Path, name: str, scope: str) -> None:
    told_of = dump(_or_none(lambda: TELLS[name](person(scope), lived, tmp_path)))
    assert signs_in(told_of, SIGNS.keys() - SCOPES[scope][1]) == []


def test_the_signs_are_told_to_whom_they_are_for(lived: Office, tmp_path: Path) -> None:
    """So that the walk is not blind: each sign shows in some errand to the whole office, and to its own scope."""
    for who, cells in ((LOCAL_ADMINISTRATOR, frozenset(SIGNS)), *((person(name), SCOPES[name][1]) for name in SCOPES)):
        text = "\n".join(dump(_or_none(lambda name=name, who=who: TELLS[name](who, lived, tmp_path))) for name in TELLS)
        silent = {uid("twin"), "李四", "王五", "张三", "陈婆", "王母路2号", "葵涌路3号"}
        assert {one for cell in cells for one in SIGNS[cell]} - silent <= set(signs_in(text, cells)), who


@pytest.mark.parametrize("scope", [name for name, (_, cells) in SCOPES.items() if FAR not in cells])
@pytest.mark.parametrize("name", TOUCHES)
def test_no_errand_touches_what_lies_elsewhere(lived: Office, tmp_path: Path, name: str, scope: str) -> None:
    before = kept(lived)
    with pytest.raises(GridmapError) as refused:
        TOUCHES[name](person(scope), lived, tmp_path)
    assert kept(lived) == before
    assert signs_in(str(refused.value), frozenset({OTHER, SMALL})) == []


def kept(office: Office) -> Mapping[str, object]:
    """All that is in the store but the record of what was tried."""
    return {
        name: rows for name, rows in digest(office.store).items() if name not in {"audit", "audit_head", "revision"}
    }


@pytest.mark.parametrize("name", WHOLE)
def test_an_act_for_the_whole_office_asks_for_all_of_it(lived: Office, tmp_path: Path, name: str) -> None:
    for scope in SCOPES:
        with pytest.raises(RefusedError):
            WHOLE[name](person(scope), lived, tmp_path)


# What tells of no thing in a cell, or is no errand that a door calls; and what other tests walk.
_GRID = "the grid and its editions are the map that everybody looks at"
_RULES = "rules, the calendar and the counter's items hold in the whole office"
_ACCESS = "by account: of accounts and tokens for administrators of the whole office, of jobs for whoever asked"
_PART = "a part of errands that are walked"
_ROUTES = "tests of routes: what exists of a plan, and where one may go"
_NEW = "goes through an errand that is walked"
OPEN: Mapping[str, str] = {
    **dict.fromkeys(
        [
            *("cell_lists.edition_cells", "cell_lists.list_defects", "collected.bounds", "grids.kept_grid"),
            *("grids.kept_territory", "grids.list_editions", "exporting.export_grid"),
        ],
        _GRID,
    ),
    **dict.fromkeys(
        [
            *("calendars.due", "calendars.list_calendar", "categories.export_categories", "categories.list_categories"),
            *("categories.export_service_items", "categories.list_service_items", "categories.write_city_template"),
            *("collections.collection", "collections.collections", "collections.office_name", "duty_rules.list_duties"),
            "tiling.depends",
            "issue_lists.kinds_on",
        ],
        _RULES,
    ),
    **dict.fromkeys(
        [
            *(f"accounts.{name}" for name in ("new_account", "change_account", "set_password", "bind_identity")),
            *(f"accounts.{name}" for name in ("disable", "enable", "read_account", "list_accounts")),
            *(f"tokens.{name}" for name in ("new_token", "revoke_token", "list_tokens")),
            "repeats.begin",
            *(f"jobs.{name}" for name in ("ask", "show_job", "list_jobs", "cancel_job", "file_of_job")),
        ],
        _ACCESS,
    ),
    **dict.fromkeys(
        [
            *("derived.eyes", "duties.states_on", "figuring.opened_day", "listing.cells_seen", "map_scene.look"),
            *("listing.visible_layer", "visit_desk.looked_at", "visiting.record_in", "visiting.faults_of"),
        ],
        _PART,
    ),
    **dict.fromkeys(
        [
            *("rerouting.move_stops", "rerouting.plan_again", "route_outputs.put_out", "route_rows.route_legs"),
            *(
                "front.front",
                "front.source_line",
                "front_routes.route_front",
                "route_rows.route_stops",
                "route_scene.route_scene",
                "route_sheets.open_issues_of",
            ),
            *("route_sheets.sheet_number", "route_sight.existing", "route_sight.see", "routing.keep"),
            *(
                "routing.plan_evening",
                "routing.plan_state",
                "route_rows.seen_on",
                "route_files.route_file",
                "surveying.survey_walk",
            ),
        ],
        _ROUTES,
    ),
    **dict.fromkeys(
        [
            *("collected.collected", "demo.draw_demo", "demo.linked_where", "demo.make_demo", "demo.plan_tonight"),
            *(
                "demo_accounts.demo_accounts",
                "figuring.follow",
                "figure_export.export_figures",
                "issue_files.import_issues",
            ),
            *(
                "issue_files.import_issues",
                "mapping.draw_picture",
                "sheets.enter_sheet",
                "visit_files.import_visits",
                "setup.found_office",
                "tiling.describe",
                "tiling.tile",
            ),
        ],
        _NEW,
    ),
    **dict.fromkeys(
        [
            *("answering.reveal_phones", "roster_lists.cadre_phones", "roster_lists.list_absences"),
            *("roster_lists.list_cadres", "roster_lists.list_findings", "roster_lists.list_posts"),
            *("rostering.find_in_roster", "rostering.list_roster"),
        ],
        "of cadres, who lie in no cell: tests of the roster",
    ),
}


def test_every_errand_is_walked_or_named_with_a_reason() -> None:
    folder = Path(gridmap.office.__file__).parent
    errands = {
        f"{path.stem}.{one.name}"
        for path in folder.glob("*.py")
        for one in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")
        if one.args.args and one.args.args[0].arg == "person"
    }
    said = {name.strip() for name in (*TELLS, *TOUCHES, *WHOLE, *OPEN)}
    assert errands - said == set(), "say in this file what a new errand tells, or touches"
    assert said - errands == set()
