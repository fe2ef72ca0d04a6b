"""What the ledger of an office shows to be missing on a day, and since when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import pytest

from gridmap.ledger.issues import Event
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.duties import keep_default_duties, states_on
from gridmap.office.gapping import coverage, find
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.issues import Report, act, report
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.office.visited import FOUNDED, OTHER, SMALL, at, book, settle, uid, visit

READER = Person("r", "reader")
DAY = dt.timedelta(days=1)
MAY, NOVEMBER = dt.date(2015, 5, 20), dt.date(2015, 11, 20)


@pytest.fixture
def village_office(office: Office, tmp_path: Path) -> Office:
    """The village that is visited, all households eligible, with the duties and categories that are shipped."""
    settle(office, tmp_path)
    eligible = book(tmp_path / "eligible.xlsx", ("户编号", "应走访"), *((key, "是") for key in ("H1", "H2", "H3")))
    import_register(LOCAL_ADMINISTRATOR, office, "households", Source(eligible), Terms(on=FOUNDED))
    keep_default_duties(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    return office


def gaps(office: Office, kind: str, on: dt.date, person: Person = LOCAL_ADMINISTRATOR) -> gpd.GeoDataFrame:
    return find(person, office, on=on, kinds=[kind]).set_index("subject")


def test_who_was_met_is_visited_and_the_others_are_not(village_office: Office) -> None:
    visits = [visit("met"), visit("in vain", "H2", outcome="absent", lead="8")]
    assert record(LOCAL_ADMINISTRATOR, village_office, visits).faults == ()
    assert set(gaps(village_office, "unvisited", dt.date(2015, 3, 11), READER).index) == {
        *("households H1", "households H2", "households H3", "businesses S1", "businesses S2")
    }
    found = gaps(village_office, "unvisited", MAY, READER)
    assert "households H1" not in found.index
    gap = found.loc["households H2"]
    assert (gap["small"], gap["responsible"], gap["since"]) == (OTHER, "8", "2015-03-01")
    assert gap["inputs"]["duties"].startswith("households_2015 ")
    assert found.loc["businesses S2", "geometry"] is None, "it is unplaced and still to be visited"


def test_after_the_campaign_what_was_missed_is_overdue(village_office: Office) -> None:
    assert gaps(village_office, "overdue_duty", dt.date(2015, 10, 31), READER).filter(like="H1", axis=0).empty
    gap = gaps(village_office, "overdue_duty", NOVEMBER, READER).loc["households H1 households_2015"]
    assert (gap["measure"], gap["unit"], gap["since"]) == (1, "visits", "2015-11-01")


def test_a_sensitive_layer_is_unvisited_only_for_those_who_may_know(village_office: Office) -> None:
    assert "care_places C1" in gaps(village_office, "unvisited", MAY).index
    assert not gaps(village_office, "unvisited", MAY, READER).index.str.startswith("care_places").any()
    assert not gaps(village_office, "overdue_duty", NOVEMBER, READER).index.str.startswith("care_places").any()


def test_as_of_an_instant_before_the_entry_nobody_was_visited(village_office: Office) -> None:
    record(LOCAL_ADMINISTRATOR, village_office, [visit("met")])
    before = village_office.clock.now() - dt.timedelta(seconds=1)
    known = find(READER, village_office, on=MAY, as_of=before, kinds=["unvisited"])
    assert "households H1" in set(known["subject"])


@pytest.fixture
def issue(village_office: Office) -> str:
    """The number of an issue about water, filed on a Friday: three working days."""
    raised = Report(uid("leak"), at("2015-05-15T10:00"), "phone", by="7", category="water", cell=SMALL)
    (number,) = report(LOCAL_ADMINISTRATOR, village_office, [raised])
    act(LOCAL_ADMINISTRATOR, village_office, [Event(uid("file"), number, "file", at("2015-05-15T11:00"))])
    return number


def test_an_issue_is_a_gap_from_the_day_of_its_deadline_on(village_office: Office, issue: str) -> None:
    found = gaps(village_office, "overdue_issue", dt.date(2015, 6, 30), READER).loc[issue]
    since = dt.date.fromisoformat(found["since"])
    assert (found["small"], found["responsible"], found["unit"]) == (SMALL, "7", "days")
    assert issue in gaps(village_office, "overdue_issue", since).index
    assert issue not in gaps(village_office, "overdue_issue", since - DAY).index


def test_while_it_is_deferred_it_is_not_overdue_and_then_it_is_so_since_the_resume(
    village_office: Office, issue: str
) -> None:
    said = {"until": "2015-07-10"}
    steps = [
        Event(uid("assign"), issue, "assign", at("2015-05-15T12:00"), said={"holder": "8"}),
        Event(uid("defer"), issue, "defer", at("2015-07-01T10:00"), said=said, private={"note": "pipe on order"}),
        Event(uid("resume"), issue, "resume", at("2015-07-10T10:00")),
    ]
    act(LOCAL_ADMINISTRATOR, village_office, steps)
    assert gaps(village_office, "overdue_issue", dt.date(2015, 6, 30)).loc[issue, "responsible"] == "8"
    assert issue not in gaps(village_office, "overdue_issue", dt.date(2015, 7, 5)).index
    assert gaps(village_office, "overdue_issue", dt.date(2015, 7, 20)).loc[issue, "since"] == "2015-07-10"


def test_a_duty_without_a_target_leaves_no_gap(village_office: Office) -> None:
    """The look-back campaign asks at a home whose issue was closed, but nobody must be met there."""
    record(LOCAL_ADMINISTRATOR, village_office, [visit("met")])
    raised = Report(
        uid("tap"), at("2015-05-15T10:00"), "visit", by="7", category="water", features=(("households", "H1"),)
    )
    (number,) = report(LOCAL_ADMINISTRATOR, village_office, [raised])
    done = {"result": "solved"}
    steps = [
        Event(uid("fix"), number, "fix", at("2015-05-15T11:00"), actor="7"),
        Event(uid("close"), number, "close", at("2015-05-16T11:00"), said=done, private={"reply": "mended"}),
    ]
    act(LOCAL_ADMINISTRATOR, village_office, steps)
    with village_office.reading_whole() as tx:
        states = states_on(LOCAL_ADMINISTRATOR, village_office, tx, on=NOVEMBER, names=["lookback_2015"])
    assert states["subject"].tolist() == ["H1"]
    assert "households H1" not in gaps(village_office, "unvisited", NOVEMBER).index


def test_coverage_does_not_ask_the_ledger(village_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.office.gap_day.derived_states", None)
    assert coverage(READER, village_office, on=MAY).loc["", "layer:households"] == 3
