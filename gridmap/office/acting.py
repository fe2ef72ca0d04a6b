"""Errand: steps are taken with issues, each checked against the state that the store holds at that moment."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gridmap.errors import NotFoundError
from gridmap.ledger.events import events_of
from gridmap.ledger.flow import Issue, applied, replayed
from gridmap.ledger.issues import Event
from gridmap.ledger.relations import relations_of
from gridmap.ledger.steps import DATED
from gridmap.office.auditing import note
from gridmap.office.issue_desk import Desk
from gridmap.office.issue_sight import refuse_unseen
from gridmap.office.lamps import keep_lamps
from gridmap.office.proposing import proposed
from gridmap.office.reporting import refuse_future, saying
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.clocks import resumed, time_left
from gridmap.people.person import Person
from gridmap.store import issues
from gridmap.store.engine import Transaction

OFFICE = frozenset({"office"})
_NAMED = 20  # so many numbers stand in the audit
_PEOPLE = ("holder", "follower", "leader")


@dataclass(slots=True)
class Case:
    """An issue while steps are taken: its state, its place, when its clock was stopped, when it last climbed."""

    issue: Issue
    place: issues.Kept
    paused_at: dt.datetime | None = None
    escalated_at: dt.datetime | None = None


def act(person: Person, office: Office, events: Sequence[Event]) -> list[Issue]:
    """Take steps with issues, all or nothing, in the order given; return each issue as its step left it.

    `Event.issue` is a UUID or a number. An event kept already changes nothing. Steps are checked inside the
    transaction, on the state it finds: of two at once one is taken, the other meets the state it left. What can be
    worked out need not be said: the deadline by category and calendar, what is left of it after a pause, whom an issue
    is assigned to. Lamps of an issue about lamps that is done work again from that day on.

    Raises NotFoundError for an unknown issue, category or cadre; ConflictError for a step that the state does not
    allow (the error says which it does); RefusedError for one that this person or cadre may not take; FaultsError for
    everything not said or said wrong; ArgumentError for what lies in the future, and for a deadline beyond the
    working calendar.
    """
    with office.writing(person) as tx:
        return act_in(tx, person, office, events)


def act_in(tx: Transaction, person: Person, office: Office, events: Sequence[Event]) -> list[Issue]:
    """As `act`, within a transaction that the caller commits."""
    refuse_unless(person, "act")
    desk = Desk(person, office, tx)
    named = _named(desk, events)
    cases = cases_of(desk, [event.issue for event in named])
    kept = issues.kept_events(tx, [event.id for event in named])
    new = list({event.id: event for event in named if event.id not in kept}.values())
    after = take(desk, cases, new)
    if new:
        acts = dict(sorted(Counter(event.act for event in new).items()))
        numbers = list(dict.fromkeys(cases[event.issue].place.number for event in new))
        detail = {"acts": acts, "count": len(numbers), "issues": numbers[:_NAMED]}
        note(tx, person, action="act", subject="issues", detail=detail)
    return [after.get(event.id, cases[event.issue].issue) for event in named]


def take(
    desk: Desk, cases: Mapping[str, Case], events: Sequence[Event], *, relations: frozenset[str] | None = None
) -> dict[str, Issue]:
    """Take new steps and keep them; return each issue after its event, by the event's UUID.

    `relations`: those in which all of them are taken (null: whatever the person and the acting cadre are to an issue).
    """
    taken: list[Event] = []
    states: list[str] = []
    after: dict[str, Issue] = {}
    for event in _dated(desk, cases, events):
        case = cases[event.issue]
        whole = _step(desk, case, event, relations)
        taken.append(whole)
        states.append(case.issue.state)
        after[whole.id] = case.issue
    issues.record(desk.tx, taken, states, recorded_at=desk.now, account=desk.person.account)
    keep_lamps(desk, [(event, after[event.id], cases[event.issue].place) for event in taken])
    return after


def _step(desk: Desk, case: Case, event: Event, relations: frozenset[str] | None) -> Event:
    """Take one step: move the case on, and return the event as it is to be kept."""
    refuse_future(desk, event.at)
    day = desk.day(event.at)
    if relations is None:
        refuse_unseen(desk, case.issue, case.place, day)
        desk.refuse_outside(case.place.cell, day)
    actor = desk.acting(event.actor) if relations is None else event.actor
    whole = _completed(desk, case, replace(event, actor=actor), day)
    desk.know(*(whole.said.get(name) for name in _PEOPLE))
    held = relations
    if held is None:
        held = relations_of(case.issue, desk.person, desk.staff(day), actor=actor, cell=case.place.cell)
    kind = desk.categories(day).get(case.issue.category or "")
    case.issue = applied(case.issue, whole, held, quantity="" if kind is None else kind.quantity)
    if whole.said.get("due_at") and kind is not None and case.issue.due_at is not None:
        # A deadline that the calendar does not reach could not be counted down to: refused here.
        time_left(desk.calendar, kind.clock, case.issue.due_at, desk.now)
    if whole.act == "defer":
        case.paused_at = whole.at
    return whole


def cases_of(desk: Desk, uuids: Sequence[str]) -> dict[str, Case]:
    """Return the issues with these UUIDs as they stand now."""
    places = issues.kept(desk.tx, uuids)
    held: dict[str, list[Event]] = {}
    for event in events_of(issues.events(desk.tx, issues=list(places))):
        held.setdefault(event.issue, []).append(event)
    return {
        uuid: Case(replayed(of_it), places[uuid], _last(of_it, "defer"), _last(of_it, "escalate"))
        for uuid, of_it in held.items()
    }


def _last(events: Sequence[Event], act_: str) -> dt.datetime | None:
    return max((event.at for event in events if event.act == act_), default=None)


def _named(desk: Desk, events: Sequence[Event]) -> list[Event]:
    """Return the events with the UUIDs of their issues. Raises NotFoundError for an unknown one."""
    others = {of for event in events if isinstance(of := event.said.get("of"), str)}
    found = issues.find(desk.tx, {*(event.issue for event in events), *others})
    unknown = next((name for name in (*(event.issue for event in events), *sorted(others)) if name not in found), None)
    if unknown is not None:
        raise NotFoundError("store.unknown_issue", issue=unknown)
    return [
        replace(saying(event, of=found.get(str(event.said.get("of")))), issue=found[event.issue]) for event in events
    ]


def _dated(desk: Desk, cases: Mapping[str, Case], events: Sequence[Event]) -> list[Event]:
    """Return the events with the deadlines that nobody said: of an issue that has none when it needs one."""
    names = {uuid: case.issue.category for uuid, case in cases.items()}
    due = {uuid: case.issue.due_at is not None for uuid, case in cases.items()}
    rows, kinds = [], []
    for row, event in enumerate(events):
        said = event.said.get("category")
        names[event.issue] = said if isinstance(said, str) and said else names[event.issue]
        name = names[event.issue]
        needed = event.act in DATED and not due[event.issue] and not event.said.get("due_at")
        if needed and name and event.at.tzinfo is not None:
            rows.append(row)
            kinds.append(desk.category(name, desk.day(event.at)))
        due[event.issue] |= bool(event.said.get("due_at")) or (needed and bool(name))
    dated = list(events)
    for row, at in zip(rows, desk.due(kinds, [events[row].at for row in rows]), strict=True):
        dated[row] = saying(events[row], due_at=at.isoformat())
    return dated


def _completed(desk: Desk, case: Case, event: Event, day: str) -> Event:
    """Return the event with what can be worked out: whom it is assigned to, what is left of a deadline."""
    issue = case.issue
    said = event.said.get("category")
    name = said if isinstance(said, str) and said else issue.category
    if isinstance(said, str) and said:
        desk.category(said, day)
    if event.act == "assign" and not (event.said.keys() & {"unit", "holder"} or issue.unit or issue.holder):
        kind = desk.categories(day).get(name or "")
        who = proposed(desk, kind, case.place.cell, day, source=issue.source)
        return saying(event, unit=who.unit, holder=who.holder)
    if event.act == "resume" and not event.said.get("due_at") and issue.due_at is not None and case.paused_at:
        kind = desk.category(issue.category or "", day)
        (due,) = resumed(desk.calendar, kind.clock, issue.due_at, case.paused_at, event.at).to_pydatetime()
        return saying(event, due_at=due.isoformat())
    return event
