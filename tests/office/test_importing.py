"""A register comes in: upsert by key, one transaction a file, bad rows out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from gridmap.errors import NotFoundError, RefusedError
from gridmap.office.importing import ImportReport, Source, Terms, import_register
from gridmap.office.listing import list_features, list_links, tally
from gridmap.office.undoing import list_imports, undo_import
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import audit
from tests.office.conftest import SOUTH, STEP, WEST, Sheet

HEADER = ("户编号", "户主", "人数", "经度", "纬度")
MARCH, APRIL, MAY = dt.date(2015, 3, 1), dt.date(2015, 4, 1), dt.date(2015, 5, 1)


def place(column: float, row: float) -> tuple[float, float]:
    """Return the middle of the village's small cell (column, row), or a point elsewhere."""
    return WEST + (column + 0.5) * STEP, SOUTH + (row + 0.5) * STEP


def take(office: Office, path: Path, layer: str = "households", on: dt.date = MARCH, **terms: bool) -> ImportReport:
    return import_register(LOCAL_ADMINISTRATOR, office, layer, Source(path, crs="EPSG:4326"), Terms(on, **terms))


def counts(report: ImportReport) -> dict[str, int]:
    return {name: count for name, count in report.counts.items() if count}


@pytest.fixture
def register(sheet: Sheet) -> Path:
    return sheet("register.xlsx", HEADER, ("H1", "甲", 3, *place(0, 0)), ("H2", "乙", 2, *place(3, 1)))


def test_rows_are_kept_and_linked_to_the_cell_that_holds_them(office: Office, register: Path) -> None:
    report = take(office, register)
    assert counts(report) == {"added": 2}
    rows = list_features(LOCAL_ADMINISTRATOR, office, "households", on=MARCH)
    assert rows["cell"].tolist() == ["440307010001101", "440307010002202"]
    assert rows["people"].tolist() == [3, 2]


def test_the_same_file_twice_changes_nothing(office: Office, register: Path) -> None:
    take(office, register)
    again = take(office, register, on=APRIL)
    assert counts(again) == {"unchanged": 2}
    assert again.batch is None
    assert len(list_imports(LOCAL_ADMINISTRATOR, office)) == 1


def test_a_change_holds_from_its_day_and_the_days_before_keep_the_old_row(
    office: Office, register: Path, sheet: Sheet
) -> None:
    take(office, register)
    take(office, sheet("later.xlsx", ("户编号", "人数"), ("H1", 4)), on=MAY)
    before, after = (
        list_features(LOCAL_ADMINISTRATOR, office, "households", on=day).set_index("key") for day in (APRIL, MAY)
    )
    assert before.loc["H1", "people"] == 3
    assert after.loc["H1", "people"] == 4
    assert after.loc["H1", "cell"] == "440307010001101", "a file without a place leaves the place and its link"


def test_rows_absent_from_the_file_close_only_if_the_file_is_complete(
    office: Office, register: Path, sheet: Sheet
) -> None:
    take(office, register)
    shorter = sheet("shorter.xlsx", ("户编号", "人数"), ("H1", 3))
    assert counts(take(office, shorter, on=APRIL)) == {"unchanged": 1}
    assert counts(take(office, shorter, on=APRIL, complete=True)) == {"unchanged": 1, "closed": 1}
    assert list_features(LOCAL_ADMINISTRATOR, office, "households", on=APRIL)["key"].tolist() == ["H1"]


def test_a_complete_file_with_a_bad_row_is_refused_as_the_row_would_look_absent(
    office: Office, register: Path, sheet: Sheet
) -> None:
    take(office, register)
    bad = sheet("bad.xlsx", ("户编号", "人数"), ("H1", 3), ("H2", "several"))
    report = take(office, bad, on=APRIL, complete=True)
    assert report.refused
    assert len(list_features(LOCAL_ADMINISTRATOR, office, "households", on=APRIL)) == 2


def test_good_rows_go_in_and_bad_rows_come_out_with_every_fault(office: Office, sheet: Sheet) -> None:
    rows = (("H1", "甲", 3, *place(0, 0)), ("H2", "乙", "many", 999.0, 95.0), ("H1", "丙", 1, *place(1, 0)))
    report = take(office, sheet("mixed.xlsx", HEADER, *rows))
    assert counts(report) == {"added": 1, "rejected": 2}
    assert {(fault.row, fault.column) for fault in report.faults} >= {(3, "人数"), (4, "户编号")}
    assert report.fault_sheet is not None
    assert report.fault_sheet.is_file()


