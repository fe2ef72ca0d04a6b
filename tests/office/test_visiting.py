"""Visits come in: once, with the cell and the people of their day."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gridmap.errors import ConflictError, FaultsError, NotFoundError, RefusedError
from gridmap.grid.grid import Grid
from gridmap.ledger.events import frame_of
from gridmap.ledger.issues import Event
from gridmap.ledger.visits import Visit
from gridmap.office.auditing import read_audit
from gridmap.office.correcting import correct
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.erasing import erase, expire
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.rostering import import_roster
from gridmap.office.undoing import undo_import
from gridmap.office.visiting import VisitReport, record
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.settings import Settings
from gridmap.store import issues as kept_issues
from gridmap.store import visits as kept_visits
from gridmap.store.copies import backup, restore
from gridmap.store.duties import keep_duty
from tests.office.conftest import LENGTHS, village_cells
from tests.office.visited import BIG, FAR, HEADER, OTHER, SMALL, at, book, settle, uid, visit


@pytest.fixture
def village_office(office: Office, tmp_path: Path) -> Office:
    settle(office, tmp_path)
    return office


def read(office: Office, **asked: object) -> pd.DataFrame:
    with office.reading_whole() as tx:
        return kept_visits.visits(tx, **asked).set_index("visit", drop=False)


def codes(report: VisitReport) -> list[tuple[int | None, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in report.faults]


def test_a_visit_keeps_the_cell_and_the_people_of_its_day(village_office: Office) -> None:
    report = record(LOCAL_ADMINISTRATOR, village_office, [visit("a", companions=("8",), note="门口有狗")])
    assert report == VisitReport(1, 0, 0)
    (row,) = read(village_office).to_dict("records")
    assert (row["cell"], row["answering"], row["elsewhere"], row["late"]) == (SMALL, "7", False, True)
    assert (row["layer"], row["key"], row["companions"], row["mode"]) == ("households", "H1", ("8",), "home")
    assert row["at"] == pd.Timestamp("2015-03-12T11:30Z")
    assert row["recorded_at"] == pd.Timestamp(village_office.clock.now())


def test_sent_twice_it_is_recorded_once_and_another_content_is_a_conflict(village_office: Office) -> None:
    first = visit("a", note="门口有狗")
    assert record(LOCAL_ADMINISTRATOR, village_office, [first, first]).recorded == 1
    again = record(LOCAL_ADMINISTRATOR, village_office, [first, visit("b")])
    assert (again.recorded, again.repeated) == (1, 1)
    with pytest.raises(ConflictError, match=uid("a")):
        record(LOCAL_ADMINISTRATOR, village_office, [visit("c"), visit("a", outcome="absent")])
    assert len(read(village_office)) == 2


def test_a_visit_by_somebody_who_does_not_answer_there_is_recorded_and_flagged(village_office: Office) -> None:
    said = [
        visit("own"),
        visit("head of the big cell", lead="1"),
        visit("of the same unit", lead="8"),
        visit("stranger", lead="9"),
        visit("stranger with the one who answers", lead="9", companions=("7",)),
        visit("the doctor", lead="5"),
    ]
    assert record(LOCAL_ADMINISTRATOR, village_office, said).flagged == 2
    rows = read(village_office)
    assert set(rows.index[rows["elsewhere"]]) == {uid("stranger"), uid("the doctor")}


def test_faulty_visits_are_left_out_and_every_fault_is_named(village_office: Office) -> None:
    said = [
        visit("good"),
        visit("nobody", "H9"),
        visit("too early", at=at("2015-02-27T19:30")),
        visit("before the grid", at=at("2014-12-31T19:30")),
        visit("to come", at=at("2016-01-01T00:00")),
        visit("many", lead="77", outcome="gone", mode="boat"),
        visit("no cell", key=None, cell="44"),
        visit("corrects nothing", corrects=uid("nothing")),
        visit("looks back on nothing", looks_back=uid("nothing")),
    ]
    report = record(LOCAL_ADMINISTRATOR, village_office, said)
    assert report.recorded == 1
    assert codes(report) == [
        (2, "key", "office.no_feature"),
        (3, "key", "office.no_feature"),
        (4, "at", "office.no_edition"),
        (5, "at", "ledger.visit_future"),
        (6, "lead", "ledger.visit_nobody"),
        (6, "outcome", "ledger.visit_word"),
        (6, "mode", "ledger.visit_word"),
        (7, "cell", "store.unknown_cell"),
        (8, "corrects", "office.visit_unknown"),
        (9, "looks_back", "office.visit_no_issue"),
    ]
    assert all(fault.say("zh") for fault in report.faults)
    with pytest.raises(FaultsError):
        record(LOCAL_ADMINISTRATOR, village_office, [visit("x"), *said[1:]], strict=True)
    assert len(read(village_office)) == 1


def test_a_correction_replaces_the_entry_and_both_stay(village_office: Office) -> None:
    record(LOCAL_ADMINISTRATOR, village_office, [visit("a")])
    before = village_office.clock.now()
    chain = [visit("b", outcome="absent", corrects=uid("a")), visit("c", key="H2", corrects=uid("b"))]
    assert record(LOCAL_ADMINISTRATOR, village_office, chain).recorded == 2
    assert read(village_office).index.tolist() == [uid("c")]
    assert len(read(village_office, current=False)) == 3
    assert read(village_office, keys=["H1"]).empty
    stale = record(LOCAL_ADMINISTRATOR, village_office, [visit("d", corrects=uid("a"))])
    assert codes(stale) == [(1, "corrects", "office.visit_replaced")]
    assert before == village_office.clock.now()


def test_a_visit_at_a_cell_and_a_feature_in_no_cell(village_office: Office) -> None:
    said = [visit("cell", key=None, cell=BIG, lead="1"), visit("unplaced", "S2", layer="businesses")]
    assert record(LOCAL_ADMINISTRATOR, village_office, said).recorded == 2
    rows = read(village_office)
    assert rows.loc[uid("cell"), ["cell", "answering", "key"]].tolist() == [BIG, "1", None]
    assert rows.loc[uid("unplaced"), "cell"] is None
    assert not rows["elsewhere"].any()


def test_a_cadre_enters_his_own_visits_within_his_scope(village_office: Office) -> None:
    li, qian = Person("li", "cadre", frozenset({BIG}), "7"), Person("qian", "cadre", None, "9")
    assert record(li, village_office, [visit("a"), visit("b", lead="8", companions=("7",))]).recorded == 2
    with pytest.raises(RefusedError, match="took part"):
        record(li, village_office, [visit("c", lead="8")])
    beyond = record(li, village_office, [visit("d", "H3")])
    assert (beyond.recorded, len(beyond.faults)) == (0, 1), "what lies out of his scope is unknown to him"
    with pytest.raises(RefusedError, match="took part"):
        record(qian, village_office, [visit("e", lead="9", corrects=uid("a"))])
    with pytest.raises(RefusedError):
        record(Person("r", "reader"), village_office, [visit("f")])
    assert record(Person("c", "clerk"), village_office, [visit("g", lead="9")]).recorded == 1


def test_a_sensitive_feature_is_unknown_to_whom_it_does_not_exist(village_office: Office) -> None:
    def called(name: str, lead: str) -> list[object]:
        return [visit(name, "C1", layer="care_places", lead=lead)]

    li, zhao = Person("li", "cadre", None, "7"), Person("zhao", "cadre", None, "8")
    assert record(li, village_office, called("a", "7")).recorded == 1
    assert codes(record(zhao, village_office, called("b", "8"))) == [(1, "key", "office.no_feature")]
    assert codes(record(Person("c", "clerk"), village_office, called("c", "7"))) == [(1, "key", "office.no_feature")]
    taken = [visit("d", lead="8", corrects=uid("a"))]
    assert codes(record(Person("c", "clerk"), village_office, taken)) == [(1, "corrects", "office.visit_unknown")]


def test_reading_narrows_by_time_cell_lead_and_knowledge(village_office: Office) -> None:
    said = [
        visit("a"),
        visit("b", "H3", lead="9", at=at("2015-03-13T00:00")),
        visit("c", "H2", at=at("2015-03-12T23:59:59.999999")),
    ]
    record(LOCAL_ADMINISTRATOR, village_office, said)
    midnight = at("2015-03-13T00:00")
    assert read(village_office, until=midnight).index.tolist() == [uid("a"), uid("c")]
    assert read(village_office, since=midnight).index.tolist() == [uid("b")]
    assert read(village_office, under=BIG)["cell"].tolist() == [SMALL, OTHER]
    assert read(village_office, under=FAR, layer="households").index.tolist() == [uid("b")]
    assert read(village_office, lead="9").index.tolist() == [uid("b")]
    assert read(village_office, as_of=village_office.clock.now() - dt.timedelta(seconds=1)).empty


def test_the_audit_counts_a_batch_and_names_nobody(village_office: Office) -> None:
    record(LOCAL_ADMINISTRATOR, village_office, [visit("a", note="家中无人照顾"), visit("b", "H2", lead="9")])
    (kept,) = read_audit(LOCAL_ADMINISTRATOR, village_office).query("action == 'visit'")["detail"]
    assert kept == {"recorded": 2, "repeated": 0, "flagged": 1}
    rows = len(read_audit(LOCAL_ADMINISTRATOR, village_office))
    record(LOCAL_ADMINISTRATOR, village_office, [visit("b", "H2", lead="9")])
    assert len(read_audit(LOCAL_ADMINISTRATOR, village_office)) == rows


def test_erasing_a_household_takes_the_words_of_its_visits_and_leaves_the_visits(village_office: Office) -> None:
    with village_office.writing_whole() as tx:
        keep_duty(tx, "wages", FORM, on=dt.date(2015, 3, 1))
    said = visit("a", note="家中无人照顾", answers={"wages/paid": "yes"})
    record(LOCAL_ADMINISTRATOR, village_office, [said, visit("b", "H2", note="另一户")])
    assert erase(LOCAL_ADMINISTRATOR, village_office, "households", "H1", reason="asked for") == 4
    rows = read(village_office)
    assert (rows.loc[uid("a"), "outcome"], rows.loc[uid("a"), "answers"]) == ("met", {})
    with village_office.reading_whole() as tx:
        assert kept_visits.notes(tx, [uid("a"), uid("b")]) == {uid("b"): "另一户"}
    assert "家中无人照顾".encode() not in village_office.store.path.read_bytes()
    again = record(LOCAL_ADMINISTRATOR, village_office, [said])
    assert (again.recorded, again.repeated) == (0, 1)


def test_words_of_visits_expire_by_their_retention_days(asking_office: Office) -> None:
    said = [visit("old", note="x", at=at("2015-12-01T23:59")), visit("new", note="y", at=at("2015-12-02T00:00"))]
    record(LOCAL_ADMINISTRATOR, asking_office, [*said, report_of("answered", "yes", at=at("2015-12-01T10:00"))])
    asking_office.settings = Settings(retention_days={"visits.note": 30, "visits.answers": 31})
    assert expire(LOCAL_ADMINISTRATOR, asking_office) == {"visits.note": 1, "visits.answers": 0}
    with asking_office.reading_whole() as tx:
        assert kept_visits.notes(tx, [uid("old"), uid("new")]) == {uid("new"): "y"}
    asking_office.settings = Settings(retention_days={"visits.answers": 30})
    assert expire(LOCAL_ADMINISTRATOR, asking_office) == {"visits.answers": 1}
    assert len(read(asking_office)) == 3


def test_what_was_erased_stays_erased_in_a_copy_brought_back(village_office: Office, tmp_path: Path) -> None:
    record(LOCAL_ADMINISTRATOR, village_office, [visit("a", note="家中无人照顾")])
    copy = backup(village_office.store, tmp_path / "copy.db")
    erase(LOCAL_ADMINISTRATOR, village_office, "households", "H1", reason="asked for")
    key = village_office.store.key
    restore(village_office.store.path, copy, at=village_office.clock.now(), account="local", key=key)
    with village_office.reading_whole() as tx:
        assert kept_visits.notes(tx, [uid("a")]) == {}
    assert len(read(village_office)) == 1


def test_an_import_whose_features_were_visited_stays(village_office: Office, tmp_path: Path) -> None:
    record(LOCAL_ADMINISTRATOR, village_office, [visit("a"), visit("b")])
    with pytest.raises(ConflictError, match="2 visits"):
        undo_import(LOCAL_ADMINISTRATOR, village_office, 1)
    renamed = book(tmp_path / "later.xlsx", ("户编号", "户主"), ("H1", "张四"))
    changed = import_register(
        LOCAL_ADMINISTRATOR, village_office, "households", Source(renamed), Terms(on=dt.date(2015, 4, 1))
    )
    assert changed.batch is not None
    assert undo_import(LOCAL_ADMINISTRATOR, village_office, changed.batch)["reopened"] == 1


FORM = {
    "zh": "月报",
    "en": "monthly report",
    "subject": {"layer": "businesses"},
    "period": "month",
    "form": [
        {
            "field": "paid",
            "zh": "是否发放工资",
            "en": "wages paid?",
            "choices": [{"value": "yes", "zh": "是", "en": "yes"}, {"value": "no", "zh": "否", "en": "no"}],
            "bad": ["no"],
            "opens": "wage_dispute",
        }
    ],
}


def report_of(name: str, answer: str, **said: Any) -> Visit:
    return visit(name, "S1", layer="businesses", answers={"wages/paid": answer}, **said)


@pytest.fixture
def asking_office(village_office: Office) -> Office:
    """The village's office with a form that asks whether wages were paid, from March on."""
    keep_default_categories(LOCAL_ADMINISTRATOR, village_office, on=dt.date(2015, 1, 1))
    with village_office.writing_whole() as tx:
        keep_duty(tx, "wages", FORM, on=dt.date(2015, 3, 1))
    return village_office


