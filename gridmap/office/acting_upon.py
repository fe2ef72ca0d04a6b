"""Errand: one step is taken with an issue upon the state that was seen of it."""

from __future__ import annotations

from collections.abc import Collection

from gridmap.errors import ConflictError, NotFoundError
from gridmap.ledger.issues import Event
from gridmap.office.acting import act_in
from gridmap.office.issue_cards import issue_state
from gridmap.office.issue_lists import Wanted, listed_on
from gridmap.office.matching import refuse_changed
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import issues
from gridmap.store.engine import Transaction


def act_upon(person: Person, office: Office, event: Event, *, seen: Collection[str]) -> None:
    """Take a step as `act` does, if the issue is still in one of the states `seen` (of `office.matching`).

    That is asked inside the transaction: of many who saw one state, one acts. A step that is kept already changes
    nothing and is no fault, whatever came after it. Raises NotFoundError for an issue, and for one that it repeats,
    that does not exist for `person`; ConflictError if it has changed since, or if the event is kept as something else;
    and what `act` raises.
    """
    refuse_unless(person, "act")
    with office.writing(person) as tx:
        uuid = _there(tx, person, office, event)
        kept = issues.events(tx, issues=[uuid])
        same = kept.loc[kept["event"] == event.id, "act"]
        if event.act in same.tolist():
            return
        if len(same) or issues.kept_events(tx, [event.id]):
            raise ConflictError("office.event_differs", event=event.id)
        refuse_changed(seen, *issue_state(uuid, kept))
        act_in(tx, person, office, [event])


def _there(tx: Transaction, person: Person, office: Office, event: Event) -> str:
    """Return the UUID of the issue of an event, if it and the one it repeats exist for the person today."""
    of = event.said.get("of")
    named = [event.issue, *([of] if isinstance(of, str) and of else [])]
    rows = listed_on(tx, person, office, wanted=Wanted(numbers=named))
    there = {*rows["issue"], *rows["number"]}
    for name in named:
        if name not in there:
            raise NotFoundError("store.unknown_issue", issue=name)
    return str(rows.loc[(rows["issue"] == event.issue) | (rows["number"] == event.issue), "issue"].iloc[0])