def test_one_fault_refuses_a_strict_file_whole(office: Office, sheet: Sheet) -> None:
    report = take(
        office, sheet("mixed.xlsx", HEADER, ("H1", "甲", 3, *place(0, 0)), ("", "乙", 1, *place(1, 0))), strict=True
    )
    assert report.refused
    assert report.batch is None
    assert tally(LOCAL_ADMINISTRATOR, office, on=MARCH).empty


def test_a_dry_run_counts_and_keeps_nothing(office: Office, register: Path) -> None:
    assert counts(take(office, register, dry_run=True)) == {"added": 2}
    assert tally(LOCAL_ADMINISTRATOR, office, on=MARCH).empty
    with office.reading_whole() as tx:
        assert "import" not in set(audit.read(tx)["action"])


def test_a_row_outside_all_cells_is_kept_with_its_nearest_cell_and_distance(office: Office, sheet: Sheet) -> None:
    report = take(office, sheet("outside.xlsx", HEADER, ("H1", "甲", 3, WEST - 0.001, SOUTH + 0.001)))
    assert counts(report) == {"added": 1, "unlinked": 1}
    (link,) = list_links(LOCAL_ADMINISTRATOR, office, "households", on=MARCH).to_dict("records")
    assert (link["how"], link["nearest"]) == ("outside", "440307010001101")
    assert link["distance_m"] == pytest.approx(102.8, abs=0.5)  # 0.001 degrees of longitude at 22.59 north


def test_a_row_with_a_cell_code_alone_is_a_full_feature_of_that_cell(office: Office, sheet: Sheet) -> None:
    report = take(
        office, sheet("codes.xlsx", ("户编号", "网格编码"), ("H1", "440307010001102"), ("H2", "999"), ("H3", ""))
    )
    assert counts(report) == {"added": 3, "unplaced": 3, "unlinked": 2}
    links = list_links(LOCAL_ADMINISTRATOR, office, "households", on=MARCH).set_index("key")
    assert links["how"].to_dict() == {"H1": "register", "H2": "unknown_cell", "H3": "unplaced"}
    assert links.loc["H1", "code"] == "440307010001102"


def test_a_register_cell_that_differs_is_found_and_wins_only_with_a_reason(office: Office, sheet: Sheet) -> None:
    header = (*HEADER, "网格编码", "指定网格原因")
    other = "440307010002202"
    rows = (("H1", "甲", 3, *place(0, 0), other, ""), ("H2", "乙", 3, *place(0, 0), other, "gate on the other side"))
    take(office, sheet("differs.xlsx", header, *rows))
    links = list_links(LOCAL_ADMINISTRATOR, office, "households", on=MARCH).set_index("key")
    assert links.loc["H1", ["code", "how", "differs"]].tolist() == ["440307010001101", "inside", True]
    assert links.loc["H2", ["code", "how"]].tolist() == [other, "override"]


def test_an_import_is_undone_and_what_it_ended_holds_again(office: Office, register: Path, sheet: Sheet) -> None:
    take(office, register)
    later = take(office, sheet("later.xlsx", ("户编号", "人数"), ("H1", 4), ("H9", 1)), on=MAY)
    assert later.batch is not None
    undone = undo_import(LOCAL_ADMINISTRATOR, office, later.batch)
    assert (undone["removed"], undone["reopened"]) == (2, 1)
    rows = list_features(LOCAL_ADMINISTRATOR, office, "households", on=MAY).set_index("key")
    assert rows["people"].to_dict() == {"H1": 3, "H2": 2}
    assert rows["cell"].notna().all()


def test_an_unknown_layer_is_named_beside_those_there_are(office: Office, register: Path) -> None:
    with pytest.raises(NotFoundError, match="streetlights"):
        take(office, register, layer="dragons")


def test_a_reader_may_not_import(office: Office, register: Path) -> None:
    with pytest.raises(RefusedError):
        import_register(Person("r", "reader"), office, "households", Source(register), Terms(MARCH))


def test_an_import_stands_in_the_audit_without_a_personal_value(office: Office, register: Path) -> None:
    take(office, register)
    with office.reading_whole() as tx:
        rows = audit.read(tx)
    assert rows.iloc[0]["action"] == "import"
    assert "甲" not in rows.to_csv()
