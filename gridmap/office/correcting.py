"""Errand: a visit is corrected by a further entry that says what is different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from gridmap.errors import NotFoundError
from gridmap.ledger.visits import Visit, digest
from gridmap.office.visiting import VisitReport, record
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import visits as kept_visits

_TAKEN_OVER = ("lead", "outcome", "layer", "key", "mode", "companions", "answers", "looks_back", "sheet")


def correct(person: Person, office: Office, uuid: str, changes: Mapping[str, Any]) -> VisitReport:
    """Record a correction of the visit `uuid`: all that it says, but for `changes` (fields of `ledger.visits.Visit`).

    The corrected entry stays and counts no more. The same correction twice is one. A new `key` or `cell` replaces the
    place as a whole. Raises NotFoundError for an unknown visit, FaultsError for what is wrong with the new one, and
    else what `record` raises.
    """
    refuse_unless(person, "visit")
    with office.reading(person) as tx:
        found = kept_visits.visits(tx, ids=[uuid], current=False)
        notes = kept_visits.notes(tx, [uuid])
    if found.empty:
        raise NotFoundError("office.visit_unknown", value=uuid)
    (row,) = found.to_dict("records")
    held = {name: row[name] for name in _TAKEN_OVER}
    held |= {"at": row["at"].to_pydatetime(), "note": notes.get(uuid, "")}
    held |= {"cell": row["cell"] if row["key"] is None else None}
    if "cell" in changes:
        held |= {"layer": None, "key": None}
    elif "key" in changes:
        held |= {"cell": None}
    made = Visit(id=uuid, corrects=uuid, **(held | dict(changes)))
    return record(person, office, [replace(made, id=str(uuid5(UUID(uuid), digest(made))))], strict=True)
