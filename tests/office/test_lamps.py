"""Lamps of an issue that is done work again, and the dark stretch shrinks at the next look."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gridmap.office.gapping import find
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.issues import act, report
from gridmap.office.listing import list_features
from gridmap.office.undoing import list_imports, undo_import
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.conftest import SOUTH, STEP, WEST
from tests.office.staff import LIGHTER, NEW_YEAR, WORKER, light_village
from tests.office.test_issues import CLERK, at, counter, step, told

__all__ = ["counter"]


@pytest.fixture
def street(counter: Office, tmp_path: Path) -> tuple[Office, str]:
    """A street of SMALL with forty lamps, 38 of them dark, and an issue about these."""
    line = shapely.LineString([(WEST + 0.0005, SOUTH + STEP / 2), (WEST + 0.0045, SOUTH + STEP / 2)])
    path = tmp_path / "roads.geojson"
    gpd.GeoDataFrame({"road_no": ["R1"], "name": ["x"], "geometry": [line]}, crs=4326).to_file(path)
    import_register(LOCAL_ADMINISTRATOR, counter, "roads", Source(path, crs="EPSG:4326"), Terms(on=NEW_YEAR))
    dark = light_village(counter, tmp_path, dark=38, working=2)
    lamps = tuple(("streetlights", key) for key in dark)
    (number,) = report(CLERK, counter, [told(lon=None, lat=None, features=lamps)])
    act(
        CLERK,
        counter,
        [
            step(number, "file", at(3, 2, 11)),
            step(number, "assign", at(3, 2, 12)),
            step(number, "start", at(3, 3), LIGHTER),
        ],
    )
    return counter, number


def metres(office: Office, on: dt.date) -> float:
    return float(find(LOCAL_ADMINISTRATOR, office, on=on, kinds=["dark_road"])["measure"].sum())


def working(office: Office, on: dt.date) -> int:
    return int((list_features(LOCAL_ADMINISTRATOR, office, "streetlights", on=on)["status"] == "working").sum())


def test_lamps_work_from_the_day_it_is_done(street: tuple[Office, str]) -> None:
    office, number = street
    before, after = dt.date(2015, 3, 6), dt.date(2015, 3, 7)
    dark = metres(office, before)
    assert dark > 300
    act(CLERK, office, [step(number, "finish", at(3, 7), LIGHTER, quantities={"lamps": 38})])
    assert (working(office, before), working(office, after)) == (2, 40)
    assert (metres(office, before), metres(office, after)) == (dark, 0.0)
    (batch,) = list_imports(LOCAL_ADMINISTRATOR, office).query("file == @number").to_dict("records")
    assert batch["counts"]["changed"] == 38


def test_closing_it_changes_nothing_more(street: tuple[Office, str]) -> None:
    office, number = street
    act(
        CLERK,
        office,
        [
            step(number, "finish", at(3, 7), LIGHTER, quantities={"lamps": 38}),
            step(number, "close", at(3, 8), WORKER, result="solved", reply="lit"),
        ],
    )
    assert len(list_imports(LOCAL_ADMINISTRATOR, office).query("file == @number")) == 1


def test_rework_makes_them_dark_again(street: tuple[Office, str]) -> None:
    office, number = street
    act(
        CLERK,
        office,
        [
            step(number, "finish", at(3, 7), LIGHTER, quantities={"lamps": 38}),
            step(number, "rework", at(3, 9), WORKER, note="none is lit"),
        ],
    )
    assert [working(office, dt.date(2015, 3, day)) for day in (6, 8, 9)] == [2, 40, 2]


def test_a_later_survey_knows_better(street: tuple[Office, str], tmp_path: Path) -> None:
    office, number = street
    path = tmp_path / "survey.csv"
    path.write_text("灯杆编号,状态,灯型\nL0,不亮,LED\n", encoding="utf-8")
    import_register(LOCAL_ADMINISTRATOR, office, "streetlights", Source(path), Terms(on=dt.date(2015, 4, 1)))
    act(CLERK, office, [step(number, "finish", at(3, 7), LIGHTER, quantities={"lamps": 38})])
    assert working(office, dt.date(2015, 3, 7)) == 39
    assert working(office, dt.date(2015, 4, 1)) == 39


def test_it_can_be_undone_like_an_import(street: tuple[Office, str]) -> None:
    office, number = street
    act(CLERK, office, [step(number, "finish", at(3, 7), LIGHTER, quantities={"lamps": 38})])
    batch = int(list_imports(LOCAL_ADMINISTRATOR, office)["id"].max())
    undo_import(LOCAL_ADMINISTRATOR, office, batch)
    assert working(office, dt.date(2015, 3, 7)) == 2


def test_another_category_leaves_the_register_alone(counter: Office, tmp_path: Path) -> None:
    dark = light_village(counter, tmp_path, dark=2)
    features = tuple(("streetlights", key) for key in dark)
    (number,) = report(CLERK, counter, [told(category="road", features=features)])
    act(CLERK, counter, [step(number, "fix", at(3, 2, 11), WORKER)])
    assert working(counter, dt.date(2015, 3, 3)) == 0
