"""Duties of the village: who is due, overdue, exempt, and for whom that exists."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest

from gridmap.errors import ArgumentError, FaultsError, FileError, NotFoundError, RefusedError
from gridmap.ledger.states import COLUMNS
from gridmap.ledger.visits import Visit
from gridmap.office.auditing import read_audit
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.duties import duties_on, duty_states, explain_duty, keep_default_duties, states_on
from gridmap.office.duty_rules import edit_duty, end_duty, exempt, list_duties
from gridmap.office.erasing import erase
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.rostering import import_roster
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import duties as kept_duties
from tests.office.conftest import SOUTH, STEP, WEST, Sheet

FOUNDED = dt.date(2015, 1, 1)
MAY, JUNE = dt.date(2015, 5, 20), dt.date(2015, 6, 3)
HERE, THERE = "440307010001101", "440307010002101"
SHIPPED = {
    "households_2015",
    "rentals_2015",
    "businesses_2015",
    "organisations_2015",
    "principal_evenings",
    "leadership_evenings",
    "section_groups",
    "leadership_inspections",
    "care_monthly",
    "labour_monthly",
    "lookback_2015",
}
LATER = dt.datetime(2015, 7, 1, tzinfo=dt.UTC)


def roster(sheet: Sheet) -> Path:
    header = ("工号", "姓名", "层级", "所在部门", "责任网格", "起", "负责人")
    return sheet(
        "roster.xlsx",
        header,
        ("1", "周书记", "主要领导", "党政办", None, None, None),
        ("3", "郑委员", "班子成员", "党政办", "440307010001", "2015-01-01", None),
        ("5", "吴科", "科级干部", "城管办", None, None, "是"),
        (None, None, None, "城管办", "4403070100011", "2015-01-01", None),
        ("6", "孙科", "科级干部", "文化站", None, None, None),
        ("7", "李一", "网格员", "王母社区", HERE, "2015-01-01", None),
        ("8", "赵二", "网格员", "下沙社区", THERE, "2015-01-01", None),
        ("9", "钱医生", "社区干部", "王母社康中心", None, None, None),
    )


def register(office: Office, sheet: Sheet, layer: str, *rows: tuple[object, ...], day: dt.date = FOUNDED) -> None:
    path = sheet(f"{layer}.xlsx", *rows)
    report = import_register(LOCAL_ADMINISTRATOR, office, layer, Source(path, crs="EPSG:4326"), Terms(on=day))
    assert report.faults == ()


def at(column: int, row: int) -> tuple[float, float]:
    """The middle of a block of the village."""
    return WEST + (column + 0.5) * STEP, SOUTH + (row + 0.5) * STEP


@pytest.fixture
def staffed(office: Office, sheet: Sheet) -> Office:
    """The village with a roster, three homes, one not to be visited, a shop, a factory, care places, its duties."""
    assert import_roster(LOCAL_ADMINISTRATOR, office, roster(sheet), on=FOUNDED).faults == ()
    head = ("户编号", "应走访", "经度", "纬度")
    register(
        office, sheet, "households", head, ("H1", "是", *at(0, 0)), ("H2", "是", *at(2, 0)), ("H3", "否", *at(0, 0))
    )
    register(office, sheet, "businesses", ("商户编号", "名称", "经度", "纬度"), ("S1", "百货", *at(0, 0)))
    register(office, sheet, "enterprises", ("企业编号", "名称", "经度", "纬度"), ("E1", "厂", *at(1, 0)))
    register(office, sheet, "care_places", ("关爱编号", "经度", "纬度"), ("C1", *at(0, 0)), ("C2", *at(2, 0)))
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    assert keep_default_duties(LOCAL_ADMINISTRATOR, office, on=FOUNDED) == {"added": len(SHIPPED), "unchanged": 0}
    return office


def visit(text: str, lead: str, key: str | None, layer: str = "households", **more: object) -> Visit:
    when = dt.datetime.fromisoformat(f"{text}+08:00")
    return Visit(str(uuid4()), when, lead, str(more.pop("outcome", "met")), layer if key else None, key, **more)


def enter(office: Office, *visits: Visit) -> None:
    assert record(LOCAL_ADMINISTRATOR, office, visits).faults == ()


def told(
    office: Office, on: dt.date, *names: str, person: Person = LOCAL_ADMINISTRATOR, **more: object
) -> pd.DataFrame:
    return duty_states(person, office, on=on, as_of=dt.datetime(2016, 1, 1, tzinfo=dt.UTC), names=names or None, **more)


def state(rows: pd.DataFrame, subject: str, period: str | None = None) -> str:
    mine = rows[rows["subject"] == subject]
    return str((mine if period is None else mine[mine["period"] == period])["state"].iloc[-1])


def test_the_shipped_duties_are_kept_once_and_an_office_s_own_stay(staffed: Office, tmp_path: Path) -> None:
    with staffed.reading_whole() as tx:
        assert {duty.name for duty in duties_on(tx, MAY)} == SHIPPED
    own = tmp_path / "section_groups.toml"
    own.write_text('zh = "每周"\nen = "weekly"\nperiod = "week"\nsubject = { tiers = ["section"] }\n', encoding="utf-8")
    assert edit_duty(LOCAL_ADMINISTRATOR, staffed, own, on=MAY).became == "changed"
    assert edit_duty(LOCAL_ADMINISTRATOR, staffed, own, on=JUNE).became == "unchanged"
    assert keep_default_duties(LOCAL_ADMINISTRATOR, staffed, on=JUNE) == {"added": 0, "unchanged": len(SHIPPED)}
    rules = list_duties(LOCAL_ADMINISTRATOR, staffed, on=JUNE).set_index("duty")
    assert rules.loc["section_groups", ["period", "valid_from"]].tolist() == ["week", "2015-05-20"]
    before = list_duties(LOCAL_ADMINISTRATOR, staffed, on=FOUNDED).set_index("duty")
    assert before.loc["section_groups", "period"] == "month"


def test_a_home_is_due_until_somebody_was_met(staffed: Office) -> None:
    rows = told(staffed, MAY, "households_2015")
    assert rows["subject"].tolist() == ["H1", "H2"]
    assert rows["state"].tolist() == ["due", "due"]
    assert rows["cell"].tolist() == [HERE, THERE]
    assert rows["answering_name"].tolist() == ["李一", "赵二"]
    enter(staffed, visit("2015-05-01T10:00", "7", "H1"), visit("2015-05-01T20:00", "8", "H2", outcome="absent"))
    assert told(staffed, MAY, "households_2015")["state"].tolist() == ["met", "due"]
    assert told(staffed, dt.date(2015, 4, 30), "households_2015")["state"].tolist() == ["due", "due"]
    assert told(staffed, dt.date(2015, 11, 1), "households_2015")["state"].tolist() == ["met", "missed"]
    with staffed.reading_whole() as tx:
        early = states_on(LOCAL_ADMINISTRATOR, staffed, tx, on=MAY, as_of=LATER, names=["households_2015"])
    assert early["state"].tolist() == ["due", "due"], "recorded by the clock of the demo, at the end of the year"
    assert list(early.columns) == [*COLUMNS, "cell", "answering"]


def test_what_happens_at_home_is_masked_unless_revealed_or_one_s_own(staffed: Office) -> None:
    enter(staffed, visit("2015-05-01T10:00", "7", "H1"))
    masked = told(staffed, MAY, "households_2015")
    assert masked["met_at"].isna().all()
    assert masked["attempts"].isna().all()
    with pytest.raises(ArgumentError, match="reason"):
        told(staffed, MAY, "households_2015", reveal=True)
    with pytest.raises(RefusedError):
        told(staffed, MAY, "households_2015", person=Person("r", "reader"), reveal=True, reason="x")
    shown = told(staffed, MAY, "households_2015", reveal=True, reason="a complaint")
    assert shown["attempts"].tolist() == [1, 0]
    assert "a complaint" in str(read_audit(LOCAL_ADMINISTRATOR, staffed).query("action == 'reveal'")["detail"].iloc[0])
    own = told(staffed, MAY, "households_2015", person=Person("li", "cadre", cadre="7"))
    assert own["met_at"].notna().tolist() == [True, False]
    assert own["attempts"].isna().tolist() == [False, True]
    asked = {"on": MAY, "as_of": dt.datetime(2016, 1, 1, tzinfo=dt.UTC)}
    hidden = explain_duty(LOCAL_ADMINISTRATOR, staffed, "households_2015", "H1", **asked)
    assert (hidden["counted"].tolist(), hidden["reason"].tolist()) == ([True], ["ledger.call_hidden"])
    assert hidden["at"].isna().all()
    for whose in ({"person": Person("li", "cadre", cadre="7")}, {"reveal": True, "reason": "a complaint"}):
        person = whose.pop("person", LOCAL_ADMINISTRATOR)
        shown = explain_duty(person, staffed, "households_2015", "H1", **asked, **whose)
        assert shown["reason"].tolist() == ["ledger.call_counts"]
    shop = told(staffed, MAY, "businesses_2015")
    assert shop["attempts"].tolist() == [0], "a shop is no home"


def test_a_cadre_is_the_subject_of_his_own_duty(staffed: Office) -> None:
    names = ("leadership_evenings", "leadership_inspections", "section_groups")
    rows = told(staffed, MAY, *names)
    assert state(rows[rows["duty"] == "section_groups"], "5") == "due"
    assert state(rows[rows["duty"] == "section_groups"], "6") == "exempt", "he holds no cell, nor does his unit"
    enter(
        staffed,
        visit("2015-05-19T20:00", "7", "H1", companions=("3", "5")),
        visit("2015-05-18T10:00", "3", "S1", "businesses", mode="inspection"),
        visit("2015-05-18T20:00", "3", "H2"),
    )
    rows = told(staffed, MAY, *names)
    evenings = rows[rows["duty"] == "leadership_evenings"]
    assert (state(evenings, "3", "2015-W20"), state(evenings, "3", "2015-W21")) == ("met", "due"), "in the grace of W20"
    enter(staffed, visit("2015-05-14T20:00", "3", "H1"))
    rows = told(staffed, MAY, *names)
    assert state(rows[rows["duty"] == "leadership_evenings"], "3", "2015-W21") == "met"
    assert state(rows[rows["duty"] == "leadership_inspections"], "3", "2015-W20") == "met"
    assert state(rows[rows["duty"] == "section_groups"], "5", "2015-05") == "met"
    mine = rows[rows["duty"] == "section_groups"].set_index("subject").loc["5"].iloc[-1]
    assert (mine["cell"], mine["answering"], mine["subject_name"]) == ("4403070100011", "5", "吴科")
    why = explain_duty(LOCAL_ADMINISTRATOR, staffed, "leadership_evenings", "3", on=MAY)
    reasons = ["ledger.call_hours", "ledger.call_place", "ledger.call_counts"]
    assert why["reason"].tolist() == reasons
    earlier = explain_duty(LOCAL_ADMINISTRATOR, staffed, "leadership_evenings", "3", "2015-W20", on=MAY)
    assert earlier["visit"].isna().tolist() == [True, False, True, True], "which homes he was at is not told"
    assert earlier["outcome"].isna().tolist() == [True, False, True, True]
    assert earlier["reason"].tolist() == ["ledger.call_counts", *reasons[:2], "ledger.call_other_period"]


def test_a_sensitive_duty_exists_for_those_who_reveal_or_answer(staffed: Office) -> None:
    enter(
        staffed,
        visit("2015-05-08T10:00", "9", "C1", "care_places"),
        visit("2015-05-08T10:00", "7", "C2", "care_places"),
    )
    rows = told(staffed, MAY, "care_monthly")
    assert state(rows, "C1", "2015-05") == "met"
    assert state(rows, "C2", "2015-05") == "due", "no doctor was there"
    assert told(staffed, MAY, "care_monthly", person=Person("c", "clerk")).empty
    own = told(staffed, MAY, "care_monthly", person=Person("li", "cadre", cadre="7"))
    assert set(own["subject"]) == {"C1"}
    with pytest.raises(NotFoundError, match="C1"):
        explain_duty(Person("c", "clerk"), staffed, "care_monthly", "C1", on=MAY)
    assert "care_monthly" not in list_duties(Person("c", "clerk"), staffed, on=MAY)["duty"].tolist()


def test_a_scope_keeps_what_lies_in_it(staffed: Office) -> None:
    person = Person("p", "reader", scope=frozenset({"440307010002"}))
    assert told(staffed, MAY, "households_2015", person=person)["subject"].tolist() == ["H2"]


def test_an_exemption_has_a_reason_that_no_list_shows(staffed: Office) -> None:
    with pytest.raises(ArgumentError, match="reason"):
        exempt(LOCAL_ADMINISTRATOR, staffed, "households_2015", "H2", reason=" ", from_day=MAY)
    with pytest.raises(ArgumentError, match="2015-05-20"):
        exempt(LOCAL_ADMINISTRATOR, staffed, "households_2015", "H2", reason="x", from_day=MAY, to_day=MAY)
    with pytest.raises(NotFoundError, match="H3"):
        exempt(LOCAL_ADMINISTRATOR, staffed, "households_2015", "H3", reason="x", from_day=MAY)
    with pytest.raises(NotFoundError, match="evenings"):
        exempt(LOCAL_ADMINISTRATOR, staffed, "mornings", "H2", reason="x", from_day=MAY)
    with pytest.raises(RefusedError):
        exempt(Person("c", "clerk"), staffed, "households_2015", "H2", reason="x", from_day=MAY)
    exempt(LOCAL_ADMINISTRATOR, staffed, "households_2015", "H2", reason="abroad with her son", from_day=MAY)
    rows = told(staffed, MAY, "households_2015")
    assert state(rows, "H2") == "exempt"
    assert state(told(staffed, MAY - dt.timedelta(days=1), "households_2015"), "H2") == "due"
    kept = read_audit(LOCAL_ADMINISTRATOR, staffed).to_string() + rows.to_string()
    assert "abroad" not in kept
    assert erase(LOCAL_ADMINISTRATOR, staffed, "households", "H2", reason="asked to be forgotten") == 1
    with staffed.reading_whole() as tx:
        assert kept_duties.exemptions(tx)["reason"].tolist() == [""]
    assert state(told(staffed, MAY, "households_2015"), "H2") == "exempt"


def test_a_rule_decides_the_periods_that_end_while_it_is_in_force(staffed: Office, tmp_path: Path) -> None:
    weekly = tmp_path / "labour_monthly.toml"
    weekly.write_text(
        'zh = "每周"\nen = "weekly"\nperiod = "week"\nsubject = { layer = "enterprises" }\n', encoding="utf-8"
    )
    edit_duty(LOCAL_ADMINISTRATOR, staffed, weekly, on=dt.date(2015, 6, 1))
    rows = told(staffed, dt.date(2015, 6, 10), "labour_monthly", since=dt.date(2015, 4, 1))
    assert rows["period"].tolist() == ["2015-04", "2015-05", "2015-W23", "2015-W24"]
    with_month = explain_duty(LOCAL_ADMINISTRATOR, staffed, "labour_monthly", "E1", "2015-05", on=JUNE)
    assert with_month.empty, "the month was decided by the rule of the month"
    assert told(staffed, JUNE, "labour_monthly")["period"].tolist() == ["2015-05", "2015-W23"], "May is in its grace"
    end_duty(LOCAL_ADMINISTRATOR, staffed, "labour_monthly", on=dt.date(2015, 6, 8))
    with pytest.raises(NotFoundError, match="labour_monthly"):
        told(staffed, dt.date(2015, 6, 10), "labour_monthly")
    with pytest.raises(NotFoundError):
        end_duty(LOCAL_ADMINISTRATOR, staffed, "labour_monthly", on=dt.date(2015, 6, 10))


def test_every_fault_of_a_file_is_said_at_once(staffed: Office, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(
        """zh = "怪"
