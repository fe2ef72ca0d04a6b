"""The commands about issues, on the village: a whole life, refusals at each wrong step, what is shown and what not."""

from __future__ import annotations

import pytest

from gridmap.office.wiring import Office
from gridmap.settings import Settings, write_settings
from tests.cli.test_people import run, told
from tests.office.conftest import SOUTH, STEP, WEST, empty_office, office, village
from tests.office.staff import CHIEF, LIGHTER, LIGHTS, SMALL, WORKER
from tests.office.test_issues import counter

__all__ = ["counter", "empty_office", "office", "village"]

PLACE = f"{WEST + STEP / 2},{SOUTH + STEP / 2}"
TEXT, PHONE = "the lamp before my door is out", "13800000001"


@pytest.fixture
def desk(counter: Office) -> Office:
    """The office with its roster and categories, its clock standing on New Year's Eve."""
    write_settings(counter.home, Settings(demo_instant="2015-12-31T18:30:00+08:00"))
    return counter


@pytest.fixture
def reported(desk: Office) -> Office:
    words = ("--source", "visit", "--category", "streetlight", "--by", WORKER, "--place", PLACE)
    at = ("--at", "2015-12-28T10:00+08:00")
    done = run(desk, "issues", "report", *words, "--text", TEXT, "--phone", PHONE, *at)
    assert done.exit_code == 0, done.output
    assert f"reported as 2015-00001, in cell {SMALL}" in done.stdout
    assert f"proposed: unit {LIGHTS}" in done.stdout
    return desk


def test_a_whole_life_with_refusals_at_each_wrong_step(reported: Office) -> None:
    number = "2015-00001"
    wrong = run(reported, "issues", "finish", number, "--by", LIGHTER)
    assert (wrong.exit_code, "possible now: file, fix" in wrong.stderr) == (3, True)
    filed = run(reported, "issues", "file", number)
    assert "filed; due 2016-01-" in filed.stdout
    assert run(reported, "issues", "assign", number, "--unit", LIGHTS, "--holder", LIGHTER).exit_code == 0
    wrong = run(reported, "issues", "start", number, "--by", WORKER)
    assert (wrong.exit_code, "holder" in wrong.stderr) == (4, True)
    assert run(reported, "issues", "start", number, "--by", LIGHTER).exit_code == 0
    assert run(reported, "issues", "finish", number, "--by", LIGHTER).exit_code == 0
    wrong = run(reported, "issues", "close", number, "--by", WORKER, "--result", "solved")
    assert wrong.exit_code == 2
    assert "reply: missing" in wrong.stderr
    assert "quantities: how much" in wrong.stderr
    right = ("--result", "solved", "--reply", "it is lit", "--quantity", "lamps=1")
    closed = run(reported, "issues", "close", number, "--by", WORKER, *right)
    assert "closed" in closed.stdout
    assert "look-back" in closed.stdout
    assert run(reported, "issues", "look-back", number, "--by", CHIEF, "--satisfied").exit_code == 0
    card = told(run(reported, "issues", "show", number, "--json"))
    assert (card["state"], card["result"], card["satisfied"]) == ("closed", "solved", True)
    acts = [event["act"] for event in card["events"]]
    assert acts == ["report", "file", "assign", "start", "finish", "close", "look_back"]


def test_the_card_shows_who_and_by_when_and_masks_words(reported: Office) -> None:
    shown = run(reported, "issues", "show", "2015-00001").stdout
    assert "李一 (7)" in shown
    assert "kept and not shown: telephone, text" in shown
    assert TEXT not in shown
    assert PHONE not in shown
    revealed = run(reported, "issues", "show", "2015-00001", "--reveal", "text", "--reason", "to answer").stdout
    assert TEXT in revealed
    assert PHONE not in revealed
    assert run(reported, "issues", "show", "2015-00009").exit_code == 3


