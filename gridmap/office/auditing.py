"""Errand: read and verify the audit chain; and the one way in which errands write to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.store import audit
from gridmap.store.engine import Transaction


def note(tx: Transaction, person: Person, *, action: str, subject: str, detail: Mapping[str, object]) -> None:
    """Add to the audit what `person` did, at the instant of the real clock: a demo's fixed one does not count here."""
    at = dt.datetime.now(dt.UTC)
    audit.append(tx, at=at, account=person.account, action=action, subject=subject, detail=detail)


def verify_audit(person: Person, office: Office) -> audit.AuditReport:
    """Recompute the whole chain and say whether it is unbroken, or where it breaks."""
    refuse_unless_everywhere(person, "audit")
    with office.reading(person) as tx:
        return audit.verify(tx)


def read_audit(person: Person, office: Office, *, limit: int = 100, as_of: dt.datetime | None = None) -> pd.DataFrame:
    """Return the newest rows of the audit, the newest first; `as_of` leaves out what was written after that instant."""
    refuse_unless_everywhere(person, "audit")
    with office.reading(person) as tx:
        return audit.read(tx, limit, as_of=as_of)