en = "odd"
period = "month"
layers = ["castles"]
subject = { tiers = ["section"] }
form = [{ field = "a", zh = "甲", en = "a", choices = ["yes", "no"], bad = ["no"], opens = "dragons" }]
""",
        encoding="utf-8",
    )
    with pytest.raises(FaultsError) as wrong:
        edit_duty(LOCAL_ADMINISTRATOR, staffed, path, on=MAY)
    assert [fault.column for fault in wrong.value.faults] == ["layers", "form.opens"]
    path.write_text(
        'zh = "怪"\nen = "odd"\nperiod = "month"\n[subject]\nlayer = "households"\nwhere = { head = "李" }\n'
    )
    with pytest.raises(FaultsError, match="eligible") as wrong:
        edit_duty(LOCAL_ADMINISTRATOR, staffed, path, on=MAY)
    path.write_text("zh = ", encoding="utf-8")
    with pytest.raises(FileError, match="odd.toml"):
        edit_duty(LOCAL_ADMINISTRATOR, staffed, path, on=MAY)
    path.write_text("#" * (1 << 20) + "\n", encoding="utf-8")
    with pytest.raises(FileError, match="larger"):
        edit_duty(LOCAL_ADMINISTRATOR, staffed, path, on=MAY)
    with pytest.raises(FileError, match=r"no\.toml"):
        edit_duty(LOCAL_ADMINISTRATOR, staffed, tmp_path / "no.toml", on=MAY)
    with pytest.raises(RefusedError):
        edit_duty(Person("l", "leader"), staffed, path, on=MAY)


def test_an_interval_begins_with_the_rule_and_a_feature_that_left_keeps_its_cell(
    staffed: Office, tmp_path: Path, sheet: Sheet
) -> None:
    path = tmp_path / "shops.toml"
    text = 'zh = "店"\nen = "shops"\nperiod = "interval"\nevery_days = 30\nsubject = { layer = "businesses" }\n'
    path.write_text(text, encoding="utf-8")
    edit_duty(LOCAL_ADMINISTRATOR, staffed, path, on=dt.date(2015, 4, 1))
    assert told(staffed, MAY, "shops")[["period", "state"]].values.tolist() == [["2015-04-01/2015-04-30", "missed"]]
    enter(staffed, visit("2015-05-18T10:00", "7", "S1", "businesses"))
    assert told(staffed, MAY, "shops")["period"].tolist() == ["2015-04-01/2015-04-30", "2015-05-19/2015-06-17"]
    other = sheet("shops.xlsx", ("商户编号", "名称", "经度", "纬度"), ("S2", "杂货", *at(1, 1)))
    terms = Terms(on=JUNE, complete=True)
    import_register(LOCAL_ADMINISTRATOR, staffed, "businesses", Source(other, crs="EPSG:4326"), terms)
    rows = told(staffed, dt.date(2015, 6, 10), "labour_monthly", "businesses_2015")
    assert state(rows, "S2") == "due"
    assert "S1" not in rows["subject"].tolist()


def test_without_a_grid_there_are_states_in_no_cell(empty_office: Office, sheet: Sheet) -> None:
    register(empty_office, sheet, "businesses", ("商户编号", "名称"), ("S1", "百货"))
    keep_default_duties(LOCAL_ADMINISTRATOR, empty_office, on=FOUNDED)
    rows = told(empty_office, MAY, "businesses_2015")
    assert rows[["subject", "state"]].values.tolist() == [["S1", "due"]]
    assert rows["cell"].isna().all()
    assert told(empty_office, dt.date(2014, 1, 1)).empty