def test_lists_filter(reported: Office) -> None:
    shown = run(reported, "issues", "list").stdout
    assert "1 issues by the end of 2015-12-31" in shown
    assert TEXT not in shown
    for words, count in (
        (("--state", "open"), 1),
        (("--state", "closed"), 0),
        (("--category", "road"), 0),
        (("--cadre", WORKER), 1),
        (("--cell", SMALL), 1),
        (("--overdue",), 0),
        (("--on", "2015-12-27"), 0),
        (("--as-of", "2015-12-27T12:00+08:00"), 0),
    ):
        assert len(told(run(reported, "issues", "list", *words, "--json"))) == count, words
    assert run(reported, "issues", "list", "--state", "lost").exit_code == 2
    assert run(reported, "issues", "list", "--cell", "9").exit_code == 3


def test_a_likely_duplicate_is_proposed_and_said(reported: Office) -> None:
    again = run(reported, "issues", "report", "--source", "phone", "--category", "streetlight", "--place", PLACE)
    assert "2015-00002 is likely the same as 2015-00001" in again.stdout
    assert "1 pairs" in run(reported, "issues", "duplicates").stdout
    done = run(reported, "issues", "duplicate", "2015-00002", "--of", "2015-00001")
    assert "duplicate" in done.stdout
    assert told(run(reported, "issues", "duplicates", "--json")) == []
    assert run(reported, "issues", "duplicate", "2015-00001", "--of", "2015-00009").exit_code == 3


def test_jobs_are_shown_with_consent_alone(desk: Office) -> None:
    base = ("issues", "report", "--source", "visit", "--by", WORKER, "--place", PLACE)
    for words in (("job_offered",), ("job_wanted", "--consent"), ("job_wanted",), ("job_wanted", "--no-consent")):
        assert run(desk, *base, "--category", *words).exit_code == 0
    pairs = told(run(desk, "issues", "jobs", "--metres", "100", "--json"))
    assert [(pair["offer"], pair["seeker"]) for pair in pairs] == [("2015-00001", "2015-00002")]


def test_words_are_erased_with_a_reason(reported: Office) -> None:
    assert run(reported, "issues", "erase", "2015-00001").exit_code == 2
    assert "2 values removed" in run(reported, "issues", "erase", "2015-00001", "--reason", "asked for").stdout
    shown = run(reported, "issues", "show", "2015-00001", "--reveal", "text", "--reason", "to see").stdout
    assert TEXT not in shown
    assert "kept and not shown" not in shown


def test_the_clock_says_what_it_did(reported: Office) -> None:
    run(reported, "issues", "file", "2015-00001", "--at", "2015-12-28T11:00+08:00", "--due", "2015-12-30T18:00+08:00")
    assert "1 escalated" in run(reported, "tick").stdout
    assert told(run(reported, "tick", "--json")) == {"reminded": [], "escalated": {}}
    assert "overdue" in run(reported, "issues", "list", "--overdue").stdout


def test_a_programme_tells_totals(reported: Office) -> None:
    assert run(reported, "programmes", "begin", "Xiasha").exit_code == 0
    assert run(reported, "programmes", "begin", "Xiasha").exit_code == 3
    assert "1 issues added" in run(reported, "programmes", "add", "Xiasha", "2015-00001").stdout
    assert "0 issues added" in run(reported, "programmes", "add", "Xiasha", "2015-00001").stdout
    assert run(reported, "programmes", "add", "Xiasha", "2015-00009").exit_code == 3
    assert run(reported, "programmes", "add", "nothing", "2015-00001").exit_code == 3
    (row,) = told(run(reported, "programmes", "list", "--json"))
    assert (row["programme"], row["filed"], row["closed"], row["open"]) == ("Xiasha", 1, 0, 1)
    shown = run(reported, "programmes", "list").stdout
    assert "2015-00001" not in shown
    assert "Xiasha" in run(reported, "issues", "show", "2015-00001").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--place", "here"),
        ("--feature", "L1"),
        ("--at", "2015-12-28T10:00"),
    ],
)
def test_what_cannot_be_read_is_refused(desk: Office, words: tuple[str, ...]) -> None:
    assert run(desk, "issues", "report", "--source", "visit", *words).exit_code == 2


def test_a_quantity_is_a_number(reported: Office) -> None:
    assert run(reported, "issues", "fix", "2015-00001", "--by", WORKER, "--quantity", "lamps=many").exit_code == 2
