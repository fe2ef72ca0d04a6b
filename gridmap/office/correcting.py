"""Errand: a visit is corrected by a further entry that says what is different."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from gridmap.errors import NotFoundError
from gridmap.ledger.visits import Visit, digest
from gridmap.office.matching import refuse_changed
from gridmap.office.visit_cards import show_visit, visit_state
from gridmap.office.visiting import VisitReport, record_in
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import visits as kept_visits

_TAKEN_OVER = ("lead", "outcome", "layer", "key", "mode", "companions", "answers", "looks_back", "sheet")


def correct(person: Person, office: Office, uuid: str, changes: Mapping[str, Any]) -> VisitReport:
    """Record a correction of the visit `uuid`: all that it says, but for `changes` (fields of `ledger.visits.Visit`).

    See `correct_upon`, which asks what was seen.
    """
    return correct_upon(person, office, uuid, changes)[1]


def correct_upon(
    person: Person, office: Office, uuid: str, changes: Mapping[str, Any], *, seen: Collection[str] | None = None
) -> tuple[str, VisitReport]:
    """Record a correction of the visit `uuid`, and return the UUID of the new entry with what became of it.

    The corrected entry stays and counts no more. The same correction twice is one. A new `key` or `cell` replaces the
    place as a whole. `seen`: the states upon which it is corrected, as `office.matching` tells them; another correction
    meanwhile is another state. Raises NotFoundError for a visit that does not exist for `person`, ConflictError if it
    has changed since, FaultsError for what is wrong with the new entry, and else what `record` raises.
    """
    refuse_unless(person, "visit")
    show_visit(person, office, uuid)
    with office.writing(person) as tx:
        found = kept_visits.visits(tx, ids=[uuid], current=False)
        notes = kept_visits.notes(tx, [uuid])
        if found.empty:
            raise NotFoundError("office.visit_unknown", value=uuid)
        if seen is not None:
            refuse_changed(seen, *visit_state(uuid, corrected=kept_visits.known(tx, [uuid])[uuid].corrected))
        (row,) = found.to_dict("records")
        entry = _corrected(uuid, row, notes.get(uuid, ""), changes)
        report = record_in(person, office, tx, [entry], strict=True)
        if not report.recorded:
            tx.rollback()
    return entry.id, report


def _corrected(uuid: str, row: Mapping[Hashable, Any], note: str, changes: Mapping[str, Any]) -> Visit:
    held = {name: row[name] for name in _TAKEN_OVER}
    held |= {"at": row["at"].to_pydatetime(), "note": note}
    held |= {"cell": row["cell"] if row["key"] is None else None}
    if "cell" in changes:
        held |= {"layer": None, "key": None}
    elif "key" in changes:
        held |= {"cell": None}
    made = Visit(id=uuid, corrects=uuid, **(held | dict(changes)))
    return replace(made, id=str(uuid5(UUID(uuid), digest(made))))
