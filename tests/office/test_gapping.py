"""Gaps of an office: what is missing on a day, for those who may know of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from gridmap.errors import ArgumentError, NotFoundError, RefusedError, SettingsError
from gridmap.gaps.registry import KINDS
from gridmap.gaps.shape import COLUMNS
from gridmap.office.auditing import read_audit
from gridmap.office.exporting import export_gaps
from gridmap.office.gap_day import limits_of
from gridmap.office.gapping import coverage, find
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.settings import Settings
from tests.office.conftest import SOUTH, STEP, WEST, Sheet

DAY = dt.date(2015, 3, 1)
LEADER, READER = Person("l", "leader"), Person("r", "reader")
BIG = "440307010001"
INSIDE, OUTSIDE = (WEST + STEP / 2, SOUTH + STEP / 2), (WEST - STEP, SOUTH + STEP / 2)


@pytest.fixture
def kept(office: Office, sheet: Sheet) -> Office:
    """The village with a household in it and one beside it, and a care place beside it; nobody holds a cell."""
    files = {
        "households": sheet("h.xlsx", ("户编号", "经度", "纬度"), ("H1", *INSIDE), ("H2", *OUTSIDE)),
        "care_places": sheet("c.xlsx", ("关爱编号", "经度", "纬度"), ("C1", *OUTSIDE)),
    }
    for layer, path in files.items():
        report = import_register(LOCAL_ADMINISTRATOR, office, layer, Source(path, crs="EPSG:4326"), Terms(DAY))
        assert not report.faults
    return office


def test_gaps_have_one_shape_and_the_name_of_who_answers(kept: Office) -> None:
    gaps = find(LOCAL_ADMINISTRATOR, kept, on=DAY)
    assert list(gaps.columns) == [*COLUMNS, "responsible_name"]
    assert gaps.crs == "EPSG:4326"
    assert set(gaps["kind"]) == {"unattended_cell", "unlinked_feature"}
    assert (gaps["kind"] == "unattended_cell").sum() == 14


def test_a_feature_beside_the_cells_tells_how_far(kept: Office) -> None:
    gap = find(LEADER, kept, on=DAY, kinds=["unlinked_feature"]).iloc[0]
    assert gap["subject"] == "households H2"
    assert gap["inputs"]["nearest"] == f"{BIG}101"
    assert gap["inputs"]["distance_m"] == pytest.approx(514, abs=5)
    assert gap["since"] == "2015-03-01"


def test_a_sensitive_layer_has_gaps_only_for_those_who_may_reveal(kept: Office) -> None:
    asked = ["unlinked_feature", "unattended_cell"]
    all_of_them = find(LOCAL_ADMINISTRATOR, kept, on=DAY, kinds=asked)
    assert "care_places C1" in set(all_of_them["subject"])
    assert not find(LEADER, kept, on=DAY, kinds=asked)["subject"].str.contains("care").any()
    assert "layer:care_places" in coverage(LOCAL_ADMINISTRATOR, kept, on=DAY)
    known = coverage(LEADER, kept, on=DAY)
    assert "layer:care_places" not in known
    assert known.loc["", "features"] == 2


def test_gaps_below_a_cell_leave_out_those_in_no_cell(kept: Office) -> None:
    gaps = find(READER, kept, on=DAY, under=BIG)
    assert gaps["subject"].str.startswith(BIG).all()
    assert len(gaps) == 1 + 2 + 4
    with pytest.raises(NotFoundError):
        find(READER, kept, on=DAY, under="999")


def test_a_person_with_a_scope_gets_the_gaps_and_figures_of_its_cells_alone(kept: Office) -> None:
    west = "440307010001"
    person = Person("s", "leader", frozenset({west}))
    gaps = find(person, kept, on=DAY)
    assert len(gaps)
    assert set(gaps["big"]) == {west}
    assert len(gaps) < len(find(LOCAL_ADMINISTRATOR, kept, on=DAY))
    assert all(code.startswith(west) for code in coverage(person, kept, on=DAY).index)


def test_before_the_first_edition_there_is_nothing_to_look_at(kept: Office) -> None:
    with pytest.raises(NotFoundError, match="2014-12-31"):
        find(READER, kept, on=dt.date(2014, 12, 31))


def test_the_public_gets_no_gaps_and_no_figures(kept: Office) -> None:
    nobody = Person("p", "public")
    with pytest.raises(RefusedError):
        find(nobody, kept, on=DAY)
    with pytest.raises(RefusedError):
        coverage(nobody, kept, on=DAY)


def test_an_unknown_kind_is_refused_with_those_there_are(kept: Office) -> None:
    with pytest.raises(NotFoundError, match=", ".join(KINDS)):
        find(READER, kept, on=DAY, kinds=["dragons"])


def test_figures_count_what_is_covered(kept: Office) -> None:
    rows = coverage(READER, kept, on=DAY)
    assert (rows.loc["", "features"], rows.loc["", "linked"], rows.loc["none", "features"]) == (2, 1, 1)
    assert rows.loc[f"{BIG}101", "layer:households"] == 1
    assert rows.loc["", "small_cells"] == 8


@pytest.mark.parametrize("ending", [".gpkg", ".geojson"])
def test_gaps_go_out_as_a_file_and_that_is_audited(kept: Office, tmp_path: Path, ending: str) -> None:
    gaps = find(LEADER, kept, on=DAY)
    target = tmp_path / f"gaps{ending}"
    assert export_gaps(LEADER, kept, gaps, target, on=DAY) == len(gaps)
    tables = [name for name, _ in pyogrio.list_layers(target)]
    assert sum(len(gpd.read_file(target, layer=name)) for name in tables) == len(gaps)
    row = read_audit(LOCAL_ADMINISTRATOR, kept).iloc[0]
    assert (row["action"], row["subject"], row["account"]) == ("export", "gaps", "l")


def test_gaps_go_out_in_no_other_format_and_not_by_everybody(kept: Office, tmp_path: Path) -> None:
    gaps = find(READER, kept, on=DAY)
    with pytest.raises(ArgumentError, match=".docx"):
        export_gaps(LEADER, kept, gaps, tmp_path / "gaps.docx", on=DAY)
    with pytest.raises(RefusedError):
        export_gaps(READER, kept, gaps, tmp_path / "gaps.gpkg", on=DAY)


def test_limits_come_from_the_settings_and_know_the_tiers() -> None:
    assert limits_of(replace(Settings(), load_limit={"team": 3})).load == {"team": 3}
    with pytest.raises(SettingsError, match="wizard"):
        limits_of(replace(Settings(), load_limit={"wizard": 3}))
