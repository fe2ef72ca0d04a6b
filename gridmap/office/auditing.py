"""Errand: read and verify the audit chain."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import audit


def verify_audit(person: Person, office: Office) -> audit.AuditReport:
    """Recompute the whole chain and say whether it is unbroken, or where it breaks."""
    refuse_unless(person, "audit")
    with office.store.reading() as tx:
        return audit.verify(tx)


def read_audit(person: Person, office: Office, *, limit: int = 100, as_of: dt.datetime | None = None) -> pd.DataFrame:
    """Return the newest rows of the audit, the newest first; `as_of` leaves out what was written after that instant."""
    refuse_unless(person, "audit")
    with office.store.reading() as tx:
        return audit.read(tx, limit, as_of=as_of)
