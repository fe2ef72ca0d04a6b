"""Errand: undo an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from gridmap.office.auditing import note
from gridmap.office.linking import link_versions
from gridmap.office.wiring import Office
from gridmap.people.access import may, refuse_unless, refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.store import batches, links, undo


def undo_import(person: Person, office: Office, batch: int) -> Mapping[str, int]:
    """Take back what an import did: its rows go, the rows it ended hold again. Returns the counts.

    Rows that hold again are linked in the editions published since. Raises NotFoundError for an unknown batch,
    ConflictError if it was undone already or if something stands on its rows (the error lists what).
    """
    refuse_unless_everywhere(person, "import")
    at = office.clock.now()
    with office.writing(person) as tx:
        counts = undo.undo(tx, batch, at=at)
        for edition, versions in links.versions_without_link(tx).groupby("edition_id"):
            grid = office.grid(tx, int(edition))
            found = link_versions(office.layers, versions, int(edition), grid, snap=office.settings.snap_m)
            links.write_links(tx, found)
        note(tx, person, action="undo", subject=f"batch {batch}", detail=dict(counts))
    return counts


def list_imports(person: Person, office: Office, *, as_of: dt.datetime | None = None) -> pd.DataFrame:
    """Return every import, the newest first: id, layer, file, on, recorded_at, undone_at, account, counts.

    `as_of` leaves out what was recorded after that instant, undoing too. Those of a sensitive layer are there only for
    those who may reveal: they count.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        rows = batches.batches(tx, as_of=as_of)
    hidden = [layer.name for layer in office.layers.values() if layer.sensitive and not may(person, "reveal")]
    return rows[~rows["layer"].isin(hidden)].reset_index(drop=True)
