"""Errand: undo an import."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import audit, registers, undo


def undo_import(person: Person, office: Office, batch: int) -> Mapping[str, int]:
    """Take back what an import did: its rows go, the rows it ended hold again. Returns the counts.

    Raises NotFoundError for an unknown batch, ConflictError if it was undone already or if something stands on its rows
    (the error lists what).
    """
    refuse_unless(person, "import")
    at = office.clock.now()
    with office.store.writing() as tx:
        counts = undo.undo(tx, batch, at=at)
        audit.append(
            tx, at=at, account=person.account, action="undo", subject=f"batch {batch}", detail=dict(counts)
        )
    return counts


def list_imports(person: Person, office: Office) -> pd.DataFrame:
    """Return every import, the newest first: batch, layer, file, day, instant, account, counts, undone."""
    refuse_unless(person, "read")
    with office.store.reading() as tx:
        return registers.batches(tx)
