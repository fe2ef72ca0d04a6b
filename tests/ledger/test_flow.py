"""Each step of the flow: what it does, who may take it, and what it must say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from gridmap.errors import ArgumentError, ConflictError, FaultsError, RefusedError, detail
from gridmap.ledger.flow import Issue, allowed, applied, replayed
from gridmap.ledger.issues import ISSUE_COLUMNS, NOT_OPEN, STATES, Event
from gridmap.ledger.steps import DATED, FLOW, RELATIONS, STEPS, Step
from gridmap.words import known
from tests.ledger.walks import (
    BEGIN,
    CLOSED,
    EVERYONE,
    FOLLOWER,
    HOUR,
    LEADER,
    WORKED,
    WORKER,
    event,
    life,
    lived,
)


def taken(issue: Issue, act: str, *, actor: str | None = FOLLOWER, **said: object) -> Issue:
    """The issue after an act that says what it needs, or `said` instead of the same names."""
    one = event(act, 99, actor=actor)
    return applied(issue, replace(one, said={**one.said, **said}), EVERYONE)


def faults(issue: Issue | None, one: Event, **how: str) -> dict[str, str]:
    """What is wrong with an event: code by name."""
    with pytest.raises(FaultsError) as caught:
        applied(issue, one, EVERYONE, **how)
    return {fault.column: fault.code for fault in caught.value.faults}


def test_an_issue_goes_from_report_to_close() -> None:
    issue = lived(*CLOSED)
    assert (issue.state, issue.result, issue.quantities) == ("closed", "solved", {"lamps": 38})
    assert (issue.raised_by, issue.follower, issue.holder, issue.unit) == (FOLLOWER, FOLLOWER, WORKER, "lamps")
    assert (issue.reported_at, issue.filed_at) == (BEGIN, BEGIN + HOUR)
    assert (issue.done_at, issue.closed_at) == (BEGIN + 4 * HOUR, BEGIN + 5 * HOUR)
    assert issue.due_at == dt.datetime(2015, 10, 20, 10, tzinfo=dt.UTC)
    assert not issue.open


@pytest.mark.parametrize("step", FLOW, ids=lambda step: step.act)
def test_an_act_is_possible_in_the_states_that_the_table_names_and_in_no_other(step: Step) -> None:
    for state in STATES:
        issue = Issue("1", state, BEGIN, deferred=step.deferred == "only")
        assert (step.act in allowed(issue)) == (state in step.before)


def test_before_its_report_nothing_can_happen_to_an_issue() -> None:
    assert allowed(None) == ("report",)
    with pytest.raises(ConflictError, match="possible now: report"):
        applied(None, event("file"), EVERYONE)


@pytest.mark.parametrize("state", STATES)
def test_a_wrong_step_says_what_is_possible_now(state: str) -> None:
    with pytest.raises(ConflictError) as caught:
        applied(Issue("1", state, BEGIN), event("report", 1), EVERYONE)
    assert caught.value.inputs["allowed"] == ", ".join(allowed(Issue("1", state, BEGIN)))


@pytest.mark.parametrize("step", [step for step in FLOW if step.by], ids=lambda step: step.act)
def test_an_act_is_refused_to_whoever_is_in_none_of_its_relations(step: Step) -> None:
    issue = Issue("1", step.before[0], BEGIN, deferred=step.deferred == "only")
    with pytest.raises(RefusedError) as caught:
        applied(issue, event(step.act, 1), frozenset(RELATIONS) - frozenset(step.by))
    assert caught.value.inputs["by"] == ", ".join(step.by)


def test_a_refusal_says_states_and_relations_in_the_readers_language() -> None:
    with pytest.raises(RefusedError) as refused:
        applied(lived("report", "file", "assign"), event("start", 9), frozenset())
    assert "承办人、承办部门" in refused.value.say("zh")
    assert "holder, unit" in refused.value.say("en")
    with pytest.raises(ConflictError, match="the issue is in progress") as caught:
        applied(lived(*WORKED[:-1]), event("file", 9), EVERYONE)
    assert "办理中" in caught.value.say("zh")
    assert detail(caught.value)["inputs"]["state"] == "in_progress"


@pytest.mark.parametrize("act", ["close", "rework"])
def test_nobody_rechecks_his_own_work(act: str) -> None:
    """A leader least of all: every relation is his, and the work too."""
    for issue in (lived(*WORKED), lived("report", "fix", actors={"fix": WORKER})):
        with pytest.raises(RefusedError, match="whoever did the work"):
            taken(issue, act, actor=WORKER)
        assert taken(issue, act, actor=LEADER).state == STEPS[act].after


def test_work_that_nobody_signed_is_the_holders_own() -> None:
    done = applied(lived(*WORKED[:-1]), replace(event("finish", 9), actor=None), EVERYONE)
    with pytest.raises(RefusedError):
        taken(done, "close", actor=WORKER)


def test_the_first_person_told_is_its_follower() -> None:
    assert lived("report", actors={"report": "zhou"}).follower == "zhou"
    named = applied(None, replace(event("report"), said={"source": "phone", "follower": "zhou"}), EVERYONE)
    assert (named.follower, named.raised_by) == ("zhou", FOLLOWER)
    assert faults(None, event("report", actor=None)) == {"follower": "ledger.missing"}


def test_holders_change_and_the_follower_stays() -> None:
    issue = taken(lived(*WORKED[:-1]), "hand_over")
    assert (issue.holder, issue.follower) == ("zhao", FOLLOWER)


def test_a_new_follower_is_for_clerks_and_leaders_to_name() -> None:
    issue = lived(*WORKED[:-1])
    one = event("hand_over", 9, said={"follower": "zhou"})
    with pytest.raises(RefusedError, match="clerk, leader"):
        applied(issue, one, frozenset({"holder", "unit", "head", "follower"}))
    after = applied(issue, one, frozenset({"clerk"}))
    assert (after.follower, after.holder) == ("zhou", WORKER)


def test_whoever_starts_holds_it() -> None:
    issue = applied(lived("report", "file", "assign"), event("start", 9, actor="zhao"), frozenset({"unit"}))
    assert issue.holder == "zhao"


def test_an_issue_given_back_is_in_nobodys_hands() -> None:
    issue = taken(lived(*WORKED[:-1]), "return")
    assert (issue.state, issue.unit, issue.holder, issue.filed_at) == ("filed", None, None, BEGIN + HOUR)
    assert faults(issue, event("assign", 100, said={})) == {"unit": "ledger.missing"}


def test_a_deadline_is_needed_as_soon_as_it_is_filed() -> None:
    assert DATED == ("file", "assign", "rework", "reopen")
    assert faults(lived("report"), event("file", 1, said={})) == {"due_at": "ledger.missing"}


def test_a_leaders_deadline_is_kept_when_it_is_filed() -> None:
    issue = lived("report", "set_deadline")
    assert applied(issue, event("file", 5, said={}), EVERYONE).due_at == issue.due_at
    assert issue.leader == LEADER


def test_a_leader_takes_a_case_on_himself() -> None:
    assert lived("report", "take_on").leader == LEADER
    with pytest.raises(RefusedError):
        applied(lived("report"), event("take_on", 1), EVERYONE - {"leader"})


def test_a_deferred_issue_waits_until_it_is_resumed() -> None:
    issue = lived(*WORKED[:-1], "defer")
    assert (issue.deferred, issue.until, issue.deferrals) == (True, "2015-10-30", 1)
    assert set(allowed(issue)) == {"resume", "hand_over", "escalate", "take_on", "remind", "reply", "note"}
    with pytest.raises(ConflictError, match="deferred"):
        taken(issue, "finish")
    again = taken(issue, "resume")
    assert (again.deferred, again.until, again.state) == (False, None, "in_progress")
    assert again.due_at == dt.datetime(2015, 11, 3, 10, tzinfo=dt.UTC)
    with pytest.raises(ConflictError):
        applied(again, event("resume", 100), EVERYONE)


def test_sent_back_to_work_it_is_no_longer_done() -> None:
    issue = taken(lived(*WORKED), "rework")
    assert (issue.state, issue.done_at, issue.done_by, issue.reworks) == ("in_progress", None, None, 1)


def test_reopened_it_has_no_result() -> None:
    issue = taken(taken(lived(*CLOSED), "look_back", satisfied=False), "reopen")
    assert (issue.state, issue.result, issue.closed_at, issue.satisfied) == ("in_progress", None, None, None)
    assert (issue.quantities, issue.reopenings, issue.holder) == ({}, 1, WORKER)


def test_fixed_on_the_spot_it_is_done_at_once_and_checked_by_another() -> None:
    issue = lived("report", "fix", actors={"fix": WORKER})
    assert (issue.state, issue.spot, issue.holder, issue.done_by) == ("done", True, WORKER, WORKER)
    assert taken(issue, "close").state == "closed"
    assert faults(issue, event("rework", 9, said={})) == {"due_at": "ledger.missing"}
    again = applied(taken(issue, "rework"), event("finish", 100, actor=WORKER), EVERYONE)
    assert not again.spot


def test_what_a_look_back_hears_is_kept() -> None:
    closed = lived(*CLOSED)
    assert closed.satisfied is None
    assert [taken(closed, "look_back", satisfied=heard).satisfied for heard in (True, False)] == [True, False]
    assert taken(closed, "look_back").state == "closed"


def test_closing_needs_a_result_and_a_reply() -> None:
    done = lived(*WORKED)
    bare = replace(event("close", 9), private={})
    assert faults(done, replace(bare, said={})) == {"result": "ledger.missing"}
    assert faults(done, bare) == {"reply": "ledger.missing"}
    assert applied(taken(done, "reply"), replace(bare, at=BEGIN + 200 * HOUR), EVERYONE).state == "closed"


@pytest.mark.parametrize(("source", "anonymous"), [("own_check", False), ("phone", True)])
def test_nobody_waits_for_a_reply_to_what_we_found_or_to_an_anonymous_call(source: str, *, anonymous: bool) -> None:
    first = event("report", said={"source": source, "category": "road", "anonymous": anonymous})
    issue = applied(None, first, EVERYONE)
    for one in life(*WORKED)[1:]:
        issue = applied(issue, one, EVERYONE)
    assert applied(issue, replace(event("close", 9), private={}), EVERYONE).state == "closed"


def test_solved_says_how_much_where_its_category_counts() -> None:
    done = lived(*WORKED)
    bare = event("close", 9, said={"result": "solved"})
    assert faults(done, bare, quantity="lamps") == {"quantities": "ledger.no_quantity"}
    assert applied(done, bare, EVERYONE).quantities == {}
    explained = replace(bare, said={"result": "explained"})
    assert applied(done, explained, EVERYONE, quantity="lamps").result == "explained"
    none_lit = replace(bare, said={"result": "solved", "quantities": {"lamps": 0}})
    assert applied(done, none_lit, EVERYONE, quantity="lamps").quantities == {"lamps": 0}


def test_every_fault_of_an_event_comes_at_once() -> None:
    wrong = {"result": "gone", "quantities": {"lamps": -1}, "holder": "wang", "due_at": "tomorrow"}
    one = event("close", 9, said=wrong, private={"reply": "x", "phone": "13800000000"})
    assert faults(lived(*WORKED), one) == {
        "result": "ledger.not_one_of",
        "quantities": "ledger.not_quantities",
        "holder": "ledger.not_taken",
        "due_at": "ledger.not_taken",
        "phone": "ledger.not_taken",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("due_at", "2015-10-20T18:00"),
        ("lon", True),
        ("lon", 200.0),
        ("features", [["streetlights"]]),
        ("features", "L1"),
        ("anonymous", "yes"),
        ("unit", 7),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(name: str, value: object) -> None:
    one = event("report", said={"source": "phone", "lat": 22.6, "lon": 114.5, name: value})
    assert list(faults(None, one)) == [name]


def test_what_was_said_in_private_never_stands_in_a_message() -> None:
    one = event("note", 1, private={"note": "x", "phone": "13800000000"})
    with pytest.raises(FaultsError) as caught:
        applied(lived("report"), one, EVERYONE)
    assert "13800000000" not in caught.value.say("zh") + caught.value.say("en") + repr(one)


def test_a_private_word_among_public_facts_is_refused() -> None:
    assert faults(lived("report"), event("note", 1, said={"note": "he said"}, private={})) == {
        "note": "ledger.not_taken"
    }


def test_time_runs_forwards_and_has_a_zone() -> None:
    issue = lived("report", "file")
    with pytest.raises(ConflictError, match="before the last event"):
        applied(issue, replace(event("note"), at=BEGIN), EVERYONE)
    assert applied(issue, replace(event("note"), at=issue.at), EVERYONE).state == "filed"
    assert faults(issue, replace(event("note"), at=BEGIN.replace(tzinfo=None))) == {"at": "ledger.not_an_instant"}


def test_what_an_event_said_cannot_be_changed_afterwards() -> None:
    counted = {"lamps": 38}
    one = replace(event("close", 9), said={"result": "solved", "quantities": counted})
    issue = applied(lived(*WORKED), one, EVERYONE)
    counted["lamps"] = 0
    assert issue.quantities == {"lamps": 38}


def test_a_log_is_told_again_without_what_was_private() -> None:
    log = [replace(one, private={}) for one in life(*CLOSED)]
    assert replayed(log) == lived(*CLOSED)
    with pytest.raises(ConflictError):
        replayed(log[1:])
    with pytest.raises(ArgumentError):
        replayed([])


def test_every_open_issue_can_be_ended() -> None:
    """From each open state a way leads to one that is not open."""
    ends = set(NOT_OPEN)
    while grown := {before for step in FLOW if step.after in ends for before in step.before} - ends:
        ends |= grown
    assert ends == set(STATES)


def test_the_table_uses_known_words_alone() -> None:
    states, columns = {*STATES, ""}, {*ISSUE_COLUMNS, "done_by", "replied", "until"}
    for step in FLOW:
        assert {*step.before, step.after} <= states
        assert set(step.by) <= set(RELATIONS)
        assert {*step.empties, step.stamps or "state", step.counts or "state"} <= columns
        assert not set(step.needs) & set(step.may)
        assert known(f"ledger.act.{step.act}")
    assert all(known(f"ledger.state.{state}") for state in STATES)
    assert all(known(f"ledger.relation.{relation}") for relation in RELATIONS)
