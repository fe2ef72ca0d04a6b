"""The office's clock reminds and escalates, once, one run at a time, and closes nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from gridmap.errors import ConflictError, RefusedError
from gridmap.office.auditing import read_audit
from gridmap.office.clock import FixedClock
from gridmap.office.issues import act, report, show
from gridmap.office.ticking import LEASE, tick
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import leases
from tests.office.staff import CHIEF, LAMPS, SECRETARY, WORKER
from tests.office.test_issues import CLERK, ZONE, at, counter, row, step, told

__all__ = ["counter"]


@pytest.fixture
def late(counter: Office) -> Office:
    """One lamp filed on 2 March with 孙主任 of the lamps, due on 9 March at 18:00; the clock of the office runs."""
    counter.clock = FixedClock(at(3, 2, 13), ZONE)
    (number,) = report(CLERK, counter, [told()])
    act(CLERK, counter, [step(number, "file", at(3, 2, 11)), step(number, "assign", at(3, 2, 12))])
    return counter


def tick_on(office: Office, month: int, day: int, hour: int = 9):
    office.clock = FixedClock(at(month, day, hour), ZONE)
    return tick(LOCAL_ADMINISTRATOR, office)


def test_it_reminds_once_before_the_deadline(late: Office) -> None:
    assert tick_on(late, 3, 8, 17).reminded == ()
    assert tick_on(late, 3, 9).reminded == ("2015-00001",)
    assert tick_on(late, 3, 9, 10).reminded == ()
    assert row(late, "2015-00001")["state"] == "assigned"


def test_what_is_overdue_climbs_a_rung_at_a_time(late: Office) -> None:
    # the chief of the unit holds it, so the next is who answers for its cell, and then those above
    rungs = [(10, WORKER), (11, None), (12, None), (13, CHIEF), (16, SECRETARY), (19, None), (25, None)]
    for day, leader in rungs:
        assert [to for _, to in tick_on(late, 3, day).escalated] == ([] if leader is None else [leader])
    found = row(late, "2015-00001")
    assert (found["state"], found["leader"], found["holder"], found["escalations"]) == ("assigned", SECRETARY, LAMPS, 3)


def test_twice_is_once(late: Office) -> None:
    first, again = tick_on(late, 3, 20), tick_on(late, 3, 20)
    assert len(first.escalated) == 1
    assert again.escalated == again.reminded == ()
    assert len(read_audit(LOCAL_ADMINISTRATOR, late).query("action == 'tick'")) == 1


def test_a_leader_who_took_it_on_is_not_passed_back_down(late: Office) -> None:
    act(CLERK, late, [step("2015-00001", "take_on", at(3, 2, 13), SECRETARY)])
    assert tick_on(late, 3, 20).escalated == ()


def test_what_is_deferred_or_closed_is_left_alone(late: Office) -> None:
    act(CLERK, late, [step("2015-00001", "defer", at(3, 2, 13), until="2015-06-01", note="no bulbs")])
    assert tick_on(late, 3, 20).escalated == ()


def test_one_at_a_time(late: Office) -> None:
    now = dt.datetime.now(dt.UTC)
    with late.writing_whole() as tx:
        assert leases.take(tx, LEASE, holder="another", now=now, until=now + dt.timedelta(minutes=5))
    with pytest.raises(ConflictError, match="another run"):
        tick_on(late, 3, 20)
    with late.writing_whole() as tx:
        leases.give_back(tx, LEASE, holder="another")
    assert len(tick_on(late, 3, 20).escalated) == 1


def test_a_run_that_died_holds_it_only_for_its_time(late: Office) -> None:
    now = dt.datetime.now(dt.UTC)
    with late.writing_whole() as tx:
        leases.take(tx, LEASE, holder="dead", now=now - dt.timedelta(hours=1), until=now - dt.timedelta(minutes=50))
    assert len(tick_on(late, 3, 20).escalated) == 1


def test_a_reader_runs_no_clock(late: Office) -> None:
    with pytest.raises(RefusedError):
        tick(Person("r", "reader"), late)


def test_its_steps_are_seen_on_the_card(late: Office, tmp_path: Path) -> None:
    tick_on(late, 3, 10)
    card = show(LOCAL_ADMINISTRATOR, late, "2015-00001")
    assert card.events["act"].tolist() == ["report", "file", "assign", "escalate"]
    assert card.events["actor"].tolist()[-1] is None
