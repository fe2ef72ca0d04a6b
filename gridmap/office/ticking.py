"""Errand: the office's clock looks at every open issue; it reminds and escalates, and closes nothing.

One at a time: a lease keeps a second run away. Idempotent: what a run says has an id derived from the issue, its
deadline and the step, and an issue climbs one rung at most in `escalate_days`, so a run repeated says nothing more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

import pandas as pd

from gridmap.errors import ConflictError
from gridmap.ledger.issues import NOT_OPEN, Event
from gridmap.ledger.relations import LEADING
from gridmap.office.acting import OFFICE, Case, cases_of, take
from gridmap.office.auditing import note
from gridmap.office.issue_desk import Desk
from gridmap.office.repeats import forget_old
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.store import issues, leases

LEASE = "tick"
_HELD_FOR = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a run did: the numbers reminded of, and each number escalated with the cadre who leads it now."""

    reminded: tuple[str, ...]
    escalated: tuple[tuple[str, str], ...]


def tick(person: Person, office: Office) -> Ticked:
    """Remind of what is due soon, escalate what is overdue, and return what was said.

    An open issue whose clock runs is reminded of once for each deadline, `remind_hours` before it. One that is overdue
    climbs one rung, and after `escalate_days` without an end the next: the chief of its unit, then who answers for its
    cell and for those above it, then the principal leaders, whoever is there on the day; never back to its holder, nor
    below whoever leads it. Answers to posts with a key that were kept long enough are dropped. Raises ConflictError
    while another run holds the lease.
    """
    refuse_unless_everywhere(person, "act")
    run = str(uuid4())
    now = dt.datetime.now(dt.UTC)  # a lease is about programs: a demo's fixed clock does not count
    with office.writing_whole() as tx:
        if not leases.take(tx, LEASE, holder=run, now=now, until=now + _HELD_FOR):
            raise ConflictError("office.tick_running")
    try:
        forget_old(office)
        return _run(person, office)
    finally:
        with office.writing_whole() as tx:
            leases.give_back(tx, LEASE, holder=run)


def _run(person: Person, office: Office) -> Ticked:
    with office.writing_whole() as tx:
        desk = Desk(person, office, tx)
        rows = issues.issues(tx)
        running = ~rows["state"].isin(NOT_OPEN) & ~rows["deferred"].astype(bool) & rows["due_at"].notna()
        soon = rows["due_at"] <= pd.Timestamp(desk.now) + pd.Timedelta(hours=office.settings.remind_hours)
        cases = cases_of(desk, rows.loc[running & soon, "issue"].tolist())
        wanted = {event.id: event for event in _events(desk, cases)}
        kept = issues.kept_events(tx, wanted)
        new = [event for uuid, event in wanted.items() if uuid not in kept]
        take(desk, cases, new, relations=OFFICE)
        done = Ticked(
            tuple(cases[event.issue].place.number for event in new if event.act == "remind"),
            tuple((cases[e.issue].place.number, str(e.said["leader"])) for e in new if e.act == "escalate"),
        )
        if new:
            detail = {"reminded": len(done.reminded), "escalated": len(done.escalated)}
            note(tx, person, action="tick", subject="issues", detail=detail)
    return done


def _events(desk: Desk, cases: dict[str, Case]) -> Iterator[Event]:
    day = desk.day(desk.now)
    for case in cases.values():
        due = case.issue.due_at
        if due is None or desk.now < case.issue.at:
            continue
        if desk.now < due:
            if case.issue.state != "done":
                yield _said(desk, case, "remind", "remind")
            continue
        last = case.escalated_at
        waited = last is None or last < due or desk.now - last >= dt.timedelta(days=desk.office.settings.escalate_days)
        leader = _next_rung(desk, case, day) if waited else None
        if leader is not None:
            yield _said(desk, case, "escalate", f"escalate/{case.issue.escalations}", leader=leader)


def _said(desk: Desk, case: Case, act: str, step: str, **said: object) -> Event:
    due = case.issue.due_at
    derived = uuid5(UUID(case.issue.id), f"{step}/{due.isoformat() if due else ''}")
    return Event(str(derived), case.issue.id, act, desk.now, None, said)


def _next_rung(desk: Desk, case: Case, day: str) -> str | None:
    """Return the cadre to whom an overdue issue climbs next; null at the top."""
    rungs = _ladder(desk, case, day)
    leader = case.issue.leader
    if leader in rungs:
        rungs = rungs[rungs.index(leader) + 1 :]
    elif leader and desk.tier_of.get(leader) in LEADING:
        rungs = [rung for rung in rungs if desk.tier_of.get(rung) == LEADING[0]]
    return rungs[0] if rungs else None


def _ladder(desk: Desk, case: Case, day: str) -> list[str]:
    issue, cell = case.issue, case.place.cell
    grid = desk.grid(day)
    known = grid is not None and cell in set(grid.cells["code"])
    chain = grid.chain(cell) if grid is not None and known and cell is not None else ()
    chief = desk.chief(issue.unit, day) if issue.unit else None
    answering = [desk.answering(at, day) for at in chain]
    principals = sorted(cadre for cadre, tier in desk.tier_of.items() if tier == LEADING[0])
    away = desk.away(day)
    rungs = dict.fromkeys(one for one in (chief, *answering, *principals) if one is not None)
    return [one for one in rungs if one not in away and one != issue.holder]