def test_a_bad_answer_opens_one_issue_however_often_it_is_sent_or_corrected(asking_office: Office) -> None:
    first = record(LOCAL_ADMINISTRATOR, asking_office, [report_of("a", "no"), report_of("b", "yes")])
    assert (first.recorded, len(first.issues)) == (2, 1)
    again = record(LOCAL_ADMINISTRATOR, asking_office, [report_of("a", "no")])
    assert (again.repeated, again.issues) == (1, ())
    corrected = record(LOCAL_ADMINISTRATOR, asking_office, [report_of("c", "no", corrects=uid("a"), mode="phone")])
    assert corrected.issues == first.issues
    with asking_office.reading_whole() as tx:
        (opened,) = kept_issues.issues(tx).to_dict("records")
    assert (opened["category"], opened["source"], opened["follower"]) == ("wage_dispute", "visit", "7")
    assert opened["features"] == [("businesses", "S1")]


def test_an_answer_to_no_question_is_a_fault_that_does_not_tell_it(asking_office: Office) -> None:
    said = [
        report_of("a", "三个月没发"),
        visit("b", answers={"care/state": "done"}),
        report_of("c", "no", at=at("2015-03-12T19:30")),
        visit("d", answers={"no slash": "done"}),
    ]
    report = record(LOCAL_ADMINISTRATOR, asking_office, said)
    assert codes(report) == [
        (1, "answers", "office.visit_no_answer"),
        (2, "answers", "office.visit_no_field"),
        (4, "answers", "ledger.visit_answer"),
    ]
    assert "三个月没发" not in str([fault.say("zh") for fault in report.faults])
    assert report.recorded == 1


