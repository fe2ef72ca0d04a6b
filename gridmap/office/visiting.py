"""Errand: visits come in, one or many: recorded once, with the cell and the people of their day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridmap.errors import ConflictError, Fault, FaultsError
from gridmap.ledger.visits import Visit
from gridmap.office.auditing import note
from gridmap.office.reporting import report_in
from gridmap.office.visit_desk import looked_at
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import visits as kept_visits
from gridmap.store.engine import Transaction

_NAMED = 5  # visits in a sentence


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What became of the visits handed in.

    `recorded` now; `repeated`: kept already, with the same content; `flagged` of those recorded: by somebody who does
    not answer there; `issues`: numbers of the issues that bad answers opened; `faults`: what is wrong with those left
    out, `row` counts the visits from 1.
    """

    recorded: int
    repeated: int
    flagged: int
    issues: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def record(person: Person, office: Office, visits: Sequence[Visit], *, strict: bool = False) -> VisitReport:
    """Record visits in one transaction; a faulty one is left out and named, with `strict` one fault refuses all.

    Each keeps the cell of its feature, or the cell visited, and who answered there on its local day; one by somebody
    who does not answer there is recorded and flagged. A visit sent twice is recorded once. A correction replaces the
    entry that it names, which stays. For somebody to whom a sensitive feature does not exist, it is unknown.

    Raises RefusedError if one lies outside the person's scope, or a leader or cadre enters or corrects a visit in which
    he took no part; ConflictError if a UUID is kept with another content; with `strict` FaultsError.
    """
    refuse_unless(person, "visit")
    with office.writing(person) as tx:
        report = record_in(person, office, tx, visits, strict=strict)
        if not report.recorded:
            tx.rollback()
    return report


def record_in(
    person: Person, office: Office, tx: Transaction, visits: Sequence[Visit], *, strict: bool = False
) -> VisitReport:
    """Record visits in the transaction of another errand: see `record`."""
    now = office.clock.now()
    desk = looked_at(person, office, tx, visits)
    if desk.differing:
        named = ", ".join(str(fault.value) for fault in desk.differing[:_NAMED])
        raise ConflictError("office.visits_differ", count=len(desk.differing), visits=named)
    faults = _in_order(desk.faults)
    if strict and faults:
        raise FaultsError(faults)
    flagged = sum(row.elsewhere for row in desk.rows)
    kept_visits.keep(tx, desk.rows, at=now, account=person.account)
    opened = report_in(tx, person, office, desk.opened()) if desk.answered else []
    if desk.rows:
        counts = {"recorded": len(desk.rows), "repeated": desk.repeated, "flagged": flagged}
        note(tx, person, action="visit", subject="visits", detail=counts)
    return VisitReport(len(desk.rows), desk.repeated, flagged, tuple(opened), faults)


def faults_of(person: Person, office: Office, visits: Sequence[Visit]) -> tuple[Fault, ...]:
    """Return what `record` would say is wrong with the visits, recording nothing; `row` counts them from 1.

    A UUID that is kept with another content is a fault here. Raises RefusedError as `record`.
    """
    refuse_unless(person, "visit")
    with office.reading(person) as tx:
        desk = looked_at(person, office, tx, visits)
    return _in_order([*desk.faults, *desk.differing])


def _in_order(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.row or 0))
