"""A grid is published as an edition: checked first, kept whole, everything in force linked anew."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import pytest
import shapely

from gridmap.errors import ConflictError, NotFoundError, RefusedError
from gridmap.grid.grid import Grid
from gridmap.office.grids import kept_grid, kept_territory, list_editions, publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.listing import list_features, list_links
from gridmap.office.undoing import undo_import
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.office.conftest import LENGTHS, SOUTH, STEP, WEST, Sheet, village_cells

JANUARY, MARCH, JULY = dt.date(2015, 1, 1), dt.date(2015, 3, 1), dt.date(2015, 7, 1)


def publish(office: Office, grid: Grid, day: dt.date, **more: gpd.GeoDataFrame):
    return publish_grid(LOCAL_ADMINISTRATOR, office, grid, name=str(day.year), valid_from=day, **more)


def renamed(grid: Grid) -> Grid:
    """The village with its small cells numbered the other way round."""
    cells = grid.cells
    small = cells["level"] == "small"
    cells.loc[small, "code"] = cells.loc[small, "parent"] + cells.loc[small, "code"].str[-2:].map(
        {"01": "02", "02": "01"}
    )
    return Grid(cells, LENGTHS)


def test_features_kept_before_the_grid_are_linked_when_it_comes(
    empty_office: Office, village: Grid, sheet: Sheet
) -> None:
    path = sheet("a.xlsx", ("户编号", "经度", "纬度"), ("H1", WEST + STEP / 2, SOUTH + STEP / 2), ("H2", 0, 0))
    source = Source(path, crs="EPSG:4326")
    imported = import_register(LOCAL_ADMINISTRATOR, empty_office, "households", source, Terms(MARCH))
    assert imported.counts["unlinked"] == 2
    report = publish(empty_office, village, JANUARY)
    assert (report.edition, report.linked, report.unlinked) == (1, 1, 1)
    rows = list_features(LOCAL_ADMINISTRATOR, empty_office, "households", on=MARCH)
    assert rows.set_index("key")["cell"].to_dict() == {"H1": "440307010001101", "H2": None}


def test_a_new_edition_links_anew_and_the_days_before_keep_the_old_cells(
    office: Office, village: Grid, sheet: Sheet
) -> None:
    path = sheet("a.xlsx", ("户编号", "经度", "纬度"), ("H1", WEST + STEP / 2, SOUTH + STEP / 2))
    import_register(LOCAL_ADMINISTRATOR, office, "households", Source(path, crs="EPSG:4326"), Terms(MARCH))
    publish(office, renamed(village), JULY)
    cells = [list_features(LOCAL_ADMINISTRATOR, office, "households", on=day)["cell"].item() for day in (MARCH, JULY)]
    assert cells == ["440307010001101", "440307010001102"]
    assert list_editions(LOCAL_ADMINISTRATOR, office)["valid_to"].tolist()[0] == "2015-07-01"


def test_a_row_that_holds_again_after_an_undo_is_linked_in_the_editions_since(
    office: Office, village: Grid, sheet: Sheet
) -> None:
    header = ("户编号", "经度", "纬度")
    first = sheet("a.xlsx", header, ("H1", WEST + STEP / 2, SOUTH + STEP / 2))
    moved = sheet("b.xlsx", header, ("H1", WEST + 2.5 * STEP, SOUTH + STEP / 2))
    for path, day in ((first, MARCH), (moved, dt.date(2015, 4, 1))):
        report = import_register(LOCAL_ADMINISTRATOR, office, "households", Source(path, crs="EPSG:4326"), Terms(day))
    publish(office, renamed(village), JULY)
    assert report.batch is not None
    undo_import(LOCAL_ADMINISTRATOR, office, report.batch)
    links = list_links(LOCAL_ADMINISTRATOR, office, "households", on=JULY)
    assert links["code"].tolist() == ["440307010001102"]


def test_code_defects_refuse_an_edition_and_keep_nothing(office: Office) -> None:
    cells = village_cells()
    cells.loc[cells["level"] == "small", "code"] = "440307010001101"
    report = publish(office, Grid(cells, LENGTHS), JULY)
    assert report.edition is None
    assert report.refusing > 0
    assert len(list_editions(LOCAL_ADMINISTRATOR, office)) == 1


def test_a_hole_of_the_territory_publishes_with_a_warning(empty_office: Office, village: Grid) -> None:
    land = shapely.box(WEST, SOUTH, WEST + 5 * STEP, SOUTH + 2 * STEP)
    territory = gpd.GeoDataFrame(geometry=[land], crs=4326)
    report = publish(empty_office, village, JANUARY, territory=territory)
    assert report.edition == 1
    assert set(report.defects["kind"]) == {"hole"}
    kept = kept_territory(LOCAL_ADMINISTRATOR, empty_office, on=MARCH)
    assert kept is not None
    assert kept.geometry.item().equals(land)


def test_the_kept_grid_is_the_grid_that_was_published(office: Office, village: Grid) -> None:
    kept = kept_grid(LOCAL_ADMINISTRATOR, office, on=MARCH).cells.sort_values("code", ignore_index=True)
    given = village.cells.sort_values("code", ignore_index=True)
    assert kept["code"].tolist() == given["code"].tolist()
    assert kept["parent"].fillna("").tolist() == given["parent"].fillna("").tolist()
    assert kept.geometry.geom_equals(given.geometry).all()


def test_a_grid_in_another_crs_keeps_identical_vertices_on_shared_edges(empty_office: Office, village: Grid) -> None:
    metric = Grid(village.cells.to_crs("EPSG:4547"), LENGTHS)
    assert publish(empty_office, metric, JANUARY).edition == 1
    assert kept_grid(LOCAL_ADMINISTRATOR, empty_office, on=MARCH).check().empty


def test_an_edition_may_not_begin_on_or_before_the_one_in_force(office: Office, village: Grid) -> None:
    with pytest.raises(ConflictError, match="2015-01-01"):
        publish(office, village, JANUARY)


def test_before_the_first_edition_there_is_no_grid(office: Office) -> None:
    with pytest.raises(NotFoundError, match="grid import"):
        kept_grid(LOCAL_ADMINISTRATOR, office, on=dt.date(2014, 12, 31))


def test_a_clerk_may_not_publish(office: Office, village: Grid) -> None:
    with pytest.raises(RefusedError):
        publish_grid(Person("c", "clerk"), office, village, name="x", valid_from=JULY)
