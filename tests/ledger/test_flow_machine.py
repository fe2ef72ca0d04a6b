"""Whatever is tried with two issues by four people in any order: no rule of the flow is ever broken."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gridmap.errors import ConflictError, FaultsError, RefusedError
from gridmap.ledger.flow import Issue, allowed, applied, replayed
from gridmap.ledger.issues import NOT_OPEN, Event
from gridmap.ledger.replay import replay
from gridmap.ledger.steps import ACTS, RELATIONS, STEPS
from tests.conftest import TORTURE, TORTURE_FACTOR
from tests.ledger.walks import BEGIN, CLERK, FOLLOWER, LEADER, WORKER, as_row, event, logged, rows_of

ISSUES = tuple(str(UUID(int=number)) for number in (1, 2))
# From state to state on the way that most issues go.
ONWARD = {"reported": "file", "filed": "assign", "assigned": "start", "in_progress": "finish", "done": "close"}
# DESIGN 4 read anew: from where to where an issue may ever go.
WAYS = {
    *(("reported", to) for to in ("filed", "done", "rejected", "duplicate")),
    *(("filed", to) for to in ("assigned", "rejected", "duplicate")),
    *(("assigned", to) for to in ("in_progress", "filed", "duplicate")),
    *(("in_progress", to) for to in ("done", "filed", "duplicate")),
    *(("done", to) for to in ("closed", "in_progress")),
    ("closed", "in_progress"),
}
# Somebody may say more, less, or other things than an act needs.
ODDITIES: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {},
    optional={
        "holder": st.sampled_from(["", WORKER, "zhao"]),
        "unit": st.sampled_from(["", "lamps", "roads"]),
        "leader": st.just(LEADER),
        "category": st.sampled_from(["", "streetlight", "road"]),
        "due_at": st.sampled_from(["2015-10-12T09:30:00+08:00", "soon"]),
        "quantities": st.sampled_from([{"lamps": 2}, {"yuan": 7.5}, {}, {"persons": 1}]),
        "satisfied": st.booleans(),
        "follower": st.sampled_from(["zhou", FOLLOWER]),
        "anonymous": st.booleans(),
    },
)


class Desk(RuleBasedStateMachine):
    """The log of a desk where two issues lie."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.log: list[Event] = []
        self.issues: dict[str, Issue] = {}
        self.seen: list[tuple[dt.datetime, dict[str, dict[str, object]]]] = []

    def attempt(self, one: Event, relations: frozenset[str]) -> None:
        before = self.issues.get(one.issue)
        kept = None if before is None else as_row(before)
        try:
            after = applied(before, one, relations, quantity="lamps")
        except (ConflictError, RefusedError, FaultsError):
            return
        finally:
            assert before is None or as_row(before) == kept
        self.log.append(one)
        self.issues[one.issue] = after
        self.seen.append((self.now, {issue: as_row(held) for issue, held in self.issues.items()}))

    @rule(
        issue=st.sampled_from(ISSUES),
        data=st.data(),
        actor=st.sampled_from([WORKER, FOLLOWER, CLERK, LEADER, None]),
        lasts=st.booleans(),
    )
    def step(self, *, issue: str, data: st.DataObject, actor: str | None, lasts: bool) -> None:
        """Those who may do anything take steps that the state allows, perhaps only such as keep it open."""
        for _ in range(data.draw(st.integers(1, 5))):
            self.now += dt.timedelta(minutes=data.draw(st.integers(0, 3000)))
            acts = allowed(self.issues.get(issue))
            act = data.draw(st.sampled_from([act for act in acts if STEPS[act].after not in NOT_OPEN] * lasts or acts))
            self.attempt(event(act, len(self.log), issue=issue, actor=actor, at=self.now), frozenset(RELATIONS))

    @rule(issue=st.sampled_from(ISSUES), steps=st.integers(1, 3))
    def go_onward(self, issue: str, steps: int) -> None:
        """An issue goes some steps of its ordinary way."""
        for _ in range(steps):
            self.now += dt.timedelta(minutes=7)
            held = self.issues.get(issue)
            act = "report" if held is None else "resume" if held.deferred else ONWARD.get(held.state, "")
            if not act:
                return
            actor = WORKER if act in {"start", "finish"} else FOLLOWER
            self.attempt(event(act, len(self.log), issue=issue, actor=actor, at=self.now), frozenset(RELATIONS))

    @rule(
        issue=st.sampled_from(ISSUES),
        act=st.sampled_from(ACTS),
        actor=st.sampled_from([WORKER, FOLLOWER, CLERK, LEADER, None]),
        relations=st.frozensets(st.sampled_from(RELATIONS)),
        said=st.tuples(st.booleans(), ODDITIES),
    )
    def try_anything(
        self,
        *,
        issue: str,
        act: str,
        actor: str | None,
        relations: frozenset[str],
        said: tuple[bool, dict[str, object]],
    ) -> None:
        """Somebody tries any act, and says odd things or too little."""
        whole, oddities = said
        one = event(act, len(self.log), issue=issue, actor=actor, at=self.now)
        said_of_it = {**(one.said if whole else {}), **oddities}
        self.attempt(replace(one, said=said_of_it, private=one.private if whole else {}), relations)

    @precondition(lambda self: self.log)
    @rule()
    def go_back_in_time(self) -> None:
        """What happened before the last event of an issue is refused."""
        last = self.log[-1]
        early = event("note", len(self.log), issue=last.issue, at=last.at - dt.timedelta(seconds=1))
        count = len(self.log)
        self.attempt(early, frozenset(RELATIONS))
        assert len(self.log) == count

    @invariant()
    def what_is_ended_is_ended_well(self) -> None:
        for issue in self.issues.values():
            assert (issue.state == "closed") == (issue.result is not None) == (issue.closed_at is not None)
            assert issue.open == (issue.state not in {"closed", "rejected", "duplicate"})
            assert issue.state not in {"assigned", "in_progress"} or (issue.due_at and (issue.unit or issue.holder))
            assert issue.state == "closed" or issue.follower
            assert not issue.deferred or issue.state in {"filed", "assigned", "in_progress"}

    @invariant()
    def a_log_tells_the_state(self) -> None:
        for issue, held in self.issues.items():
            assert as_row(replayed(one for one in self.log if one.issue == issue)) == as_row(held)

    def teardown(self) -> None:
        for issue in self.issues:
            told = [one for one in self.log if one.issue == issue]
            walked([replayed(told[: end + 1]).state for end in range(len(told))])
            rechecked(told)
        if self.log:
            frame = logged(self.log)
            grouped = frame.sort_values("issue", kind="stable", ignore_index=True)
            assert rows_of(replay(frame)) == rows_of(replay(grouped)) == self.seen[-1][1]
            for instant, issues in self.seen[:: max(1, len(self.seen) // 5)]:
                last = [held for at, held in self.seen if at <= instant][-1]
                assert rows_of(replay(frame, at=instant)) == rows_of(replay(frame, as_of=instant)) == last
                assert set(issues) <= set(last)


def walked(states: list[str]) -> None:
    """Each state is reached from the one before by a way that there is."""
    assert states[0] == "reported"
    assert {pair for pair in pairwise(states) if pair[0] != pair[1]} <= WAYS


def rechecked(told: list[Event]) -> None:
    """Nobody closed his own work, or sent it back."""
    worker: str | None = None
    for one in told:
        if one.act in {"finish", "fix"}:
            worker = one.actor
        assert one.act not in {"close", "rework"} or one.actor is None or one.actor != worker


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=20 * (TORTURE_FACTOR if TORTURE else 1), stateful_step_count=50)