def test_nothing_is_recorded_if_its_issue_cannot_be_opened(asking_office: Office) -> None:
    with asking_office.writing_whole() as tx:
        keep_duty(tx, "wages", FORM | {"form": [FORM["form"][0] | {"opens": "no_such"}]}, on=dt.date(2015, 3, 1))
    with pytest.raises(NotFoundError):
        record(LOCAL_ADMINISTRATOR, asking_office, [report_of("a", "no")])
    assert read(asking_office).empty


def test_two_writers_of_one_visit_record_it_once(village_office: Office) -> None:
    reports: list[VisitReport] = []

    def send() -> None:
        with open_office(village_office.home, clock=village_office.clock) as own:
            reports.extend(record(LOCAL_ADMINISTRATOR, own, [visit(f"v{at}")]) for at in range(5))

    senders = [threading.Thread(target=send) for _ in range(2)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert sum(report.recorded for report in reports) == 5
    assert sum(report.repeated for report in reports) == 5
    assert len(read(village_office)) == 5


def test_the_roster_of_today_counts_however_often_visits_came_before(village_office: Office, tmp_path: Path) -> None:
    assert record(LOCAL_ADMINISTRATOR, village_office, [visit("a", lead="9")]).flagged == 1
    moved = book(tmp_path / "r2.xlsx", HEADER, ("9", "钱三", "网格员", "葵涌社区", SMALL, "2015-03-01"))
    with open_office(village_office.home, clock=village_office.clock) as other:
        import_roster(LOCAL_ADMINISTRATOR, other, moved, on=dt.date(2015, 3, 1))
    assert record(LOCAL_ADMINISTRATOR, village_office, [visit("b", lead="9")]).flagged == 0
    assert village_office.scene is not None


def test_the_answer_and_the_cell_are_those_of_the_visit_s_own_day(village_office: Office, tmp_path: Path) -> None:
    leaves = book(
        tmp_path / "r2.xlsx", (*HEADER, "止"), ("7", "李一", "网格员", "王母社区", SMALL, "2015-01-01", "2015-07-01")
    )
    assert import_roster(LOCAL_ADMINISTRATOR, village_office, leaves, on=dt.date(2015, 3, 1)).faults == ()
    cells = village_cells()
    narrower = Grid(cells[cells["code"] != FAR], LENGTHS)
    publish_grid(LOCAL_ADMINISTRATOR, village_office, narrower, name="2015-06", valid_from=dt.date(2015, 6, 1))
    said = [
        visit("may", "H3", lead="9", at=at("2015-05-31T23:59")),
        visit("june", "H3", lead="9", at=at("2015-06-01T00:00")),
        visit("before he left", at=at("2015-06-30T20:00")),
        visit("after he left", at=at("2015-07-01T20:00")),
        visit("no such cell any more", key=None, cell=FAR, at=at("2015-06-01T00:00")),
    ]
    report = record(LOCAL_ADMINISTRATOR, village_office, said)
    assert codes(report) == [(5, "cell", "store.unknown_cell")]
    rows = read(village_office)
    assert rows.loc[[uid("may"), uid("june")], "cell"].tolist() == [FAR, None]
    assert rows.loc[[uid("before he left"), uid("after he left")], "answering"].tolist() == ["7", "1"]


def test_a_correction_takes_over_what_it_does_not_change(village_office: Office) -> None:
    record(LOCAL_ADMINISTRATOR, village_office, [visit("a", note="门口有狗", companions=("8",))])
    for _ in range(2):
        done = correct(LOCAL_ADMINISTRATOR, village_office, uid("a"), {"outcome": "absent"})
    assert (done.recorded, done.repeated) == (0, 1)
    (row,) = read(village_office).to_dict("records")
    assert (row["outcome"], row["companions"], row["corrects"]) == ("absent", ("8",), uid("a"))
    with village_office.reading_whole() as tx:
        assert kept_visits.notes(tx, [row["visit"]]) == {row["visit"]: "门口有狗"}
    correct(LOCAL_ADMINISTRATOR, village_office, row["visit"], {"cell": BIG})
    (moved,) = read(village_office).to_dict("records")
    assert (moved["cell"], moved["key"], moved["layer"]) == (BIG, None, None)
    correct(LOCAL_ADMINISTRATOR, village_office, moved["visit"], {"layer": "households", "key": "H2"})
    assert read(village_office)["key"].tolist() == ["H2"]
    with pytest.raises(NotFoundError):
        correct(LOCAL_ADMINISTRATOR, village_office, uid("z"), {"outcome": "met"})
    with pytest.raises(FaultsError):
        correct(LOCAL_ADMINISTRATOR, village_office, uid("a"), {"outcome": "met"})
    with pytest.raises(RefusedError):
        correct(
            Person("qian", "cadre", None, "9"), village_office, read(village_office)["visit"].iloc[0], {"mode": "phone"}
        )


def test_a_look_back_names_an_issue_that_was_closed_then_by_uuid_or_number(asking_office: Office) -> None:
    number = record(LOCAL_ADMINISTRATOR, asking_office, [report_of("bad", "no", at=at("2015-05-04T10:00"))]).issues[0]
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("file", "2015-05-05T09:00", {"category": "wage_dispute"}),
        ("close", "2015-05-20T09:00", {}),
    ]
    with asking_office.reading_whole() as tx:
        (opened,) = kept_issues.issues(tx)["issue"]
    with asking_office.writing_whole() as tx:
        events = [Event(uid(act), opened, act, at(when), None, said) for act, when, said in steps]
        rows = frame_of(events, ["filed", "closed"], recorded_at=[asking_office.clock.now()] * 2, account="c")
        kept_issues.append(tx, rows)
    early, late = at("2015-05-20T08:59"), at("2015-05-20T09:00")
    said = [visit("early", at=early, looks_back=opened), visit("late", at=late, looks_back=number)]
    report = record(LOCAL_ADMINISTRATOR, asking_office, said)
    assert codes(report) == [(1, "looks_back", "office.visit_no_issue")]
    assert read(asking_office).loc[uid("late"), "looks_back"] == opened
    again = record(LOCAL_ADMINISTRATOR, asking_office, [visit("late", at=late, looks_back=opened)])
    assert again.repeated == 1
