"""Lists are masked; a personal field is shown for a reason that stands in the audit before the value leaves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from gridmap.errors import ArgumentError, NotFoundError, RefusedError
from gridmap.office.auditing import read_audit, verify_audit
from gridmap.office.erasing import erase, expire
from gridmap.office.exporting import export_features, export_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.listing import list_features, list_links, tally
from gridmap.office.rostering import erase_phone, import_roster
from gridmap.office.wiring import Office, open_office
from gridmap.people.access import ACTS, may
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.settings import Settings, write_settings
from tests.office.conftest import CLOCK, SOUTH, STEP, WEST, Sheet

DAY = dt.date(2015, 3, 1)
HEAD = "甲乙丙"
LEADER, READER = Person("l", "leader"), Person("r", "reader")


@pytest.fixture
def kept(office: Office, sheet: Sheet) -> Office:
    """The village with one household and one shop whose name would be a formula."""
    at = (WEST + STEP / 2, SOUTH + STEP / 2)
    files = {
        "households": sheet("h.xlsx", ("户编号", "户主", "经度", "纬度"), ("H1", HEAD, *at)),
        "businesses": sheet("b.xlsx", ("商户编号", "名称", "经度", "纬度"), ("B1", "@SUM(1+1)*cmd|' /C calc'!A0", *at)),
    }
    for layer, path in files.items():
        report = import_register(LOCAL_ADMINISTRATOR, office, layer, Source(path, crs="EPSG:4326"), Terms(DAY))
        assert not report.faults
    return office


def test_personal_fields_are_absent_unless_revealed(kept: Office) -> None:
    assert "head" not in list_features(LOCAL_ADMINISTRATOR, kept, "households", on=DAY)
    shown = list_features(LOCAL_ADMINISTRATOR, kept, "households", on=DAY, reveal=["head"], reason="a call")
    assert shown["head"].tolist() == [HEAD]


def test_a_reveal_stands_in_the_audit_with_its_reason_and_without_the_value(kept: Office) -> None:
    list_features(LOCAL_ADMINISTRATOR, kept, "households", on=DAY, reveal=["head"], reason="a call")
    row = read_audit(LOCAL_ADMINISTRATOR, kept).iloc[0]
    assert row["action"] == "reveal"
    assert row["detail"] == {"fields": ["head"], "layer": "households", "reason": "a call"}


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reveal_without_a_reason_is_refused(kept: Office, reason: str) -> None:
    with pytest.raises(ArgumentError, match="reason"):
        list_features(LOCAL_ADMINISTRATOR, kept, "households", on=DAY, reveal=["head"], reason=reason)


def test_a_public_or_unknown_field_cannot_be_revealed_and_no_audit_row_claims_it(kept: Office) -> None:
    before = len(read_audit(LOCAL_ADMINISTRATOR, kept))
    for name in ("people", "dragon"):
        with pytest.raises(ArgumentError, match=name):
            list_features(LOCAL_ADMINISTRATOR, kept, "households", on=DAY, reveal=[name], reason="a call")
    assert len(read_audit(LOCAL_ADMINISTRATOR, kept)) == before


def test_a_leader_may_read_and_not_reveal(kept: Office) -> None:
    assert len(list_features(LEADER, kept, "households", on=DAY)) == 1
    with pytest.raises(RefusedError):
        list_features(LEADER, kept, "households", on=DAY, reveal=["head"], reason="curious")


def test_a_sensitive_layer_gives_nobody_else_even_a_count(kept: Office) -> None:
    with pytest.raises(RefusedError):
        list_features(LEADER, kept, "care_places", on=DAY)
    assert "care_places" not in set(tally(READER, kept, on=DAY)["layer"])


def test_a_person_with_a_scope_sees_what_is_linked_in_it(kept: Office) -> None:
    inside, outside = (Person("s", "leader", frozenset({f"44030701000{n}"})) for n in (1, 2))
    assert len(list_features(inside, kept, "households", on=DAY)) == 1
    assert len(list_features(outside, kept, "households", on=DAY)) == 0
    assert len(list_links(inside, kept, "households", on=DAY)) == 1
    assert len(list_links(outside, kept, "households", on=DAY)) == 0


def test_a_cadre_sees_a_sensitive_layer_where_he_answers_and_nowhere_else(kept: Office, sheet: Sheet) -> None:
    here, there = (WEST + STEP / 2, SOUTH + STEP / 2), (WEST + 3.5 * STEP, SOUTH + STEP / 2)
    care = sheet("c.xlsx", ("关爱编号", "经度", "纬度"), ("C1", *here), ("C2", *there))
    import_register(LOCAL_ADMINISTRATOR, kept, "care_places", Source(care, crs="EPSG:4326"), Terms(DAY))
    header = ("姓名", "工号", "层级", "责任网格", "起")
    posts = sheet("r.xlsx", header, ("甲", "W1", "网格员", "440307010001101", "2015.1.1"))
    assert import_roster(LOCAL_ADMINISTRATOR, kept, posts, on=DAY).kept
    worker, stranger = Person("w", "cadre", cadre="W1"), Person("x", "cadre", cadre="W2")
    assert list_features(worker, kept, "care_places", on=DAY)["key"].tolist() == ["C1"]
    assert list_features(stranger, kept, "care_places", on=DAY).empty
    assert len(list_features(LOCAL_ADMINISTRATOR, kept, "care_places", on=DAY)) == 2


def test_a_list_under_a_cell_holds_what_lies_below_it(kept: Office) -> None:
    assert len(list_features(READER, kept, "households", on=DAY, under="440307010001")) == 1
    assert len(list_features(READER, kept, "households", on=DAY, under="440307010002")) == 0
    with pytest.raises(NotFoundError):
        list_features(READER, kept, "households", on=DAY, under="999")


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet"])
def test_an_export_obeys_the_mask_and_reads_back(kept: Office, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"out.{ending}"
    assert export_features(LOCAL_ADMINISTRATOR, kept, "households", target, on=DAY) == 1
    read = gpd.read_parquet(target) if ending == "parquet" else gpd.read_file(target, layer=0)
    assert read["household_no"].tolist() == ["H1"]
    assert "head" not in read
    assert HEAD.encode() not in target.read_bytes()


def test_a_workbook_holds_hostile_text_as_text(kept: Office, tmp_path: Path) -> None:
    target = tmp_path / "shops.xlsx"
    export_features(LOCAL_ADMINISTRATOR, kept, "businesses", target, on=DAY)
    cells = [cell for sheet in openpyxl.load_workbook(target).worksheets for row in sheet.rows for cell in row]
    hostile = [cell for cell in cells if isinstance(cell.value, str) and "cmd|" in cell.value]
    assert [cell.data_type for cell in hostile] == ["s"]


def test_an_unknown_ending_is_refused_and_names_those_there_are(kept: Office, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"\.gpkg"):
        export_features(LOCAL_ADMINISTRATOR, kept, "households", tmp_path / "out.docx", on=DAY)
    assert not list(tmp_path.glob("out.*"))


def test_the_grid_is_handed_out_and_reads_back(kept: Office, tmp_path: Path) -> None:
    assert export_grid(LOCAL_ADMINISTRATOR, kept, tmp_path / "cells.geojson", on=DAY) == 14
    assert len(gpd.read_file(tmp_path / "cells.geojson")) == 14


def test_an_erased_value_is_gone_from_the_list_and_from_the_file(kept: Office) -> None:
    assert erase(LOCAL_ADMINISTRATOR, kept, "households", "H1", reason="asked for") >= 1
    shown = list_features(LOCAL_ADMINISTRATOR, kept, "households", on=DAY, reveal=["head"], reason="a look")
    assert shown["head"].isna().all()
    assert HEAD.encode() not in b"".join(path.read_bytes() for path in kept.home.glob("office.db*"))


def test_values_expire_after_their_retention_days(kept: Office, sheet: Sheet) -> None:
    gone = sheet("gone.xlsx", ("户编号", "人数"), ("H2", 1))
    terms = Terms(dt.date(2015, 6, 1), complete=True)
    import_register(LOCAL_ADMINISTRATOR, kept, "households", Source(gone), terms)
    write_settings(kept.home, Settings(retention_days={"households.head": 365}))
    with open_office(kept.home, clock=CLOCK) as office:
        assert expire(LOCAL_ADMINISTRATOR, office) == {"households.head": 0}, "213 days are not 365"
    write_settings(kept.home, Settings(retention_days={"households.head": 30}))
    with open_office(kept.home, clock=CLOCK) as office:
        assert expire(LOCAL_ADMINISTRATOR, office) == {"households.head": 1}


def test_the_audit_is_whole_and_only_for_those_who_may_read_it(kept: Office) -> None:
    assert verify_audit(Person("a", "auditor"), kept).ok
    with pytest.raises(RefusedError):
        read_audit(READER, kept)


def test_the_public_may_do_nothing_and_the_administrator_everything() -> None:
    everything = ACTS["administrator"]
    assert not any(may(Person("p", "public"), act) for act in everything)
    assert all(may(LOCAL_ADMINISTRATOR, act) for act in everything)


def test_a_cadres_telephone_is_erased_from_the_roster_and_the_file(office: Office, sheet: Sheet) -> None:
    header = ("姓名", "工号", "层级", "联系电话", "责任网格")
    posts = sheet("r.xlsx", header, ("甲", "W1", "网格员", "000-12345678", "440307010001101"))
    assert import_roster(LOCAL_ADMINISTRATOR, office, posts, on=DAY).kept
    held = b"".join(path.read_bytes() for path in office.home.glob("office.db*"))
    assert b"000-12345678" in held
    assert erase_phone(LOCAL_ADMINISTRATOR, office, "W1", reason="left the service") == 1
    held = b"".join(path.read_bytes() for path in office.home.glob("office.db*"))
    assert b"000-12345678" not in held
    with pytest.raises(NotFoundError, match="W9"):
        erase_phone(LOCAL_ADMINISTRATOR, office, "W9", reason="a slip")
